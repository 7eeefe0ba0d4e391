import type { CursorName, Expression, ModificationTarget, OutputClause } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseTableHints } from "./hints";
import { parseColumnNames, parseIdentifier, parseObjectName, parseVariable } from "./names";
import type { Parser } from "./parser";
import { parseTop } from "./queries";
import { isRowsetFunction } from "./rowsets";
import { parseSelectItem } from "./selectItems";

/** What INSERT, UPDATE, DELETE and MERGE change, with its hints. */
export function parseTarget(parser: Parser): ModificationTarget {
  const start = parser.token;
  if (parser.isVariable) {
    const name = parseVariable(parser);
    return { kind: "tableVariable", name, hints: [], span: parser.span(start) };
  }
  if (start.text === "OPENQUERY" || isRowsetFunction(start.text)) return parseRemoteTarget(parser);
  const name = parseObjectName(parser);
  return { kind: "table", name, hints: parseTableHints(parser), span: parser.span(start) };
}

function parseRemoteTarget(parser: Parser): ModificationTarget {
  const start = parser.advance();
  parser.refuse(`changing data through ${start.text}`);
  parser.skipParentheses();
  while (parser.take(".")) if (!parser.is(".")) parseIdentifier(parser);
  const span = parser.span(start);
  return { kind: "table", name: { name: start.text, span }, hints: [], span };
}

/** `TOP (n) [PERCENT]`, if given. */
export function parseModificationTop(parser: Parser): { count: Expression; percent: boolean } | undefined {
  if (!parser.is("TOP")) return undefined;
  // Only SELECT takes the count without parentheses.
  if (!parser.nextIs("(")) {
    parser.advance();
    parser.fail();
  }
  const { count, percent, withTies } = parseTop(parser);
  if (withTies) {
    throw parser.error(1062, "The TOP N WITH TIES clause is not allowed without a corresponding ORDER BY clause.");
  }
  return { count, percent };
}

/** `OUTPUT items [INTO target [(columns)]]`, once or twice, if given. */
export function parseOutput(parser: Parser): OutputClause[] | undefined {
  if (!parser.is("OUTPUT")) return undefined;
  const clauses: OutputClause[] = [];
  while (parser.take("OUTPUT")) {
    const clause: OutputClause = { items: parser.list(parseSelectItem) };
    if (parser.take("INTO")) {
      clause.into = parseOutputTarget(parser);
      if (parser.is("(") && !parser.opensQuery()) clause.intoColumns = parseColumnNames(parser);
    }
    clauses.push(clause);
  }
  return clauses;
}

function parseOutputTarget(parser: Parser): ModificationTarget {
  const start = parser.token;
  if (parser.isVariable) {
    return { kind: "tableVariable", name: parseVariable(parser), hints: [], span: parser.span(start) };
  }
  return { kind: "table", name: parseObjectName(parser), hints: [], span: parser.span(start) };
}

/** `CURRENT OF [GLOBAL] cursor | @cursor`; WHERE has been read. */
export function parseCurrentOf(parser: Parser): CursorName {
  parser.expectWords("CURRENT", "OF");
  return parseCursorName(parser);
}

export function parseCursorName(parser: Parser): CursorName {
  if (parser.isVariable) return { name: parseVariable(parser), variable: true, global: false };
  const { type } = parser.peek();
  // GLOBAL is part of the grammar only where a name follows; alone it is a cursor's name.
  const global = parser.is("GLOBAL") && (type === TokenType.Identifier || type === TokenType.QuotedIdentifier);
  if (global) parser.advance();
  return { name: parseIdentifier(parser), variable: false, global };
}
