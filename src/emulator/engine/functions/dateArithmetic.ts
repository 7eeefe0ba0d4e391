/** DATEADD, DATEDIFF, DATEDIFF_BIG, DATETRUNC, DATE_BUCKET, EOMONTH. */
import type { FunctionCall } from "../../tsql/ast";
import { SqlError } from "../errors";
import { convertImplicitly, convertTo } from "../expressions/conversion";
import { compileExpression } from "../expressions/dispatch";
import type { Compiled, Scope } from "../expressions/scope";
import { dateOverflow } from "../types/conversionErrors";
import { fitsBigint, INTEGER_LIMITS } from "../types/decimals";
import { isCharacter, isDaysBased, isTemporal } from "../types/families";
import { BIGINT, DATE, DATETIME, DATETIMEOFFSET, INT } from "../types/systemTypes";
import {
  DAY,
  dateOfDays,
  dateTicks,
  dayNumber,
  daysInMonth,
  END_OF_TIME,
  EPOCH_1900,
  HOUR,
  MAX_SMALLDATETIME,
  MIN_DATETIME,
  MINUTE,
  roundToDatetime,
  roundToMinute,
  roundToScale,
  SECOND,
  timeOfDay,
  weekdayOf,
} from "../types/temporal/calendar";
import type { DateTimeOffset, SqlType, Value } from "../values";
import { invalidArgument } from "./arguments";
import { type DatePart, datePartOf, isTimePart, unsupportedPart } from "./dateParts";
import { registerFunctions, type SpecialFunction } from "./registry";

const TICKS: Partial<Record<DatePart, bigint>> = {
  week: 7n * DAY,
  day: DAY,
  dayofyear: DAY,
  weekday: DAY,
  hour: HOUR,
  minute: MINUTE,
  second: SECOND,
  millisecond: SECOND / 1000n,
  microsecond: SECOND / 1_000_000n,
};

const MONTHS: Partial<Record<DatePart, number>> = { year: 12, quarter: 3, month: 1 };

/** A temporal operand: texts become `textType`, numbers a datetime. */
function temporal(compiled: Compiled, textType: SqlType): Compiled {
  if (isTemporal(compiled.type)) return compiled;
  if (compiled.type.isNullLiteral) return { ...compiled, type: textType };
  return convertImplicitly(compiled, isCharacter(compiled.type) ? textType : DATETIME);
}

export function addMonths(ticks: bigint, months: number): bigint | undefined {
  const { year, month, day } = dateOfDays(dayNumber(ticks));
  const total = year * 12 + month - 1 + months;
  const newYear = Math.floor(total / 12);
  const newMonth = (total % 12) + 1;
  if (newYear < 1 || newYear > 9999) return undefined;
  return dateTicks(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth))) + timeOfDay(ticks);
}

function added(ticks: bigint, part: DatePart, amount: bigint): bigint | undefined {
  const months = MONTHS[part];
  if (months !== undefined) return addMonths(ticks, Number(amount) * months);
  // Nanoseconds come in steps of a hundred, rounded.
  if (part === "nanosecond") return ticks + (amount >= 0n ? (amount + 50n) / 100n : (amount - 50n) / 100n);
  return ticks + amount * (TICKS[part] as bigint);
}

/** Whether DATEADD knows the part for a type: date has no hours, time no days, datetime no microseconds. */
function requirePart(part: DatePart, type: SqlType, name: string): void {
  const fine = part === "microsecond" || part === "nanosecond";
  const unsupported =
    part === "tzoffset" ||
    part === "iso_week" ||
    (type.kind === "date" && isTimePart(part)) ||
    (type.kind === "time" && !isTimePart(part)) ||
    (isDaysBased(type) && fine);
  if (unsupported) throw unsupportedPart(part, name, type);
}

function fitted(ticks: bigint | undefined, type: SqlType): bigint {
  if (type.kind === "time") return roundToScale((((ticks as bigint) % DAY) + DAY) % DAY, type.scale ?? 7);
  const [low, high] =
    type.kind === "datetime"
      ? [MIN_DATETIME, END_OF_TIME]
      : type.kind === "smalldatetime"
        ? [EPOCH_1900, MAX_SMALLDATETIME]
        : [0n, END_OF_TIME];
  if (ticks === undefined || ticks < low || ticks >= high) throw dateOverflow(type);
  if (type.kind === "datetime") return roundToDatetime(ticks);
  if (type.kind === "smalldatetime") return roundToMinute(ticks);
  return type.kind === "date" ? ticks : roundToScale(ticks, type.scale ?? 7);
}

