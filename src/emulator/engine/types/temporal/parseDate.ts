/**
 * Texts to dates and times. Order of day, month and year follows DATEFORMAT (or CONVERT's style);
 * names of months follow LANGUAGE; ISO 8601 and unseparated dates mean the same everywhere.
 */
import { dateTicks, daysInMonth, timeTicks } from "./calendar";
import { calendarNames } from "./languages";

export interface ParsedDateTime {
  /** Ticks of the day's start; undefined: the text has no date. */
  date?: bigint;
  /** Ticks since midnight, not rounded. */
  time: bigint;
  /** Minutes east of UTC; undefined: not said. */
  offset?: number;
}

/** `syntax`: no date at all (241); `range`: looks like one, but there is no such day or time (242). */
export type ParseFailure = "syntax" | "range";

export interface ParseRules {
  /** Order of numeric dates: mdy, dmy, ymd, ydm, myd, dym. */
  order: string;
  language: string;
  /** datetime and smalldatetime: three digits of fraction, and yyyy-mm-dd follows `order`. */
  legacy: boolean;
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const TIME =
  /(?:^|[\sT,])(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:([.:])(\d+))?)?)?\s*(AM|PM)?\s*(Z|[+-]\d{1,2}:\d{2})?$/i;
const TWO_DIGIT_YEAR_CUTOFF = 49;

export function parseDateTime(text: string, rules: ParseRules): ParsedDateTime | ParseFailure {
  const trimmed = text.trim();
  if (trimmed === "") return { time: 0n };
  const iso = ISO.exec(trimmed);
  if (iso) return parseIso(iso, rules);
  const { rest, time } = takeTime(trimmed, rules);
  if (typeof time === "string") return time;
  if (rest === "") return time ?? "syntax";
  const date = parseDate(rest, rules);
  if (typeof date === "string") return date;
  return { date, time: time?.time ?? 0n, ...(time?.offset !== undefined && { offset: time.offset }) };
}

function parseIso(match: RegExpExecArray, rules: ParseRules): ParsedDateTime | ParseFailure {
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const date = validDate(Number(year), Number(month), Number(day));
  if (typeof date === "string") return date;
  const time = validTime(Number(hour), Number(minute), Number(second ?? 0), fraction ?? "", rules);
  if (typeof time === "string") return time;
  const offset = parseOffset(zone);
  if (offset === null) return "syntax";
  // datetime takes a Z, which it ignores, but no offset.
  if (rules.legacy && zone !== undefined && zone.toUpperCase() !== "Z") return "syntax";
  return { date, time, ...(offset !== undefined && { offset }) };
}

/** Cuts the time off the end. A lone number is a time only with AM or PM, or with a colon. */
function takeTime(text: string, rules: ParseRules): { rest: string; time?: ParsedDateTime | ParseFailure } {
  const match = TIME.exec(text);
  if (!match) return { rest: text };
  const [whole, hour, minute, second, separator, fraction, half, zone] = match;
  if (minute === undefined && half === undefined) return { rest: text };
  const rest = text.slice(0, match.index).trim();
  const hours = hoursOf(Number(hour), half);
  if (hours === undefined) return { rest, time: "range" };
  // After a colon the digits count milliseconds; after a point they are a fraction.
  const digits = separator === ":" ? (fraction as string).padStart(3, "0") : (fraction ?? "");
  const time = validTime(hours, Number(minute ?? 0), Number(second ?? 0), digits, rules);
  if (typeof time === "string") return { rest, time };
  const offset = parseOffset(zone);
  if (offset === null || whole === undefined) return { rest, time: "syntax" };
  return { rest, time: { time, ...(offset !== undefined && { offset }) } };
}

function hoursOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour;
  if (hour > 12) return half.toUpperCase() === "PM" && hour < 24 ? hour : undefined;
  const twelve = hour % 12;
  return half.toUpperCase() === "PM" ? twelve + 12 : twelve;
}

function validTime(
  hour: number,
  minute: number,
  second: number,
  fraction: string,
  rules: ParseRules,
): bigint | ParseFailure {
  if (fraction.length > (rules.legacy ? 3 : 7)) return "syntax";
  if (hour > 23 || minute > 59 || second > 59) return "range";
  return timeTicks(hour, minute, second, Number(fraction.padEnd(7, "0")));
}

