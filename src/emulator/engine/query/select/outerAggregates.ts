/**
 * Aggregates that stand in a subquery over columns of an enclosing query belong to that query:
 * `SELECT (SELECT x FROM u WHERE u.id = MAX(t.id)) FROM t`.
 */
import type { Expression, FunctionCall } from "../../../tsql/ast";
import type { Compiled, Scope } from "../../expressions/scope";
import { canName, OuterScope, qualifierMatches } from "../queryScope";
import { isAggregateCall, walk } from "../syntax";

/** Whether an aggregate at this level reads columns, but none of this level's. */
export function belongsOutside(call: FunctionCall, scope: Scope): boolean {
  if (!scope.parent) return false;
  const columns = columnsOf(call);
  return columns.length > 0 && !columns.some((parts) => scope.sources.some((source) => canName(parts, source)));
}

/** The enclosing query's answer to an aggregate of its own that stands here. */
export function outsideAggregate(expression: Expression, scope: Scope): Compiled | undefined {
  if (!isAggregateCall(expression) || !(scope.parent instanceof OuterScope)) return undefined;
  return belongsOutside(expression, scope) ? scope.parent.aggregate(expression) : undefined;
}

/** Whether an aggregate of this level occurs, those of enclosing queries not counted. */
export function containsOwnAggregate(node: unknown, scope: Scope): boolean {
  let found = false;
  walk(node, (inner) => {
    if (inner.kind === "query" || found) return false;
    if (isAggregateCall(inner) && !belongsOutside(inner, scope)) found = true;
    return !found;
  });
  return found;
}

/** Whether a subquery holds an aggregate over columns that are written as this level's (`t.id`). */
export function containsLentAggregate(node: unknown, scope: Scope): boolean {
  let found = false;
  walk(node, (inner) => {
    if (found) return false;
    if (inner.kind !== "query") return true;
    const aliases = aliasesIn(inner);
    walk(inner, (deeper) => {
      if (isAggregateCall(deeper) && readsOnly(deeper, scope, aliases)) found = true;
      return !found;
    });
    return false;
  });
  return found;
}

function readsOnly(call: FunctionCall, scope: Scope, hidden: ReadonlySet<string>): boolean {
  const columns = columnsOf(call);
  return (
    columns.length > 0 &&
    columns.every((parts) => {
      const qualifier = parts.slice(0, -1);
      const alias = qualifier.at(-1)?.toLowerCase();
      return (
        alias !== undefined && !hidden.has(alias) && scope.sources.some((source) => qualifierMatches(qualifier, source))
      );
    })
  );
}

function columnsOf(call: FunctionCall): string[][] {
  const columns: string[][] = [];
  walk(call.arguments, (node) => {
    if (node.kind === "column") columns.push(node.parts as string[]);
    return true;
  });
  return columns;
}

function aliasesIn(query: unknown): Set<string> {
  const aliases = new Set<string>();
  walk(query, (node) => {
    if (typeof node.alias === "string") aliases.add(node.alias.toLowerCase());
    else if (node.kind === "table") aliases.add((node.name as { name: string }).name.toLowerCase());
    return true;
  });
  return aliases;
}
