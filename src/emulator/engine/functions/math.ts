/** Mathematical functions. Those that keep their argument's type come first, those over float follow. */
import { SqlError } from "../errors";
import { divideByZero, overflow } from "../types/conversionErrors";
import { DEFAULT_CONVERSION_SETTINGS } from "../types/conversions/conversion";
import { toInteger } from "../types/conversions/toInteger";
import {
  decimalFromNumber,
  divideRounded,
  fitsBigint,
  fitsPrecision,
  INTEGER_LIMITS,
  numberFromDecimal,
  powerOfTen,
} from "../types/decimals";
import { isApproximate, isCharacter, isDecimal, isInteger, isMoney } from "../types/families";
import { BIGINT, FLOAT, INT, MONEY, numeric } from "../types/systemTypes";
import type { SqlType, Value } from "../values";
import { invalidArgument } from "./arguments";
import { type FunctionDefinition, type ResolvedCall, registerFunctions } from "./registry";

const invalidOperation = () => new SqlError(3623, "An invalid floating point operation occurred.", 1, 16);

function finite(value: number): number {
  if (Number.isNaN(value)) throw invalidOperation();
  if (!Number.isFinite(value)) throw overflow(FLOAT);
  return value;
}

/** The numeric type that a function works in: small integers as int, texts and binaries as float. */
function numberType(type: SqlType | undefined, name: string): SqlType {
  const given = type as SqlType;
  if (given.isNullLiteral) return INT;
  if (given.kind === "bigint") return BIGINT;
  if (isInteger(given)) return INT;
  if (given.kind === "bit" || isApproximate(given) || isCharacter(given)) return FLOAT;
  if (isMoney(given)) return MONEY;
  if (isDecimal(given)) return given;
  throw invalidArgument(given, 1, name);
}

/** The argument's value in the type that numberType gave; texts become floats. */
function inType(value: Value, from: SqlType, to: SqlType): number | bigint {
  if (isCharacter(from)) {
    const number = Number(value);
    if (Number.isNaN(number)) throw new SqlError(8114, `Error converting data type ${from.kind} to float.`, 5, 16);
    return number;
  }
  return to.kind === "bigint" ? BigInt(value as number | bigint) : (value as number | bigint);
}

type Unary = (value: number | bigint, type: SqlType, result: SqlType) => number | bigint;

function keepingType(
  name: string,
  compute: Unary,
  result: (type: SqlType) => SqlType = (type) => type,
): FunctionDefinition {
  return {
    name,
    minArgs: 1,
    maxArgs: 1,
    strict: true,
    keepsNotNull: true,
    resolve: ([type]) => result(numberType(type, name)),
    evaluate: ([value], _, call) => {
      const from = call.types[0] as SqlType;
      const type = numberType(from, name);
      return compute(inType(value as Value, from, type), type, call.result);
    },
  };
}

function abs(value: number | bigint, type: SqlType): number | bigint {
  if (typeof value === "bigint") {
    const result = value < 0n ? -value : value;
    if (!isDecimal(type) && !fitsBigint(result)) throw overflow(type);
    return result;
  }
  const result = Math.abs(value);
  if (type.kind === "int" && result > INTEGER_LIMITS.int[1]) throw overflow(type);
  return result;
}

/** To a whole number, towards minus infinity or plus infinity. */
function whole(direction: "floor" | "ceiling"): Unary {
  return (value, type) => {
    if (typeof value === "number") return Math[direction === "floor" ? "floor" : "ceil"](value) + 0;
    const scale = isMoney(type) ? 4 : (type.scale ?? 0);
    if (type.kind === "bigint" || scale === 0) return value;
    const unit = powerOfTen(scale);
    let quotient = value / unit;
    if (value % unit !== 0n) {
      if (direction === "floor" && value < 0n) quotient -= 1n;
      if (direction === "ceiling" && value > 0n) quotient += 1n;
    }
    return isMoney(type) ? quotient * unit : quotient;
  };
}

