import type { Expression, Span, TypeName } from "../ast";
import { TokenType } from "../lexer/tokens";
import type { Parser } from "./parser";

/** The bytes of `0x…`; an odd digit count means a leading zero. */
export function binaryValue(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
}

/** A constant, or undefined where none begins here. */
export function parseConstant(parser: Parser): Expression | undefined {
  const { token } = parser;
  const span: Span = { line: token.line, start: token.start, end: token.end };
  switch (token.type) {
    case TokenType.Integer:
      parser.advance();
      return { kind: "integer", text: token.value, span };
    case TokenType.String:
      parser.advance();
      return { kind: "string", value: token.value, national: false, span };
    case TokenType.NationalString:
      parser.advance();
      return { kind: "string", value: token.value, national: true, span };
    case TokenType.Decimal:
      parser.advance();
      return { kind: "decimal", text: token.value, span };
    case TokenType.Float:
      parser.advance();
      return { kind: "float", text: token.value, span };
    case TokenType.Money:
      parser.advance();
      return { kind: "money", text: token.value, span };
    case TokenType.Binary:
      parser.advance();
      return { kind: "binary", value: binaryValue(token.value), span };
    case TokenType.Variable:
      parser.advance();
      return { kind: "variable", name: token.value, span };
    case TokenType.GlobalVariable:
      parser.advance();
      return { kind: "globalVariable", name: token.value.slice(2).toUpperCase(), span };
    case TokenType.Keyword:
      if (token.text !== "NULL") return undefined;
      parser.advance();
      return { kind: "null", span };
    default:
      return undefined;
  }
}

const SIGNED: ReadonlySet<TokenType> = new Set([
  TokenType.Integer,
  TokenType.Decimal,
  TokenType.Float,
  TokenType.Money,
]);

/** A constant with an optional sign: parameter defaults and arguments, option values. */
export function parseSignedConstant(parser: Parser): Expression {
  const start = parser.token;
  if (start.text === "-" || start.text === "+") {
    if (!SIGNED.has(parser.peek().type)) parser.fail();
    parser.advance();
    const operand = parseConstant(parser) ?? parser.fail();
    return { kind: "unary", operator: start.text, operand, span: parser.span(start) };
  }
  return parseConstant(parser) ?? parser.fail();
}

/** A signed constant, or a bare word that stands for a string (`EXEC sp_help t`, `SET DATEFORMAT dmy`). */
export function parseConstantOrWord(parser: Parser): Expression {
  if (!parser.isIdentifier) return parseSignedConstant(parser);
  const { value, line, start, end } = parser.advance();
  return { kind: "string", value, national: true, span: { line, start, end } };
}

/** A constant or variable where SQL Server takes no other expression. */
export function parseStringOrVariable(parser: Parser): Expression {
  if (!parser.isString && !parser.isVariable) parser.fail();
  return parseConstant(parser) as Expression;
}

const ESCAPE_TYPES: Readonly<Record<string, string>> = {
  D: "datetime",
  T: "datetime",
  TS: "datetime",
  GUID: "uniqueidentifier",
};

/** `{d '…'}`, `{t '…'}`, `{ts '…'}`, `{guid '…'}`, `{fn f(…)}` */
export function parseOdbcEscape(parser: Parser): Expression {
  const start = parser.expect("{");
  if (parser.take("FN")) {
    const call = parser.rules.expression(parser);
    parser.expect("}");
    return call;
  }
  const typeName = ESCAPE_TYPES[parser.token.text];
  if (typeName === undefined) parser.fail();
  const word = parser.advance();
  if (!parser.isString) parser.fail();
  const operand = parseConstant(parser) as Expression;
  const type: TypeName = { name: typeName, span: { line: word.line, start: word.start, end: word.end } };
  parser.expect("}");
  return { kind: "cast", form: "cast", try: false, operand, type, span: parser.span(start) };
}
