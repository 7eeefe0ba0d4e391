import type { Expression, Span } from "../ast";
import { TokenType } from "../lexer/tokens";
import { isKeywordFunction, parseFunction, parseKeywordFunction, parseNextValue } from "./functions";
import { parseConstant, parseOdbcEscape } from "./literals";
import { parseIdentifier, parseNameParts } from "./names";
import type { Parser } from "./parser";

/** Server, database, schema, table, column. */
const MAXIMUM_COLUMN_PARTS = 5;

/** Methods of xml; `a.b(…)` is one of them or a call of function `b` in schema `a`. Their names are case-sensitive. */
const XML_METHODS: ReadonlySet<string> = new Set(["value", "query", "nodes", "exist", "modify"]);
const FUNCTION_SCHEMAS: ReadonlySet<string> = new Set(["dbo", "sys"]);

export function parseExpression(parser: Parser): Expression {
  return parseAdditive(parser, parseMultiplicative(parser, parseUnary(parser)));
}

/** The rest of an expression whose first operand, in parentheses, has been read already. */
export function continueExpression(parser: Parser, first: Expression): Expression {
  return parseAdditive(parser, parseMultiplicative(parser, parsePostfix(parser, first)));
}

/** T-SQL gives `+ - & | ^` one precedence. */
function parseAdditive(parser: Parser, first: Expression): Expression {
  let left = first;
  for (;;) {
    const operator = parser.token.text;
    switch (operator) {
      case "+":
      case "-":
      case "&":
      case "|":
      case "^": {
        parser.advance();
        const right = parseMultiplicative(parser, parseUnary(parser));
        left = { kind: "binaryOperation", operator, left, right, span: parser.span(left.span) };
        break;
      }
      default:
        return left;
    }
  }
}

function parseMultiplicative(parser: Parser, first: Expression): Expression {
  let left = first;
  for (;;) {
    const operator = parser.token.text;
    switch (operator) {
      case "*":
      case "/":
      case "%": {
        parser.advance();
        left = { kind: "binaryOperation", operator, left, right: parseUnary(parser), span: parser.span(left.span) };
        break;
      }
      default:
        return left;
    }
  }
}

/** A sign takes in all factors that follow, as in SQL Server: `-100.0/-100.0*10` is 0.1. */
function parseUnary(parser: Parser): Expression {
  const start = parser.token;
  switch (start.text) {
    case "-":
    case "+": {
      parser.advance();
      const operand = parser.nested((inner) => parseMultiplicative(inner, parseUnary(inner)));
      return { kind: "unary", operator: start.text, operand, span: parser.span(start) };
    }
    case "~": {
      parser.advance();
      const operand = parser.nested(parseUnary);
      return { kind: "unary", operator: "~", operand, span: parser.span(start) };
    }
    default:
      return parsePostfix(parser, parsePrimary(parser));
  }
}

/** COLLATE, AT TIME ZONE and method calls. */
function parsePostfix(parser: Parser, operand: Expression): Expression {
  let result = operand;
  for (;;) {
    switch (parser.token.text) {
      case "COLLATE":
        parser.advance();
        result = {
          kind: "collate",
          operand: result,
          collation: parseIdentifier(parser),
          span: parser.span(result.span),
        };
        break;
      case "AT": {
        if (!parser.nextIs("TIME") || !parser.nextIs("ZONE", 2)) return result;
        parser.takeWords("AT", "TIME", "ZONE");
        const zone = parsePrimary(parser);
        result = { kind: "atTimeZone", operand: result, zone, span: parser.span(result.span) };
        break;
      }
      case ".":
        result = parseMember(parser, result);
        break;
      default:
        return result;
    }
  }
}

function parseMember(parser: Parser, target: Expression): Expression {
  parser.expect(".");
  const method = parseIdentifier(parser);
  if (!parser.is("(")) {
    parser.refuse(`property ${method} of a CLR type`);
    return target;
  }
  return { kind: "methodCall", target, method, arguments: parseArguments(parser), span: parser.span(target.span) };
}

