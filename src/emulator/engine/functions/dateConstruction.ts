/** DATEFROMPARTS and its relatives. */
import { SqlError } from "../errors";
import { DATE, DATETIME, datetime2, datetimeoffset, INT, SMALLDATETIME, time } from "../types/systemTypes";
import {
  dateTicks,
  daysInMonth,
  EPOCH_1900,
  MIN_DATETIME,
  MINUTE,
  roundToDatetime,
  timeTicks,
} from "../types/temporal/calendar";
import type { SqlType, Value } from "../values";
import { type FunctionDefinition, registerFunctions } from "./registry";

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
