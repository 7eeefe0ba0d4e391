/** Unary and binary operators. */
import type { Expression } from "../../tsql/ast";
import { overflow } from "../types/conversionErrors";
import { fitsBigint, INTEGER_LIMITS, SMALLMONEY_MIN } from "../types/decimals";
import { isCharacter, isDecimal } from "../types/families";
import { type BinaryOperator, type Operation, operationOf, unaryType } from "../types/operatorTypes";
import { DATETIME, NULL_TYPE } from "../types/systemTypes";
import type { SqlType, Value } from "../values";
import { bigintCompute, daysCompute, decimalCompute, floatCompute, integerCompute, moneyCompute } from "./arithmetic";
import { combinedLabel, withCollation } from "./collationLabels";
import { arithmeticFailure, convertTo } from "./conversion";
import { compileExpression } from "./dispatch";
import type { Compiled, Scope } from "./scope";

export function compileBinary(expression: Extract<Expression, { kind: "binaryOperation" }>, scope: Scope): Compiled {
  const left = compileExpression(expression.left, scope);
  const right = compileExpression(expression.right, scope);
  return binary(expression.operator, left, right, scope);
}

export function binary(operator: BinaryOperator, left: Compiled, right: Compiled, scope: Scope): Compiled {
  const operation = operationOf(operator, left.type, right.type);
  const isConstant = left.constant === true && right.constant === true;
  const shared = { nullable: left.nullable || right.nullable, ...(isConstant && { constant: true }) };
  if (operation.family === "null") return { type: NULL_TYPE, nullable: true, constant: true, evaluate: () => null };
  if (operation.family === "concat")
    return { ...concat(left, right, operation, scope), ...(isConstant && { constant: true }) };
  const one = operand(left, operation.left, operation);
  const other = operand(right, operation.right, operation);
  const compute = computeOf(operator, operation);
  return {
    type: operation.result,
    ...shared,
    evaluate: (frame) => {
      const a = one.evaluate(frame);
      if (a === null) return null;
      const b = other.evaluate(frame);
      if (b === null) return null;
      try {
        return compute(a, b);
      } catch (error) {
        return arithmeticFailure(error, frame);
      }
    },
  };
}

function operand(compiled: Compiled, type: SqlType | undefined, operation: Operation): Compiled {
  if (type === undefined || compiled.type.isNullLiteral) return compiled;
  // A negative count of days is a datetime, but no smalldatetime.
  if (operation.family === "days" && type.kind === "smalldatetime" && compiled.type.kind !== "smalldatetime")
    return convertTo(compiled, DATETIME);
  return convertTo(compiled, type);
}

function computeOf(operator: BinaryOperator, operation: Operation): (left: Value, right: Value) => Value {
  const { result } = operation;
  switch (operation.family) {
    case "integer":
      return (result.kind === "bigint" ? bigintCompute(operator, result) : integerCompute(operator, result)) as never;
    case "decimal":
      return decimalCompute(operator, operation) as never;
    case "money":
      return moneyCompute(operator, result) as never;
    case "float":
      return floatCompute(operator, result) as never;
    default:
      return daysCompute(operator, result) as never;
  }
}

function concat(left: Compiled, right: Compiled, operation: Operation, scope: Scope): Compiled {
  if (!isCharacter(operation.result)) return concatBytes(left, right, operation.result);
  const label = combinedLabel(left, right, "add");
  const type = withCollation(operation.result, label, scope.environment.collation);
  const limit = type.length === -1 ? Number.POSITIVE_INFINITY : (type.length as number);
  const nullYieldsNull = scope.environment.concatNullYieldsNull;
  return {
    type,
    nullable: nullYieldsNull && (left.nullable || right.nullable),
    collationStrength: label.strength,
    evaluate: (frame) => {
      const a = left.evaluate(frame) as string | null;
      if (a === null && nullYieldsNull) return null;
      const b = right.evaluate(frame) as string | null;
      if (b === null && nullYieldsNull) return null;
      const text = (a ?? "") + (b ?? "");
      return text.length > limit ? text.slice(0, limit) : text;
    },
  };
}

function concatBytes(left: Compiled, right: Compiled, type: SqlType): Compiled {
  const limit = type.length === -1 ? undefined : type.length;
  return {
    type,
    nullable: left.nullable || right.nullable,
    evaluate: (frame) => {
      const a = left.evaluate(frame) as Uint8Array | null;
      if (a === null) return null;
      const b = right.evaluate(frame) as Uint8Array | null;
      if (b === null) return null;
      const bytes = new Uint8Array(a.length + b.length);
      bytes.set(a);
      bytes.set(b, a.length);
      return limit !== undefined && bytes.length > limit ? bytes.slice(0, limit) : bytes;
    },
  };
}

export function compileUnary(expression: Extract<Expression, { kind: "unary" }>, scope: Scope): Compiled {
  const operand = compileExpression(expression.operand, scope);
  if (expression.operator === "+") return operand;
  const type = unaryType(expression.operator, operand.type);
  const compute = expression.operator === "-" ? negation(type) : complement(operand.type);
  const { column: _, ...rest } = operand;
  return {
    ...rest,
    type,
    evaluate: (frame) => {
      const value = operand.evaluate(frame);
      return value === null ? null : compute(value);
    },
  };
}

function negation(type: SqlType): (value: Exclude<Value, null>) => Value {
  if (type.kind === "float" || type.kind === "real") return (value) => 0 - (value as number);
  if (type.kind === "int" || type.kind === "smallint") {
    const [, high] = INTEGER_LIMITS[type.kind];
    return (value) => {
      const negative = 0 - (value as number);
      if (negative > high) throw overflow(type);
      return negative;
    };
  }
  return (value) => {
    const negative = -(value as bigint);
    const tooLarge =
      type.kind === "smallmoney" ? negative === -SMALLMONEY_MIN : !isDecimal(type) && !fitsBigint(negative);
    if (tooLarge) throw overflow(type);
    return negative;
  };
}

function complement(type: SqlType): (value: Exclude<Value, null>) => Value {
  switch (type.kind) {
    case "bit":
      return (value) => 1 - (value as number);
    case "tinyint":
      return (value) => 255 - (value as number);
    case "bigint":
      return (value) => ~(value as bigint);
    default:
      return (value) => ~(value as number);
  }
}
