import type { Condition, Expression, TableHint, TableSource } from "../ast";
import type { Token } from "../lexer/tokens";
import { opensTableHints, parseTableHints } from "./hints";
import { parseColumnNames, parseIdentifier, parseNameParts, parseVariable, toObjectName } from "./names";
import type { Parser } from "./parser";
import { parsePivots } from "./pivots";
import { isRowsetFunction, parseOpenquery, parseRowsetFunction, parseTableFunction } from "./rowsets";
import { parseRowValues } from "./rowValues";

/** The comma-separated list after FROM. */
export function parseTableSources(parser: Parser): TableSource[] {
  return parser.list(parseTableSource);
}

/** A table source with all its joins. */
export function parseTableSource(parser: Parser): TableSource {
  let left = parser.nested(parseOperand);
  for (;;) {
    const join = parseJoinOperator(parser);
    if (join === undefined) return left;
    const unconditional = join === "cross" || join === "crossApply" || join === "outerApply";
    const right = unconditional ? parseOperand(parser) : parser.nested(parseTableSource);
    let on: Condition | undefined;
    if (!unconditional) {
      parser.expect("ON");
      on = parser.rules.condition(parser);
    }
    left = { kind: "join", join, left, right, ...(on && { on }), span: parser.span(left.span) };
  }
}

type Join = Extract<TableSource, { kind: "join" }>["join"];

function parseJoinOperator(parser: Parser): Join | undefined {
  switch (parser.token.text) {
    case "JOIN":
      parser.advance();
      return "inner";
    case "CROSS":
      parser.advance();
      if (parser.take("APPLY")) return "crossApply";
      parser.expect("JOIN");
      return "cross";
    case "OUTER":
      parser.advance();
      parser.expect("APPLY");
      return "outerApply";
    case "INNER":
    case "LEFT":
    case "RIGHT":
    case "FULL":
      return parseNamedJoin(parser);
    default:
      return undefined;
  }
}

/** Join hints (`LOOP`, `HASH` …) choose a plan, not a result, and are left out of the tree. */
function parseNamedJoin(parser: Parser): Join {
  const join = parser.advance().text.toLowerCase() as Join;
  if (join !== "inner") parser.take("OUTER");
  if (parser.is("LOOP") || parser.is("HASH") || parser.is("MERGE") || parser.is("REMOTE")) parser.advance();
  parser.expect("JOIN");
  return join;
}

function parseOperand(parser: Parser): TableSource {
  return parsePivots(parser, parsePrimary(parser));
}

function parsePrimary(parser: Parser): TableSource {
  const { token } = parser;
  if (token.text === "(") return parseParenthesized(parser);
  if (parser.isVariable) return parseVariableSource(parser);
  if (token.text === "OPENQUERY") return parseOpenquery(parser);
  if (isRowsetFunction(token.text)) return parseRowsetFunction(parser);
  if (token.text === "{" && parser.nextIs("OJ")) return parseOuterJoinEscape(parser);
  if (token.text === "::") parser.advance();
  return parseNamed(parser);
}

/** A derived table, a table of values, or a join in parentheses. */
function parseParenthesized(parser: Parser): TableSource {
  const start = parser.token;
  if (parser.opensQuery()) {
    parser.advance();
    const query = parser.rules.query(parser);
    parser.expect(")");
    const alias = parseRequiredAlias(parser);
    const columns = parseOptionalColumns(parser);
    return { kind: "derived", query, alias, ...(columns && { columns }), span: parser.span(start) };
  }
  parser.advance();
  if (parser.is("VALUES")) {
    const rows = parseRowValues(parser, parser.rules.expression);
    parser.expect(")");
    const alias = parseRequiredAlias(parser);
    const columns = parseOptionalColumns(parser);
    return { kind: "values", rows, alias, ...(columns && { columns }), span: parser.span(start) };
  }
  if (parser.isAny(MODIFICATIONS)) return parseModificationSource(parser, start);
  const source = parseTableSource(parser);
  if (source.kind === "table" || source.kind === "tableVariable") parser.fail();
  parser.expect(")");
  return source;
}

const MODIFICATIONS: ReadonlySet<string> = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

