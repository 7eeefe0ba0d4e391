/** Conversions to date, time, datetime, smalldatetime, datetime2 and datetimeoffset. */
import type { DateTimeOffset, SqlType, Value } from "../../values";
import { dateRange, dateSyntax, invalidConvertStyle, overflow } from "../conversionErrors";
import { numberFromDecimal } from "../decimals";
import { isBinary, isCharacter, isDecimal, isMoney } from "../families";
import {
  DAY,
  END_OF_TIME,
  EPOCH_1900,
  fromDatetimeUnits,
  MAX_SMALLDATETIME,
  MIN_DATETIME,
  MINUTE,
  roundToDatetime,
  roundToMinute,
  roundToScale,
  ticksFromDays,
  timeOfDay,
} from "../temporal/calendar";
import { daysOfHijri } from "../temporal/hijri";
import { type ParsedDateTime, type ParseFailure, parseDateTime } from "../temporal/parseDate";
import type { ConversionSettings, Convert, NotNull } from "./conversion";

export function toTemporal(from: SqlType, to: SqlType): Convert {
  if (isCharacter(from)) return (value, settings, style) => fromText(value as string, from, to, settings, style);
  if (isBinary(from)) return (value) => fromBytes(value as Uint8Array, from, to);
  switch (from.kind) {
    case "time":
      return (value) => fitTarget(EPOCH_1900 + (value as bigint), undefined, from, to);
    case "datetimeoffset":
      return (value) => {
        const { utc, offset } = value as DateTimeOffset;
        return fitTarget(utc + BigInt(offset) * MINUTE, offset, from, to);
      };
    case "date":
    case "datetime":
    case "smalldatetime":
    case "datetime2":
      return (value) => fitTarget(value as bigint, undefined, from, to);
    default:
      return (value) => fromNumber(value, from, to);
  }
}

/** Local ticks into the target's range and rounding; `offset` is kept by datetimeoffset only. */
function fitTarget(ticks: bigint, offset: number | undefined, from: SqlType, to: SqlType): Value {
  switch (to.kind) {
    case "date":
      return ticks - timeOfDay(ticks);
    case "time":
      return roundToScale(timeOfDay(ticks), to.scale ?? 7) % DAY;
    case "datetime": {
      const rounded = roundToDatetime(ticks);
      if (rounded < MIN_DATETIME || rounded >= END_OF_TIME) throw dateRange(from, to);
      return rounded;
    }
    case "smalldatetime": {
      if (ticks < EPOCH_1900) throw dateRange(from, to);
      const rounded = roundToMinute(ticks);
      if (rounded >= MAX_SMALLDATETIME) throw dateRange(from, to);
      return rounded;
    }
    case "datetimeoffset": {
      const rounded = atMost(roundToScale(ticks, to.scale ?? 7), to);
      const utc = rounded - BigInt(offset ?? 0) * MINUTE;
      if (utc < 0n || utc >= END_OF_TIME) throw dateRange(from, to);
      return { utc, offset: offset ?? 0 };
    }
    default:
      return atMost(roundToScale(ticks, to.scale ?? 7), to);
  }
}

/** The last moment of year 9999 does not round up into year 10000. */
function atMost(ticks: bigint, to: SqlType): bigint {
  if (ticks < END_OF_TIME) return ticks;
  return END_OF_TIME - 10n ** BigInt(7 - (to.scale ?? 7));
}

function fromText(
  text: string,
  from: SqlType,
  to: SqlType,
  settings: ConversionSettings,
  style: number | undefined,
): Value {
  const legacy = to.kind === "datetime" || to.kind === "smalldatetime";
  const parsed = parseWithStyle(text, settings, style, legacy);
  if (typeof parsed === "string") throw failure(parsed, from, to);
  const ticks = (parsed.date ?? EPOCH_1900) + parsed.time;
  return fitTarget(ticks, parsed.offset, from, to);
}

function failure(kind: ParseFailure, from: SqlType, to: SqlType): Error {
  const legacy = to.kind === "datetime" || to.kind === "smalldatetime";
  return kind === "range" && legacy ? dateRange(from, to) : dateSyntax(to);
}

/** What each style says of the order of day, month and year. */
const STYLE_ORDERS: Readonly<Record<number, string>> = {
  1: "mdy",
  2: "ymd",
  3: "dmy",
  4: "dmy",
  5: "dmy",
  6: "dmy",
  7: "mdy",
  10: "mdy",
  11: "ymd",
  12: "ymd",
  13: "dmy",
  20: "ymd",
  21: "ymd",
  22: "mdy",
  23: "ymd",
  25: "ymd",
  26: "ydm",
  27: "mdy",
  28: "myd",
  29: "dmy",
  30: "dym",
};

