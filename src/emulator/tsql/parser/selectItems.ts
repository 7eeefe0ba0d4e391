import type { AssignmentOperator, SelectItem } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseIdentifier } from "./names";
import type { Parser } from "./parser";

const ASSIGNMENT_OPERATORS: ReadonlySet<string> = new Set<AssignmentOperator>([
  "=",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "&=",
  "|=",
  "^=",
]);

function isAssignmentOperator(text: string): text is AssignmentOperator {
  return ASSIGNMENT_OPERATORS.has(text);
}

export function parseAssignmentOperator(parser: Parser): AssignmentOperator {
  const { text } = parser.token;
  if (!isAssignmentOperator(text)) parser.fail();
  parser.advance();
  return text;
}

/** `*`, `t.*`, `@x = …`, `alias = …`, `… AS alias`, `… 'alias'` */
export function parseSelectItem(parser: Parser): SelectItem {
  const start = parser.token;
  if (start.text === "*") {
    parser.advance();
    return { kind: "star", span: parser.span(start) };
  }
  if (parser.isIdentifier || parser.isString) {
    if (parser.nextIs("=")) return parseNamedItem(parser);
    if (parser.nextIs(".")) {
      const qualifier = starQualifierLength(parser);
      if (qualifier > 0) return parseQualifiedStar(parser, qualifier);
    }
  } else if (parser.isVariable && isAssignmentOperator(parser.peek().text)) {
    const variable = parser.advance().value;
    const operator = parseAssignmentOperator(parser);
    const expression = parser.rules.expression(parser);
    return { kind: "assign", variable, operator, expression, span: parser.span(start) };
  }
  const expression = parser.rules.expression(parser);
  const alias = parseItemAlias(parser);
  const span = parser.span(start);
  return alias === undefined
    ? { kind: "expression", expression, span }
    : { kind: "expression", expression, alias, span };
}

function parseNamedItem(parser: Parser): SelectItem {
  const start = parser.token;
  const alias = parser.isString ? parser.advance().value : parseIdentifier(parser);
  parser.expect("=");
  const expression = parser.rules.expression(parser);
  return { kind: "expression", expression, alias, span: parser.span(start) };
}

function parseItemAlias(parser: Parser): string | undefined {
  const named = parser.take("AS");
  if (parser.isString) return parser.advance().value;
  if (named || parser.isIdentifier) return parseIdentifier(parser);
  return undefined;
}

/** How many parts stand before the star of `a.b.*`; 0 if it is none. */
function starQualifierLength(parser: Parser): number {
  let parts = 0;
  for (let at = 0; ; at += 2) {
    const { type } = parser.peek(at);
    if (type !== TokenType.Identifier && type !== TokenType.QuotedIdentifier) return 0;
    if (!parser.nextIs(".", at + 1)) return 0;
    parts++;
    if (parser.nextIs("*", at + 2)) return parts;
  }
}

function parseQualifiedStar(parser: Parser, parts: number): SelectItem {
  const start = parser.token;
  const qualifier: string[] = [];
  for (let i = 0; i < parts; i++) {
    qualifier.push(parseIdentifier(parser));
    parser.expect(".");
  }
  parser.expect("*");
  return { kind: "star", qualifier, span: parser.span(start) };
}
