/** Conversions to float and real. */
import type { SqlType } from "../../values";
import { conversionError, overflow, overflowOfFloat } from "../conversionErrors";
import { numberFromDecimal } from "../decimals";
import { isCharacter, isDaysBased, isDecimal, isMoney } from "../families";
import { daysSince1900 } from "../temporal/calendar";
import type { Convert } from "./conversion";

const FLOAT_TEXT = /^\s*[+-]?\s*(?:\d+\.?\d*|\.\d+)(?:[ed][+-]?\d*)?\s*$/i;

export function toFloat(from: SqlType, to: SqlType): Convert {
  const bounded = to.kind === "real" ? (value: number) => toReal(value, to) : (value: number) => finite(value, to);
  if (isCharacter(from)) return (value) => bounded(parseFloatText(value as string, from, to));
  if (isDecimal(from)) {
    const scale = from.scale ?? 0;
    return (value) => bounded(numberFromDecimal(value as bigint, scale));
  }
  if (isMoney(from)) return (value) => bounded(numberFromDecimal(value as bigint, 4));
  if (isDaysBased(from)) return (value) => bounded(daysSince1900(value as bigint));
  return (value) => bounded(Number(value));
}

export function toReal(value: number, to: SqlType): number {
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) throw overflowOfFloat(to, value);
  return rounded;
}

export function finite(value: number, to: SqlType): number {
  if (!Number.isFinite(value)) throw overflow(to);
  return value;
}

function parseFloatText(text: string, from: SqlType, to: SqlType): number {
  if (text.trim() === "") return 0;
  if (!FLOAT_TEXT.test(text)) throw conversionError(from, to);
  const plain = text
    .replace(/\s/g, "")
    .replace(/d/i, "e")
    .replace(/e[+-]?$/i, "");
  return Number(plain);
}