/** Styles without an order of their own: month by name, time only, ISO. */
const UNORDERED: ReadonlySet<number> = new Set([0, 8, 9, 14, 24, 126, 127, 130, 131]);

function parseWithStyle(
  text: string,
  settings: ConversionSettings,
  style: number | undefined,
  legacy: boolean,
): ParsedDateTime | ParseFailure {
  const { language } = settings;
  if (style === undefined || style === 0 || style === 100)
    return parseDateTime(text, { order: settings.dateFormat, language, legacy });
  if (style === 130 || style === 131) return parseHijri(text, language);
  const order = STYLE_ORDERS[style % 100];
  if (order === undefined && !UNORDERED.has(style) && !UNORDERED.has(style - 100)) throw invalidConvertStyle(style);
  if ((style === 126 || style === 127) && !/^\s*$|^\s*\d{4}-\d{2}-\d{2}(T|\s*$)/i.test(text)) return "syntax";
  return parseDateTime(text, { order: order ?? settings.dateFormat, language, legacy });
}

function parseHijri(text: string, language: string): ParsedDateTime | ParseFailure {
  const match = /^\s*(\d{1,2})[/-](\d{1,2})[/-](\d{4})(.*)$/.exec(text);
  if (!match) return "syntax";
  const days = daysOfHijri(Number(match[3]), Number(match[2]), Number(match[1]));
  if (days === undefined) return "range";
  const rest = (match[4] as string).trim();
  if (rest === "") return { date: BigInt(days) * DAY, time: 0n };
  const time = parseDateTime(rest, { order: "dmy", language, legacy: true });
  return typeof time === "string" ? time : { date: BigInt(days) * DAY, time: time.time };
}

function fromNumber(value: NotNull, from: SqlType, to: SqlType): Value {
  const days = numberOf(value, from);
  const ticks = Number.isFinite(days) && Math.abs(days) < 1e8 ? ticksFromDays(days) : -1n;
  const rounded = to.kind === "smalldatetime" ? roundToMinute(ticks) : ticks;
  const [low, high] = to.kind === "smalldatetime" ? [EPOCH_1900, MAX_SMALLDATETIME] : [MIN_DATETIME, END_OF_TIME];
  if (rounded < low || rounded >= high) throw overflow(to);
  return rounded;
}

function numberOf(value: NotNull, from: SqlType): number {
  if (typeof value === "bigint" && isDecimal(from)) return numberFromDecimal(value, from.scale ?? 0);
  if (typeof value === "bigint" && isMoney(from)) return numberFromDecimal(value, 4);
  return Number(value);
}

function unsigned(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}

const reversed = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes).reverse();

/** The inverse of bytesOf in toBinary. */
function fromBytes(bytes: Uint8Array, from: SqlType, to: SqlType): Value {
  switch (to.kind) {
    case "datetime": {
      const padded = new Uint8Array(8);
      const tail = bytes.subarray(Math.max(0, bytes.length - 8));
      padded.set(tail, 8 - tail.length);
      const days = unsigned(padded.subarray(0, 4)) | 0;
      return fitTarget(fromDatetimeUnits(days, unsigned(padded.subarray(4))), undefined, from, to);
    }
    case "smalldatetime": {
      const padded = new Uint8Array(4);
      const tail = bytes.subarray(Math.max(0, bytes.length - 4));
      padded.set(tail, 4 - tail.length);
      return EPOCH_1900 + BigInt(unsigned(padded.subarray(0, 2))) * DAY + BigInt(unsigned(padded.subarray(2))) * MINUTE;
    }
    case "date":
      if (bytes.length !== 3) throw dateSyntax(to);
      return BigInt(unsigned(reversed(bytes))) * DAY;
    default:
      return fromScaledBytes(bytes, from, to);
  }
}

function fromScaledBytes(bytes: Uint8Array, from: SqlType, to: SqlType): Value {
  const scale = bytes[0] ?? 8;
  if (scale > 7) throw dateSyntax(to);
  const width = scale <= 2 ? 3 : scale <= 4 ? 4 : 5;
  const time = BigInt(unsigned(reversed(bytes.subarray(1, 1 + width)))) * 10n ** BigInt(7 - scale);
  if (to.kind === "time") return fitTarget(EPOCH_1900 + time, undefined, from, to);
  const date = BigInt(unsigned(reversed(bytes.subarray(1 + width, 4 + width)))) * DAY;
  if (to.kind === "datetime2") return fitTarget(date + time, undefined, from, to);
  const zone = new DataView(Uint8Array.from([...bytes.subarray(4 + width, 6 + width), 0, 0]).buffer).getInt16(0, true);
  return fitTarget(date + time + BigInt(zone) * MINUTE, zone, from, to);
}
