/** Conversions to decimal, numeric, money and smallmoney. */
import type { SqlType } from "../../values";
import { conversionError, moneySyntax, moneyTextOverflow, overflow, overflowConverting } from "../conversionErrors";
import {
  BIGINT_MAX,
  BIGINT_MIN,
  decimalFromNumber,
  fitsPrecision,
  parseDecimal,
  powerOfTen,
  rescale,
  SMALLMONEY_MAX,
  SMALLMONEY_MIN,
} from "../decimals";
import { isApproximate, isBinary, isCharacter, isDaysBased, isDecimal, isMoney } from "../families";
import { daysSince1900 } from "../temporal/calendar";
import type { Convert } from "./conversion";

const MONEY_SCALE = 4;

export function toDecimal(from: SqlType, to: SqlType): Convert {
  const scale = to.scale ?? 0;
  const precision = to.precision ?? 18;
  const limit = powerOfTen(precision);
  const checked = (value: bigint): bigint => {
    if (value >= limit || value <= -limit) throw overflowConverting(from, to);
    return value;
  };
  if (isCharacter(from)) {
    return (value) => {
      const parsed = parseDecimal(value as string);
      if (!parsed) throw conversionError(from, to);
      return checked(rescale(parsed.value, parsed.scale, scale));
    };
  }
  if (isDecimal(from) || isMoney(from)) {
    const given = isMoney(from) ? MONEY_SCALE : (from.scale ?? 0);
    if (given === scale) return (value) => checked(value as bigint);
    return (value) => checked(rescale(value as bigint, given, scale));
  }
  if (isApproximate(from)) return (value) => checked(fromNumber(value as number, scale, from, to));
  if (isDaysBased(from)) return (value) => checked(decimalFromNumber(daysSince1900(value as bigint), scale));
  if (isBinary(from)) return (value) => decimalFromBytes(value as Uint8Array, from, to);
  const factor = powerOfTen(scale);
  return (value) => checked(BigInt(value as number | bigint) * factor);
}

function fromNumber(value: number, scale: number, from: SqlType, to: SqlType): bigint {
  if (!Number.isFinite(value) || Math.abs(value) > 1e39) throw overflowConverting(from, to);
  return decimalFromNumber(value, scale);
}

/** The form that a decimal has as binary: precision, scale, a zero, 1 for positive, the value from its lowest byte on. */
function decimalFromBytes(bytes: Uint8Array, from: SqlType, to: SqlType): bigint {
  if (bytes.length < 5) throw conversionError(from, to);
  let value = 0n;
  for (let i = bytes.length - 1; i >= 4; i--) value = value * 256n + BigInt(bytes[i] as number);
  const result = rescale(bytes[3] === 1 ? value : -value, bytes[1] as number, to.scale ?? 0);
  if (!fitsPrecision(result, to.precision ?? 18)) throw overflowConverting(from, to);
  return result;
}

export function toMoney(from: SqlType, to: SqlType): Convert {
  const [low, high] = to.kind === "money" ? [BIGINT_MIN, BIGINT_MAX] : [SMALLMONEY_MIN, SMALLMONEY_MAX];
  const checked = (value: bigint): bigint => {
    if (value < low || value > high) throw isCharacter(from) ? moneyTextOverflow(to) : overflow(to);
    return value;
  };
  if (isCharacter(from)) return (value) => checked(parseMoney(value as string, to));
  if (isMoney(from)) return (value) => checked(value as bigint);
  if (isDecimal(from)) {
    const scale = from.scale ?? 0;
    return (value) => checked(rescale(value as bigint, scale, MONEY_SCALE));
  }
  if (isApproximate(from)) {
    return (value) => {
      if (!Number.isFinite(value as number)) throw overflow(to);
      return checked(decimalFromNumber(value as number, MONEY_SCALE));
    };
  }
  if (isDaysBased(from)) return (value) => checked(decimalFromNumber(daysSince1900(value as bigint), MONEY_SCALE));
  if (isBinary(from)) return (value) => moneyFromBytes(value as Uint8Array, to);
  return (value) => checked(BigInt(value as number | bigint) * 10_000n);
}

const MONEY_TEXT = /^\s*([+-]?)\s*\p{Sc}?\s*([+-]?)\s*([\d,]*)(?:\.(\d*))?\s*$/u;

/** Commas may stand anywhere before the point; an empty text is 0. */
function parseMoney(text: string, to: SqlType): bigint {
  const match = MONEY_TEXT.exec(text);
  if (!match || (match[1] !== "" && match[2] !== "")) throw moneySyntax(to);
  const whole = (match[3] as string).replace(/,/g, "");
  const fraction = match[4] ?? "";
  const value = rescale(BigInt(whole + fraction), fraction.length, MONEY_SCALE);
  return match[1] === "-" || match[2] === "-" ? -value : value;
}

function moneyFromBytes(bytes: Uint8Array, to: SqlType): bigint {
  const width = to.kind === "money" ? 8 : 4;
  let value = 0n;
  for (const byte of bytes.subarray(Math.max(0, bytes.length - width))) value = value * 256n + BigInt(byte);
  return BigInt.asIntN(width * 8, value);
}
