/** .NET's date format strings: one letter for a culture's own pattern, or a pattern of y M d H h m s f t z. */
import { dayNumber, fieldsOf, weekdayOf } from "../../types/temporal/calendar";
import { formatZone } from "../../types/temporal/formatDate";

export interface FormattedMoment {
  ticks: bigint;
  /** Minutes east of UTC, of a datetimeoffset. */
  offset?: number;
  /** A time of day, which has no date and only the letters of a time span. */
  isTime: boolean;
}

/** Patterns of the cultures that write dates otherwise than CLDR says. */
const SHORT_DATES: Readonly<Record<string, string>> = {
  "en-US": "M/d/yyyy",
  "en-GB": "dd/MM/yyyy",
  "de-DE": "dd.MM.yyyy",
  "fr-FR": "dd/MM/yyyy",
  "es-ES": "dd/MM/yyyy",
  "it-IT": "dd/MM/yyyy",
  "pl-PL": "dd.MM.yyyy",
  "ja-JP": "yyyy/MM/dd",
  "zh-CN": "yyyy/M/d",
  "sv-SE": "yyyy-MM-dd",
  "nl-NL": "d-M-yyyy",
};

function shortDate(locale: string): string {
  return SHORT_DATES[locale] ?? patternOf(locale, { dateStyle: "short" }).replace(/\byy\b/, "yyyy");
}

function longDate(locale: string): string {
  return patternOf(locale, { weekday: "long", year: "numeric", month: "long", day: "numeric" });
}

const TIME_12 = /^(en-US|en-AU|en-CA|hi-IN|ko-KR)$/;

function shortTime(locale: string): string {
  return TIME_12.test(locale) ? "h:mm tt" : "HH:mm";
}

function longTime(locale: string): string {
  return TIME_12.test(locale) ? "h:mm:ss tt" : "HH:mm:ss";
}

/** A pattern of letters from the parts by which Intl would write it. */
function patternOf(locale: string, options: Intl.DateTimeFormatOptions): string {
  const parts = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).formatToParts(Date.UTC(2001, 1, 3));
  return parts
    .map(({ type, value }) => {
      switch (type) {
        case "day":
          return value.length === 2 ? "dd" : "d";
        case "month":
          return /^\d+$/.test(value) ? (value.length === 2 ? "MM" : "M") : "MMMM";
        case "year":
          return value.length === 2 ? "yy" : "yyyy";
        case "weekday":
          return "dddd";
        default:
          return /[a-zA-Z]/.test(value) ? `'${value}'` : value;
      }
    })
    .join("");
}

function standardPattern(letter: string, locale: string): string | undefined {
  switch (letter) {
    case "d":
      return shortDate(locale);
    case "D":
      return longDate(locale);
    case "f":
      return `${longDate(locale)} ${shortTime(locale)}`;
    case "F":
    case "U":
      return `${longDate(locale)} ${longTime(locale)}`;
    case "g":
      return `${shortDate(locale)} ${shortTime(locale)}`;
    case "G":
      return `${shortDate(locale)} ${longTime(locale)}`;
    case "m":
    case "M":
      return patternOf(locale, { month: "long", day: "numeric" });
    case "o":
    case "O":
      return "yyyy-MM-ddTHH:mm:ss.fffffffK";
    case "r":
    case "R":
      return "ddd, dd MMM yyyy HH:mm:ss 'GMT'";
    case "s":
      return "yyyy-MM-ddTHH:mm:ss";
    case "t":
      return shortTime(locale);
    case "T":
      return longTime(locale);
    case "u":
      return "yyyy-MM-dd HH:mm:ss'Z'";
    case "y":
    case "Y":
      return patternOf(locale, { month: "long", year: "numeric" });
    default:
      return undefined;
  }
}

const TOKEN = /\\.|'[^']*'|"[^"]*"|y+|M+|d+|H+|h+|m+|s+|f+|F+|t+|z+|K|g+|%|[\s\S]/g;

/** null: a letter that stands for no pattern. */
export function formatDate(moment: FormattedMoment, format: string, locale: string): string | null {
  if (format.length === 1) {
    if (moment.isTime) return /[cgGt]/i.test(format) ? pattern(moment, "HH:mm:ss", locale) : null;
    const standard = standardPattern(format, locale);
    return standard === undefined ? null : pattern(moment, standard, /[rRsuoO]/.test(format) ? "en-US" : locale);
  }
  if (moment.isTime && !isTimeSpanFormat(format)) return null;
  return pattern(moment, format === "" ? `${shortDate(locale)} ${longTime(locale)}` : format, locale);
}

/** A time is a .NET TimeSpan: its formats know only h, m, s, f, and separators must be escaped. */
function isTimeSpanFormat(format: string): boolean {
  const plain = format.replace(/\\.|'[^']*'|"[^"]*"/g, "");
  return /^(?:h+|m+|s+|f+|F+|%)*$/.test(plain);
}

function pattern(moment: FormattedMoment, format: string, locale: string): string {
  return (format.match(TOKEN) ?? []).map((token) => piece(token, moment, locale)).join("");
}

const padded = (value: number, width: number): string => `${value}`.padStart(width, "0");

function piece(token: string, { ticks, offset, isTime }: FormattedMoment, locale: string): string {
  const fields = fieldsOf(ticks);
  const width = token.length;
  switch (token.charAt(0)) {
    case "y":
      return width <= 2 ? padded(fields.year % 100, width) : padded(fields.year, width);
    case "M":
      return width <= 2 ? padded(fields.month, width) : monthName(fields.month, width, locale);
    case "d":
      return width <= 2 ? padded(fields.day, width) : dayName(weekdayOf(dayNumber(ticks)), width, locale);
    case "H":
      return padded(fields.hour, Math.min(width, 2));
    case "h":
      return padded(isTime ? fields.hour : fields.hour % 12 || 12, Math.min(width, 2));
    case "m":
      return padded(fields.minute, Math.min(width, 2));
    case "s":
      return padded(fields.second, Math.min(width, 2));
    case "f":
      return padded(fields.fraction, 7).slice(0, width);
    case "F":
      return padded(fields.fraction, 7).slice(0, width).replace(/0+$/, "");
    case "t":
      return (fields.hour < 12 ? "AM" : "PM").slice(0, width);
    case "z":
      return zone(offset ?? 0, width);
    case "K":
      return offset === undefined ? "" : formatZone(offset);
    case "g":
      return "A.D.";
    case "%":
      return "";
    case "\\":
      return token.slice(1);
    case "'":
    case '"':
      return width > 1 ? token.slice(1, -1) : token;
    default:
      return token;
  }
}

function zone(offset: number, width: number): string {
  const full = formatZone(offset);
  if (width >= 3) return full;
  const hours = Math.floor(Math.abs(offset) / 60);
  return `${offset < 0 ? "-" : "+"}${padded(hours, width)}`;
}

function monthName(month: number, width: number, locale: string): string {
  return named(locale, { month: width === 3 ? "short" : "long" }, Date.UTC(2023, month - 1, 1), width);
}

function dayName(weekday: number, width: number, locale: string): string {
  return named(locale, { weekday: width === 3 ? "short" : "long" }, Date.UTC(2023, 0, 1 + weekday), width);
}

function named(locale: string, options: Intl.DateTimeFormatOptions, time: number, width: number): string {
  const name = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(time);
  return width === 3 && locale.startsWith("en") ? name.slice(0, 3) : name;
}
