import type { Statement } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseCursorDefinition } from "./cursors";
import { parseConstantOrWord } from "./literals";
import { parseIdentifier, parseObjectName, parseOnOff, parseVariable, parseWord } from "./names";
import type { Parser } from "./parser";
import { parseAssignmentOperator } from "./selectItems";

/** Options that are ON or OFF; several may be set at once. */
const SWITCHES: ReadonlySet<string> = new Set(
  `ANSI_DEFAULTS ANSI_NULLS ANSI_NULL_DFLT_OFF ANSI_NULL_DFLT_ON ANSI_PADDING ANSI_WARNINGS ARITHABORT ARITHIGNORE
  CONCAT_NULL_YIELDS_NULL CURSOR_CLOSE_ON_COMMIT DISABLE_DEF_CNST_CHK FMTONLY FORCEPLAN IMPLICIT_TRANSACTIONS NOCOUNT
  NOEXEC NO_BROWSETABLE NUMERIC_ROUNDABORT PARSEONLY QUOTED_IDENTIFIER REMOTE_PROC_TRANSACTIONS RESULT_SET_CACHING
  SHOWPLAN_ALL SHOWPLAN_TEXT SHOWPLAN_XML XACT_ABORT`.split(/\s+/),
);

/** Options with a value. */
const VALUES: ReadonlySet<string> = new Set(
  `LOCK_TIMEOUT DATEFIRST DATEFORMAT LANGUAGE ROWCOUNT TEXTSIZE DEADLOCK_PRIORITY CONTEXT_INFO
  QUERY_GOVERNOR_COST_LIMIT`.split(/\s+/),
);

const REFUSED: ReadonlySet<string> = new Set(["OFFSETS", "FIPS_FLAGGER", "ERRLVL"]);

const STATISTICS: ReadonlySet<string> = new Set(["IO", "TIME", "PROFILE", "XML"]);

export function parseSet(parser: Parser): Statement {
  const start = parser.expect("SET");
  if (parser.isVariable) return parseSetVariable(parser, start);
  const { text } = parser.token;
  switch (text) {
    case "IDENTITY_INSERT": {
      parser.advance();
      const table = parseObjectName(parser);
      const on = parseOnOff(parser);
      return { kind: "setIdentityInsert", table, on, span: parser.span(start) };
    }
    case "TRANSACTION":
      return parseIsolation(parser, start);
    case "STATISTICS": {
      parser.advance();
      const options = parser.list(parseStatisticsOption);
      const on = parseOnOff(parser);
      return { kind: "setStatistics", options, on, span: parser.span(start) };
    }
  }
  if (SWITCHES.has(text)) return parseSwitches(parser, start);
  if (VALUES.has(text)) {
    parser.advance();
    const value = parseConstantOrWord(parser);
    return { kind: "setValue", option: text, value, span: parser.span(start) };
  }
  if (REFUSED.has(text)) return parseRefused(parser, start);
  return failUnknownOption(parser);
}

/** The state of error 195 tells a switch (5) from an option with a value (7). */
function failUnknownOption(parser: Parser): never {
  const { type, value, line } = parser.token;
  const next = parser.peek();
  if (type !== TokenType.Identifier || next.type === TokenType.End || next.text === ";") parser.fail();
  const state = next.text === "ON" || next.text === "OFF" || next.text === "," ? 5 : 7;
  throw parser.error(195, `'${value}' is not a recognized SET option.`, line, state);
}

type Start = { line: number; start: number };

function parseSetVariable(parser: Parser, start: Start): Statement {
  const variable = parseVariable(parser);
  if (parser.is(".") || parser.is("::")) {
    parser.advance();
    const member = parseIdentifier(parser);
    if (parser.is("(")) parser.skipParentheses();
    else if (parser.take("=")) parser.rules.expression(parser);
    return { kind: "unsupported", what: `SET ${variable}.${member}`, span: parser.span(start) };
  }
  if (parser.is("=") && parser.nextIs("CURSOR")) {
    parser.advance();
    const cursor = parseCursorDefinition(parser);
    return { kind: "setCursor", variable, cursor, span: parser.span(start) };
  }
  if (parser.cursorVariables.has(variable.toLowerCase()) && parser.is("=")) {
    parser.advance();
    const cursor = parser.isVariable ? parseVariable(parser) : parseIdentifier(parser);
    return { kind: "setCursor", variable, cursor, span: parser.span(start) };
  }
  const operator = parseAssignmentOperator(parser);
  const value = parser.rules.expression(parser);
  return { kind: "set", variable, operator, value, span: parser.span(start) };
}

const ISOLATION_LEVELS: readonly string[][] = [
  ["READ", "UNCOMMITTED"],
  ["READ", "COMMITTED"],
  ["REPEATABLE", "READ"],
  ["SNAPSHOT"],
  ["SERIALIZABLE"],
];

function parseIsolation(parser: Parser, start: Start): Statement {
  parser.expectWords("TRANSACTION", "ISOLATION", "LEVEL");
  for (const words of ISOLATION_LEVELS) {
    if (parser.takeWords(...words)) return { kind: "setIsolation", level: words.join(" "), span: parser.span(start) };
  }
  return parser.fail();
}

function parseStatisticsOption(parser: Parser): string {
  if (!parser.isAny(STATISTICS)) parser.fail();
  return parser.advance().text;
}

function parseSwitches(parser: Parser, start: Start): Statement {
  const options = parser.list(parseSwitch);
  const last = parser.previous;
  if (!parser.is("ON") && !parser.is("OFF"))
    throw parser.error(102, `Incorrect syntax near '${last.value}'.`, last.line, 4);
  const on = parseOnOff(parser);
  if (options.includes("QUOTED_IDENTIFIER")) parser.setQuotedIdentifier(on);
  return { kind: "setOption", options, on, span: parser.span(start) };
}

function parseSwitch(parser: Parser): string {
  if (!parser.isAny(SWITCHES)) failUnknownOption(parser);
  return parser.advance().text;
}

function parseRefused(parser: Parser, start: Start): Statement {
  const what = `SET ${parser.advance().text}`;
  do parser.advance();
  while (parser.take(","));
  if (parser.is("ON") || parser.is("OFF")) parseWord(parser);
  return { kind: "unsupported", what, span: parser.span(start) };
}