/** `(DELETE … OUTPUT …) AS t` is read to be refused; its `(` has been read. */
function parseModificationSource(parser: Parser, start: Token): TableSource {
  parser.refuse(`${parser.token.text} … OUTPUT as a table source`);
  parser.skipToClosingParenthesis();
  const name = parseRequiredAlias(parser);
  parseOptionalColumns(parser);
  const span = parser.span(start);
  return { kind: "table", name: { name, span }, hints: [], span };
}

/** `{oj a LEFT OUTER JOIN b ON …}` */
function parseOuterJoinEscape(parser: Parser): TableSource {
  parser.takeWords("{", "OJ");
  const source = parseTableSource(parser);
  parser.expect("}");
  return source;
}

function parseVariableSource(parser: Parser): TableSource {
  const start = parser.token;
  const name = parseVariable(parser);
  if (parser.take(".")) {
    return parseMethodTable(parser, { kind: "variable", name, span: parser.span(start) }, parseIdentifier(parser));
  }
  const alias = parseAlias(parser);
  // Table variables take no hints: a WITH here is the next statement's, and wrong.
  return { kind: "tableVariable", name, ...(alias !== undefined && { alias }), hints: [], span: parser.span(start) };
}

function parseNamed(parser: Parser): TableSource {
  const start = parser.token;
  const parts = parseNameParts(parser);
  if (parser.is("(") && !opensTableHints(parser)) {
    if (parts.length > 1 && parts.at(-1) === "nodes") {
      return parseMethodTable(parser, { kind: "column", parts: parts.slice(0, -1), span: parser.span(start) }, "nodes");
    }
    return parseTableFunction(parser, toObjectName(parser, parts, start));
  }
  const name = toObjectName(parser, parts, start);
  const oldHints: TableHint[] = parser.is("(") ? parseTableHints(parser) : [];
  parseSystemTime(parser);
  const alias = parseAlias(parser);
  parseTableSample(parser);
  const hints = [...oldHints, ...parseTableHints(parser)];
  return { kind: "table", name, ...(alias !== undefined && { alias }), hints, span: parser.span(start) };
}

/** `x.nodes('…') AS t(c)`; the name of the method has been read. */
function parseMethodTable(parser: Parser, target: Expression, method: string): TableSource {
  const values = parser.parenthesizedList(parser.rules.expression);
  const alias = parseRequiredAlias(parser);
  const columns = parseColumnNames(parser);
  return { kind: "methodTable", target, method, arguments: values, alias, columns, span: parser.span(target.span) };
}

/** `FOR SYSTEM_TIME …` of temporal tables is read to be refused. */
function parseSystemTime(parser: Parser): void {
  if (!parser.takeWords("FOR", "SYSTEM_TIME")) return;
  parser.refuse("temporal tables (FOR SYSTEM_TIME)");
  if (parser.take("ALL")) return;
  if (parser.takeWords("AS", "OF")) {
    parser.rules.expression(parser);
  } else if (parser.take("CONTAINED")) {
    parser.expect("IN");
    parser.parenthesizedList(parser.rules.expression);
  } else {
    if (!parser.take("FROM")) parser.expect("BETWEEN");
    parser.rules.expression(parser);
    if (!parser.take("TO")) parser.expect("AND");
    parser.rules.expression(parser);
  }
}

function parseTableSample(parser: Parser): void {
  if (!parser.take("TABLESAMPLE")) return;
  parser.refuse("TABLESAMPLE");
  parser.take("SYSTEM");
  parser.expect("(");
  parser.rules.expression(parser);
  if (!parser.take("PERCENT")) parser.take("ROWS");
  parser.expect(")");
  if (!parser.take("REPEATABLE")) return;
  parser.expect("(");
  parser.rules.expression(parser);
  parser.expect(")");
}

/** `[AS] alias`, if given. */
export function parseAlias(parser: Parser): string | undefined {
  if (parser.take("AS")) return parseIdentifier(parser);
  const startsWindowClause = parser.is("WINDOW") && parser.nextIs("AS", 2);
  return parser.isIdentifier && !startsWindowClause ? parseIdentifier(parser) : undefined;
}

function parseRequiredAlias(parser: Parser): string {
  parser.take("AS");
  return parseIdentifier(parser);
}

function parseOptionalColumns(parser: Parser): string[] | undefined {
  return parser.is("(") ? parseColumnNames(parser) : undefined;
}