const withoutFraction = (type: SqlType): SqlType => (isDecimal(type) ? { ...type, scale: 0 } : type);

function sign(value: number | bigint, type: SqlType): number | bigint {
  if (typeof value === "number") return Math.sign(value) + 0;
  const scale = isMoney(type) ? 4 : isDecimal(type) ? (type.scale ?? 0) : 0;
  return value === 0n ? 0n : value > 0n ? powerOfTen(scale) : -powerOfTen(scale);
}

/** Rounds (or cuts) to a count of places after the point; negative counts go before it. */
function round(value: number | bigint, places: number, cut: boolean, type: SqlType): number | bigint {
  if (type.kind === "float") return roundFloat(value as number, places, cut);
  const scale = isMoney(type) ? 4 : isDecimal(type) ? (type.scale ?? 0) : 0;
  if (places >= scale) return value;
  const digits = scale - places;
  if (digits > 60) return typeof value === "number" ? 0 : 0n;
  const unit = powerOfTen(digits);
  const exact = BigInt(value);
  const rounded = (cut ? exact / unit : divideRounded(exact, unit)) * unit;
  if (type.kind === "int") {
    const [low, high] = INTEGER_LIMITS.int;
    if (rounded < low || rounded > high) throw overflow(type);
    return Number(rounded);
  }
  if (isDecimal(type) ? !fitsPrecision(rounded, type.precision ?? 18) : !fitsBigint(rounded)) throw overflow(type);
  return rounded;
}

function roundFloat(value: number, places: number, cut: boolean): number {
  if (places > 300 || !Number.isFinite(value)) return value;
  if (places < -308) return 0;
  // By the decimal digits that the number shows: 1.005 is rounded as if it were exactly that.
  const [mantissa = "0", exponent = "0"] = value.toString().split("e");
  const shifted = Number(`${mantissa}e${Number(exponent) + places}`);
  const magnitude = cut ? Math.trunc(Math.abs(shifted)) : Math.round(Math.abs(shifted));
  const [digits = "0", power = "0"] = magnitude.toString().split("e");
  return Math.sign(shifted) * Number(`${digits}e${Number(power) - places}`) + 0;
}

function power(base: number | bigint, exponent: number, type: SqlType, result: SqlType): number | bigint {
  const scale = isMoney(type) ? 4 : isDecimal(type) ? (type.scale ?? 0) : 0;
  const number = typeof base === "bigint" ? numberFromDecimal(base, scale) : base;
  if (number === 0 && exponent < 0) throw divideByZero();
  if (typeof base === "bigint" && Number.isInteger(exponent) && exponent >= 0 && exponent < 400) {
    return exactPower(base, exponent, scale, result);
  }
  const value = finite(number ** exponent);
  if (result.kind === "float") return value;
  if (result.kind === "int" || result.kind === "bigint") {
    const whole = Math.trunc(value);
    if (result.kind === "bigint") {
      if (Math.abs(whole) >= 2 ** 63) throw overflow(result);
      return BigInt(whole);
    }
    if (Math.abs(whole) > INTEGER_LIMITS.int[1]) throw overflow(result);
    return whole + 0;
  }
  if (Math.abs(value) >= 1e38) throw overflow(result);
  return decimalFromNumber(value, scale);
}

function exactPower(base: bigint, exponent: number, scale: number, result: SqlType): bigint {
  const product = base ** BigInt(exponent);
  const excess = scale * exponent - scale;
  const value = excess >= 0 ? divideRounded(product, powerOfTen(excess)) : product * powerOfTen(-excess);
  if (isDecimal(result) ? !fitsPrecision(value, 38) : !fitsBigint(value)) throw overflow(result);
  return value;
}

const ANGLE_SCALE = 18;

