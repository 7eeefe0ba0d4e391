/** `x IN (a, b, …)` and `x IN (SELECT …)`. */
import type { Condition, Expression } from "../../tsql/ast";
import { type HashKey, hashKey } from "../types/compare";
import { comparison, compileComparison, nullsMatch } from "./comparisons";
import { compileExpression } from "./dispatch";
import type { Compiled, CompiledCondition, Frame, Scope } from "./scope";
import { compileInQuery } from "./subqueries";

type In = Extract<Condition, { kind: "in" }>;

/** From this many constants on, a hash set is quicker than one comparison after the other. */
const SET_THRESHOLD = 6;

/** Without the negation. */
export function compileIn(condition: In, scope: Scope): CompiledCondition {
  const operand = compileExpression(condition.operand, scope);
  if (!Array.isArray(condition.list)) return compileInQuery(operand, condition.list, scope);
  const items = condition.list.map((item) => compileExpression(item, scope));
  return constantSet(operand, items) ?? anyEqual(operand, condition.operand, items, condition.list, scope);
}

function anyEqual(
  operand: Compiled,
  expression: Expression,
  items: readonly Compiled[],
  list: readonly Expression[],
  scope: Scope,
): CompiledCondition {
  const tests = items.map((item, i) =>
    compileComparison(operand, item, "=", nullsMatch(expression, list[i] as Expression, scope)),
  );
  return {
    test: (frame) => {
      let unknown = false;
      for (const test of tests) {
        const result = test.test(frame);
        if (result === true) return true;
        if (result === null) unknown = true;
      }
      return unknown ? null : false;
    },
  };
}

/** undefined: not all constants, or compared by different types. */
function constantSet(operand: Compiled, items: readonly Compiled[]): CompiledCondition | undefined {
  const [first] = items;
  if (first === undefined || items.length < SET_THRESHOLD || operand.type.kind === "sql_variant") return undefined;
  const sameKind = items.every(
    (item) =>
      item.constant &&
      !item.type.isNullLiteral &&
      item.type.kind === first.type.kind &&
      item.type.scale === first.type.scale,
  );
  if (!sameKind) return undefined;
  const compared = items.map((item) => comparison(operand, item, "="));
  const { left, type } = compared[0] as (typeof compared)[0];
  let known: Set<HashKey> | undefined;
  const keysOf = (frame: Frame): Set<HashKey> => {
    known ??= new Set(compared.map(({ right }) => hashKey(right.evaluate(frame), type)));
    return known;
  };
  return {
    test: (frame) => {
      const value = left.evaluate(frame);
      return value === null ? null : keysOf(frame).has(hashKey(value, type));
    },
  };
}
