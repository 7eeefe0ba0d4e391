/** Conversions to bit, tinyint, smallint, int and bigint. */
import type { SqlType, Value } from "../../values";
import {
  conversionError,
  conversionFailed,
  overflow,
  overflowConverting,
  overflowOfFloat,
  overflowOfInteger,
  textOverflowsInteger,
} from "../conversionErrors";
import { fitsBigint, INTEGER_LIMITS, powerOfTen, rescale, rescaleTruncated } from "../decimals";
import { isApproximate, isBinary, isCharacter, isDaysBased, isDecimal, isMoney } from "../families";
import { daysSince1900 } from "../temporal/calendar";
import type { Convert } from "./conversion";

type IntegerKind = keyof typeof INTEGER_LIMITS;

export function toInteger(from: SqlType, to: SqlType): Convert {
  if (to.kind === "bit") return toBit(from, to);
  if (isCharacter(from)) return (value) => parseInteger(value as string, from, to);
  if (isApproximate(from)) return (value) => fromFloat(Math.trunc(value as number), to);
  if (isDecimal(from)) {
    const scale = from.scale ?? 0;
    return (value) => fromBigint(rescaleTruncated(value as bigint, scale, 0), from, to);
  }
  if (isMoney(from)) return (value) => fromBigint(rescale(value as bigint, 4, 0), from, to);
  if (isBinary(from)) return (value) => fromBytes(value as Uint8Array, to);
  if (isDaysBased(from)) return (value) => fromFloat(Math.round(daysSince1900(value as bigint)), to);
  if (from.kind === "bigint") return (value) => fromBigint(value as bigint, from, to);
  if (to.kind === "bigint") return (value) => BigInt(value as number);
  const [low, high] = INTEGER_LIMITS[to.kind as IntegerKind];
  return (value) => {
    const number = value as number;
    if (number < low || number > high) throw overflowOfInteger(to, number);
    return number;
  };
}

function fromBigint(value: bigint, from: SqlType, to: SqlType): Value {
  if (to.kind === "bigint") {
    if (!fitsBigint(value)) throw overflowConverting(from, to);
    return value;
  }
  const [low, high] = INTEGER_LIMITS[to.kind as IntegerKind];
  if (value < low || value > high) throw from.kind === "bigint" ? overflow(to) : overflowConverting(from, to);
  return Number(value);
}

function fromFloat(value: number, to: SqlType): Value {
  if (to.kind === "bigint") {
    if (!(Math.abs(value) <= 2 ** 63) || value === 2 ** 63) throw overflow(to);
    return BigInt(value);
  }
  const [low, high] = INTEGER_LIMITS[to.kind as IntegerKind];
  if (!(value >= low && value <= high)) throw overflowOfFloat(to, value);
  // No negative zero.
  return value + 0 === 0 ? 0 : value;
}

/** The last bytes, most significant first. */
function fromBytes(bytes: Uint8Array, to: SqlType): Value {
  const width = { tinyint: 1, smallint: 2, int: 4, bigint: 8 }[to.kind as string] as number;
  let value = 0n;
  for (const byte of bytes.subarray(Math.max(0, bytes.length - width))) value = value * 256n + BigInt(byte);
  if (to.kind === "tinyint") return Number(value);
  const signed = BigInt.asIntN(width * 8, value);
  return to.kind === "bigint" ? signed : Number(signed);
}

const INTEGER_TEXT = /^\s*([+-]?)\s*(\d*)\s*$/;

function parseInteger(text: string, from: SqlType, to: SqlType): Value {
  const match = INTEGER_TEXT.exec(text);
  if (!match) throw to.kind === "bigint" ? conversionError(from, to) : conversionFailed(from, text, to);
  const digits = match[2] as string;
  if (digits.length < 10 && to.kind === "int") return match[1] === "-" ? -Number(digits) + 0 : Number(digits);
  const value = match[1] === "-" ? -BigInt(digits) : BigInt(digits);
  if (to.kind === "bigint") {
    if (!fitsBigint(value)) throw overflow(to);
    return value;
  }
  const [low, high] = INTEGER_LIMITS[to.kind as IntegerKind];
  if (value < low || value > high) throw textOverflowsInteger(from, text, to);
  return Number(value);
}

function toBit(from: SqlType, to: SqlType): Convert {
  if (isCharacter(from)) {
    return (value) => {
      const text = (value as string).trim();
      if (/^true$/i.test(text)) return 1;
      if (/^false$/i.test(text) || text === "") return 0;
      if (!/^[+-]?\d+$/.test(text)) throw conversionFailed(from, value as string, to);
      return BigInt(text.replace("+", "")) === 0n ? 0 : 1;
    };
  }
  if (isBinary(from))
    return (value) => ((value as Uint8Array).at(-1) === 0 || (value as Uint8Array).length === 0 ? 0 : 1);
  if (isDaysBased(from)) return (value) => (Math.round(daysSince1900(value as bigint)) === 0 ? 0 : 1);
  // Any fraction counts: CAST(0.4 AS bit) is 1.
  return (value) => (typeof value === "bigint" ? (value === 0n ? 0 : 1) : (value as number) === 0 ? 0 : 1);
}

/** The value of an exact number as a bigint with that scale; for aggregates and arithmetic. */
export function exactValue(value: number | bigint, type: SqlType, scale: number): bigint {
  if (isDecimal(type)) return rescale(value as bigint, type.scale ?? 0, scale);
  if (isMoney(type)) return rescale(value as bigint, 4, scale);
  return BigInt(value) * powerOfTen(scale);
}
