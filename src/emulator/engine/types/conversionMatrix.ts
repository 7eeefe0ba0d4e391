/** Which conversions exist, and which of them happen by themselves: the matrix of CAST and CONVERT's page. */
import type { SqlType, TypeKind } from "../values";
import { explicitNotAllowed, implicitNotAllowed, operandClash } from "./conversionErrors";

export type Conversion = "implicit" | "explicit" | "none";

/** Kinds that have the same row and column in the matrix. */
type Group =
  | "binary"
  | "char"
  | "nchar"
  | "oldDate"
  | "date"
  | "time"
  | "newDate"
  | "decimal"
  | "float"
  | "integer"
  | "money"
  | "timestamp"
  | "guid"
  | "image"
  | "text"
  | "variant"
  | "xml"
  | "none";

const GROUPS: Readonly<Record<TypeKind, Group>> = {
  binary: "binary",
  varbinary: "binary",
  char: "char",
  varchar: "char",
  nchar: "nchar",
  nvarchar: "nchar",
  datetime: "oldDate",
  smalldatetime: "oldDate",
  date: "date",
  time: "time",
  datetime2: "newDate",
  datetimeoffset: "newDate",
  decimal: "decimal",
  numeric: "decimal",
  float: "float",
  real: "float",
  bigint: "integer",
  int: "integer",
  smallint: "integer",
  tinyint: "integer",
  bit: "integer",
  money: "money",
  smallmoney: "money",
  timestamp: "timestamp",
  uniqueidentifier: "guid",
  image: "image",
  text: "text",
  ntext: "text",
  sql_variant: "variant",
  xml: "xml",
  cursor: "none",
  table: "none",
};

const TEXTS: readonly Group[] = ["char", "nchar"];
const NUMBERS: readonly Group[] = ["decimal", "float", "integer", "money"];
const DATES: readonly Group[] = ["oldDate", "date", "newDate"];

interface Targets {
  implicit: ReadonlySet<Group>;
  explicit?: ReadonlySet<Group>;
}

const set = (...groups: (Group | readonly Group[])[]): ReadonlySet<Group> => new Set(groups.flat());

const TARGETS: Readonly<Record<Group, Targets>> = {
  binary: {
    implicit: set(
      TEXTS,
      "binary",
      "oldDate",
      "decimal",
      "integer",
      "money",
      "timestamp",
      "guid",
      "image",
      "variant",
      "xml",
    ),
    explicit: set("date", "time", "newDate"),
  },
  char: {
    implicit: set(TEXTS, NUMBERS, DATES, "time", "guid", "image", "text", "variant", "xml"),
    explicit: set("binary", "timestamp"),
  },
  nchar: { implicit: set(TEXTS, NUMBERS, DATES, "time", "guid", "text", "variant", "xml"), explicit: set("binary") },
  oldDate: { implicit: set(TEXTS, DATES, "time", "variant"), explicit: set(NUMBERS, "binary", "timestamp") },
  date: { implicit: set(TEXTS, DATES, "variant"), explicit: set("binary") },
  time: { implicit: set(TEXTS, "oldDate", "newDate", "time", "variant"), explicit: set("binary") },
  newDate: { implicit: set(TEXTS, DATES, "time", "variant"), explicit: set("binary") },
  decimal: { implicit: set(TEXTS, NUMBERS, "oldDate", "binary", "timestamp", "variant") },
  float: { implicit: set(TEXTS, NUMBERS, "oldDate", "binary", "variant") },
  integer: { implicit: set(TEXTS, NUMBERS, "oldDate", "binary", "timestamp", "variant") },
  money: { implicit: set(NUMBERS, "oldDate", "binary", "timestamp", "variant"), explicit: set(TEXTS) },
  timestamp: { implicit: set("char", "oldDate", "decimal", "integer", "money", "binary", "timestamp", "image") },
  guid: { implicit: set(TEXTS, "binary", "guid", "variant") },
  image: { implicit: set("binary", "timestamp", "image") },
  text: { implicit: set(TEXTS, "text"), explicit: set("xml") },
  variant: { implicit: set("variant"), explicit: set(TEXTS, NUMBERS, DATES, "time", "binary", "guid") },
  xml: { implicit: set("xml"), explicit: set(TEXTS, "binary") },
  none: { implicit: set() },
};

export function conversionBetween(from: SqlType, to: SqlType): Conversion {
  const target = GROUPS[to.kind];
  if (from.isNullLiteral) return target === "none" ? "none" : "implicit";
  const { implicit, explicit } = TARGETS[GROUPS[from.kind]];
  if (implicit.has(target)) return "implicit";
  return explicit?.has(target) ? "explicit" : "none";
}

export function canConvertImplicitly(from: SqlType, to: SqlType): boolean {
  return conversionBetween(from, to) === "implicit";
}

/** 257 where CONVERT would do it, 206 where nothing would. */
export function requireImplicit(from: SqlType, to: SqlType): void {
  const conversion = conversionBetween(from, to);
  if (conversion === "explicit") throw implicitNotAllowed(from, to);
  if (conversion === "none") throw operandClash(from, to);
}

/** 529 where even CAST cannot. */
export function requireExplicit(from: SqlType, to: SqlType): void {
  if (conversionBetween(from, to) === "none") throw explicitNotAllowed(from, to);
}
