/** FORMAT(value, format, culture) */

import { cultureOf } from "../types/cultureParse";
import { decimalFromNumber, formatDecimal } from "../types/decimals";
import { isApproximate, isDecimal, isInteger, isMoney, isTemporal } from "../types/families";
import { NVARCHAR_MAX, nvarchar } from "../types/systemTypes";
import { MINUTE } from "../types/temporal/calendar";
import type { DateTimeOffset, SqlType, Value } from "../values";
import { invalidArgument } from "./arguments";
import { formatDate } from "./format/formatDate";
import { formatNumber } from "./format/formatNumber";
import { registerFunctions } from "./registry";

/** A number as its digits: sign, digits, point, digits. */
function digitsOf(value: Exclude<Value, null>, type: SqlType): string {
  if (isDecimal(type)) return formatDecimal(value as bigint, type.scale ?? 0);
  if (isMoney(type)) return formatDecimal(value as bigint, 4);
  if (!isApproximate(type)) return String(value);
  const number = value as number;
  if (Math.abs(number) >= 1e21) return BigInt(number).toString();
  const places = Math.min(100, Math.max(0, decimalPlaces(number)));
  return formatDecimal(decimalFromNumber(number, places), places);
}

/** Digits after the point of the shortest text that reads back as the number. */
function decimalPlaces(number: number): number {
  const [mantissa = "", exponent = "0"] = number.toExponential().split("e");
  return (mantissa.split(".")[1]?.length ?? 0) - Number(exponent);
}

registerFunctions([
  {
    name: "FORMAT",
    minArgs: 2,
    maxArgs: 3,
    parameters: [undefined, NVARCHAR_MAX, NVARCHAR_MAX],
    strict: true,
    volatile: true,
    resolve: ([type]) => {
      const given = type as SqlType;
      const formattable =
        isInteger(given) ||
        isDecimal(given) ||
        isMoney(given) ||
        isApproximate(given) ||
        isTemporal(given) ||
        given.isNullLiteral;
      if (!formattable) throw invalidArgument(given, 1, "format");
      return nvarchar(4000);
    },
    evaluate: ([value, format, cultureName], { session }, { types }) => {
      const type = types[0] as SqlType;
      const culture = cultureOf(cultureName as string | undefined, session.settings.language);
      if (!isTemporal(type))
        return formatNumber(
          digitsOf(value as Exclude<Value, null>, type),
          format as string,
          culture.locale,
          isInteger(type),
        );
      if (typeof value === "bigint")
        return formatDate({ ticks: value, isTime: type.kind === "time" }, format as string, culture.locale);
      const { utc, offset } = value as DateTimeOffset;
      return formatDate(
        { ticks: utc + BigInt(offset) * MINUTE, offset, isTime: false },
        format as string,
        culture.locale,
      );
    },
  },
]);
