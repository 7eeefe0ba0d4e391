import type { Expression, ObjectName, QueryBody, QueryExpression, QuerySpecification } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseForClause } from "./forClause";
import { parseGroupBy } from "./grouping";
import { parseStorage } from "./indexParts";
import { parseConstant } from "./literals";
import { parseObjectName } from "./names";
import type { Parser } from "./parser";
import { parseSelectItem } from "./selectItems";
import { parseTableSources } from "./tableSources";
import { parseOrderItems } from "./windows";

/** Takes the INTO of a statement's first query specification; queries elsewhere have none. */
export interface IntoTarget {
  name?: ObjectName;
}

/** A query with its own ORDER BY, OFFSET and FOR. */
export function parseQuery(parser: Parser, into?: IntoTarget): QueryExpression {
  const start = parser.token;
  const body = parser.nested((inner) => parseUnion(inner, into));
  const query: QueryExpression = { kind: "query", body, span: parser.span(start) };
  if (parser.is("ORDER")) {
    query.orderBy = parseOrderItems(parser);
    if (parser.is("OFFSET")) parseOffset(parser, query);
  }
  if (parser.is("FOR") && !parser.nextIs("UPDATE") && !parser.nextIs("READ")) query.forClause = parseForClause(parser);
  if (body.kind === "query" && !query.orderBy && !query.forClause) return body;
  query.span = parser.span(start);
  return query;
}

/** UNION and EXCEPT are of one precedence; INTERSECT binds tighter. */
function parseUnion(parser: Parser, into?: IntoTarget): QueryBody {
  const start = parser.token;
  let left = parseIntersect(parser, into);
  for (;;) {
    let operator: "union" | "unionAll" | "except";
    if (parser.take("UNION")) operator = parser.take("ALL") ? "unionAll" : "union";
    else if (parser.take("EXCEPT")) operator = "except";
    else return left;
    const right = parseIntersect(parser);
    left = { kind: "setOperation", operator, left, right, span: parser.span(start) };
  }
}

function parseIntersect(parser: Parser, into?: IntoTarget): QueryBody {
  const start = parser.token;
  let left = parseQueryOperand(parser, into);
  while (parser.take("INTERSECT")) {
    const right = parseQueryOperand(parser);
    left = { kind: "setOperation", operator: "intersect", left, right, span: parser.span(start) };
  }
  return left;
}

function parseQueryOperand(parser: Parser, into?: IntoTarget): QueryBody {
  if (!parser.is("(")) return parseSpecification(parser, into);
  const start = parser.advance();
  const query = parseQuery(parser, into);
  parser.expect(")");
  return { ...query, span: parser.span(start) };
}

function parseSpecification(parser: Parser, into?: IntoTarget): QuerySpecification {
  const start = parser.expect("SELECT");
  const distinct = parser.take("DISTINCT");
  if (!distinct) parser.take("ALL");
  const top = parser.is("TOP") ? parseTop(parser) : undefined;
  const items = parser.list(parseSelectItem);
  const specification: QuerySpecification = { kind: "specification", distinct, items, span: parser.span(start) };
  if (top !== undefined) specification.top = top;
  if (parser.is("INTO")) parseInto(parser, into);
  if (parser.take("FROM")) specification.from = parseTableSources(parser);
  if (parser.take("WHERE")) specification.where = parser.rules.condition(parser);
  if (parser.is("GROUP")) specification.groupBy = parseGroupBy(parser);
  if (parser.take("HAVING")) specification.having = parser.rules.condition(parser);
  if (parser.is("WINDOW")) parseWindowClause(parser);
  specification.span = parser.span(start);
  return specification;
}

function parseInto(parser: Parser, into: IntoTarget | undefined): void {
  if (into === undefined) parser.fail();
  parser.advance();
  into.name = parseObjectName(parser);
  parseStorage(parser);
}

/** `TOP n`, `TOP (expression)`, with PERCENT and WITH TIES. */
export function parseTop(parser: Parser): NonNullable<QuerySpecification["top"]> {
  parser.expect("TOP");
  const count = parseTopCount(parser);
  const percent = parser.take("PERCENT");
  const withTies = parser.takeWords("WITH", "TIES");
  return { count, percent, withTies };
}

function parseTopCount(parser: Parser): Expression {
  const { type, text } = parser.token;
  if (text === "(") {
    const isQuery = parser.opensQuery();
    const start = parser.advance();
    const count: Expression = isQuery
      ? { kind: "subquery", query: parseQuery(parser), span: parser.span(start) }
      : parser.rules.expression(parser);
    parser.expect(")");
    return isQuery ? { ...count, span: parser.span(start) } : count;
  }
  if (type !== TokenType.Integer && type !== TokenType.Decimal && type !== TokenType.Float) parser.fail();
  return parseConstant(parser) ?? parser.fail();
}

function parseOffset(parser: Parser, query: QueryExpression): void {
  parser.expect("OFFSET");
  query.offset = parser.rules.expression(parser);
  parseRowWord(parser);
  if (!parser.is("FETCH") || (!parser.nextIs("NEXT") && !parser.nextIs("FIRST"))) return;
  parser.advance();
  parser.advance();
  query.fetch = parser.rules.expression(parser);
  parseRowWord(parser);
  parser.expect("ONLY");
}

function parseRowWord(parser: Parser): void {
  if (!parser.take("ROW")) parser.expect("ROWS");
}

/** `WINDOW w AS (…)` is read to be refused. */
function parseWindowClause(parser: Parser): void {
  if (!parser.nextIs("AS", 2)) parser.fail();
  parser.refuse("named windows (WINDOW clause)");
  parser.advance();
  do {
    parser.advance();
    parser.expect("AS");
    parser.skipParentheses();
  } while (parser.take(","));
}
