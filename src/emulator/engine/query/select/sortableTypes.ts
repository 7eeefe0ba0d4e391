/** Types whose values have no order: not sorted, grouped or made distinct by. */
import { SqlError } from "../../errors";
import type { SqlType } from "../../values";

const LARGE_OBJECTS = new Set(["text", "ntext", "image"]);

/** ORDER BY and GROUP BY: 306 of text, ntext and image, 305 of xml. */
export function requireSortable(type: SqlType): void {
  if (LARGE_OBJECTS.has(type.kind)) {
    throw new SqlError(
      306,
      "The text, ntext, and image data types cannot be compared or sorted, except when using IS NULL or LIKE operator.",
      2,
    );
  }
  if (type.kind === "xml")
    throw new SqlError(305, "The xml data type cannot be compared or sorted, except when using the IS NULL operator.");
}

/** SELECT DISTINCT: 421. */
export function requireDistinctable(columns: readonly { type: SqlType }[]): void {
  for (const { type } of columns) {
    if (!LARGE_OBJECTS.has(type.kind) && type.kind !== "xml") continue;
    throw new SqlError(421, `The ${type.kind} data type cannot be selected as DISTINCT because it is not comparable.`);
  }
}

/** UNION, EXCEPT, INTERSECT: 5335. */
export function requireComparable(columns: readonly { type: SqlType }[], operation: string): void {
  for (const { type } of columns) {
    if (!LARGE_OBJECTS.has(type.kind) && type.kind !== "xml") continue;
    throw new SqlError(
      5335,
      `The data type ${type.kind} cannot be used as an operand to the ${operation} operators because it is not comparable.`,
    );
  }
}
