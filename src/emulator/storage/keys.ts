/** Keys of the hash indexes: equal for values that SQL Server's = finds equal. */
import { type HashKey, hashKey } from "../engine/types";
import type { SqlType, Value } from "../engine/values";

export type IndexKey = HashKey;

/** The key of one or several values, in the order of the index's columns. */
export function compositeKey(values: readonly Value[], types: readonly SqlType[]): IndexKey {
  if (values.length === 1) return hashKey(values[0] as Value, types[0] as SqlType);
  let key = "";
  for (let i = 0; i < values.length; i++) {
    const part = hashKey(values[i] as Value, types[i] as SqlType);
    key += part === null ? "n" : typeof part === "string" ? `s${part}` : String(part);
    key += "\u0000";
  }
  return key;
}
