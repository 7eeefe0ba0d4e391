/** The clock, parts of dates, dates from parts, time zones. */
import type { FunctionCall } from "../../tsql/ast";
import { SqlError } from "../errors";
import { convertImplicitly } from "../expressions/conversion";
import { compileExpression } from "../expressions/dispatch";
import type { Compiled, Scope } from "../expressions/scope";
import { converterFor, isConversionFailure } from "../types/conversions/convert";
import { isCharacter, isTemporal } from "../types/families";
import {
  DATE,
  DATETIME,
  DATETIME2,
  DATETIMEOFFSET,
  datetime2,
  datetimeoffset,
  INT,
  nvarchar,
  SMALLDATETIME,
  time,
  varchar,
} from "../types/systemTypes";
import {
  dateTicks,
  dayNumber,
  dayOfYear,
  daysInMonth,
  daysOf,
  EPOCH_1900,
  fieldsOf,
  isoWeek,
  MIN_DATETIME,
  MINUTE,
  roundToDatetime,
  timeTicks,
  weekdayOf,
} from "../types/temporal/calendar";
import { formatZone } from "../types/temporal/formatDate";
import { calendarNames } from "../types/temporal/languages";
import { parseOffset } from "../types/temporal/parseDate";
import type { DateTimeOffset, SqlType, Value } from "../values";
import { invalidArgument } from "./arguments";
import { type DatePart, datePartOf, isTimePart, unsupportedPart } from "./dateParts";
import { type FunctionDefinition, registerFunctions } from "./registry";

// ---- the clock

function clock(name: string, type: SqlType, read: (now: { local: bigint; utc: bigint }) => Value): FunctionDefinition {
  return {
    name,
    minArgs: 0,
    maxArgs: 0,
    volatile: true,
    keepsNotNull: true,
    resolve: () => type,
    evaluate: (_, context) => read(context.now()),
  };
}

const offsetNow = ({ local, utc }: { local: bigint; utc: bigint }): number => Number((local - utc) / MINUTE);

registerFunctions([
  clock("GETDATE", DATETIME, ({ local }) => roundToDatetime(local)),
  clock("CURRENT_TIMESTAMP", DATETIME, ({ local }) => roundToDatetime(local)),
  clock("GETUTCDATE", DATETIME, ({ utc }) => roundToDatetime(utc)),
  clock("SYSDATETIME", DATETIME2, ({ local }) => local),
  clock("SYSUTCDATETIME", DATETIME2, ({ utc }) => utc),
  clock("SYSDATETIMEOFFSET", DATETIMEOFFSET, (now) => ({ utc: now.utc, offset: offsetNow(now) })),
  clock(
    "CURRENT_TIMEZONE",
    varchar(128),
    (now) => `(UTC${offsetNow(now) === 0 ? "" : formatZone(offsetNow(now))}) Coordinated Universal Time`,
  ),
  clock("CURRENT_TIMEZONE_ID", varchar(128), () => "UTC"),
]);

// ---- parts of dates

/** What parts are taken of: texts as datetimeoffset, so that no digit and no zone is lost; numbers as datetime. */
function partOperand(compiled: Compiled): Compiled {
  if (isTemporal(compiled.type)) return compiled;
  if (compiled.type.isNullLiteral) return { ...compiled, type: DATETIME };
  return convertImplicitly(compiled, isCharacter(compiled.type) ? DATETIMEOFFSET : DATETIME);
}

function requirePartOf(part: DatePart, type: SqlType, name: string, fromText: boolean): void {
  const unsupported =
    (type.kind === "date" && isTimePart(part)) ||
    (type.kind === "time" && !isTimePart(part)) ||
    (part === "tzoffset" && !(type.kind === "datetimeoffset" || type.kind === "datetime2") && !fromText);
  if (unsupported) throw unsupportedPart(part, name, type);
}

