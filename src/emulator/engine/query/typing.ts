/** Types and values as the query layer needs them; the rules themselves are in engine/types. */
import { SqlError } from "../errors";
import type { Compiled, ExecutionContext, Frame } from "../expressions/scope";
import {
  type Comparer,
  commonTypeOf,
  commonType as commonTypeOfAll,
  comparerFor,
  convertForAssignment,
  convertValue,
  isBinary,
  isCharacter,
  isInteger,
  isNumeric,
  isTemporal,
  hashKey as keyOfValue,
  requireImplicit,
} from "../types";
import type { SqlType, Value } from "../values";

export type HashKey = string | number | bigint;

/** Something with a type and a collation label: an expression or an output column. */
export interface Typed {
  type: SqlType;
  collationStrength?: 1 | 2 | 3;
}

export type Converter = (value: Value, context: ExecutionContext) => Value;

const comparers = new WeakMap<SqlType, Comparer>();

/** As ORDER BY has it: NULL is the lowest value. */
export function compareValues(one: Value, other: Value, type: SqlType): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? -1 : 1;
  let compare = comparers.get(type);
  if (!compare) {
    compare = comparerFor(type);
    comparers.set(type, compare);
  }
  return compare(one, other);
}

export function hashKey(value: Exclude<Value, null>, type: SqlType): HashKey {
  return keyOfValue(value, type) as HashKey;
}

export function isIntegerType(type: SqlType): boolean {
  return isInteger(type) || type.kind === "bit";
}

/** Same kind and size: values need no conversion. */
export function sameType(one: SqlType, other: SqlType): boolean {
  if (one === other) return true;
  const kind = (type: SqlType) => (type.kind === "numeric" ? "decimal" : type.kind);
  if (kind(one) !== kind(other)) return false;
  if (one.length !== other.length || one.scale !== other.scale) return false;
  return kind(one) !== "decimal" || one.precision === other.precision;
}

/** The type and collation of a column that several expressions make up (VALUES, UNION). */
export function commonType(parts: readonly Typed[], operation: string): SqlType {
  const type = commonTypeOfAll(parts.map((part) => part.type));
  if (!isCharacter(type)) return type;
  const collation = commonCollation(parts, type, operation);
  return collation === type.collation || collation === undefined ? type : { ...type, collation };
}

function commonCollation(parts: readonly Typed[], type: SqlType, operation: string): string | undefined {
  const labelled = parts.filter((part) => isCharacter(part.type) && part.type.collation !== undefined);
  const strongest = Math.max(0, ...labelled.map((part) => part.collationStrength ?? 1));
  const names = [
    ...new Set(
      labelled
        .filter((part) => (part.collationStrength ?? 1) === strongest)
        .map((part) => part.type.collation as string),
    ),
  ];
  const [first, second] = names;
  if (strongest >= 2 && second !== undefined) {
    if (operation === "UNION" || operation === "EXCEPT" || operation === "INTERSECT") {
      throw new SqlError(
        468,
        `Cannot resolve the collation conflict between "${second}" and "${first}" in the ${operation} operation.`,
        9,
      );
    }
    throw new SqlError(
      457,
      `Implicit conversion of ${type.kind} value to ${type.kind} cannot be performed because the collation of the value is unresolved due to a collation conflict between "${second}" and "${first}" in ${operation} operator.`,
      1,
    );
  }
  return first;
}

/** The implicit conversion; undefined where none is needed. Too long a text is cut, as variables do. */
export function converter(from: SqlType, to: SqlType): Converter | undefined {
  if (sameType(from, to)) return undefined;
  requireImplicit(from, to);
  return (value, context) =>
    value === null ? null : convertValue(value, from, to, { settings: context.session.settings });
}

export function convertedTo<T extends Compiled>(expression: T, type: SqlType): T {
  const convert = converter(expression.type, type);
  if (!convert) return expression;
  const { column: _, ...rest } = expression;
  return { ...(rest as T), type, evaluate: (frame: Frame) => convert(expression.evaluate(frame), frame.context) };
}

/** A column that a value is stored in. */
export interface AssignedColumn {
  type: SqlType;
  name: string;
  /** `database.schema.table` for error 2628. */
  table: string;
}

