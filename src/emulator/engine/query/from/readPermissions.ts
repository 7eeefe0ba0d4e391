/** SELECT permission on what FROM names, column by column where columns have permissions of their own. */
import type { Scope, ScopeSource } from "../../expressions/scope";
import type { Securable } from "../queryEnvironment";
import { canName, columnOrdinal, qualifierMatches, type StatementEnvironment } from "../queryScope";
import { walk } from "../syntax";
import type { LeafNode } from "./fromTree";

/** Requires SELECT on each source for the columns that the clauses name. */
export function requireRead(
  leaves: readonly LeafNode[],
  clauses: unknown,
  scope: Scope,
  environment: StatementEnvironment,
): void {
  for (const { securable, source } of leaves) {
    if (securable) environment.plan.require(environment, "SELECT", reading(securable, clauses, scope.sources[source]));
  }
}

/** As requireRead for the target of UPDATE and DELETE, which need not read it. */
export function requireReadOfTarget(
  leaf: LeafNode,
  clauses: unknown,
  scope: Scope,
  environment: StatementEnvironment,
): void {
  const { securable, source } = leaf;
  if (!securable) return;
  const columns = namedColumnsOf(scope.sources[source], clauses);
  if (columns.length > 0) environment.plan.require(environment, "SELECT", { ...securable, columns });
}

/** Which columns are read is found out only if it is asked for. */
function reading(securable: Securable, clauses: unknown, source: ScopeSource | undefined): Securable {
  return {
    ...securable,
    get columns() {
      return namedColumnsOf(source, clauses);
    },
  };
}

function namedColumnsOf(source: ScopeSource | undefined, clauses: unknown): string[] {
  if (!source) return [];
  const names = new Set<string>();
  let depth = 0;
  const visit = (node: unknown): void =>
    walk(node, (inner) => {
      if (inner.kind === "column") addColumn(inner.parts as string[], source, names);
      if (inner.kind === "star" && depth === 0) addAll(inner.qualifier as string[] | undefined, source, names);
      if (inner.kind !== "query") return true;
      // The stars of a subquery are its own.
      depth++;
      visit(Object.values(inner).filter((value) => typeof value === "object"));
      depth--;
      return false;
    });
  visit(clauses);
  return [...names];
}

function addColumn(parts: readonly string[], source: ScopeSource, names: Set<string>): void {
  if (!canName(parts, source)) return;
  const column = source.columns[columnOrdinal(source, parts.at(-1) as string)];
  if (column) names.add(column.name);
}

function addAll(qualifier: readonly string[] | undefined, source: ScopeSource, names: Set<string>): void {
  if (qualifier && !qualifierMatches(qualifier, source)) return;
  for (const { name } of source.columns) names.add(name);
}