function partOf(ticks: bigint, offset: number, part: DatePart, dateFirst: number): number {
  const days = dayNumber(ticks);
  const fields = fieldsOf(ticks);
  switch (part) {
    case "year":
    case "month":
    case "day":
    case "hour":
    case "minute":
    case "second":
      return fields[part];
    case "quarter":
      return Math.floor((fields.month - 1) / 3) + 1;
    case "dayofyear":
      return dayOfYear(days);
    case "weekday":
      return ((weekdayOf(days) - dateFirst + 7) % 7) + 1;
    case "week": {
      // Week 1 begins on January 1, the others on the first day of the week.
      const first = daysOf(fields.year, 1, 1);
      return Math.floor((days - first + ((weekdayOf(first) - dateFirst + 7) % 7)) / 7) + 1;
    }
    case "iso_week":
      return isoWeek(days).week;
    case "millisecond":
      return Math.floor(fields.fraction / 10_000);
    case "microsecond":
      return Math.floor(fields.fraction / 10);
    case "nanosecond":
      return fields.fraction * 100;
    case "tzoffset":
      return offset;
  }
}

interface Moment {
  ticks: bigint;
  offset: number;
}

function momentOf(value: Exclude<Value, null>, type: SqlType): Moment {
  if (typeof value !== "bigint") {
    const { utc, offset } = value as DateTimeOffset;
    return { ticks: utc + BigInt(offset) * MINUTE, offset };
  }
  // 1/300 s shown as the milliseconds that it rounds to.
  return { ticks: type.kind === "datetime" ? ((value + 5_000n) / 10_000n) * 10_000n : value, offset: 0 };
}

function compilePart(call: FunctionCall, scope: Scope, name: string): { part: DatePart; operand: Compiled } {
  const part = datePartOf(call);
  const written = compileExpression(call.arguments[1] as FunctionCall, scope);
  const operand = partOperand(written);
  requirePartOf(part, operand.type, name, isCharacter(written.type));
  return { part, operand };
}

function nameOf({ ticks, offset }: Moment, part: DatePart, dateFirst: number, language: string): string {
  switch (part) {
    case "month":
      return calendarNames(language).months[fieldsOf(ticks).month - 1] as string;
    case "weekday":
      return calendarNames(language).days[weekdayOf(dayNumber(ticks))] as string;
    case "tzoffset":
      return formatZone(offset);
    default:
      return `${partOf(ticks, offset, part, dateFirst)}`;
  }
}

function yearMonthDay(name: "YEAR" | "MONTH" | "DAY"): FunctionDefinition {
  return {
    name,
    minArgs: 1,
    maxArgs: 1,
    strict: true,
    keepsNotNull: true,
    resolve: ([type]) => {
      const given = type as SqlType;
      if (given.kind === "time") throw unsupportedPart(name.toLowerCase() as DatePart, "datepart", given);
      return INT;
    },
    evaluate: ([value], { session }, { types }) => {
      const type = types[0] as SqlType;
      const target = isTemporal(type) ? type : isCharacter(type) ? DATETIMEOFFSET : DATETIME;
      const moment = converterFor(type, target)(value as Exclude<Value, null>, session.settings, undefined) as Exclude<
        Value,
        null
      >;
      return fieldsOf(momentOf(moment, target).ticks)[name.toLowerCase() as "year" | "month" | "day"];
    },
  };
}