function compileDateAdd(call: FunctionCall, scope: Scope): Compiled {
  const part = datePartOf(call);
  const [, amountArgument, dateArgument] = call.arguments as [unknown, FunctionCall, FunctionCall];
  const amount = convertTo(compileExpression(amountArgument, scope), INT);
  const date = temporal(compileExpression(dateArgument, scope), DATETIME);
  const { type } = date;
  requirePart(part, type, "dateadd");
  return {
    type,
    nullable: amount.nullable || date.nullable,
    evaluate: (frame) => {
      const by = amount.evaluate(frame);
      const value = date.evaluate(frame);
      if (by === null || value === null) return null;
      if (typeof value === "bigint") return fitted(added(value, part, BigInt(by as number)), type);
      const { utc, offset } = value as DateTimeOffset;
      const shift = BigInt(offset) * MINUTE;
      return { utc: fitted(added(utc + shift, part, BigInt(by as number)), type) - shift, offset };
    },
  };
}

/** Count of the part's boundaries since 0001-01-01: DATEDIFF subtracts two of them. */
function boundaries(ticks: bigint, part: DatePart): bigint {
  switch (part) {
    case "year":
      return BigInt(dateOfDays(dayNumber(ticks)).year);
    case "quarter": {
      const { year, month } = dateOfDays(dayNumber(ticks));
      return BigInt(year * 4 + Math.floor((month - 1) / 3));
    }
    case "month": {
      const { year, month } = dateOfDays(dayNumber(ticks));
      return BigInt(year * 12 + month);
    }
    case "week":
      // Weeks begin on Sunday here, whatever DATEFIRST says.
      return BigInt(Math.floor((dayNumber(ticks) + 1) / 7));
    case "iso_week":
      return BigInt(Math.floor(dayNumber(ticks) / 7));
    case "nanosecond":
      return ticks * 100n;
    default:
      return ticks / (TICKS[part] as bigint);
  }
}

const differenceOverflow = (name: string) =>
  new SqlError(
    535,
    `The ${name} function resulted in an overflow. The number of dateparts separating two date/time instances is too large. Try to use ${name} with a less precise datepart.`,
    0,
    16,
  );

const instantOf = (value: Exclude<Value, null>): bigint =>
  typeof value === "bigint" ? value : (value as DateTimeOffset).utc;

function compileDateDiff(call: FunctionCall, scope: Scope, result: SqlType): Compiled {
  const part = datePartOf(call);
  const name = call.name.name.toLowerCase();
  const [, startArgument, endArgument] = call.arguments as [unknown, FunctionCall, FunctionCall];
  const start = onCalendar(temporal(compileExpression(startArgument, scope), DATETIMEOFFSET));
  const end = onCalendar(temporal(compileExpression(endArgument, scope), DATETIMEOFFSET));
  if (part === "tzoffset") throw unsupportedPart(part, name, start.type);
  return {
    type: result,
    nullable: start.nullable || end.nullable,
    evaluate: (frame) => {
      const from = start.evaluate(frame);
      const to = end.evaluate(frame);
      if (from === null || to === null) return null;
      const difference = boundaries(instantOf(to), part) - boundaries(instantOf(from), part);
      if (result.kind === "bigint") {
        if (!fitsBigint(difference)) throw differenceOverflow(name);
        return difference;
      }
      const [low, high] = INTEGER_LIMITS.int;
      if (difference < low || difference > high) throw differenceOverflow(name);
      return Number(difference);
    },
  };
}

/** A time counts as on 1900-01-01, so that it can meet a date. */
function onCalendar(compiled: Compiled): Compiled {
  if (compiled.type.kind !== "time") return compiled;
  return {
    ...compiled,
    evaluate: (frame) => {
      const value = compiled.evaluate(frame);
      return value === null ? null : EPOCH_1900 + (value as bigint);
    },
  };
}

/** The start of the part that the moment lies in. */
function truncatedTo(ticks: bigint, part: DatePart, dateFirst: number): bigint {
  const days = dayNumber(ticks);
  const { year, month } = dateOfDays(days);
  switch (part) {
    case "year":
      return dateTicks(year, 1, 1);
    case "quarter":
      return dateTicks(year, Math.floor((month - 1) / 3) * 3 + 1, 1);
    case "month":
      return dateTicks(year, month, 1);
    case "week":
      return BigInt(days - ((weekdayOf(days) - dateFirst + 7) % 7)) * DAY;
    case "iso_week":
      return BigInt(days - (days % 7)) * DAY;
    default: {
      const unit = TICKS[part] as bigint;
      return ticks - (ticks % unit);
    }
  }
}

