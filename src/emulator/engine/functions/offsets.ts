/** SWITCHOFFSET, TODATETIMEOFFSET, ISDATE. */
import { SqlError } from "../errors";
import { converterFor, isConversionFailure } from "../types/conversions/convert";
import { isCharacter, isTemporal } from "../types/families";
import { DATETIME, datetime2, datetimeoffset, INT } from "../types/systemTypes";
import { MINUTE } from "../types/temporal/calendar";
import { parseOffset } from "../types/temporal/parseDate";
import type { DateTimeOffset, SqlType, Value } from "../values";
import { invalidArgument } from "./arguments";
import { type FunctionDefinition, registerFunctions } from "./registry";

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