registerFunctions([
  {
    name: "DATEPART",
    minArgs: 2,
    maxArgs: 2,
    compile(call, scope) {
      const { part, operand } = compilePart(call, scope, "datepart");
      return {
        type: INT,
        nullable: operand.nullable,
        evaluate: (frame) => {
          const value = operand.evaluate(frame);
          if (value === null) return null;
          const { ticks, offset } = momentOf(value, operand.type);
          return partOf(ticks, offset, part, frame.context.session.settings.dateFirst);
        },
      };
    },
  },
  {
    name: "DATENAME",
    minArgs: 2,
    maxArgs: 2,
    compile(call, scope) {
      const { part, operand } = compilePart(call, scope, "datename");
      return {
        type: nvarchar(30, scope.environment.collation),
        nullable: operand.nullable,
        collationStrength: 1,
        evaluate: (frame) => {
          const value = operand.evaluate(frame);
          if (value === null) return null;
          const { dateFirst, language } = frame.context.session.settings;
          return nameOf(momentOf(value, operand.type), part, dateFirst, language);
        },
      };
    },
  },
  yearMonthDay("YEAR"),
  yearMonthDay("MONTH"),
  yearMonthDay("DAY"),
]);

// ---- dates from parts

const cannotConstruct = (type: SqlType) =>
  new SqlError(
    289,
    `Cannot construct data type ${type.kind}, some of the arguments have values which are not valid.`,
    1,
    16,
  );

function dateFromParts(type: SqlType, year: number, month: number, day: number): bigint {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month))
    throw cannotConstruct(type);
  return dateTicks(year, month, day);
}

function timeFromParts(
  type: SqlType,
  hour: number,
  minute: number,
  second: number,
  fraction: number,
  scale: number,
): bigint {
  const valid =
    hour >= 0 &&
    hour < 24 &&
    minute >= 0 &&
    minute < 60 &&
    second >= 0 &&
    second < 60 &&
    fraction >= 0 &&
    fraction < 10 ** scale;
  if (!valid) throw cannotConstruct(type);
  return timeTicks(hour, minute, second, fraction * 10 ** (7 - scale));
}

type Numbers = readonly number[];

function fromParts(name: string, count: number, type: SqlType, build: (parts: Numbers) => Value): FunctionDefinition {
  return {
    name,
    minArgs: count,
    maxArgs: count,
    parameters: [INT],
    strict: true,
    resolve: () => type,
    evaluate: (parts) => build(parts as unknown as Numbers),
  };
}

/** The last argument is the scale: a constant, not NULL. */
function withScale(
  name: string,
  count: number,
  typeOf: (scale: number) => SqlType,
  build: (parts: Numbers, type: SqlType) => Value,
): FunctionDefinition {
  return {
    name,
    minArgs: count,
    maxArgs: count,
    parameters: [INT],
    strict: true,
    resolve: (_, { call }) => {
      const last = call.arguments.at(-1);
      if (last?.kind !== "integer" || Number(last.text) > 7) {
        throw new SqlError(
          10760,
          `Scale argument is not valid. Valid expressions for data type ${typeOf(0).kind} scale argument are integer constants and integer constant expressions.`,
          1,
          16,
        );
      }
      return typeOf(Number(last.text));
    },
    evaluate: (parts, _, { result }) => build(parts as unknown as Numbers, result),
  };
}

const at = (parts: Numbers, index: number): number => parts[index] as number;

