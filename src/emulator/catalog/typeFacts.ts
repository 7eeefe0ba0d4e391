/** What sys.types and sys.columns say of types. */
import type { SqlType } from "../engine/values";

export interface TypeFacts {
  name: string;
  /** system_type_id */
  systemId: number;
  /** user_type_id */
  userId: number;
  maxLength: number;
  precision: number;
  scale: number;
}

const TYPES: TypeFacts[] = [
  ["image", 34, 34, 16, 0, 0],
  ["text", 35, 35, 16, 0, 0],
  ["uniqueidentifier", 36, 36, 16, 0, 0],
  ["date", 40, 40, 3, 10, 0],
  ["time", 41, 41, 5, 16, 7],
  ["datetime2", 42, 42, 8, 27, 7],
  ["datetimeoffset", 43, 43, 10, 34, 7],
  ["tinyint", 48, 48, 1, 3, 0],
  ["smallint", 52, 52, 2, 5, 0],
  ["int", 56, 56, 4, 10, 0],
  ["smalldatetime", 58, 58, 4, 16, 0],
  ["real", 59, 59, 4, 24, 0],
  ["money", 60, 60, 8, 19, 4],
  ["datetime", 61, 61, 8, 23, 3],
  ["float", 62, 62, 8, 53, 0],
  ["sql_variant", 98, 98, 8016, 0, 0],
  ["ntext", 99, 99, 16, 0, 0],
  ["bit", 104, 104, 1, 1, 0],
  ["decimal", 106, 106, 17, 38, 38],
  ["numeric", 108, 108, 17, 38, 38],
  ["smallmoney", 122, 122, 4, 10, 4],
  ["bigint", 127, 127, 8, 19, 0],
  ["varbinary", 165, 165, 8000, 0, 0],
  ["varchar", 167, 167, 8000, 0, 0],
  ["binary", 173, 173, 8000, 0, 0],
  ["char", 175, 175, 8000, 0, 0],
  ["timestamp", 189, 189, 8, 0, 0],
  ["nvarchar", 231, 231, 8000, 0, 0],
  ["nchar", 239, 239, 8000, 0, 0],
  ["xml", 241, 241, -1, 0, 0],
  ["sysname", 231, 256, 256, 0, 0],
].map(
  ([name, systemId, userId, maxLength, precision, scale]) =>
    ({ name, systemId, userId, maxLength, precision, scale }) as TypeFacts,
);

const BY_NAME = new Map(TYPES.map((facts) => [facts.name, facts]));

export function systemTypes(): readonly TypeFacts[] {
  return TYPES;
}

export function systemTypeFacts(name: string): TypeFacts | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** Bytes of a decimal by its precision. */
function decimalBytes(precision: number): number {
  return precision <= 9 ? 5 : precision <= 19 ? 9 : precision <= 28 ? 13 : 17;
}

const FRACTION_BYTES = (scale: number) => (scale <= 2 ? 3 : scale <= 4 ? 4 : 5);

/** The facts of a declared type: length in bytes, precision, scale. */
export function typeFacts(type: SqlType): TypeFacts {
  const alias = type.alias?.toLowerCase() === "sysname" ? BY_NAME.get("sysname") : undefined;
  const base = alias ??
    BY_NAME.get(type.kind) ?? { name: type.kind, systemId: 243, userId: 243, maxLength: -1, precision: 0, scale: 0 };
  switch (type.kind) {
    case "nchar":
    case "nvarchar":
      return { ...base, maxLength: type.length === undefined || type.length < 0 ? -1 : type.length * 2 };
    case "char":
    case "varchar":
    case "binary":
    case "varbinary":
      return { ...base, maxLength: type.length ?? 1 };
    case "decimal":
    case "numeric":
      return {
        ...base,
        maxLength: decimalBytes(type.precision ?? 18),
        precision: type.precision ?? 18,
        scale: type.scale ?? 0,
      };
    case "time":
      return {
        ...base,
        maxLength: FRACTION_BYTES(type.scale ?? 7),
        precision: (type.scale ?? 7) === 0 ? 8 : 9 + (type.scale ?? 7),
        scale: type.scale ?? 7,
      };
    case "datetime2":
      return {
        ...base,
        maxLength: FRACTION_BYTES(type.scale ?? 7) + 3,
        precision: (type.scale ?? 7) === 0 ? 19 : 20 + (type.scale ?? 7),
        scale: type.scale ?? 7,
      };
    case "datetimeoffset":
      return {
        ...base,
        maxLength: FRACTION_BYTES(type.scale ?? 7) + 5,
        precision: (type.scale ?? 7) === 0 ? 26 : 27 + (type.scale ?? 7),
        scale: type.scale ?? 7,
      };
    default:
      return base;
  }
}

const CHARACTER = new Set(["char", "varchar", "nchar", "nvarchar", "text", "ntext"]);

export function collationOfType(type: SqlType, otherwise: string): string | null {
  return CHARACTER.has(type.kind) ? (type.collation ?? otherwise) : null;
}
