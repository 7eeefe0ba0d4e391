/** Questions about kinds of types that rules are worded by. */
import type { SqlType, TypeKind } from "../values";

const CHARACTER: ReadonlySet<TypeKind> = new Set(["char", "varchar", "nchar", "nvarchar", "text", "ntext"]);
const UNICODE: ReadonlySet<TypeKind> = new Set(["nchar", "nvarchar", "ntext", "xml"]);
const BINARY: ReadonlySet<TypeKind> = new Set(["binary", "varbinary", "image", "timestamp"]);
const INTEGER: ReadonlySet<TypeKind> = new Set(["tinyint", "smallint", "int", "bigint"]);
const MONEY: ReadonlySet<TypeKind> = new Set(["money", "smallmoney"]);
const DECIMAL: ReadonlySet<TypeKind> = new Set(["decimal", "numeric"]);
const APPROXIMATE: ReadonlySet<TypeKind> = new Set(["float", "real"]);
const TEMPORAL: ReadonlySet<TypeKind> = new Set([
  "date",
  "time",
  "datetime",
  "datetime2",
  "smalldatetime",
  "datetimeoffset",
]);
const LARGE: ReadonlySet<TypeKind> = new Set(["text", "ntext", "image"]);

export const isCharacter = (type: SqlType): boolean => CHARACTER.has(type.kind);
export const isUnicode = (type: SqlType): boolean => UNICODE.has(type.kind);
export const isBinary = (type: SqlType): boolean => BINARY.has(type.kind);
/** tinyint to bigint; bit is not one of them. */
export const isInteger = (type: SqlType): boolean => INTEGER.has(type.kind);
export const isMoney = (type: SqlType): boolean => MONEY.has(type.kind);
export const isDecimal = (type: SqlType): boolean => DECIMAL.has(type.kind);
export const isApproximate = (type: SqlType): boolean => APPROXIMATE.has(type.kind);
export const isTemporal = (type: SqlType): boolean => TEMPORAL.has(type.kind);
/** text, ntext, image: neither compared nor sorted. */
export const isLargeObject = (type: SqlType): boolean => LARGE.has(type.kind);
export const isMax = (type: SqlType): boolean => type.length === -1 || LARGE.has(type.kind) || type.kind === "xml";

/** bit, integers, decimal, money, float: everything that arithmetic is for. */
export function isNumeric(type: SqlType): boolean {
  return type.kind === "bit" || isInteger(type) || isDecimal(type) || isMoney(type) || isApproximate(type);
}

/** The old date types, which count in days from 1900 and so add like numbers. */
export const isDaysBased = (type: SqlType): boolean => type.kind === "datetime" || type.kind === "smalldatetime";

/** The decimal(p, s) that an exact number amounts to where it meets a decimal. */
export function asDecimal(type: SqlType): { precision: number; scale: number } {
  switch (type.kind) {
    case "bit":
      return { precision: 1, scale: 0 };
    case "tinyint":
      return { precision: 3, scale: 0 };
    case "smallint":
      return { precision: 5, scale: 0 };
    case "int":
      // A literal carries its count of digits: 2.0 / 3 divides by a numeric(1,0).
      return { precision: type.precision ?? 10, scale: 0 };
    case "bigint":
      return { precision: 19, scale: 0 };
    case "money":
      return { precision: 19, scale: 4 };
    case "smallmoney":
      return { precision: 10, scale: 4 };
    default:
      return { precision: type.precision ?? 18, scale: type.scale ?? 0 };
  }
}
