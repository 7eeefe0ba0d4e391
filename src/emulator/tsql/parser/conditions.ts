import type { ComparisonOperator, Condition, Expression } from "../ast";
import { continueExpression, parseExpression } from "./expressions";
import { parseIdentifier } from "./names";
import type { Parser } from "./parser";

/** `(` may open either, so both are read by the same rules and told apart by what was read. */
type Operand = Condition | Expression;

const CONDITION_KINDS: ReadonlySet<string> = new Set<Condition["kind"]>([
  "and",
  "or",
  "not",
  "comparison",
  "quantified",
  "isNull",
  "isDistinct",
  "between",
  "in",
  "like",
  "exists",
  "updateFunction",
]);

function isCondition(operand: Operand): operand is Condition {
  return CONDITION_KINDS.has(operand.kind);
}

export function parseCondition(parser: Parser): Condition {
  return requireCondition(parser, parseDisjunction(parser));
}

function requireCondition(parser: Parser, operand: Operand): Condition {
  if (isCondition(operand)) return operand;
  const message = `An expression of non-boolean type specified in a context where a condition is expected, near '${parser.token.value}'.`;
  throw parser.error(4145, message);
}

function parseDisjunction(parser: Parser): Operand {
  let left = parseConjunction(parser);
  while (parser.is("OR")) {
    const first = requireCondition(parser, left);
    parser.advance();
    const right = requireCondition(parser, parseConjunction(parser));
    left = { kind: "or", left: first, right, span: parser.span(first.span) };
  }
  return left;
}

function parseConjunction(parser: Parser): Operand {
  let left = parseNegation(parser);
  while (parser.is("AND")) {
    const first = requireCondition(parser, left);
    parser.advance();
    const right = requireCondition(parser, parseNegation(parser));
    left = { kind: "and", left: first, right, span: parser.span(first.span) };
  }
  return left;
}

function parseNegation(parser: Parser): Operand {
  if (!parser.is("NOT")) return parsePredicate(parser);
  const start = parser.advance();
  const operand = requireCondition(parser, parser.nested(parseNegation));
  return { kind: "not", operand, span: parser.span(start) };
}

function parsePredicate(parser: Parser): Operand {
  const start = parser.token;
  switch (start.text) {
    case "EXISTS": {
      parser.advance();
      const query = parseQueryInParentheses(parser);
      return { kind: "exists", query, span: parser.span(start) };
    }
    case "UPDATE": {
      parser.advance();
      parser.expect("(");
      const column = parseIdentifier(parser);
      parser.expect(")");
      return { kind: "updateFunction", column, span: parser.span(start) };
    }
    case "CONTAINS":
    case "FREETEXT":
      return parseFullTextPredicate(parser);
    case "(":
      if (!parser.opensQuery()) return parseParenthesized(parser);
      break;
  }
  return parseComparison(parser, parseExpression(parser));
}

function parseParenthesized(parser: Parser): Operand {
  const start = parser.expect("(");
  const inner = parser.nested(parseDisjunction);
  parser.expect(")");
  if (isCondition(inner)) return { ...inner, span: parser.span(start) };
  return parseComparison(parser, continueExpression(parser, { ...inner, span: parser.span(start) }));
}

/** The predicate that begins with `left`, or `left` itself if no operator of a predicate follows. */
function parseComparison(parser: Parser, left: Expression): Operand {
  const operator = parseComparisonOperator(parser);
  if (operator !== undefined) return parseRightSide(parser, left, operator);
  if (parser.is("IS")) return parseIs(parser, left);
  const negated = parser.is("NOT") && ["BETWEEN", "IN", "LIKE"].includes(parser.peek().text);
  if (negated) parser.advance();
  if (parser.take("BETWEEN")) {
    const low = parseExpression(parser);
    parser.expect("AND");
    const high = parseExpression(parser);
    return { kind: "between", negated, operand: left, low, high, span: parser.span(left.span) };
  }
  if (parser.take("IN")) return parseIn(parser, left, negated);
  if (parser.take("LIKE")) return parseLike(parser, left, negated);
  return left;
}

/** `!=` is `<>`, `!<` is `>=`, `!>` is `<=`; the two characters may stand apart. */
function parseComparisonOperator(parser: Parser): ComparisonOperator | undefined {
  switch (parser.token.text) {
    case "=":
    case "<>":
    case "<=":
    case ">=":
      return parser.advance().text as ComparisonOperator;
    case "!=":
      parser.advance();
      return "<>";
    case "!<":
      parser.advance();
      return ">=";
    case "!>":
      parser.advance();
      return "<=";
    case "<":
      parser.advance();
      if (parser.take(">")) return "<>";
      return parser.take("=") ? "<=" : "<";
    case ">":
      parser.advance();
      return parser.take("=") ? ">=" : ">";
    case "!":
      parser.advance();
      if (parser.take("<")) return ">=";
      if (parser.take(">")) return "<=";
      parser.expect("=");
      return "<>";
    default:
      return undefined;
  }
}

function parseRightSide(parser: Parser, left: Expression, operator: ComparisonOperator): Condition {
  const quantified = parser.is("ANY") || parser.is("SOME") || parser.is("ALL");
  if (!quantified) {
    const right = parseExpression(parser);
    return { kind: "comparison", operator, left, right, span: parser.span(left.span) };
  }
  const quantifier = parser.advance().text === "ALL" ? "all" : "any";
  const query = parseQueryInParentheses(parser);
  return { kind: "quantified", operator, quantifier, left, query, span: parser.span(left.span) };
}

function parseIs(parser: Parser, left: Expression): Condition {
  parser.expect("IS");
  const negated = parser.take("NOT");
  if (parser.take("NULL")) return { kind: "isNull", negated, operand: left, span: parser.span(left.span) };
  parser.expectWords("DISTINCT", "FROM");
  const right = parseExpression(parser);
  return { kind: "isDistinct", negated, left, right, span: parser.span(left.span) };
}

function parseIn(parser: Parser, operand: Expression, negated: boolean): Condition {
  const list = parser.opensQuery() ? parseQueryInParentheses(parser) : parser.parenthesizedList(parseExpression);
  return { kind: "in", negated, operand, list, span: parser.span(operand.span) };
}

function parseLike(parser: Parser, operand: Expression, negated: boolean): Condition {
  const pattern = parseExpression(parser);
  const node: Extract<Condition, { kind: "like" }> = {
    kind: "like",
    negated,
    operand,
    pattern,
    span: parser.span(operand.span),
  };
  if (parser.take("ESCAPE")) {
    node.escape = parseExpression(parser);
  } else if (parser.takeWords("{", "ESCAPE")) {
    node.escape = parseExpression(parser);
    parser.expect("}");
  }
  node.span = parser.span(operand.span);
  return node;
}

function parseQueryInParentheses(parser: Parser) {
  parser.expect("(");
  const query = parser.rules.query(parser);
  parser.expect(")");
  return query;
}

/** CONTAINS and FREETEXT are read to be refused: the emulator has no full-text search. */
function parseFullTextPredicate(parser: Parser): Condition {
  const start = parser.advance();
  parser.refuse(`full-text search (${start.text})`);
  parser.expect("(");
  if (parser.is("*")) parser.advance();
  else if (parser.is("(")) parser.parenthesizedList(parseExpression);
  else parseExpression(parser);
  parser.expect(",");
  parser.list(parseExpression);
  parser.expect(")");
  return { kind: "updateFunction", column: start.text, span: parser.span(start) };
}
