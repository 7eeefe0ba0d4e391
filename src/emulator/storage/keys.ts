/** Keys of the hash indexes: equal for values that SQL Server's = finds equal. */
import type { SqlType, Value } from "../engine/values";

export type IndexKey = string | number | bigint | null;

/** The key of one value of a column of that type. */
export function keyOf(value: Value, type: SqlType): IndexKey {
  switch (typeof value) {
    case "number":
      return type.kind === "bigint" ? BigInt(value) : value;
    case "bigint":
      return value;
    case "string":
      return `s${textKey(value, type.collation)}`;
    default:
      return value === null ? null : objectKey(value, type);
  }
}

/** The key of several values, in the order of the index's columns. */
export function compositeKey(values: readonly Value[], types: readonly SqlType[]): IndexKey {
  if (values.length === 1) return keyOf(values[0] as Value, types[0] as SqlType);
  let key = "";
  for (let i = 0; i < values.length; i++) key += `${String(keyOf(values[i] as Value, types[i] as SqlType))}\u0000`;
  return key;
}

function objectKey(value: Exclude<Value, null | string | number | bigint>, type: SqlType): IndexKey {
  if (value instanceof Uint8Array) return `b${binaryKey(value)}`;
  if ("utc" in value) return `o${value.utc}`;
  return `v${String(keyOf(value.value, value.type ?? type))}`;
}

/** Binary values that differ only by trailing zeros are equal. */
function binaryKey(value: Uint8Array): string {
  let end = value.length;
  while (end > 0 && value[end - 1] === 0) end--;
  return Buffer.from(value.buffer, value.byteOffset, end).toString("latin1");
}

/** Folds what the collation does not distinguish; trailing spaces never count. */
export function textKey(text: string, collation: string | undefined): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--;
  const trimmed = end === text.length ? text : text.slice(0, end);
  const name = collation ?? "";
  if (/_BIN2?$/.test(name)) return trimmed;
  let folded = trimmed.normalize("NFC");
  if (/_AI(_|$)/.test(name)) folded = folded.normalize("NFD").replace(/\p{M}/gu, "");
  return /_CS(_|$)/.test(name) ? folded : folded.toUpperCase().toLowerCase();
}
