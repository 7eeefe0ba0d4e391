/** DATEPART, DATENAME, YEAR, MONTH, DAY. */
import type { FunctionCall } from "../../tsql/ast";
import { convertImplicitly } from "../expressions/conversion";
import { compileExpression } from "../expressions/dispatch";
import type { Compiled, Scope } from "../expressions/scope";
import { converterFor } from "../types/conversions/convert";
import { isCharacter, isTemporal } from "../types/families";
import { DATETIME, DATETIMEOFFSET, INT, nvarchar } from "../types/systemTypes";
import { dayNumber, dayOfYear, daysOf, fieldsOf, isoWeek, MINUTE, weekdayOf } from "../types/temporal/calendar";
import { formatZone } from "../types/temporal/formatDate";
import { calendarNames } from "../types/temporal/languages";
import type { DateTimeOffset, SqlType, Value } from "../values";
import { type DatePart, datePartOf, isTimePart, unsupportedPart } from "./dateParts";
import { type FunctionDefinition, registerFunctions } from "./registry";

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