/** Minutes; undefined when there is none; null when it is out of range. */
export function parseOffset(zone: string | undefined): number | undefined | null {
  if (zone === undefined) return undefined;
  if (zone.toUpperCase() === "Z") return 0;
  const match = /^([+-])(\d{1,2}):?(\d{2})$/.exec(zone);
  if (!match) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  if (minutes > 840 || Number(match[3]) > 59) return null;
  return match[1] === "-" ? -minutes : minutes;
}

function parseDate(text: string, rules: ParseRules): bigint | ParseFailure {
  if (/^\d+$/.test(text)) return parseUnseparated(text);
  if (/\p{L}/u.test(text)) return parseWithMonthName(text, rules);
  const match = /^(\d{1,4})\s*[-/.]\s*(\d{1,4})\s*[-/.]\s*(\d{1,4})$/.exec(text);
  return match ? parseNumeric(match.slice(1, 4) as [string, string, string], text, rules) : "syntax";
}

/** yyyymmdd, yymmdd, yyyy */
function parseUnseparated(text: string): bigint | ParseFailure {
  switch (text.length) {
    case 8:
      return validDate(Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6)));
    case 6:
      return validDate(fullYear(text.slice(0, 2)), Number(text.slice(2, 4)), Number(text.slice(4)));
    case 4:
      return validDate(Number(text), 1, 1);
    default:
      return "syntax";
  }
}

function parseNumeric(parts: [string, string, string], text: string, rules: ParseRules): bigint | ParseFailure {
  let { order } = rules;
  const yearAt = parts.findIndex((part) => part.length > 2);
  if (parts.filter((part) => part.length > 2).length > 1) return "syntax";
  if (yearAt >= 0 && yearAt !== order.indexOf("y")) {
    // A year of four digits may stand elsewhere than DATEFORMAT says; day and month keep their order.
    const others = order.replace("y", "");
    order = `${others.slice(0, yearAt)}y${others.slice(yearAt)}`;
  }
  if (yearAt === 0 && (!rules.legacy || (text.includes("-") && order === "ymd"))) order = "ymd";
  const field = (letter: string): string => parts[order.indexOf(letter)] as string;
  return validDate(fullYear(field("y")), Number(field("m")), Number(field("d")));
}

function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length > 2) return year;
  return year <= TWO_DIGIT_YEAR_CUTOFF ? 2000 + year : 1900 + year;
}

/** `Mar 5 2024`, `5 March 24`, `2024 Mar 5`, `March 2024`. */
function parseWithMonthName(text: string, rules: ParseRules): bigint | ParseFailure {
  const words = text.match(/\p{L}+|\d+/gu) ?? [];
  if (words.length > 4 || /[^\p{L}\d\s,./-]/u.test(text)) return "syntax";
  const names = words.filter((word) => /\p{L}/u.test(word));
  const numbers = words.filter((word) => /^\d/.test(word));
  const month = names.length === 1 ? monthOf(names[0] as string, rules.language) : 0;
  if (month === 0) return "syntax";
  const [first, second] = numbers;
  if (first === undefined || numbers.length > 2) return "syntax";
  if (second === undefined) return first.length === 4 ? validDate(Number(first), month, 1) : "syntax";
  const yearFirst = first.length === 4 || (second.length < 4 && rules.order.indexOf("y") < rules.order.indexOf("d"));
  const [year, day] = yearFirst ? [first, second] : [second, first];
  return validDate(fullYear(year), month, Number(day));
}

function monthOf(word: string, language: string): number {
  const wanted = word.toLowerCase();
  for (const { months, shortMonths } of [calendarNames(language), calendarNames("us_english")]) {
    const index = months.findIndex(
      (name, i) => name.toLowerCase() === wanted || shortMonths[i]?.toLowerCase() === wanted,
    );
    if (index >= 0) return index + 1;
  }
  return 0;
}

function validDate(year: number, month: number, day: number): bigint | ParseFailure {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return "range";
  return dateTicks(year, month, day);
}
