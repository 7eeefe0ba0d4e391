/** Order and equality of values of one type, and keys for hashing them. */
import type { DateTimeOffset, SqlType, Value, Variant } from "../values";
import { collationKey, compareText } from "./collations/compare";
import { DEFAULT_CONVERSION_SETTINGS, type NotNull } from "./conversions/conversion";
import { cachedConverter } from "./conversions/convert";
import { compareGuids } from "./conversions/guid";
import { isApproximate, isBinary, isCharacter, isNumeric, isTemporal } from "./families";
import { commonTypeOf } from "./precedence";

export type Comparer = (one: NotNull, other: NotNull) => number;

/** Compares two values of that type, neither NULL: negative, 0, positive. */
export function comparerFor(type: SqlType): Comparer {
  switch (type.kind) {
    case "char":
    case "varchar":
    case "nchar":
    case "nvarchar":
    case "text":
    case "ntext":
    case "xml": {
      const { collation } = type;
      return (one, other) => compareText(one as string, other as string, collation);
    }
    case "uniqueidentifier":
      return (one, other) => compareGuids(one as string, other as string);
    case "binary":
    case "varbinary":
    case "image":
    case "timestamp":
      return (one, other) => compareBytes(one as Uint8Array, other as Uint8Array);
    case "datetimeoffset":
      return (one, other) => ordered((one as DateTimeOffset).utc, (other as DateTimeOffset).utc);
    case "sql_variant":
      return (one, other) => compareVariants(one as Variant, other as Variant);
    default:
      return (one, other) => ordered(one as number | bigint, other as number | bigint);
  }
}

function ordered(one: number | bigint, other: number | bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The shorter counts as filled up with zeros. */
function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const length = Math.max(one.length, other.length);
  for (let i = 0; i < length; i++) {
    const difference = (one[i] ?? 0) - (other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Families of sql_variant, highest first: values of different families compare by family alone. */
function variantFamily(type: SqlType): number {
  if (isTemporal(type)) return 5;
  if (isApproximate(type)) return 4;
  if (isNumeric(type)) return 3;
  if (isCharacter(type)) return 2;
  if (isBinary(type)) return 1;
  return 0;
}

function compareVariants(one: Variant, other: Variant): number {
  const difference = variantFamily(one.type) - variantFamily(other.type);
  if (difference !== 0) return difference;
  const type = {
    ...commonTypeOf(one.type, other.type),
    ...(isCharacter(one.type) && { collation: one.type.collation ?? other.type.collation }),
  } as SqlType;
  const left = cachedConverter(one.type, type)(one.value, DEFAULT_CONVERSION_SETTINGS, undefined) as NotNull;
  const right = cachedConverter(other.type, type)(other.value, DEFAULT_CONVERSION_SETTINGS, undefined) as NotNull;
  return comparerFor(type)(left, right);
}

/** As ORDER BY has it: NULL is the lowest value. */
export function compareValues(one: Value, other: Value, type: SqlType): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? -1 : 1;
  return comparerFor(type)(one, other);
}

export type HashKey = string | number | bigint | null;

/** Equal for values of that type that = finds equal (and for two NULLs). */
export function hashKey(value: Value, type: SqlType): HashKey {
  if (value === null) return null;
  switch (typeof value) {
    case "string":
      return type.kind === "uniqueidentifier" ? value : collationKey(value, type.collation);
    case "number":
      return value === 0 ? 0 : value;
    case "bigint":
      return value;
    default:
      if (value instanceof Uint8Array) return bytesKey(value);
      return "utc" in value ? value.utc : variantKey(value);
  }
}

function bytesKey(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString("latin1");
}

/** Equal numbers of different exact types have one key. */
function variantKey({ type, value }: Variant): string {
  const family = variantFamily(type);
  if (family === 3) {
    const exact = cachedConverter(type, { kind: "decimal", precision: 38, scale: 6 })(
      value,
      DEFAULT_CONVERSION_SETTINGS,
      undefined,
    );
    return `3:${String(exact)}`;
  }
  if (family === 5) {
    const moment = cachedConverter(type, { kind: "datetimeoffset", scale: 7 })(
      value,
      DEFAULT_CONVERSION_SETTINGS,
      undefined,
    ) as DateTimeOffset;
    return `5:${moment.utc}`;
  }
  return `${family}:${String(hashKey(value, type))}`;
}
