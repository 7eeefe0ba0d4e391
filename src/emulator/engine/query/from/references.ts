/** Which sources of a query level an expression or condition may read. */
import type { Condition } from "../../../tsql/ast";
import type { CompiledCondition, Scope } from "../../expressions/scope";
import { canName, type OuterScope } from "../queryScope";
import { walk } from "../syntax";

/** Errs on the side of too many: a name inside a subquery that the subquery has itself counts too. */
export function referencedSources(node: unknown, scope: Scope): Set<number> {
  const found = new Set<number>();
  walk(node, (inner) => {
    if (inner.kind !== "column") return true;
    const parts = inner.parts as string[];
    scope.sources.forEach((source, i) => {
      if (canName(parts, source)) found.add(i);
    });
    return false;
  });
  return found;
}

/** One operand of WHERE's or ON's ANDs, compiled, with what it depends on. */
export interface Conjunct {
  condition: Condition;
  compiled: CompiledCondition;
  references: ReadonlySet<number>;
  /** Reads columns of an enclosing query. */
  correlated: boolean;
  /** The scope it was compiled in: its sides are compiled again as keys. */
  scope: Scope;
}

export function isSubset(part: ReadonlySet<number>, whole: ReadonlySet<number>): boolean {
  for (const element of part) if (!whole.has(element)) return false;
  return true;
}

export function union(one: ReadonlySet<number>, other: ReadonlySet<number>): Set<number> {
  return new Set([...one, ...other]);
}

/** Runs `compile` and tells whether it looked into the enclosing query. */
export function tracking<T>(outer: OuterScope | null, compile: () => T): { result: T; correlated: boolean } {
  const before = outer?.lookups ?? 0;
  const result = compile();
  return { result, correlated: (outer?.lookups ?? 0) !== before };
}
