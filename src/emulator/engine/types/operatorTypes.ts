/** Types of the results of operators, and the errors for operands that an operator does not take. */
import type { Expression } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { SqlType } from "../values";
import { operandClash } from "./conversionErrors";
import { conversionBetween, requireImplicit } from "./conversionMatrix";
import {
  asDecimal,
  isApproximate,
  isCharacter,
  isDaysBased,
  isDecimal,
  isInteger,
  isLargeObject,
  isMoney,
  isNumeric,
  isTemporal,
  isUnicode,
} from "./families";
import { higher } from "./precedence";
import { BIGINT, BIT, FLOAT, INT, NULL_TYPE, REAL, SMALLINT, TINYINT } from "./systemTypes";

export type BinaryOperator = Extract<Expression, { kind: "binaryOperation" }>["operator"];

const OPERATOR_NAMES: Readonly<Record<BinaryOperator, string>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "modulo",
  "&": "'&'",
  "|": "'|'",
  "^": "'^'",
};

export const invalidOperand = (type: SqlType, operator: string) =>
  new SqlError(
    8117,
    `Operand data type ${type.isNullLiteral ? "NULL" : type.kind} is invalid for ${operator} operator.`,
    1,
    16,
  );
export const incompatibleOperands = (left: SqlType, right: SqlType, operator: string) =>
  new SqlError(
    402,
    `The data types ${display(left)} and ${display(right)} are incompatible in the ${operator} operator.`,
    1,
    16,
  );

function display(type: SqlType): string {
  return type.length === -1 ? `${type.kind}(max)` : type.kind;
}

/** How an operation is carried out: what both operands are converted to, and what comes out. */
export interface Operation {
  /** `concat`: text or binary; `days`: datetime arithmetic in days since 1900. */
  family: "integer" | "decimal" | "money" | "float" | "concat" | "days" | "null";
  /** Type that each operand is converted to before the operation; undefined: as it is. */
  left?: SqlType;
  right?: SqlType;
  result: SqlType;
}

export function operationOf(operator: BinaryOperator, left: SqlType, right: SqlType): Operation {
  if (left.isNullLiteral && right.isNullLiteral) return { family: "null", result: NULL_TYPE };
  const one = left.isNullLiteral ? right : left;
  const other = right.isNullLiteral ? left : right;
  if (operator === "+" && isConcatenation(one, other)) return concatenation(one, other);
  if (operator === "&" || operator === "|" || operator === "^") return bitwise(operator, one, other);
  return arithmetic(operator, one, other);
}

function isConcatenation(left: SqlType, right: SqlType): boolean {
  return (isText(left) && isText(right)) || (isBytes(left) && isBytes(right));
}

const isText = (type: SqlType): boolean => isCharacter(type) && !isLargeObject(type);
const isBytes = (type: SqlType): boolean =>
  type.kind === "binary" || type.kind === "varbinary" || type.kind === "timestamp";

function concatenation(left: SqlType, right: SqlType): Operation {
  const length = left.length === -1 || right.length === -1 ? -1 : lengthOf(left) + lengthOf(right);
  if (isBytes(left)) return { family: "concat", result: { kind: "varbinary", length: Math.min(length, 8000) } };
  const unicode = isUnicode(left) || isUnicode(right);
  const fixed = /^n?char$/.test(left.kind) && /^n?char$/.test(right.kind);
  const kind = unicode ? (fixed ? "nchar" : "nvarchar") : fixed ? "char" : "varchar";
  const result: SqlType = { kind, length: Math.min(length, unicode ? 4000 : 8000) };
  return { family: "concat", result };
}

const lengthOf = (type: SqlType): number => (type.kind === "timestamp" ? 8 : (type.length ?? 1));

function bitwise(operator: BinaryOperator, left: SqlType, right: SqlType): Operation {
  const name = OPERATOR_NAMES[operator];
  const integral = (type: SqlType) => isInteger(type) || type.kind === "bit";
  if (integral(left) && integral(right)) return integerOperation(left, right);
  if (integral(left) && (isBytes(right) || isText(right))) return integerOperation(left, left);
  if (integral(right) && (isBytes(left) || isText(left))) return integerOperation(right, right);
  if (left.kind === right.kind) throw invalidOperand(left, name);
  throw incompatibleOperands(left, right, name);
}

function integerOperation(left: SqlType, right: SqlType): Operation {
  const result = plainInteger(higher(left, right));
  return { family: "integer", left: result, right: result, result };
}

function plainInteger(type: SqlType): SqlType {
  switch (type.kind) {
    case "bigint":
      return BIGINT;
    case "int":
      return INT;
    case "smallint":
      return SMALLINT;
    case "tinyint":
      return TINYINT;
    default:
      return BIT;
  }
}