/** Angles keep their type; decimals get 18 places. */
function angle(name: string, factor: number): FunctionDefinition {
  return keepingType(
    name,
    (value, type, result) => {
      const number =
        typeof value === "bigint"
          ? numberFromDecimal(value, isMoney(type) ? 4 : isDecimal(type) ? (type.scale ?? 0) : 0)
          : value;
      const turned = number * factor;
      if (result.kind === "float") return finite(turned);
      if (result.kind === "int" || result.kind === "bigint")
        return toInteger(FLOAT, result)(turned, DEFAULT_CONVERSION_SETTINGS, undefined) as number | bigint;
      return decimalFromNumber(turned, result.scale ?? 4);
    },
    (type) => (isDecimal(type) ? numeric(38, ANGLE_SCALE) : type),
  );
}

function overFloat(name: string, compute: (value: number) => number): FunctionDefinition {
  return {
    name,
    minArgs: 1,
    maxArgs: 1,
    parameters: [FLOAT],
    strict: true,
    keepsNotNull: true,
    resolve: () => FLOAT,
    evaluate: ([value]) => finite(compute(value as number)),
  };
}

function logarithm(value: number, base: number | undefined): number {
  if (value <= 0 || (base !== undefined && (base <= 0 || base === 1))) throw invalidOperation();
  if (base === undefined) return Math.log(value);
  if (base === 10) return Math.log10(value);
  return base === 2 ? Math.log2(value) : Math.log(value) / Math.log(base);
}

registerFunctions([
  keepingType("ABS", abs),
  keepingType("FLOOR", whole("floor"), withoutFraction),
  keepingType("CEILING", whole("ceiling"), withoutFraction),
  keepingType("SIGN", sign),
  angle("DEGREES", 180 / Math.PI),
  angle("RADIANS", Math.PI / 180),
  {
    name: "ROUND",
    minArgs: 2,
    maxArgs: 3,
    parameters: [undefined, INT, INT],
    strict: true,
    resolve: ([type]) => numberType(type, "round"),
    evaluate: ([value, places, mode], _, call: ResolvedCall) => {
      const from = call.types[0] as SqlType;
      return round(
        inType(value as Value, from, call.result),
        places as number,
        ((mode as number | undefined) ?? 0) !== 0,
        call.result,
      );
    },
  },
  {
    name: "POWER",
    minArgs: 2,
    maxArgs: 2,
    parameters: [undefined, FLOAT],
    strict: true,
    resolve: ([type]) => {
      const base = numberType(type, "power");
      return isDecimal(base) ? { ...base, precision: 38 } : base;
    },
    evaluate: ([value, exponent], _, call: ResolvedCall) => {
      const from = call.types[0] as SqlType;
      const type = numberType(from, "power");
      return power(inType(value as Value, from, type), exponent as number, type, call.result);
    },
  },
  overFloat("SQRT", (value) => (value < 0 ? Number.NaN : Math.sqrt(value))),
  overFloat("SQUARE", (value) => value * value),
  overFloat("EXP", Math.exp),
  overFloat("LOG10", (value) => logarithm(value, 10)),
  overFloat("SIN", Math.sin),
  overFloat("COS", Math.cos),
  overFloat("TAN", Math.tan),
  overFloat("COT", (value) => {
    if (value === 0) throw divideByZero();
    return 1 / Math.tan(value);
  }),
  overFloat("ASIN", Math.asin),
  overFloat("ACOS", Math.acos),
  overFloat("ATAN", Math.atan),
  {
    name: "ATN2",
    minArgs: 2,
    maxArgs: 2,
    parameters: [FLOAT, FLOAT],
    strict: true,
    resolve: () => FLOAT,
    evaluate: ([y, x]) => {
      if (y === 0 && x === 0) throw invalidOperation();
      return Math.atan2(y as number, x as number);
    },
  },
  {
    name: "LOG",
    minArgs: 1,
    maxArgs: 2,
    parameters: [FLOAT, FLOAT],
    strict: true,
    resolve: () => FLOAT,
    evaluate: ([value, base]) => finite(logarithm(value as number, base as number | undefined)),
  },
  { name: "PI", minArgs: 0, maxArgs: 0, keepsNotNull: true, resolve: () => FLOAT, evaluate: () => Math.PI },
]);
