import type { Expression, Statement } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseConstant, parseSignedConstant, parseStringOrVariable } from "./literals";
import { parseIdentifier } from "./names";
import type { Parser } from "./parser";

/** Statements up to END, which is not read; `;` between them is optional. */
function parseStatementsToEnd(parser: Parser): Statement[] {
  const statements: Statement[] = [];
  skipSemicolons(parser);
  while (!parser.is("END") || parser.nextIs("CONVERSATION")) {
    statements.push(parser.rules.statement(parser));
    endStatement(parser);
  }
  return statements;
}

export function skipSemicolons(parser: Parser): void {
  while (parser.is(";")) parser.advance();
}

/** Semicolons after a statement in a list; a WITH that follows needs one, except after a label. */
export function endStatement(parser: Parser): void {
  if (parser.is("WITH") && parser.previous.text !== ":") parser.fail();
  skipSemicolons(parser);
}

/** `BEGIN … END`; BEGIN TRY and BEGIN TRANSACTION are told apart before. */
export function parseBlock(parser: Parser): Statement {
  const start = parser.expect("BEGIN");
  const statements = parseStatementsToEnd(parser);
  if (statements.length === 0) parser.fail();
  parser.expect("END");
  return { kind: "block", statements, span: parser.span(start) };
}

export function parseTryCatch(parser: Parser): Statement {
  const start = parser.token;
  parser.expectWords("BEGIN", "TRY");
  const tryStatements = parseStatementsToEnd(parser);
  if (tryStatements.length === 0) parser.fail();
  parser.expectWords("END", "TRY");
  parser.expectWords("BEGIN", "CATCH");
  parser.catches++;
  const catchStatements = parseStatementsToEnd(parser);
  parser.catches--;
  parser.expectWords("END", "CATCH");
  return { kind: "tryCatch", try: tryStatements, catch: catchStatements, span: parser.span(start) };
}

export function parseIf(parser: Parser): Statement {
  const start = parser.expect("IF");
  const condition = parser.rules.condition(parser);
  const then = parser.rules.statement(parser);
  let semicolons = 0;
  while (parser.nextIs(";", semicolons)) semicolons++;
  if (parser.nextIs("ELSE", semicolons)) skipSemicolons(parser);
  if (!parser.take("ELSE")) return { kind: "if", condition, then, span: parser.span(start) };
  const otherwise = parser.rules.statement(parser);
  return { kind: "if", condition, then, otherwise, span: parser.span(start) };
}

export function parseWhile(parser: Parser): Statement {
  const start = parser.expect("WHILE");
  const condition = parser.rules.condition(parser);
  parser.loops++;
  const body = parser.rules.statement(parser);
  parser.loops--;
  return { kind: "while", condition, body, span: parser.span(start) };
}

export function parseBreak(parser: Parser): Statement {
  const start = parser.advance();
  const isBreak = start.text === "BREAK";
  if (parser.loops === 0) {
    const message = `Cannot use a ${start.text} statement outside the scope of a WHILE statement.`;
    throw parser.error(isBreak ? 135 : 136, message, start.line);
  }
  return { kind: isBreak ? "break" : "continue", span: parser.span(start) };
}

export function parseReturn(parser: Parser): Statement {
  const start = parser.expect("RETURN");
  if (!startsReturnValue(parser)) return { kind: "return", span: parser.span(start) };
  const value = parser.rules.expression(parser);
  return { kind: "return", value, span: parser.span(start) };
}

const RETURN_VALUE_WORDS: ReadonlySet<string> = new Set(
  `( - + ~ { NULL CASE CONVERT TRY_CONVERT COALESCE NULLIF LEFT RIGHT CURRENT_TIMESTAMP CURRENT_USER SESSION_USER
  SYSTEM_USER USER`.split(/\s+/),
);

function startsReturnValue(parser: Parser): boolean {
  const { type, text } = parser.token;
  switch (type) {
    case TokenType.Keyword:
    case TokenType.Symbol:
      return RETURN_VALUE_WORDS.has(text);
    case TokenType.Identifier:
      return !parser.nextIs(":") && text !== "THROW" && !parser.nextIs("TRIGGER");
    default:
      return type !== TokenType.End;
  }
}

