/**
 * What stands in for a value that is not known before the update, whatever its type. Part of the engine's protocol;
 * `@pulumi/pulumi` exports it as `runtime.unknownValue`, but takes a third of a second to load.
 */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value, or anything in it, is not known yet. */
export function containsUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some(containsUnknown);
}

/** The values along a path, from the root to as deep as the path leads. */
export function valuesAlong(root: unknown, path: readonly PropertyKey[]): unknown[] {
  const values = [root];
  let value = root;
  for (const key of path) {
    if (value === null || typeof value !== "object") break;
    value = (value as Record<PropertyKey, unknown>)[key];
    values.push(value);
  }
  return values;
}
