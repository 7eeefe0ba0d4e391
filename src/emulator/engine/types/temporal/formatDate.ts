/** Dates and times to text by CONVERT's style numbers. */
import type { DateTimeOffset, SqlType } from "../../values";
import { conversionError, invalidStyle } from "../conversionErrors";
import { varchar } from "../systemTypes";
import { dayNumber, type Fields, fieldsOf, MINUTE } from "./calendar";
import { HIJRI_MONTHS, hijriOfDays } from "./hijri";
import { calendarNames } from "./languages";

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`);
const padded = (n: number): string => (n < 10 ? ` ${n}` : `${n}`);
const four = (n: number): string => `${n}`.padStart(4, "0");

interface Moment extends Fields {
  days: number;
  language: string;
  /** Digits of fractional seconds that the type shows. */
  digits: number;
  /** datetime writes `ss:mmm` where the newer types write `ss.nnnnnnn`. */
  colon: boolean;
  /** time alone does not pad its hour. */
  bareHour: boolean;
}

type Part = (m: Moment) => string;

const monthName: Part = (m) => calendarNames(m.language).shortMonths[m.month - 1] as string;
const year4: Part = (m) => four(m.year);
const year2: Part = (m) => two(m.year % 100);

function fraction(m: Moment): string {
  return `${m.fraction}`.padStart(7, "0").slice(0, m.digits);
}

/** datetime rounds its 1/300 s to whole milliseconds. */
function fractionText(m: Moment, separator: string): string {
  return m.digits === 0 ? "" : `${separator}${fraction(m)}`;
}

const seconds: Part = (m) => `${two(m.hour)}:${two(m.minute)}:${two(m.second)}`;
const half: Part = (m) => (m.hour < 12 ? "AM" : "PM");
const twelve: Part = (m) => (m.bareHour ? `${m.hour % 12 || 12}` : padded(m.hour % 12 || 12));
const secondsAndFraction: Part = (m) => seconds(m) + fractionText(m, m.colon ? ":" : ".");
const shortTime: Part = (m) => `${twelve(m)}:${two(m.minute)}${half(m)}`;
const longTime: Part = (m) =>
  `${twelve(m)}:${two(m.minute)}:${two(m.second)}${fractionText(m, m.colon ? ":" : ".")}${half(m)}`;
const canonicalTime: Part = (m) => seconds(m) + fractionText(m, ".");
const isoTime: Part = (m) => (m.fraction === 0 ? seconds(m) : canonicalTime(m));
const isoDate: Part = (m) => `${four(m.year)}-${two(m.month)}-${two(m.day)}`;
const monthFirst: Part = (m) => `${monthName(m)} ${padded(m.day)} ${four(m.year)}`;
const dayFirst: Part = (m) => `${two(m.day)} ${monthName(m)} ${four(m.year)}`;

const hijriNamed: Part = (m) => {
  const { year, month, day } = hijriOfDays(m.days);
  return `${padded(day)} ${HIJRI_MONTHS[month - 1]} ${four(year)}`;
};
const hijriNumeric: Part = (m) => {
  const { year, month, day } = hijriOfDays(m.days);
  return `${padded(day)}/${two(month)}/${four(year)}`;
};

interface Style {
  date?: Part;
  time?: Part;
  /** Between date and time; a blank where it is not said. */
  separator?: string;
}

/** Numeric dates come with two digits of year under the style, with four under the style + 100. */
function numericStyles(): [number, Style][] {
  const layouts: [number, (m: Moment, year: string) => string][] = [
    [1, (m, y) => `${two(m.month)}/${two(m.day)}/${y}`],
    [2, (m, y) => `${y}.${two(m.month)}.${two(m.day)}`],
    [3, (m, y) => `${two(m.day)}/${two(m.month)}/${y}`],
    [4, (m, y) => `${two(m.day)}.${two(m.month)}.${y}`],
    [5, (m, y) => `${two(m.day)}-${two(m.month)}-${y}`],
    [6, (m, y) => `${two(m.day)} ${monthName(m)} ${y}`],
    [7, (m, y) => `${monthName(m)} ${two(m.day)}, ${y}`],
    [10, (m, y) => `${two(m.month)}-${two(m.day)}-${y}`],
    [11, (m, y) => `${y}/${two(m.month)}/${two(m.day)}`],
    [12, (m, y) => `${y}${two(m.month)}${two(m.day)}`],
  ];
  return layouts.flatMap(([style, layout]) => [
    [style, { date: (m) => layout(m, year2(m)) }],
    [style + 100, { date: (m) => layout(m, year4(m)) }],
  ]);
}

function both(styles: readonly number[], style: Style): [number, Style][] {
  return styles.map((number) => [number, style]);
}

const STYLES: ReadonlyMap<number, Style> = new Map<number, Style>([
  ...numericStyles(),
  ...both([0, 100], { date: monthFirst, time: shortTime }),
  ...both([8, 24, 108], { time: seconds }),
  ...both([9, 109], { date: monthFirst, time: longTime }),
  ...both([13, 113], { date: dayFirst, time: secondsAndFraction }),
  ...both([14, 114], { time: secondsAndFraction }),
  ...both([20, 120], { date: isoDate, time: seconds }),
  ...both([21, 25, 121], { date: isoDate, time: canonicalTime }),
  [
    22,
    {
      date: (m) => `${two(m.month)}/${two(m.day)}/${year2(m)}`,
      time: (m) => `${twelve(m)}:${two(m.minute)}:${two(m.second)} ${half(m)}`,
    },
  ],
  [23, { date: isoDate }],
  ...both([126, 127], { date: isoDate, time: isoTime, separator: "T" }),
  [130, { date: hijriNamed, time: longTime }],
  [131, { date: hijriNumeric, time: longTime }],
]);

const CANONICAL = 121;
const UTC_ISO = 127;

/** The style that CAST, and CONVERT without style, use: the newer types are written as ODBC does. */
export function defaultDateStyle(type: SqlType): number {
  return type.kind === "datetime" || type.kind === "smalldatetime" ? 0 : CANONICAL;
}

export function formatTemporal(
  value: bigint | DateTimeOffset,
  type: SqlType,
  styleNumber: number,
  language: string,
): string {
  const style = STYLES.get(styleNumber);
  if (style === undefined) throw invalidStyle(styleNumber, type.kind);
  if (typeof value !== "bigint") return formatOffset(value, type, styleNumber, style, language);
  return layout(momentOf(value, type, language), type, style);
}

function momentOf(ticks: bigint, type: SqlType, language: string): Moment {
  const legacy = type.kind === "datetime" || type.kind === "smalldatetime";
  const fields = fieldsOf(ticks);
  // 1/300 s is .0033333: three digits would cut where the type rounds.
  if (legacy) fields.fraction = Math.round(fields.fraction / 10_000) * 10_000;
  return {
    ...fields,
    days: dayNumber(ticks),
    language,
    digits: legacy ? 3 : (type.scale ?? 7),
    colon: legacy,
    bareHour: type.kind === "time",
  };
}

function layout(moment: Moment, type: SqlType, style: Style): string {
  const date = type.kind === "time" ? undefined : style.date;
  const time = type.kind === "date" ? undefined : style.time;
  if (date && time) return `${date(moment)}${style.separator ?? " "}${time(moment)}`;
  const only = date ?? time;
  if (only === undefined) throw conversionError(type, varchar(1));
  return only(moment);
}

function formatOffset(value: DateTimeOffset, type: SqlType, number: number, style: Style, language: string): string {
  if (number === UTC_ISO) return `${layout(momentOf(value.utc, type, language), type, style)}Z`;
  const text = layout(momentOf(value.utc + BigInt(value.offset) * MINUTE, type, language), type, style);
  if (style.time === undefined) return text;
  return `${text}${style.separator === "T" ? "" : " "}${formatZone(value.offset)}`;
}

/** `+05:30` */
export function formatZone(offset: number): string {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
