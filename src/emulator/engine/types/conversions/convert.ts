/** The one place that chooses how a value of one type becomes a value of another. */
import type { SqlType, Value, Variant } from "../../values";
import { explicitNotAllowed, truncated, truncatedSomewhere } from "../conversionErrors";
import { conversionBetween } from "../conversionMatrix";
import {
  isApproximate,
  isBinary,
  isCharacter,
  isDecimal,
  isInteger,
  isLargeObject,
  isMoney,
  isTemporal,
} from "../families";
import { type ConversionSettings, type Convert, DEFAULT_CONVERSION_SETTINGS, type NotNull } from "./conversion";
import { guidFromBytes, parseGuid } from "./guid";
import { toBinary } from "./toBinary";
import { toDecimal, toMoney } from "./toExact";
import { toFloat } from "./toFloat";
import { toInteger } from "./toInteger";
import { toTemporal } from "./toTemporal";
import { toText } from "./toText";

const same: Convert = (value) => value;

/** The conversion, without asking whether it is allowed (see conversionMatrix). */
export function converterFor(from: SqlType, to: SqlType): Convert {
  if (from.isNullLiteral || isLossless(from, to)) return same;
  if (to.kind === "sql_variant") return toVariant(from);
  if (from.kind === "sql_variant") return fromVariant(to);
  if (isInteger(to) || to.kind === "bit") return toInteger(from, to);
  if (isDecimal(to)) return toDecimal(from, to);
  if (isMoney(to)) return toMoney(from, to);
  if (isApproximate(to)) return toFloat(from, to);
  if (isTemporal(to)) return toTemporal(from, to);
  if (isCharacter(to) || to.kind === "xml") return toText(from, to);
  if (isBinary(to)) return toBinary(from, to);
  if (to.kind === "uniqueidentifier") return toGuid(from);
  throw explicitNotAllowed(from, to);
}

/** Every value of `from` is the same value of `to`. */
function isLossless(from: SqlType, to: SqlType): boolean {
  if (from.kind !== to.kind) return isLosslessAcross(from, to);
  switch (from.kind) {
    case "varchar":
      return fitsLength(from, to) && from.collation === to.collation;
    case "nvarchar":
    case "varbinary":
      return fitsLength(from, to);
    case "char":
      return from.length === to.length && from.collation === to.collation;
    case "nchar":
    case "binary":
      return from.length === to.length;
    case "decimal":
    case "numeric":
      return from.scale === to.scale && (from.precision ?? 18) <= (to.precision ?? 18);
    case "time":
    case "datetime2":
    case "datetimeoffset":
      return (from.scale ?? 7) <= (to.scale ?? 7);
    default:
      return true;
  }
}

function isLosslessAcross(from: SqlType, to: SqlType): boolean {
  switch (to.kind) {
    case "smallint":
      return from.kind === "tinyint" || from.kind === "bit";
    case "int":
      return from.kind === "tinyint" || from.kind === "smallint" || from.kind === "bit";
    case "nvarchar":
      return (from.kind === "varchar" || from.kind === "char" || from.kind === "nchar") && fitsLength(from, to);
    case "varchar":
      return from.kind === "char" && fitsLength(from, to) && from.collation === to.collation;
    case "ntext":
      return isCharacter(from);
    case "numeric":
    case "decimal":
      return isDecimal(from) && from.scale === to.scale && (from.precision ?? 18) <= (to.precision ?? 18);
    default:
      return false;
  }
}

function fitsLength(from: SqlType, to: SqlType): boolean {
  if (to.length === -1) return true;
  return from.length !== undefined && from.length !== -1 && from.length <= (to.length ?? 1);
}

function toVariant(from: SqlType): Convert {
  // A literal's digit count and an alias are no part of the base type.
  const { alias: _, ...plain } = from;
  const type: SqlType = from.kind === "int" ? { kind: "int" } : plain;
  return (value) => ({ type, value: value as Variant["value"] });
}

function fromVariant(to: SqlType): Convert {
  return (value, settings, style) => {
    const { type, value: inner } = value as Variant;
    if (conversionBetween(type, to) === "none") throw explicitNotAllowed(type, to);
    return converterFor(type, to)(inner, settings, style);
  };
}

