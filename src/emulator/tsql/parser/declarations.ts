import type { Declaration, Statement } from "../ast";
import { isCursorDeclaration, parseDeclareCursor } from "./cursors";
import { parseVariable } from "./names";
import type { Parser } from "./parser";
import { parseTableDefinition } from "./tableDefinitions";
import { parseType } from "./types";

/** `DECLARE @a int = 1, @t TABLE (…), @c CURSOR`, or a cursor declaration. */
export function parseDeclare(parser: Parser): Statement {
  const start = parser.expect("DECLARE");
  if (isCursorDeclaration(parser)) return parseDeclareCursor(parser, start);
  const declarations = parser.list(parseDeclaration);
  return { kind: "declare", declarations, span: parser.span(start) };
}

function parseDeclaration(parser: Parser): Declaration {
  const start = parser.token;
  const name = parseVariable(parser);
  const declaration: Declaration = { name, span: parser.span(start) };
  parser.take("AS");
  if (parser.take("TABLE")) {
    declaration.table = parseTableDefinition(parser);
  } else if (parser.take("CURSOR")) {
    declaration.cursor = true;
    parser.cursorVariables.add(name.toLowerCase());
  } else {
    declaration.type = parseType(parser);
    if (parser.takeWords("NOT", "NULL")) parser.refuse("DECLARE … NOT NULL (natively compiled modules)");
    else parser.take("NULL");
    if (parser.take("=")) declaration.initial = parser.rules.expression(parser);
  }
  declaration.span = parser.span(start);
  return declaration;
}