function arithmetic(operator: BinaryOperator, left: SqlType, right: SqlType): Operation {
  const name = OPERATOR_NAMES[operator];
  if (isTemporal(left) || isTemporal(right)) return dateArithmetic(operator, left, right);
  const target = higher(left, right);
  const source = target === left ? right : left;
  if (operator === "+" && (isText(left) || isText(right)) && !isNumeric(target))
    throw incompatibleOperands(left, right, name);
  if (!isNumeric(target)) {
    if (left.kind === right.kind || conversionBetween(source, target) === "implicit")
      throw invalidOperand(target, name);
    throw incompatibleOperands(left, right, name);
  }
  if (!isNumeric(source)) {
    if (conversionBetween(source, target) === "none") throw operandClash(left, right);
    requireImplicit(source, target);
  }
  if (isApproximate(target)) {
    if (operator === "%") throw incompatibleOperands(left, right, name);
    const result = target.kind === "real" && !(isNumeric(source) && source.kind === "bigint") ? REAL : FLOAT;
    return { family: "float", left: result, right: result, result };
  }
  if (isDecimal(target)) return decimalOperation(operator, left, right);
  if (isMoney(target)) {
    const result: SqlType = target;
    return { family: "money", left: result, right: result, result };
  }
  if (target.kind === "bit" && source.kind === "bit") throw invalidOperand(target, name);
  const result = plainInteger(target);
  return { family: "integer", left: result, right: result, result };
}

/** Only datetime and smalldatetime add and subtract; the newer date types have functions for it. */
function dateArithmetic(operator: BinaryOperator, left: SqlType, right: SqlType): Operation {
  const name = OPERATOR_NAMES[operator];
  const target = higher(left, right);
  const source = target === left ? right : left;
  if (isTemporal(source) && target.kind !== source.kind && !(isDaysBased(target) && isDaysBased(source))) {
    throw incompatibleOperands(left, right, name);
  }
  if (!isDaysBased(target)) {
    if (target.kind === source.kind) throw invalidOperand(target, name);
    if (isCharacter(source)) throw incompatibleOperands(left, right, name);
    throw conversionBetween(source, target) === "none" ? operandClash(left, right) : invalidOperand(target, name);
  }
  if (operator !== "+" && operator !== "-") throw invalidOperand(target, name);
  requireImplicit(source, target);
  return { family: "days", left: target, right: target, result: target };
}

function decimalOperation(operator: BinaryOperator, left: SqlType, right: SqlType): Operation {
  const one = isNumeric(left) ? asDecimal(left) : asDecimal(right);
  const other = isNumeric(right) ? asDecimal(right) : asDecimal(left);
  const kind =
    left.kind === "decimal" && right.kind !== "numeric"
      ? "decimal"
      : right.kind === "decimal" && left.kind !== "numeric"
        ? "decimal"
        : "numeric";
  const operand = (shape: { precision: number; scale: number }): SqlType => ({ kind, ...shape });
  return {
    family: "decimal",
    left: operand(one),
    right: operand(other),
    result: { kind, ...decimalResult(operator, one, other) },
  };
}

interface Shape {
  precision: number;
  scale: number;
}

/** Precision and scale by the documented formulas, cut to 38 digits by the documented rules. */
export function decimalResult(operator: BinaryOperator, one: Shape, other: Shape): Shape {
  const [p1, s1, p2, s2] = [one.precision, one.scale, other.precision, other.scale];
  switch (operator) {
    case "*":
      return cutProduct(p1 + p2 + 1, s1 + s2);
    case "/": {
      const scale = Math.max(6, s1 + p2 + 1);
      return cutProduct(p1 - s1 + s2 + scale, scale);
    }
    case "%":
      return { precision: Math.min(p1 - s1, p2 - s2) + Math.max(s1, s2), scale: Math.max(s1, s2) };
    default: {
      const whole = Math.max(p1 - s1, p2 - s2);
      const scale = Math.max(s1, s2);
      if (whole + scale + 1 <= 38) return { precision: whole + scale + 1, scale };
      return { precision: 38, scale: Math.min(scale, Math.max(0, 38 - whole)) };
    }
  }
}

function cutProduct(precision: number, scale: number): Shape {
  if (precision <= 38) return { precision, scale };
  const whole = precision - scale;
  if (whole < 32) return { precision: 38, scale: Math.min(scale, 38 - whole) };
  return { precision: 38, scale: Math.min(scale, 6) };
}

/** The result of unary minus, plus and ~. */
export function unaryType(operator: "-" | "+" | "~", type: SqlType): SqlType {
  if (operator === "+") return type;
  if (operator === "~") {
    if (isInteger(type) || type.kind === "bit") return type.isNullLiteral ? NULL_TYPE : plainInteger(type);
    throw invalidOperand(type, "'~'");
  }
  if (type.isNullLiteral || !isNumeric(type) || type.kind === "bit") throw invalidOperand(type, "minus");
  // The negative of a tinyint does not fit a tinyint.
  return type.kind === "tinyint" ? SMALLINT : type;
}