registerFunctions([
  fromParts("DATEFROMPARTS", 3, DATE, (p) => dateFromParts(DATE, at(p, 0), at(p, 1), at(p, 2))),
  fromParts("DATETIMEFROMPARTS", 7, DATETIME, (p) => {
    const ticks =
      dateFromParts(DATETIME, at(p, 0), at(p, 1), at(p, 2)) +
      timeFromParts(DATETIME, at(p, 3), at(p, 4), at(p, 5), at(p, 6), 3);
    if (ticks < MIN_DATETIME) throw cannotConstruct(DATETIME);
    return roundToDatetime(ticks);
  }),
  fromParts("SMALLDATETIMEFROMPARTS", 5, SMALLDATETIME, (p) => {
    const ticks =
      dateFromParts(SMALLDATETIME, at(p, 0), at(p, 1), at(p, 2)) +
      timeFromParts(SMALLDATETIME, at(p, 3), at(p, 4), 0, 0, 0);
    if (ticks < EPOCH_1900 || at(p, 0) > 2079) throw cannotConstruct(SMALLDATETIME);
    return ticks;
  }),
  withScale("TIMEFROMPARTS", 5, time, (p, type) =>
    timeFromParts(type, at(p, 0), at(p, 1), at(p, 2), at(p, 3), at(p, 4)),
  ),
  withScale(
    "DATETIME2FROMPARTS",
    8,
    datetime2,
    (p, type) =>
      dateFromParts(type, at(p, 0), at(p, 1), at(p, 2)) +
      timeFromParts(type, at(p, 3), at(p, 4), at(p, 5), at(p, 6), at(p, 7)),
  ),
  withScale("DATETIMEOFFSETFROMPARTS", 10, datetimeoffset, (p, type) => {
    const offset = at(p, 7) * 60 + at(p, 8);
    const mixed = at(p, 7) * at(p, 8) < 0;
    if (Math.abs(offset) > 840 || Math.abs(at(p, 8)) > 59 || mixed) throw cannotConstruct(type);
    const local =
      dateFromParts(type, at(p, 0), at(p, 1), at(p, 2)) +
      timeFromParts(type, at(p, 3), at(p, 4), at(p, 5), at(p, 6), at(p, 9));
    return { utc: local - BigInt(offset) * MINUTE, offset };
  }),
]);

// ---- time zones, checks

function zoneOf(value: Value, name: string): number {
  const offset =
    typeof value === "number" ? (Math.abs(value) <= 840 ? value : null) : parseOffset((value as string).trim());
  if (offset === null || offset === undefined)
    throw new SqlError(9812, `The timezone provided to builtin function ${name} is invalid.`, 0, 16);
  return offset;
}

function scaleOf(type: SqlType): number {
  return type.kind === "datetime" ? 3 : type.kind === "smalldatetime" || type.kind === "date" ? 0 : (type.scale ?? 7);
}

function zoned(
  name: string,
  source: (type: SqlType) => SqlType,
  move: (value: Exclude<Value, null>, offset: number) => Value,
): FunctionDefinition {
  return {
    name,
    minArgs: 2,
    maxArgs: 2,
    strict: true,
    resolve: ([type]) => datetimeoffset(isTemporal(type as SqlType) ? scaleOf(type as SqlType) : 7),
    evaluate: ([value, zone], { session }, { types }) => {
      const type = types[0] as SqlType;
      const converted = converterFor(type, source(type))(value as Exclude<Value, null>, session.settings, undefined);
      return move(converted as Exclude<Value, null>, zoneOf(zone as Value, name.toLowerCase()));
    },
  };
}

registerFunctions([
  zoned(
    "SWITCHOFFSET",
    (type) => datetimeoffset(scaleOf(type)),
    (value, offset) => ({ utc: (value as DateTimeOffset).utc, offset }),
  ),
  zoned(
    "TODATETIMEOFFSET",
    (type) => datetime2(scaleOf(type)),
    (value, offset) => ({ utc: (value as bigint) - BigInt(offset) * MINUTE, offset }),
  ),
  {
    name: "ISDATE",
    minArgs: 1,
    maxArgs: 1,
    keepsNotNull: true,
    volatile: true,
    resolve: ([type]) => {
      const given = type as SqlType;
      if (isTemporal(given) && given.kind !== "datetime" && given.kind !== "smalldatetime")
        throw invalidArgument(given, 1, "isdate");
      return INT;
    },
    evaluate: ([value], { session }, { types }) => {
      const type = types[0] as SqlType;
      if (value === null || value === undefined) return 0;
      if (isTemporal(type)) return 1;
      if (!isCharacter(type) || (value as string).trim() === "") return 0;
      try {
        converterFor(type, DATETIME)(value, session.settings, undefined);
        return 1;
      } catch (error) {
        if (isConversionFailure(error)) return 0;
        throw error;
      }
    },
  },
]);