function compileDateTrunc(call: FunctionCall, scope: Scope): Compiled {
  const part = datePartOf(call);
  const date = temporal(compileExpression(call.arguments[1] as FunctionCall, scope), { kind: "datetime2", scale: 7 });
  const { type } = date;
  if (part === "weekday" || part === "tzoffset" || part === "nanosecond")
    throw unsupportedPart(part, "datetrunc", type);
  if (part !== "iso_week") requirePart(part, type, "datetrunc");
  return {
    type,
    nullable: date.nullable,
    evaluate: (frame) => {
      const value = date.evaluate(frame);
      if (value === null) return null;
      const { dateFirst } = frame.context.session.settings;
      if (typeof value === "bigint") return truncatedTo(value, part, dateFirst);
      const { utc, offset } = value as DateTimeOffset;
      const shift = BigInt(offset) * MINUTE;
      return { utc: truncatedTo(utc + shift, part, dateFirst) - shift, offset };
    },
  };
}

const BUCKETS: ReadonlySet<DatePart> = new Set([
  "year",
  "quarter",
  "month",
  "week",
  "day",
  "hour",
  "minute",
  "second",
  "millisecond",
]);

function compileDateBucket(call: FunctionCall, scope: Scope): Compiled {
  const part = datePartOf(call);
  const [, widthArgument, dateArgument, originArgument] = call.arguments as [
    unknown,
    FunctionCall,
    FunctionCall,
    FunctionCall | undefined,
  ];
  const width = convertTo(compileExpression(widthArgument, scope), INT);
  const date = temporal(compileExpression(dateArgument, scope), { kind: "datetime2", scale: 7 });
  const origin = originArgument && convertTo(temporal(compileExpression(originArgument, scope), date.type), date.type);
  if (!BUCKETS.has(part)) throw unsupportedPart(part, "date_bucket", date.type);
  return {
    type: date.type,
    nullable: true,
    evaluate: (frame) => {
      const size = width.evaluate(frame);
      const value = date.evaluate(frame);
      const start = origin ? origin.evaluate(frame) : EPOCH_1900;
      if (size === null || value === null || start === null) return null;
      if ((size as number) <= 0)
        throw new SqlError(
          9834,
          "Invalid bucket width value passed to date_bucket function. Only positive values are allowed.",
          1,
          16,
        );
      const from = instantOf(start);
      const bucket = bucketStart(instantOf(value), from, part, BigInt(size as number));
      return typeof value === "bigint" ? bucket : { utc: bucket, offset: (value as DateTimeOffset).offset };
    },
  };
}

function bucketStart(ticks: bigint, origin: bigint, part: DatePart, width: bigint): bigint {
  const months = MONTHS[part];
  if (months === undefined) {
    const unit = (TICKS[part] as bigint) * width;
    const distance = ticks - origin;
    return origin + (distance / unit - (distance % unit < 0n ? 1n : 0n)) * unit;
  }
  const step = Number(width) * months;
  const from = dateOfDays(dayNumber(origin));
  const to = dateOfDays(dayNumber(ticks));
  let count = Math.floor(((to.year - from.year) * 12 + to.month - from.month) / step);
  let start = addMonths(origin, count * step) as bigint;
  while (start > ticks) start = addMonths(origin, --count * step) as bigint;
  return start;
}

function compileEndOfMonth(call: FunctionCall, scope: Scope): Compiled {
  const [dateArgument, monthsArgument] = call.arguments as [FunctionCall, FunctionCall | undefined];
  const given = compileExpression(dateArgument, scope);
  if (!isTemporal(given.type) && !isCharacter(given.type) && !given.type.isNullLiteral)
    throw invalidArgument(given.type, 1, "eomonth");
  const date = convertImplicitly(given, DATE);
  const months = monthsArgument && convertTo(compileExpression(monthsArgument, scope), INT);
  return {
    type: DATE,
    nullable: true,
    evaluate: (frame) => {
      const value = date.evaluate(frame);
      if (value === null) return null;
      const shifted = addMonths(value as bigint, (months?.evaluate(frame) as number | null | undefined) ?? 0);
      if (shifted === undefined) throw dateOverflow(DATE);
      const { year, month } = dateOfDays(dayNumber(shifted));
      return dateTicks(year, month, daysInMonth(year, month));
    },
  };
}

const special = (
  name: string,
  minArgs: number,
  maxArgs: number,
  compile: SpecialFunction["compile"],
): SpecialFunction => ({ name, minArgs, maxArgs, compile });

registerFunctions([
  special("DATEADD", 3, 3, compileDateAdd),
  special("DATEDIFF", 3, 3, (call, scope) => compileDateDiff(call, scope, INT)),
  special("DATEDIFF_BIG", 3, 3, (call, scope) => compileDateDiff(call, scope, BIGINT)),
  special("DATETRUNC", 2, 2, compileDateTrunc),
  special("DATE_BUCKET", 3, 4, compileDateBucket),
  special("EOMONTH", 1, 2, compileEndOfMonth),
]);
