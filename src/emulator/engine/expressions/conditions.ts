/** Conditions: three-valued logic over comparisons, LIKE, IN, EXISTS and the rest. */
import type { ComparisonOperator, Condition, Expression } from "../../tsql/ast";
import { likePattern } from "../types/collations/like";
import { isCharacter, isLargeObject, isUnicode } from "../types/families";
import { nvarchar, varchar } from "../types/systemTypes";
import { combinedLabel } from "./collationLabels";
import { compileComparison } from "./comparisons";
import { compileExpression } from "./compile";
import { convertImplicitly } from "./conversion";
import { invalidArgumentType, invalidEscape } from "./expressionErrors";
import { compileIn } from "./inLists";
import type { Compiled, CompiledCondition, CompileCondition, Scope } from "./scope";
import { compileExists, compileQuantified } from "./subqueries";
import { compileUpdateFunction } from "./updatedColumns";

export const compileCondition: CompileCondition = (condition, scope) => {
  switch (condition.kind) {
    case "and":
      return and(compileCondition(condition.left, scope), compileCondition(condition.right, scope));
    case "or":
      return or(compileCondition(condition.left, scope), compileCondition(condition.right, scope));
    case "not":
      return not(compileCondition(condition.operand, scope));
    case "comparison":
      return compareExpressions(condition.left, condition.right, condition.operator, scope);
    case "quantified":
      return compileQuantified(condition, scope);
    case "isNull":
      return isNull(compileExpression(condition.operand, scope), condition.negated);
    case "isDistinct":
      return isDistinct(condition, scope);
    case "between":
      return between(condition, scope);
    case "in":
      return negatedIf(condition.negated, compileIn(condition, scope));
    case "like":
      return negatedIf(condition.negated, compileLike(condition, scope));
    case "exists":
      return compileExists(condition.query, scope);
    case "updateFunction":
      return compileUpdateFunction(condition.column, scope);
  }
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

/** ANSI_NULLS OFF: = and <> find NULL when one side is the literal or a variable. */
export function nullsMatch(left: Expression, right: Expression, scope: Scope): boolean {
  if (scope.environment.ansiNulls) return false;
  const plain = (expression: Expression) => expression.kind === "null" || expression.kind === "variable";
  return plain(left) || plain(right);
}

function compareExpressions(left: Expression, right: Expression, operator: ComparisonOperator, scope: Scope): CompiledCondition {
  return compileComparison(compileExpression(left, scope), compileExpression(right, scope), operator, nullsMatch(left, right, scope));
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
  const escape = condition.escape && textOperand(compileExpression(condition.escape, scope), 3);
  const { collation } = combinedLabel(operand, pattern, "like");
  const blankPadded = !isUnicode(operand.type) && !isUnicode(pattern.type);
  return {
    test: (frame) => {
      const text = operand.evaluate(frame) as string | null;
      if (text === null) return null;
      const like = pattern.evaluate(frame) as string | null;
      if (like === null) return null;
      let escapeText: string | undefined;
      if (escape) {
        const given = escape.evaluate(frame) as string | null;
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