function toGuid(from: SqlType): Convert {
  return isBinary(from) ? (value) => guidFromBytes(value as Uint8Array) : (value) => parseGuid(value as string);
}

export interface ConvertOptions {
  settings?: ConversionSettings;
  /** CONVERT's style. */
  style?: number;
}

const cache = new WeakMap<SqlType, WeakMap<SqlType, Convert>>();

/** As converterFor, remembered by the two type objects. */
export function cachedConverter(from: SqlType, to: SqlType): Convert {
  let targets = cache.get(from);
  if (targets === undefined) {
    targets = new WeakMap();
    cache.set(from, targets);
  }
  let convert = targets.get(to);
  if (convert === undefined) {
    convert = converterFor(from, to);
    targets.set(to, convert);
  }
  return convert;
}

/** CAST, and what variables and parameters do: too long a text or binary is cut silently. */
export function convertValue(value: Value, from: SqlType, to: SqlType, options: ConvertOptions = {}): Value {
  if (value === null) return null;
  return cachedConverter(from, to)(value, options.settings ?? DEFAULT_CONVERSION_SETTINGS, options.style);
}

/** As convertValue, or null where the value cannot be converted. */
export function tryConvertValue(value: Value, from: SqlType, to: SqlType, options: ConvertOptions = {}): Value {
  try {
    return convertValue(value, from, to, options);
  } catch (error) {
    if (isConversionFailure(error)) return null;
    throw error;
  }
}

const CONVERSION_FAILURES: ReadonlySet<number> = new Set([
  220, 232, 234, 235, 236, 241, 242, 244, 245, 248, 293, 294, 295, 296, 8114, 8115, 8169, 8170, 9400, 9421, 9436, 9455,
]);

/** Errors that TRY_CAST and the like turn into NULL: those of the value, not of the types. */
export function isConversionFailure(error: unknown): boolean {
  return error instanceof Error && "number" in error && CONVERSION_FAILURES.has(error.number as number);
}

/** A column that a value is stored in. */
export interface AssignmentTarget {
  /** `database.schema.table`; undefined where the table cannot be told (8152). */
  table?: string;
  column: string;
  settings?: ConversionSettings & { ansiWarnings?: boolean };
}

/** As convertValue, but too long a text or binary is error 2628 unless only blanks (or zeros) are lost. */
export function convertForAssignment(value: Value, from: SqlType, to: SqlType, target: AssignmentTarget): Value {
  if (value === null) return null;
  const settings = target.settings ?? DEFAULT_CONVERSION_SETTINGS;
  if (target.settings?.ansiWarnings !== false) requireFit(value, from, to, target, settings);
  return cachedConverter(from, to)(value, settings, undefined);
}

function requireFit(
  value: NotNull,
  from: SqlType,
  to: SqlType,
  target: AssignmentTarget,
  settings: ConversionSettings,
): void {
  const limit = lengthLimit(to);
  if (limit === undefined) return;
  if (typeof value === "string" && isCharacter(from)) {
    if (value.length > limit && !/^ *$/.test(value.slice(limit))) throw tooLong(target, value.slice(0, limit));
  } else if (value instanceof Uint8Array && isBinary(to)) {
    if (value.length > limit && value.subarray(limit).some((byte) => byte !== 0)) throw tooLong(target, "");
  } else if (isTemporal(from) && isCharacter(to)) {
    const text = converterFor(from, { kind: "nvarchar", length: -1 })(value, settings, undefined) as string;
    if (text.length > limit) throw tooLong(target, text.slice(0, limit));
  } else if (from.kind === "sql_variant") {
    const { type, value: inner } = value as Variant;
    requireFit(inner, type, to, target, settings);
  }
}

function lengthLimit(to: SqlType): number | undefined {
  if (!(isCharacter(to) || isBinary(to)) || isLargeObject(to) || to.length === -1 || to.length === undefined)
    return undefined;
  return to.length;
}

function tooLong(target: AssignmentTarget, kept: string): Error {
  return target.table === undefined ? truncatedSomewhere() : truncated(target.table, target.column, kept);
}
