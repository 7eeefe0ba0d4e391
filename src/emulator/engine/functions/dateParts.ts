/** The date parts of DATEADD, DATEDIFF, DATEPART and DATENAME, by name and abbreviation. */
import type { FunctionCall } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { SqlType } from "../values";

export type DatePart =
  | "year"
  | "quarter"
  | "month"
  | "dayofyear"
  | "day"
  | "week"
  | "weekday"
  | "iso_week"
  | "hour"
  | "minute"
  | "second"
  | "millisecond"
  | "microsecond"
  | "nanosecond"
  | "tzoffset";

const NAMES: Readonly<Record<DatePart, string>> = {
  year: "yy yyyy",
  quarter: "qq q",
  month: "mm m",
  dayofyear: "dy y",
  day: "dd d",
  week: "wk ww",
  weekday: "dw w",
  iso_week: "isowk isoww",
  hour: "hh",
  minute: "mi n",
  second: "ss s",
  millisecond: "ms",
  microsecond: "mcs",
  nanosecond: "ns",
  tzoffset: "tz",
};

const byName = new Map<string, DatePart>();
for (const [part, abbreviations] of Object.entries(NAMES)) {
  for (const name of [part, ...abbreviations.split(" ")]) byName.set(name, part as DatePart);
}

/** The first argument of the call, which the parser leaves as a column of one part. */
export function datePartOf(call: FunctionCall): DatePart {
  const [first] = call.arguments;
  const name = call.name.name.toLowerCase();
  if (first?.kind !== "column" || first.parts.length !== 1)
    throw new SqlError(1023, `Invalid parameter 1 specified for ${name}.`, 1, 15);
  const written = first.parts[0] as string;
  const part = byName.get(written.toLowerCase());
  if (part === undefined) throw new SqlError(155, `'${written}' is not a recognized ${name} option.`, 1, 15);
  return part;
}

const OF_TIME: ReadonlySet<DatePart> = new Set([
  "hour",
  "minute",
  "second",
  "millisecond",
  "microsecond",
  "nanosecond",
]);

export const isTimePart = (part: DatePart): boolean => OF_TIME.has(part);

export const unsupportedPart = (part: DatePart, name: string, type: SqlType) =>
  new SqlError(
    9810,
    `The datepart ${part} is not supported by date function ${name} for data type ${type.kind}.`,
    1,
    16,
  );
