/** The six comparisons between two expressions: common type, collation, NULLs. */
import type { ComparisonOperator, Expression } from "../../tsql/ast";
import { compareText, equalText } from "../types/collations/compare";
import { comparerFor } from "../types/compare";
import { conversionBetween } from "../types/conversionMatrix";
import type { NotNull } from "../types/conversions/conversion";
import { isCharacter, isInteger, isLargeObject, isTemporal } from "../types/families";
import { incompatibleOperands } from "../types/operatorTypes";
import { commonTypeOf } from "../types/precedence";
import type { SqlType } from "../values";
import { combinedLabel } from "./collationLabels";
import { convertTo } from "./conversion";
import { xmlNotComparable } from "./expressionErrors";
import type { Compiled, CompiledCondition, Scope } from "./scope";

const OPERATOR_NAMES: Readonly<Record<ComparisonOperator, string>> = {
  "=": "equal to",
  "<>": "not equal to",
  "<": "less than",
  "<=": "less than or equal to",
  ">": "greater than",
  ">=": "greater than or equal to",
};

export type Test = (left: NotNull, right: NotNull) => boolean;

/** Both operands made comparable, and the type (with collation) that they are compared by. */
export interface Comparison {
  left: Compiled;
  right: Compiled;
  type: SqlType;
}

export function comparison(left: Compiled, right: Compiled, operator: ComparisonOperator): Comparison {
  requireComparable(left.type, right.type, OPERATOR_NAMES[operator]);
  if (isCharacter(left.type) && isCharacter(right.type)) {
    const { collation } = combinedLabel(left, right, OPERATOR_NAMES[operator]);
    const wider = commonTypeOf(left.type, right.type);
    return { left, right, type: collation === undefined ? wider : { ...wider, collation } };
  }
  const type = commonTypeOf(left.type, right.type);
  // Numbers and bigints compare as they are.
  if (isInteger(left.type) && isInteger(right.type)) return { left, right, type };
  return { left: converted(left, type), right: converted(right, type), type: collated(type, left, right) };
}

function converted(compiled: Compiled, type: SqlType): Compiled {
  return compiled.type.isNullLiteral ? compiled : convertTo(compiled, type);
}

function collated(type: SqlType, left: Compiled, right: Compiled): SqlType {
  const collation = left.type.collation ?? right.type.collation;
  return isCharacter(type) && collation !== undefined ? { ...type, collation } : type;
}

function requireComparable(left: SqlType, right: SqlType, operation: string): void {
  const dates = isTemporal(left) && isTemporal(right) && !left.isNullLiteral && !right.isNullLiteral;
  if (dates && conversionBetween(left, right) === "none") throw incompatibleOperands(left, right, operation);
  if (left.kind === "xml" || right.kind === "xml") throw xmlNotComparable();
  if ((isLargeObject(left) && !right.isNullLiteral) || (isLargeObject(right) && !left.isNullLiteral)) {
    throw incompatibleOperands(left, right, operation);
  }
}

export function testOf(operator: ComparisonOperator, type: SqlType): Test {
  if (isCharacter(type)) return textTest(operator, type.collation);
  if (isOrderedByJavaScript(type)) return plainTest(operator);
  const compare = comparerFor(type);
  return orderTest(operator, compare);
}

function textTest(operator: ComparisonOperator, collation: string | undefined): Test {
  if (operator === "=") return (left, right) => equalText(left as string, right as string, collation);
  if (operator === "<>") return (left, right) => !equalText(left as string, right as string, collation);
  return orderTest(operator, (left, right) => compareText(left as string, right as string, collation));
}

function orderTest(operator: ComparisonOperator, compare: (left: NotNull, right: NotNull) => number): Test {
  switch (operator) {
    case "=":
      return (left, right) => compare(left, right) === 0;
    case "<>":
      return (left, right) => compare(left, right) !== 0;
    case "<":
      return (left, right) => compare(left, right) < 0;
    case "<=":
      return (left, right) => compare(left, right) <= 0;
    case ">":
      return (left, right) => compare(left, right) > 0;
    case ">=":
      return (left, right) => compare(left, right) >= 0;
  }
}

function isOrderedByJavaScript(type: SqlType): boolean {
  switch (type.kind) {
    case "binary":
    case "varbinary":
    case "image":
    case "timestamp":
    case "uniqueidentifier":
    case "sql_variant":
    case "datetimeoffset":
      return false;
    default:
      return true;
  }
}

function plainTest(operator: ComparisonOperator): Test {
  switch (operator) {
    case "=":
      // Loosely on purpose: an int may meet a bigint.
      return (left, right) => left === right || (typeof left !== typeof right && !(left < right) && !(left > right));
    case "<>":
      return (left, right) => left !== right && (typeof left === typeof right || left < right || left > right);
    case "<":
      return (left, right) => left < right;
    case "<=":
      return (left, right) => left <= right;
    case ">":
      return (left, right) => left > right;
    case ">=":
      return (left, right) => left >= right;
  }
}

/** `nullsMatch`: ANSI_NULLS is off and one side is a literal NULL or a variable, so = finds NULLs. */
export function compileComparison(
  left: Compiled,
  right: Compiled,
  operator: ComparisonOperator,
  nullsMatch: boolean,
): CompiledCondition {
  const { left: one, right: other, type } = comparison(left, right, operator);
  const test = testOf(operator, type);
  if (nullsMatch && (operator === "=" || operator === "<>")) return nullMatching(one, other, operator, test);
  return {
    test: (frame) => {
      const a = one.evaluate(frame);
      if (a === null) return null;
      const b = other.evaluate(frame);
      return b === null ? null : test(a, b);
    },
  };
}

function nullMatching(one: Compiled, other: Compiled, operator: "=" | "<>", test: Test): CompiledCondition {
  return {
    test: (frame) => {
      const a = one.evaluate(frame);
      const b = other.evaluate(frame);
      if (a === null || b === null) return (a === null && b === null) === (operator === "=");
      return test(a, b);
    },
  };
}

/** ANSI_NULLS OFF: = and <> find NULL when one side is the literal or a variable. */
export function nullsMatch(left: Expression, right: Expression, scope: Scope): boolean {
  if (scope.environment.ansiNulls) return false;
  const plain = (expression: Expression) => expression.kind === "null" || expression.kind === "variable";
  return plain(left) || plain(right);
}
