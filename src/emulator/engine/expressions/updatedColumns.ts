/** UPDATE(column) in a trigger. */
import type { QueryExpression, Span } from "../../tsql/ast";
import { invalidColumn } from "./expressionErrors";
import type { CompiledCondition, Scope } from "./scope";

const NOWHERE: Span = { line: 0, start: 0, end: 0 };

const ALL_INSERTED: QueryExpression = {
  kind: "query",
  body: {
    kind: "specification",
    distinct: false,
    items: [{ kind: "star", span: NOWHERE }],
    from: [{ kind: "table", name: { name: "inserted", span: NOWHERE }, hints: [], span: NOWHERE }],
    span: NOWHERE,
  },
  span: NOWHERE,
};

/** `inserted` has the columns of the trigger's table, in its order. */
export function compileUpdateFunction(column: string, scope: Scope): CompiledCondition {
  const { columns } = scope.environment.compileSubquery(ALL_INSERTED, {
    sources: [],
    parent: null,
    environment: scope.environment,
  });
  const ordinal = columns.findIndex((one) => one.name.toLowerCase() === column.toLowerCase());
  if (ordinal < 0) throw invalidColumn(column);
  return { test: ({ context }) => context.trigger?.updatedColumns.has(ordinal) ?? false };
}