export function parseGoto(parser: Parser): Statement {
  const start = parser.expect("GOTO");
  const label = parseIdentifier(parser);
  parser.gotos.push({ label, line: start.line });
  return { kind: "goto", label, span: parser.span(start) };
}

export function parseLabel(parser: Parser): Statement {
  const start = parser.token;
  const name = parseIdentifier(parser);
  const key = name.toLowerCase();
  if (parser.labels.has(key)) {
    const message = `The label '${name}' has already been declared. Label names must be unique within a query batch or stored procedure.`;
    throw parser.error(132, message, start.line);
  }
  parser.labels.add(key);
  parser.expect(":");
  return { kind: "label", name, span: parser.span(start) };
}

/** After the whole batch: every GOTO has its label. */
export function checkGotos(parser: Parser): void {
  for (const { label, line } of parser.gotos) {
    if (parser.labels.has(label.toLowerCase())) continue;
    const message = `A GOTO statement references the label '${label}' but the label has not been declared.`;
    throw parser.error(133, message, line);
  }
}

export function parseWaitfor(parser: Parser): Statement {
  const start = parser.expect("WAITFOR");
  if (parser.is("(")) {
    parser.skipParentheses();
    if (parser.take(",")) {
      parser.expect("TIMEOUT");
      parseSignedConstant(parser);
    }
    return { kind: "unsupported", what: "Service Broker (WAITFOR with a statement)", span: parser.span(start) };
  }
  const form = parser.take("DELAY") ? "delay" : "time";
  if (form === "time") parser.expect("TIME");
  const value = parseStringOrVariable(parser);
  return { kind: "waitfor", form, value, span: parser.span(start) };
}

export function parsePrint(parser: Parser): Statement {
  const start = parser.expect("PRINT");
  const value = parser.rules.expression(parser);
  return { kind: "print", value, span: parser.span(start) };
}

const RAISERROR_OPTIONS: Readonly<Record<string, "log" | "nowait" | "seterror">> = {
  LOG: "log",
  NOWAIT: "nowait",
  SETERROR: "seterror",
};

export function parseRaiserror(parser: Parser): Statement {
  const start = parser.expect("RAISERROR");
  parser.expect("(");
  const message = parseSignedConstant(parser);
  parser.expect(",");
  const severity = parseSignedConstant(parser);
  parser.expect(",");
  const state = parseSignedConstant(parser);
  const values: Expression[] = [];
  while (parser.take(",")) values.push(parseSignedConstant(parser));
  parser.expect(")");
  const options: ("log" | "nowait" | "seterror")[] = [];
  if (parser.is("WITH") && RAISERROR_OPTIONS[parser.peek().text] !== undefined) {
    parser.advance();
    options.push(...parser.list(parseRaiserrorOption));
  }
  return { kind: "raiserror", message, severity, state, arguments: values, options, span: parser.span(start) };
}

function parseRaiserrorOption(parser: Parser): "log" | "nowait" | "seterror" {
  const option = RAISERROR_OPTIONS[parser.token.text];
  if (option === undefined) parser.fail();
  parser.advance();
  return option;
}

export function parseThrow(parser: Parser): Statement {
  const start = parser.expect("THROW");
  const number = parseConstant(parser);
  if (number === undefined) {
    if (parser.catches === 0) {
      const message =
        "To rethrow an error, a THROW statement must be used inside a CATCH block. Insert the THROW statement inside a CATCH block, or add error parameters to the THROW statement.";
      throw parser.error(10704, message, start.line);
    }
    return { kind: "throw", span: parser.span(start) };
  }
  parser.expect(",");
  const message = parseSignedConstant(parser);
  parser.expect(",");
  if (parser.isString) parser.fail();
  const state = parseSignedConstant(parser);
  return { kind: "throw", number, message, state, span: parser.span(start) };
}
