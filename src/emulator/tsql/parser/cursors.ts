import type { CursorDefinition, Statement } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseSignedConstant } from "./literals";
import { parseCursorName } from "./modificationTargets";
import { parseIdentifier, parseVariable } from "./names";
import type { Parser } from "./parser";
import { parseSelectWithCommonTables } from "./selectStatement";
import { parseUnsupported } from "./unsupported";

const CURSOR_OPTIONS: ReadonlySet<string> = new Set(
  `LOCAL GLOBAL FORWARD_ONLY SCROLL STATIC KEYSET DYNAMIC FAST_FORWARD READ_ONLY SCROLL_LOCKS OPTIMISTIC
  TYPE_WARNING`.split(/\s+/),
);

/** True at `name [INSENSITIVE] [SCROLL] CURSOR` after DECLARE. */
export function isCursorDeclaration(parser: Parser): boolean {
  if (!parser.isIdentifier) return false;
  let at = 1;
  while (parser.nextIs("INSENSITIVE", at) || parser.nextIs("SCROLL", at)) at++;
  return parser.nextIs("CURSOR", at);
}

/** DECLARE has been read. */
export function parseDeclareCursor(parser: Parser, start: { line: number; start: number }): Statement {
  const name = parseIdentifier(parser);
  const options: string[] = [];
  while (!parser.is("CURSOR")) options.push(parser.advance().text);
  const cursor = parseCursorDefinition(parser, options);
  return { kind: "declareCursor", name, cursor, span: parser.span(start) };
}

/** `CURSOR [options] FOR select [FOR READ ONLY | FOR UPDATE [OF columns]]` */
export function parseCursorDefinition(parser: Parser, isoOptions: string[] = []): CursorDefinition {
  parser.expect("CURSOR");
  const options = [...isoOptions];
  while (parser.isAny(CURSOR_OPTIONS)) {
    if (isoOptions.length > 0) {
      throw parser.error(1049, "Mixing old and new syntax to specify cursor options is not allowed.");
    }
    options.push(parser.advance().text);
  }
  parser.expect("FOR");
  const select = parseSelectWithCommonTables(parser);
  const definition: CursorDefinition = { options, select };
  if (!parser.take("FOR")) return definition;
  if (parser.take("READ")) {
    parser.expect("ONLY");
    options.push("READ_ONLY");
  } else {
    parser.expect("UPDATE");
    definition.forUpdate = parser.take("OF") ? parser.list(parseIdentifier) : true;
  }
  return definition;
}

const CURSOR_STATEMENTS = { OPEN: "openCursor", CLOSE: "closeCursor", DEALLOCATE: "deallocateCursor" } as const;

/** OPEN, CLOSE and DEALLOCATE of a cursor; of keys they are `unsupported`. */
export function parseCursorStatement(parser: Parser): Statement {
  const start = parser.advance();
  const isKey = ["MASTER", "SYMMETRIC", "ALL"].includes(parser.token.text) && parser.peek().type !== TokenType.End;
  if (isKey && (parser.nextIs("KEY") || parser.nextIs("SYMMETRIC"))) {
    return parseUnsupported(parser, start, `${start.text} ${parser.token.text} KEY`);
  }
  const cursor = parseCursorName(parser);
  return { kind: CURSOR_STATEMENTS[start.text as keyof typeof CURSOR_STATEMENTS], cursor, span: parser.span(start) };
}

type Fetch = Extract<Statement, { kind: "fetch" }>;

const ORIENTATIONS: Readonly<Record<string, Fetch["orientation"]>> = {
  NEXT: "next",
  PRIOR: "prior",
  FIRST: "first",
  LAST: "last",
  ABSOLUTE: "absolute",
  RELATIVE: "relative",
};

export function parseFetch(parser: Parser): Statement {
  const start = parser.expect("FETCH");
  const word = parser.token;
  let orientation = ORIENTATIONS[word.text];
  const withOffset = orientation === "absolute" || orientation === "relative";
  let offset: Fetch["offset"];
  if (orientation !== undefined && !parser.nextIs("INTO")) {
    parser.advance();
    if (withOffset) offset = parseSignedConstant(parser);
    // OFFSET … FETCH without its OFFSET ends up here, and this is how SQL Server complains of it.
    if (!parser.is("FROM")) {
      const message = `Invalid usage of the option ${word.value} in the FETCH statement.`;
      throw parser.error(153, message, word.line, 2);
    }
    parser.advance();
  } else {
    orientation = "next";
    parser.take("FROM");
  }
  const cursor = parseCursorName(parser);
  const statement: Fetch = { kind: "fetch", orientation, cursor, span: parser.span(start) };
  if (offset !== undefined) statement.offset = offset;
  if (parser.take("INTO")) statement.into = parser.list(parseVariable);
  statement.span = parser.span(start);
  return statement;
}
