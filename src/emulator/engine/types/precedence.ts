/** Data type precedence and the type that several expressions have in common (CASE, UNION, COALESCE, IN). */
import type { SqlType, TypeKind } from "../values";
import { operandClash } from "./conversionErrors";
import { conversionBetween, requireImplicit } from "./conversionMatrix";
import { asDecimal, isCharacter, isUnicode } from "./families";

/** Highest first; the lower converts to the higher. */
const PRECEDENCE: readonly TypeKind[] = [
  "sql_variant",
  "xml",
  "datetimeoffset",
  "datetime2",
  "datetime",
  "smalldatetime",
  "date",
  "time",
  "float",
  "real",
  "decimal",
  "numeric",
  "money",
  "smallmoney",
  "bigint",
  "int",
  "smallint",
  "tinyint",
  "bit",
  "ntext",
  "text",
  "image",
  "timestamp",
  "uniqueidentifier",
  "nvarchar",
  "nchar",
  "varchar",
  "char",
  "varbinary",
  "binary",
  "cursor",
  "table",
];

const RANK: ReadonlyMap<TypeKind, number> = new Map(PRECEDENCE.map((kind, i) => [kind, i]));

const rankOf = (type: SqlType): number => RANK.get(type.kind) as number;

/** The one of higher precedence (the first where they are equal). */
export function higher(one: SqlType, other: SqlType): SqlType {
  if (one.isNullLiteral) return other;
  if (other.isNullLiteral) return one;
  return rankOf(one) <= rankOf(other) ? one : other;
}

/** The type both convert to implicitly. Collation is the caller's business. Throws 206 or 257 where there is none. */
export function commonTypeOf(one: SqlType, other: SqlType): SqlType {
  if (one === other) return stripped(one);
  if (one.isNullLiteral) return stripped(other);
  if (other.isNullLiteral) return stripped(one);
  const target = higher(one, other);
  const source = target === one ? other : one;
  if (conversionBetween(source, target) === "none") throw operandClash(one, other);
  requireImplicit(source, target);
  return widened(target, source);
}

/** The common type of any number of expressions. */
export function commonType(types: readonly SqlType[]): SqlType {
  const [first, ...others] = types;
  if (first === undefined) throw new RangeError("no types");
  return others.reduce(commonTypeOf, stripped(first));
}

/** A literal's count of digits is no part of the type of what is made of it. */
function stripped(type: SqlType): SqlType {
  return type.kind === "int" && type.precision !== undefined ? { kind: "int" } : type;
}

/** `target` made wide enough for the values of `source`. */
function widened(target: SqlType, source: SqlType): SqlType {
  switch (target.kind) {
    case "decimal":
    case "numeric":
      return source.kind === "float" || source.kind === "real" ? target : widenedDecimal(target, source);
    case "char":
    case "varchar":
    case "nchar":
    case "nvarchar":
      return widenedText(target, source);
    case "binary":
    case "varbinary":
      return source.kind === "binary" || source.kind === "varbinary"
        ? { ...target, length: longer(target, source) }
        : target;
    case "datetimeoffset":
    case "datetime2":
    case "time":
      return { kind: target.kind, scale: Math.max(target.scale ?? 7, fractionOf(source)) };
    default:
      return stripped(target);
  }
}

function widenedDecimal(target: SqlType, source: SqlType): SqlType {
  if (isCharacter(source) || source.kind === "binary" || source.kind === "varbinary") return target;
  const one = asDecimal(target);
  const other = asDecimal(source);
  const scale = Math.max(one.scale, other.scale);
  const whole = Math.max(one.precision - one.scale, other.precision - other.scale);
  const kind = target.kind === "decimal" && source.kind !== "numeric" ? "decimal" : "numeric";
  if (whole + scale <= 38) return { kind, precision: whole + scale, scale };
  return { kind, precision: 38, scale: Math.max(0, 38 - whole) };
}

function widenedText(target: SqlType, source: SqlType): SqlType {
  const { alias: _, ...plain } = target;
  if (isCharacter(source)) {
    const length = longer(target, source);
    const limit = isUnicode(target) ? 4000 : 8000;
    return { ...plain, length: length > limit ? limit : length };
  }
  if (source.kind === "uniqueidentifier")
    return { ...plain, length: target.length === -1 ? -1 : Math.max(target.length ?? 1, 36) };
  return plain;
}

function longer(one: SqlType, other: SqlType): number {
  if (one.length === -1 || other.length === -1) return -1;
  return Math.max(one.length ?? 1, other.length ?? 1);
}

function fractionOf(type: SqlType): number {
  switch (type.kind) {
    case "datetime":
      return 3;
    case "time":
    case "datetime2":
    case "datetimeoffset":
      return type.scale ?? 7;
    default:
      return 0;
  }
}
