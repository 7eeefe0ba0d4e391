/** Conditions: three-valued logic over comparisons, LIKE, IN, EXISTS and the rest. */
import type { Condition } from "../../tsql/ast";
import { likePattern } from "../types/collations/like";
import { isCharacter, isLargeObject, isUnicode } from "../types/families";
import { nvarchar, varchar } from "../types/systemTypes";
import { combinedLabel } from "./collationLabels";
import { compileComparison, nullsMatch } from "./comparisons";
import { convertImplicitly } from "./conversion";
import { type ConditionCompilers, compileCondition, compileExpression } from "./dispatch";
import { invalidArgumentType, invalidEscape } from "./expressionErrors";
import { compileIn } from "./inLists";
import type { Compiled, CompiledCondition, Scope } from "./scope";
import { compileExists, compileQuantified } from "./subqueries";
import { compileUpdateFunction } from "./updatedColumns";

export const predicates: ConditionCompilers = {
  and: (condition, scope) => and(compileCondition(condition.left, scope), compileCondition(condition.right, scope)),
  or: (condition, scope) => or(compileCondition(condition.left, scope), compileCondition(condition.right, scope)),
  not: (condition, scope) => not(compileCondition(condition.operand, scope)),
  comparison: ({ left, right, operator }, scope) =>
    compileComparison(
      compileExpression(left, scope),
      compileExpression(right, scope),
      operator,
      nullsMatch(left, right, scope),
    ),
  quantified: compileQuantified,
  isNull: (condition, scope) => isNull(compileExpression(condition.operand, scope), condition.negated),
  isDistinct,
  between,
  in: (condition, scope) => negatedIf(condition.negated, compileIn(condition, scope)),
  like: (condition, scope) => negatedIf(condition.negated, compileLike(condition, scope)),
  exists: (condition, scope) => compileExists(condition.query, scope),
  updateFunction: (condition, scope) => compileUpdateFunction(condition.column, scope),
};

function and(left: CompiledCondition, right: CompiledCondition): CompiledCondition {
  return {
    test: (frame) => {
      const a = left.test(frame);
      if (a === false) return false;
      const b = right.test(frame);
      return b === false ? false : a === null ? null : b;
    },
  };
}

function or(left: CompiledCondition, right: CompiledCondition): CompiledCondition {
  return {
    test: (frame) => {
      const a = left.test(frame);
      if (a === true) return true;
      const b = right.test(frame);
      return b === true ? true : a === null ? null : b;
    },
  };
}

function not(operand: CompiledCondition): CompiledCondition {
  return {
    test: (frame) => {
      const value = operand.test(frame);
      return value === null ? null : !value;
    },
  };
}

function negatedIf(negated: boolean, condition: CompiledCondition): CompiledCondition {
  return negated ? not(condition) : condition;
}

function isNull(operand: Compiled, negated: boolean): CompiledCondition {
  return { test: (frame) => (operand.evaluate(frame) === null) !== negated };
}

function isDistinct(condition: Extract<Condition, { kind: "isDistinct" }>, scope: Scope): CompiledCondition {
  const left = compileExpression(condition.left, scope);
  const right = compileExpression(condition.right, scope);
  return compileComparison(left, right, condition.negated ? "=" : "<>", true);
}

function between(condition: Extract<Condition, { kind: "between" }>, scope: Scope): CompiledCondition {
  const operand = compileExpression(condition.operand, scope);
  const low = compileComparison(operand, compileExpression(condition.low, scope), ">=", false);
  const high = compileComparison(operand, compileExpression(condition.high, scope), "<=", false);
  return negatedIf(condition.negated, and(low, high));
}

function compileLike(condition: Extract<Condition, { kind: "like" }>, scope: Scope): CompiledCondition {
  const operand = textOperand(compileExpression(condition.operand, scope), 1);
  const pattern = textOperand(compileExpression(condition.pattern, scope), 2);
  const escapeOperand = condition.escape && textOperand(compileExpression(condition.escape, scope), 3);
  const { collation } = combinedLabel(operand, pattern, "like");
  const blankPadded = !isUnicode(operand.type) && !isUnicode(pattern.type);
  return {
    test: (frame) => {
      const text = operand.evaluate(frame) as string | null;
      if (text === null) return null;
      const like = pattern.evaluate(frame) as string | null;
      if (like === null) return null;
      let escapeText: string | undefined;
      if (escapeOperand) {
        const given = escapeOperand.evaluate(frame) as string | null;
        if (given === null) return null;
        if (given.length !== 1) throw invalidEscape(given);
        escapeText = given;
      }
      return likePattern(like, escapeText, collation, blankPadded).matches(text);
    },
  };
}

/** LIKE takes texts, and whatever converts to one. */
export function textOperand(compiled: Compiled, position: number): Compiled {
  if (isCharacter(compiled.type)) return compiled;
  if (compiled.type.isNullLiteral) return convertImplicitly(compiled, varchar(1));
  if (isLargeObject(compiled.type) || compiled.type.kind === "xml" || compiled.type.kind === "sql_variant") {
    throw invalidArgumentType(compiled.type.kind, position, "like");
  }
  return convertImplicitly(compiled, isUnicode(compiled.type) ? nvarchar(4000) : varchar(8000));
}
