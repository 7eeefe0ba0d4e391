/** Which collation an operation on several texts has: explicit beats column beats literal and variable. */
import { isCharacter } from "../types/families";
import type { SqlType } from "../values";
import { collationConflict, unresolvedCollation } from "./expressionErrors";
import type { Compiled } from "./scope";

export interface CollationLabel {
  collation: string | undefined;
  strength: 1 | 2 | 3;
}

export function labelOf(compiled: Compiled): CollationLabel {
  return { collation: compiled.type.collation, strength: compiled.collationStrength ?? 1 };
}

/** Operations whose result has the collation without comparing by it: a conflict is error 451, not 468. */
const NOT_COMPARING: ReadonlySet<string> = new Set([
  "add",
  "CASE",
  "COALESCE",
  "CHOOSE",
  "concat",
  "concat_ws",
  "stuff",
]);

/** The label of two texts together; `operation` names it in the error, e.g. "equal to". */
export function combinedLabel(one: Compiled, other: Compiled, operation: string): CollationLabel {
  if (!isCharacter(one.type)) return labelOf(other);
  if (!isCharacter(other.type)) return labelOf(one);
  const left = labelOf(one);
  const right = labelOf(other);
  if (left.strength !== right.strength) return left.strength > right.strength ? left : right;
  if (left.strength > 1 && conflict(left.collation, right.collation)) {
    const conflicting = NOT_COMPARING.has(operation) ? unresolvedCollation : collationConflict;
    throw conflicting(left.collation as string, right.collation as string, operation);
  }
  return left.collation === undefined ? right : left;
}

function conflict(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one.toLowerCase() !== other.toLowerCase();
}

/** The label of any number of expressions; those that are no texts do not count. */
export function labelOfAll(all: readonly Compiled[], operation: string): CollationLabel | undefined {
  const texts = all.filter((one) => isCharacter(one.type) && !one.type.isNullLiteral);
  const [first, ...rest] = texts;
  if (first === undefined) return undefined;
  let label = labelOf(first);
  for (const next of rest) {
    label = combinedLabel(
      {
        ...first,
        type: { ...first.type, ...(label.collation !== undefined && { collation: label.collation }) },
        collationStrength: label.strength,
      },
      next,
      operation,
    );
  }
  return label;
}

/** A character type without collation gets the label's, or the database's. */
export function withCollation(type: SqlType, label: CollationLabel | undefined, fallback: string): SqlType {
  if (!isCharacter(type)) return type;
  return { ...type, collation: label?.collation ?? type.collation ?? fallback };
}
