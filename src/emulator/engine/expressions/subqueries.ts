/** Subqueries as values and in conditions. Those without outer references run once a statement. */
import type { Condition, QueryExpression } from "../../tsql/ast";
import { type HashKey, hashKey } from "../types/compare";
import type { NotNull } from "../types/conversions/conversion";
import { isCharacter } from "../types/families";
import { BIGINT } from "../types/systemTypes";
import type { SqlType, Value } from "../values";
import { comparison, testOf } from "./comparisons";
import { compileExpression } from "./dispatch";
import { moreThanOneValue, oneColumnOnly } from "./expressionErrors";
import type { Compiled, CompiledCondition, CompiledSubquery, Frame, Scope } from "./scope";

function singleColumn(query: QueryExpression, scope: Scope): CompiledSubquery {
  const subquery = scope.environment.compileSubquery(query, scope);
  if (subquery.columns.length !== 1) throw oneColumnOnly();
  return subquery;
}

export function compileScalarSubquery(query: QueryExpression, scope: Scope): Compiled {
  const subquery = singleColumn(query, scope);
  const type = subquery.columns[0]?.type as SqlType;
  return {
    type,
    nullable: true,
    ...(isCharacter(type) && { collationStrength: 2 as const }),
    evaluate: oncePerStatement(subquery, (frame) => {
      let value: Value = null;
      let count = 0;
      for (const row of subquery.rows(frame)) {
        if (++count > 1) throw moreThanOneValue();
        value = row[0] ?? null;
      }
      return value;
    }),
  };
}

function oncePerStatement<T>(subquery: CompiledSubquery, compute: (frame: Frame) => T): (frame: Frame) => T {
  if (!subquery.uncorrelated) return compute;
  const key = {};
  return (frame) => {
    const { statementCache } = frame.context;
    if (statementCache.has(key)) return statementCache.get(key) as T;
    const result = compute(frame);
    statementCache.set(key, result);
    return result;
  };
}

export function compileExists(query: QueryExpression, scope: Scope): CompiledCondition {
  const subquery = scope.environment.compileSubquery(query, scope);
  return {
    test: oncePerStatement(subquery, (frame) => {
      for (const _ of subquery.rows(frame)) return true;
      return false;
    }),
  };
}

/** A column of the subquery as an operand: its value is put in `slot` for each row. */
function columnOperand(subquery: CompiledSubquery): { compiled: Compiled; slot: { value: Value } } {
  const slot: { value: Value } = { value: null };
  const type = subquery.columns[0]?.type as SqlType;
  return { slot, compiled: { type, nullable: true, collationStrength: 2, evaluate: () => slot.value } };
}

interface KeySet {
  keys: Set<HashKey>;
  hasNull: boolean;
}

export function compileInQuery(operand: Compiled, query: QueryExpression, scope: Scope): CompiledCondition {
  const subquery = singleColumn(query, scope);
  const { compiled, slot } = columnOperand(subquery);
  const { left, right, type } = comparison(operand, compiled, "=");
  // Ints and bigints compare as they are, but hash differently.
  const keyOf =
    type.kind === BIGINT.kind
      ? (value: Value) => (value === null ? null : BigInt(value as number | bigint))
      : (value: Value) => hashKey(value, type);
  const keySet = oncePerStatement(subquery, (frame): KeySet => {
    const set: KeySet = { keys: new Set(), hasNull: false };
    for (const row of subquery.rows(frame)) {
      slot.value = row[0] ?? null;
      const value = right.evaluate(frame);
      if (value === null) set.hasNull = true;
      else set.keys.add(keyOf(value));
    }
    return set;
  });
  return {
    test: (frame) => {
      const value = left.evaluate(frame);
      const { keys, hasNull } = keySet(frame);
      if (keys.size === 0 && !hasNull) return false;
      if (value === null) return null;
      return keys.has(keyOf(value)) ? true : hasNull ? null : false;
    },
  };
}

export function compileQuantified(
  condition: Extract<Condition, { kind: "quantified" }>,
  scope: Scope,
): CompiledCondition {
  const operand = compileExpression(condition.left, scope);
  const subquery = singleColumn(condition.query, scope);
  const { compiled, slot } = columnOperand(subquery);
  const { left, right, type } = comparison(operand, compiled, condition.operator);
  const test = testOf(condition.operator, type);
  const values = oncePerStatement(subquery, (frame): Value[] =>
    Array.from(subquery.rows(frame), (row) => row[0] ?? null),
  );
  /** ANY is true at the first true, ALL false at the first false. */
  const decisive = condition.quantifier === "any";
  return {
    test: (frame) => {
      const rows = values(frame);
      const value = left.evaluate(frame);
      let unknown = false;
      for (const row of rows) {
        slot.value = row;
        const other = right.evaluate(frame);
        if (value === null || other === null) unknown = true;
        else if (test(value as NotNull, other as NotNull) === decisive) return decisive;
      }
      return unknown ? null : !decisive;
    },
  };
}
