import type { ExecuteArgument, ExecuteStatement, ExecuteTextStatement, Expression, Statement } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseConstantOrWord, parseStringOrVariable } from "./literals";
import { parseIdentifier, parseObjectName, parseStringValue, parseVariable } from "./names";
import type { Parser } from "./parser";

/** `EXEC proc …`, `EXEC @rc = proc …`, `EXEC (text) …`; not EXECUTE AS. */
export function parseExecute(parser: Parser): ExecuteStatement | ExecuteTextStatement {
  const start = parser.advance();
  return parser.is("(") ? parseExecuteText(parser, start) : parseProcedureCall(parser, start);
}

/** A procedure call from its name on: what a batch's first statement may be without EXEC. */
export function parseProcedureCall(parser: Parser, start: { line: number; start: number }): ExecuteStatement {
  const returnInto = parser.isVariable && parser.nextIs("=") ? parseVariable(parser) : undefined;
  if (returnInto !== undefined) parser.expect("=");
  const procedure = parser.isVariable ? { variable: parseVariable(parser) } : parseObjectName(parser);
  const statement: ExecuteStatement = {
    kind: "execute",
    procedure,
    arguments: [],
    recompile: false,
    span: parser.span(start),
  };
  if (returnInto !== undefined) statement.returnInto = returnInto;
  if (parser.is(";") && parser.peek().type === TokenType.Integer) {
    parser.advance();
    statement.number = Number(parser.advance().value);
  }
  if (startsArgument(parser)) statement.arguments = parseArguments(parser);
  statement.recompile = parseExecuteOptions(parser);
  statement.span = parser.span(start);
  return statement;
}

const ARGUMENT_TYPES: ReadonlySet<TokenType> = new Set([
  TokenType.Variable,
  TokenType.GlobalVariable,
  TokenType.String,
  TokenType.NationalString,
  TokenType.Integer,
  TokenType.Decimal,
  TokenType.Float,
  TokenType.Money,
  TokenType.Binary,
  TokenType.QuotedIdentifier,
]);

function startsArgument(parser: Parser): boolean {
  const { type, text } = parser.token;
  if (ARGUMENT_TYPES.has(type)) return true;
  if (type === TokenType.Identifier) return !parser.nextIs(":");
  return text === "-" || text === "+" || text === "NULL" || text === "DEFAULT";
}

function parseArguments(parser: Parser): ExecuteArgument[] {
  let named = false;
  let position = 0;
  return parser.list(() => {
    position++;
    const { line } = parser.token;
    const argument = parseArgument(parser);
    if (argument.name !== undefined) named = true;
    else if (named) {
      const message = `Must pass parameter number ${position} and subsequent parameters as '@name = value'. After the form '@name = value' has been used, all subsequent parameters must be passed in the form '@name = value'.`;
      throw parser.error(119, message, line);
    }
    return argument;
  });
}

function parseArgument(parser: Parser): ExecuteArgument {
  const name = parser.isVariable && parser.nextIs("=") ? parseVariable(parser) : undefined;
  if (name !== undefined) parser.expect("=");
  const value = parseArgumentValue(parser);
  const output = parser.is("OUTPUT") || parser.is("OUT");
  if (output) {
    if (value.kind !== "variable") {
      throw parser.error(179, "Cannot use the OUTPUT option when passing a constant to a stored procedure.");
    }
    parser.advance();
  }
  return name === undefined ? { value, output } : { name, value, output };
}

function parseArgumentValue(parser: Parser): Expression | { kind: "default" } {
  if (parser.take("DEFAULT")) return { kind: "default" };
  if (parser.is("+")) parser.fail();
  return parseConstantOrWord(parser);
}

/** `WITH RECOMPILE, RESULT SETS …`, if given; true if RECOMPILE is among them. */
function parseExecuteOptions(parser: Parser): boolean {
  let recompile = false;
  if (!parser.is("WITH") || (!parser.nextIs("RECOMPILE") && !parser.nextIs("RESULT"))) return recompile;
  parser.advance();
  do {
    if (parser.take("RECOMPILE")) {
      recompile = true;
    } else {
      parser.expectWords("RESULT", "SETS");
      parser.refuse("EXECUTE … WITH RESULT SETS");
      if (parser.is("(")) parser.skipParentheses();
      else parser.advance();
    }
  } while (parser.take(","));
  return recompile;
}

/** `EXEC ('…' + @x [, args]) [AS LOGIN|USER = '…'] [AT server]` */
function parseExecuteText(parser: Parser, start: { line: number; start: number }): ExecuteTextStatement {
  parser.expect("(");
  const text = parseText(parser);
  const values = parser.take(",") ? parseArguments(parser) : [];
  parser.expect(")");
  const statement: ExecuteTextStatement = { kind: "executeText", text, arguments: values, span: parser.span(start) };
  if (parser.is("AS")) {
    parser.advance();
    const principal = parser.take("LOGIN") ? "login" : "user";
    if (principal === "user") parser.expect("USER");
    parser.expect("=");
    statement.as = { principal, name: parseStringValue(parser) };
  }
  if (parser.is("AT")) {
    parser.advance();
    if (parser.take("DATA_SOURCE")) parser.refuse("EXECUTE … AT DATA_SOURCE");
    statement.at = parseIdentifier(parser);
  }
  parseExecuteOptions(parser);
  statement.span = parser.span(start);
  return statement;
}

/** Strings and variables joined by `+`: no other expression may stand there. */
function parseText(parser: Parser): Expression {
  let text = parseStringOrVariable(parser);
  while (parser.take("+")) {
    const right = parseStringOrVariable(parser);
    text = { kind: "binaryOperation", operator: "+", left: text, right, span: parser.span(text.span) };
  }
  return text;
}

/** `{call p (…)}`, as ODBC clients send it. */
export function parseOdbcCall(parser: Parser): Statement {
  const start = parser.expect("{");
  parser.expect("CALL");
  const procedure = parseObjectName(parser);
  let values: ExecuteArgument[] = [];
  if (parser.take("(")) {
    if (!parser.is(")")) values = parseArguments(parser);
    parser.expect(")");
  }
  parser.expect("}");
  return { kind: "execute", procedure, arguments: values, recompile: false, span: parser.span(start) };
}

/** `EXECUTE AS …` as a statement. */
export function parseExecuteAs(parser: Parser): Statement {
  const start = parser.advance();
  parser.expect("AS");
  if (parser.take("CALLER"))
    return { kind: "executeAs", principal: "caller", noRevert: false, span: parser.span(start) };
  const principal = parser.take("LOGIN") ? "login" : "user";
  if (principal === "user") parser.expect("USER");
  parser.expect("=");
  const name = parseStringOrVariable(parser);
  let noRevert = false;
  if (parser.take("WITH")) {
    if (parser.take("COOKIE")) {
      parser.expect("INTO");
      parseVariable(parser);
      parser.refuse("EXECUTE AS … WITH COOKIE");
    } else {
      parser.expectWords("NO", "REVERT");
      noRevert = true;
    }
  }
  return { kind: "executeAs", principal, name, noRevert, span: parser.span(start) };
}

export function parseRevert(parser: Parser): Statement {
  const start = parser.expect("REVERT");
  if (parser.take("WITH")) {
    parser.expect("COOKIE");
    parser.expect("=");
    parseVariable(parser);
    parser.refuse("REVERT WITH COOKIE");
  }
  return { kind: "revert", span: parser.span(start) };
}
