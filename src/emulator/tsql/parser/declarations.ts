import type { Declaration, Statement } from "../ast";
import { isCursorDeclaration, parseDeclareCursor } from "./cursors";
import { parseVariable } from "./names";
import type { Parser } from "./parser";
import { parseVariableTable } from "./tableDefinitions";
import { parseType } from "./types";

/** `DECLARE @a int = 1, @t TABLE (…), @c CURSOR`, or a cursor declaration. */
export function parseDeclare(parser: Parser): Statement {
  const start = parser.expect("DECLARE");
  if (isCursorDeclaration(parser)) return parseDeclareCursor(parser, start);
  const declarations = [parseDeclaration(parser)];
  // A table variable is declared alone.
  while (declarations[0]?.table === undefined && parser.take(",")) {
    if (parser.nextIs("TABLE") || parser.nextIs("TABLE", 2)) failAtTable(parser);
    declarations.push(parseDeclaration(parser));
  }
  return { kind: "declare", declarations, span: parser.span(start) };
}

function parseDeclaration(parser: Parser): Declaration {
  const start = parser.token;
  const name = parseVariable(parser);
  const declaration: Declaration = { name, span: parser.span(start) };
  parser.take("AS");
  if (parser.is("TABLE")) {
    declaration.table = parseVariableTable(parser);
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

function failAtTable(parser: Parser): never {
  while (!parser.is("TABLE")) parser.advance();
  return parser.fail();
}
