/** What + - * / % & | ^ compute, once both operands have the operation's type. */
import { dateOverflow, divideByZero, overflow } from "../types/conversionErrors";
import { finite, toReal } from "../types/conversions/toFloat";
import {
  divideRounded,
  fitsBigint,
  fitsPrecision,
  INTEGER_LIMITS,
  powerOfTen,
  rescale,
  rescaleTruncated,
  SMALLMONEY_MAX,
  SMALLMONEY_MIN,
} from "../types/decimals";
import type { BinaryOperator, Operation } from "../types/operatorTypes";
import {
  END_OF_TIME,
  EPOCH_1900,
  MAX_SMALLDATETIME,
  MIN_DATETIME,
  roundToDatetime,
  roundToMinute,
} from "../types/temporal/calendar";
import type { SqlType } from "../values";

export type Compute<T> = (left: T, right: T) => T;

export function integerCompute(operator: BinaryOperator, type: SqlType): Compute<number> {
  const [low, high] = INTEGER_LIMITS[type.kind as keyof typeof INTEGER_LIMITS];
  const checked = (value: number): number => {
    if (value < low || value > high) throw overflow(type);
    return value;
  };
  switch (operator) {
    case "+":
      return (left, right) => checked(left + right);
    case "-":
      return (left, right) => checked(left - right);
    case "*":
      // Beyond 2^53 a double loses digits, but not whether it is too large for an int.
      return (left, right) => checked(left * right + 0);
    case "/":
      return (left, right) => {
        if (right === 0) throw divideByZero();
        return checked(Math.trunc(left / right) + 0);
      };
    case "%":
      return (left, right) => {
        if (right === 0) throw divideByZero();
        return (left % right) + 0;
      };
    case "&":
      return (left, right) => left & right;
    case "|":
      return (left, right) => left | right;
    case "^":
      return (left, right) => left ^ right;
  }
}

export function bigintCompute(operator: BinaryOperator, type: SqlType): Compute<bigint> {
  const checked = (value: bigint): bigint => {
    if (!fitsBigint(value)) throw overflow(type);
    return value;
  };
  switch (operator) {
    case "+":
      return (left, right) => checked(left + right);
    case "-":
      return (left, right) => checked(left - right);
    case "*":
      return (left, right) => checked(left * right);
    case "/":
      return (left, right) => {
        if (right === 0n) throw divideByZero();
        return checked(left / right);
      };
    case "%":
      return (left, right) => {
        if (right === 0n) throw divideByZero();
        return left % right;
      };
    case "&":
      return (left, right) => left & right;
    case "|":
      return (left, right) => left | right;
    case "^":
      return (left, right) => left ^ right;
  }
}

/** Operands keep their own scales; division cuts, everything else rounds to the result's scale. */
export function decimalCompute(operator: BinaryOperator, { left, right, result }: Operation): Compute<bigint> {
  const s1 = left?.scale ?? 0;
  const s2 = right?.scale ?? 0;
  const scale = result.scale ?? 0;
  const precision = result.precision ?? 38;
  const checked = (value: bigint): bigint => {
    if (!fitsPrecision(value, precision)) throw overflow(result);
    return value;
  };
  const aligned = Math.max(s1, s2);
  const up1 = powerOfTen(aligned - s1);
  const up2 = powerOfTen(aligned - s2);
  switch (operator) {
    case "+":
      return (a, b) => checked(rescale(a * up1 + b * up2, aligned, scale));
    case "-":
      return (a, b) => checked(rescale(a * up1 - b * up2, aligned, scale));
    case "*":
      return (a, b) => checked(rescale(a * b, s1 + s2, scale));
    case "/":
      return (a, b) => {
        if (b === 0n) throw divideByZero();
        const shift = scale + s2 - s1;
        return checked(shift >= 0 ? (a * powerOfTen(shift)) / b : a / (b * powerOfTen(-shift)));
      };
    default:
      return (a, b) => {
        if (b === 0n) throw divideByZero();
        return checked(rescaleTruncated((a * up1) % (b * up2), aligned, scale));
      };
  }
}

const MONEY_UNIT = 10_000n;

export function moneyCompute(operator: BinaryOperator, type: SqlType): Compute<bigint> {
  const small = type.kind === "smallmoney";
  const checked = (value: bigint): bigint => {
    if (small ? value < SMALLMONEY_MIN || value > SMALLMONEY_MAX : !fitsBigint(value)) throw overflow(type);
    return value;
  };
  switch (operator) {
    case "+":
      return (left, right) => checked(left + right);
    case "-":
      return (left, right) => checked(left - right);
    case "*":
      return (left, right) => checked(divideRounded(left * right, MONEY_UNIT));
    case "/":
      return (left, right) => {
        if (right === 0n) throw divideByZero();
        return checked((left * MONEY_UNIT) / right);
      };
    default:
      return (left, right) => {
        if (right === 0n) throw divideByZero();
        return left % right;
      };
  }
}

export function floatCompute(operator: BinaryOperator, type: SqlType): Compute<number> {
  const bounded =
    type.kind === "real" ? (value: number) => toReal(value, type) : (value: number) => finite(value, type);
  switch (operator) {
    case "+":
      return (left, right) => bounded(left + right);
    case "-":
      return (left, right) => bounded(left - right);
    case "*":
      return (left, right) => bounded(left * right);
    default:
      return (left, right) => {
        if (right === 0) throw divideByZero();
        return bounded(left / right);
      };
  }
}

/** datetime + datetime: both count from 1900-01-01. */
export function daysCompute(operator: BinaryOperator, type: SqlType): Compute<bigint> {
  const small = type.kind === "smalldatetime";
  const [low, high] = small ? [EPOCH_1900, MAX_SMALLDATETIME] : [MIN_DATETIME, END_OF_TIME];
  const sign = operator === "-" ? -1n : 1n;
  return (left, right) => {
    const sum = left + sign * (right - EPOCH_1900);
    if (sum < 0n) throw dateOverflow(type);
    const rounded = small ? roundToMinute(sum) : roundToDatetime(sum);
    if (rounded < low || rounded >= high) throw dateOverflow(type);
    return rounded;
  };
}
