import type { CommonTableExpression, SelectStatement, Span } from "../ast";
import { parseWith } from "./commonTableExpressions";
import { parseQueryHints } from "./hints";
import type { Parser } from "./parser";
import { type IntoTarget, parseQuery } from "./queries";

type Start = Pick<Span, "line" | "start">;

/** SELECT with its trailing clauses; a WITH before it has been read. */
export function parseSelectStatement(
  parser: Parser,
  start: Start = parser.token,
  commonTables?: CommonTableExpression[],
): SelectStatement {
  const into: IntoTarget = {};
  const query = parseQuery(parser, into);
  const statement: SelectStatement = { kind: "select", query, span: parser.span(start) };
  if (commonTables !== undefined) statement.with = commonTables;
  if (into.name !== undefined) statement.into = into.name;
  const options = parseQueryHints(parser);
  if (options !== undefined) statement.options = options;
  statement.span = parser.span(start);
  return statement;
}

/** The SELECT of a view, a cursor or an inline function, with its own WITH. */
export function parseSelectWithCommonTables(parser: Parser): SelectStatement {
  const start = parser.token;
  const commonTables = parseWith(parser);
  if (!parser.is("SELECT") && !parser.is("(")) parser.fail();
  return parseSelectStatement(parser, start, commonTables);
}