function parseArguments(parser: Parser): Expression[] {
  parser.expect("(");
  const values = parser.is(")") ? [] : parser.list(parser.rules.expression);
  parser.expect(")");
  return values;
}

function parsePrimary(parser: Parser): Expression {
  const { token } = parser;
  const constant = parseConstant(parser);
  if (constant !== undefined) return constant;
  if (token.type === TokenType.Identifier || token.type === TokenType.QuotedIdentifier) return parseNamed(parser);
  switch (token.text) {
    case "(":
      return parseParenthesized(parser);
    case "CASE":
      return parseCase(parser);
    case "{":
      return parseOdbcEscape(parser);
    case "IDENTITYCOL":
    case "ROWGUIDCOL":
      parser.advance();
      return {
        kind: "column",
        parts: [token.text === "ROWGUIDCOL" ? "$rowguid" : "$identity"],
        span: parser.span(token),
      };
    default:
      return isKeywordFunction(token.text) ? parseKeywordFunction(parser) : parser.fail();
  }
}

function parseParenthesized(parser: Parser): Expression {
  const start = parser.token;
  if (parser.opensQuery()) {
    parser.advance();
    const query = parser.rules.query(parser);
    parser.expect(")");
    return { kind: "subquery", query, span: parser.span(start) };
  }
  parser.advance();
  const inner = parser.rules.expression(parser);
  parser.expect(")");
  return { ...inner, span: parser.span(start) };
}

/** A column, a function call, a method call on a column, NEXT VALUE FOR. */
function parseNamed(parser: Parser): Expression {
  const start = parser.token;
  if (start.text === "NEXT" && parser.nextIs("VALUE")) return parseNextValue(parser);
  const parts = parseNameParts(parser);
  if (parser.is("(")) {
    return isMethod(parts) ? parseMethodCall(parser, parts, parser.span(start)) : parseFunction(parser, parts, start);
  }
  if (parser.is("::")) return parseStaticMember(parser, parts, start);
  if (parts.length > MAXIMUM_COLUMN_PARTS) {
    const message = `The column name '${parts.join(".")}' contains more than the maximum number of prefixes. The maximum is 4.`;
    throw parser.error(117, message, start.line);
  }
  return { kind: "column", parts, span: parser.span(start) };
}

function isMethod(parts: string[]): boolean {
  if (parts.length < 2 || !XML_METHODS.has(parts.at(-1) as string)) return false;
  return !(parts.length === 2 && FUNCTION_SCHEMAS.has((parts[0] as string).toLowerCase()));
}

function parseMethodCall(parser: Parser, parts: string[], span: Span): Expression {
  const target: Expression = { kind: "column", parts: parts.slice(0, -1), span };
  const method = parts.at(-1) as string;
  return { kind: "methodCall", target, method, arguments: parseArguments(parser), span: parser.span(span) };
}

/** `hierarchyid::Parse('/')` */
function parseStaticMember(parser: Parser, parts: string[], start: { line: number; start: number }): Expression {
  parser.refuse(`static members of the type ${parts.join(".")}`);
  parser.expect("::");
  parseIdentifier(parser);
  if (parser.is("(")) parseArguments(parser);
  return { kind: "column", parts, span: parser.span(start) };
}

function parseCase(parser: Parser): Expression {
  const start = parser.expect("CASE");
  const input = parser.is("WHEN") ? undefined : parser.rules.expression(parser);
  const node: Extract<Expression, { kind: "case" }> = { kind: "case", branches: [], span: parser.span(start) };
  if (input !== undefined) node.input = input;
  do {
    parser.expect("WHEN");
    const when = input === undefined ? parser.rules.condition(parser) : parser.rules.expression(parser);
    parser.expect("THEN");
    const then = parser.rules.expression(parser);
    node.branches.push({ when, then });
  } while (parser.is("WHEN"));
  if (parser.take("ELSE")) node.otherwise = parser.rules.expression(parser);
  parser.expect("END");
  node.span = parser.span(start);
  return node;
}
