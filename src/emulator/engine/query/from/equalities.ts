/** Equalities among conjuncts: what index seeks and hash lookups are made of. */
import type { Expression } from "../../../tsql/ast";
import { compileExpression } from "../../expressions/compile";
import type { Compiled } from "../../expressions/scope";
import { containsSubquery } from "../syntax";
import { comparisonKeys } from "../typing";
import { type Conjunct, isSubset, referencedSources } from "./references";
import type { KeyPart } from "./relation";

export interface Equality {
  conjunct: Conjunct;
  /** The side that belongs to the relation looked at. */
  own: Compiled;
  /** The side that is known before it is opened. */
  other: Compiled;
}

/** Conjuncts of the form own = other, where `own` reads only the sources given and `other` none of them. */
export function equalitiesOf(conjuncts: readonly Conjunct[], sources: ReadonlySet<number>): Equality[] {
  const found: Equality[] = [];
  for (const conjunct of conjuncts) {
    const { condition, scope } = conjunct;
    // With ANSI_NULLS off, NULL = NULL may hold, which no key can say.
    if (condition.kind !== "comparison" || condition.operator !== "=" || !scope.environment.ansiNulls) continue;
    const sides =
      orient(condition.left, condition.right, conjunct, sources) ??
      orient(condition.right, condition.left, conjunct, sources);
    if (!sides) continue;
    found.push({ conjunct, own: compileExpression(sides[0], scope), other: compileExpression(sides[1], scope) });
  }
  return found;
}

function orient(
  own: Expression,
  other: Expression,
  conjunct: Conjunct,
  sources: ReadonlySet<number>,
): [Expression, Expression] | undefined {
  const ownReferences = referencedSources(own, conjunct.scope);
  if (ownReferences.size === 0 || !isSubset(ownReferences, sources) || containsSubquery(own)) return undefined;
  for (const source of referencedSources(other, conjunct.scope)) if (sources.has(source)) return undefined;
  return [own, other];
}

/** Both sides as comparable keys; an equality whose types cannot be compared by key is left out. */
export function keyParts(equalities: readonly Equality[]): { build: KeyPart[]; probe: KeyPart[] } {
  const build: KeyPart[] = [];
  const probe: KeyPart[] = [];
  for (const { own, other } of equalities) {
    const keys = comparisonKeys(own, other);
    if (!keys) continue;
    build.push({ expression: own, key: keys[0] });
    probe.push({ expression: other, key: keys[1] });
  }
  return { build, probe };
}
