/** PIVOT and UNPIVOT, rewritten into grouping and into a join with VALUES. */
import type { Expression, FunctionCall, QueryExpression, SelectItem, Span, TableSource } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import type { Scope, ScopeSource } from "../../expressions/scope";
import type { CompiledQuery } from "../compiledQuery";
import { invalidColumn } from "../queryErrors";
import { columnOrdinal, OuterScope, type StatementEnvironment } from "../queryScope";
import { compileQuery } from "../select/queryExpression";
import { columnNode, walk } from "../syntax";
import { sameType } from "../typing";
import { bindFrom } from "./bindSources";
import { namedColumns } from "./derivedColumns";

/** The columns of PIVOT's or UNPIVOT's source, under the names that stand before its alias. */
function sourceColumns(source: TableSource, parent: Scope | null, environment: StatementEnvironment): ScopeSource[] {
  const outer = parent === null || parent instanceof OuterScope ? parent : new OuterScope(parent);
  const scope: Scope = { sources: [], parent: outer, environment };
  bindFrom([source], scope, outer, environment, { locators: false, forUpdate: false, unordered: true });
  return scope.sources;
}

function query(items: SelectItem[], from: TableSource, span: Span, rest: object): QueryExpression {
  return { kind: "query", body: { kind: "specification", distinct: false, items, from: [from], span, ...rest }, span };
}

function item(expression: Expression, span: Span, alias?: string): SelectItem {
  return { kind: "expression", expression, span, ...(alias !== undefined ? { alias } : {}) };
}

export function compilePivot(
  source: Extract<TableSource, { kind: "pivot" }>,
  parent: Scope | null,
  environment: StatementEnvironment,
): CompiledQuery {
  const { aggregate, span, values } = source;
  const pivotName = source.column.at(-1) as string;
  const used = new Set([pivotName.toLowerCase()]);
  walk(aggregate.arguments, (node) => {
    if (node.kind === "column") used.add((node.parts as string[]).at(-1)?.toLowerCase() ?? "");
    return true;
  });
  const grouping: Expression[] = [];
  let known = false;
  for (const { alias, columns } of sourceColumns(source.source, parent, environment)) {
    for (const { name } of columns) {
      if (name.toLowerCase() === pivotName.toLowerCase()) known = true;
      if (!used.has(name.toLowerCase())) grouping.push(columnNode([alias, name], span));
    }
  }
  if (!known) throw invalidColumn(pivotName);
  const column = columnNode(source.column, span);
  const items = [
    ...grouping.map((expression) => item(expression, span)),
    ...values.map((value) => {
      const then = aggregate.arguments[0] as Expression;
      const argument: Expression = {
        kind: "case",
        input: column,
        branches: [{ when: { kind: "string", value, national: true, span }, then }],
        span,
      };
      const call: FunctionCall = { ...aggregate, arguments: [argument, ...aggregate.arguments.slice(1)] };
      return item(call, span, value);
    }),
  ];
  const groupBy =
    grouping.length > 0 ? { groupBy: grouping.map((expression) => ({ kind: "expression" as const, expression })) } : {};
  const compiled = compileQuery(query(items, source.source, span, groupBy), parent, environment, {
    role: "derived",
    silentNulls: true,
  });
  return namedColumns(compiled, undefined, source.alias);
}

export function compileUnpivot(
  source: Extract<TableSource, { kind: "unpivot" }>,
  parent: Scope | null,
  environment: StatementEnvironment,
): CompiledQuery {
  const { span } = source;
  const sources = sourceColumns(source.source, parent, environment);
  const unpivoted = new Set(source.columns.map((name) => name.toLowerCase()));
  const types = source.columns.map((name) => {
    const owner = sources.find((candidate) => columnOrdinal(candidate, name) >= 0);
    const column = owner?.columns[columnOrdinal(owner, name)];
    if (!column) throw invalidColumn(name);
    return column;
  });
  const [first] = types;
  for (const column of types) {
    if (first && !(sameType(first.type, column.type) && first.type.collation === column.type.collation)) {
      throw new SqlError(
        8167,
        `The type of column "${column.name}" conflicts with the type of other columns specified in the UNPIVOT list.`,
        1,
        16,
      );
    }
  }
  const kept: Expression[] = [];
  for (const { alias, columns } of sources) {
    for (const { name } of columns) if (!unpivoted.has(name.toLowerCase())) kept.push(columnNode([alias, name], span));
  }
  // Not an identifier that T-SQL could collide with.
  const alias = "unpivot";
  const value = columnNode([alias, source.valueColumn], span);
  const values: TableSource = {
    kind: "values",
    rows: source.columns.map((name) => [columnNode([name], span), nameLiteral(name, span)]),
    alias,
    columns: [source.valueColumn, source.nameColumn],
    span,
  };
  const from: TableSource = { kind: "join", join: "crossApply", left: source.source, right: values, span };
  const items = [
    ...kept.map((expression) => item(expression, span)),
    item(value, span),
    item(columnNode([alias, source.nameColumn], span), span),
  ];
  const where = { where: { kind: "isNull", negated: true, operand: value, span } };
  return namedColumns(
    compileQuery(query(items, from, span, where), parent, environment, { role: "derived" }),
    undefined,
    source.alias,
  );
}

function nameLiteral(name: string, span: Span): Expression {
  const type = { name: "nvarchar", length: 128, span };
  return {
    kind: "cast",
    form: "cast",
    try: false,
    operand: { kind: "string", value: name, national: true, span },
    type,
    span,
  };
}