/** The conversion of a value that is stored: what does not fit is an error. */
export function assignmentConverter(from: SqlType, column: AssignedColumn): Converter | undefined {
  requireImplicit(from, column.type);
  const { type, name, table } = column;
  if (sameType(from, type)) return undefined;
  return (value, context) =>
    value === null
      ? null
      : convertForAssignment(value, from, type, { table, column: name, settings: context.session.settings });
}

export function assigned(expression: Compiled, column: AssignedColumn): Compiled {
  const convert = assignmentConverter(expression.type, column);
  if (!convert) return expression;
  return { ...expression, type: column.type, evaluate: (frame) => convert(expression.evaluate(frame), frame.context) };
}

type KeyFunction = (value: Exclude<Value, null>, context: ExecutionContext) => HashKey;

/** Keys of both sides of an equality that are equal when the sides are; undefined where there are none. */
export function comparisonKeys(one: Typed, other: Typed): [KeyFunction, KeyFunction] | undefined {
  if (one.type.kind === "sql_variant" || other.type.kind === "sql_variant") return undefined;
  const common = commonTypeOf(one.type, other.type);
  const collation = comparisonCollation(one, other);
  if (isCharacter(common) && collation === null) return undefined;
  const type: SqlType = isCharacter(common) && collation ? { ...common, collation } : common;
  return [keyFunction(one.type, type), keyFunction(other.type, type)];
}

function keyFunction(from: SqlType, type: SqlType): KeyFunction {
  if (sameType(from, type) || (isCharacter(from) && isCharacter(type))) return (value) => hashKey(value, type);
  return (value, context) =>
    hashKey(convertValue(value, from, type, { settings: context.session.settings }) as Exclude<Value, null>, type);
}

/** undefined: neither has one; null: they conflict, which is the comparison's own error. */
function comparisonCollation(one: Typed, other: Typed): string | undefined | null {
  const a = isCharacter(one.type) ? one.type.collation : undefined;
  const b = isCharacter(other.type) ? other.type.collation : undefined;
  if (a === undefined || b === undefined || a.toLowerCase() === b.toLowerCase()) return a ?? b;
  const strengthA = one.collationStrength ?? 1;
  const strengthB = other.collationStrength ?? 1;
  if (strengthA === strengthB) return strengthA === 1 ? a : null;
  return strengthA > strengthB ? a : b;
}

/**
 * How the value that a column is compared with becomes a key of the column's index; undefined where
 * an index on the column cannot answer. The conversion answers undefined when no row can match.
 */
export function seekConverter(
  other: Typed,
  column: Typed,
): ((value: Exclude<Value, null>, context: ExecutionContext) => Value | undefined) | undefined {
  const from = other.type;
  const to = column.type;
  if (isCharacter(from) && isCharacter(to)) {
    const collation = comparisonCollation(other, column);
    return collation === undefined || collation === to.collation ? (value) => value : undefined;
  }
  if (!isSeekable(from, to)) return undefined;
  if (sameType(from, to)) return (value) => value;
  const exact = commonTypeOf(to, from).kind === to.kind && !isNumeric(to);
  return (value, context) => {
    try {
      return convertValue(value, from, to, { settings: context.session.settings });
    } catch (error) {
      // A number that the column cannot hold equals none of its values.
      if (!exact && isNumeric(from) && error instanceof SqlError) return undefined;
      throw error;
    }
  };
}

/** Every value of the column, converted to the common type, stays distinct. */
function isSeekable(from: SqlType, to: SqlType): boolean {
  if (from.kind === to.kind && from.kind !== "sql_variant") return true;
  const approximate = (type: SqlType) => type.kind === "float" || type.kind === "real";
  if (isNumeric(to)) return (isNumeric(from) && (!approximate(from) || approximate(to))) || isCharacter(from);
  if (isTemporal(to)) return (isTemporal(from) && to.kind !== "time" && from.kind !== "time") || isCharacter(from);
  if (to.kind === "uniqueidentifier") return isCharacter(from);
  return isBinary(to) && isBinary(from);
}

/** A key value as error 2627 shows it. */
export function displayValue(value: Value, type: SqlType): string {
  if (value === null) return "<NULL>";
  return convertValue(value, type, { kind: "nvarchar", length: -1 }) as string;
}
