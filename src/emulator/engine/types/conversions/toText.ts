/** Conversions to char, varchar, nchar, nvarchar, text, ntext and xml. */
import type { DateTimeOffset, SqlType } from "../../values";
import { decodeText, toCodePage } from "../collations/codePages";
import {
  conversionError,
  guidTooLong,
  invalidStyle,
  moneyTooLong,
  overflow,
  overflowConverting,
  overflowOfFloat,
} from "../conversionErrors";
import { formatDecimal } from "../decimals";
import { isApproximate, isBinary, isCharacter, isDecimal, isMoney, isTemporal, isUnicode } from "../families";
import { defaultDateStyle, formatTemporal } from "../temporal/formatDate";
import type { ConversionSettings, Convert, NotNull } from "./conversion";
import { formatFloat, formatMoney, formatScientific } from "./formatNumber";
import { normalizeXml } from "./xml";

/** What happens to a text that is longer than the type: cut, an asterisk, or an error. */
type TooLong = "cut" | "asterisk" | ((value: NotNull) => Error);

export function toText(from: SqlType, to: SqlType): Convert {
  if (to.kind === "xml") return toXml(from);
  const write = writer(from, to);
  const fitted = fitter(to, tooLong(from, to));
  const narrow = !isUnicode(to) && (isUnicode(from) || isCharacter(from)) && from.collation !== to.collation;
  if (narrow || (!isUnicode(to) && isUnicode(from))) {
    return (value, settings, style) => fitted(toCodePage(write(value, settings, style), to.collation), value);
  }
  return (value, settings, style) => fitted(write(value, settings, style), value);
}

function toXml(from: SqlType): Convert {
  if (!isBinary(from)) return (value) => normalizeXml(value as string);
  return (value) => normalizeXml(decodeText(value as Uint8Array, undefined));
}

function writer(
  from: SqlType,
  to: SqlType,
): (value: NotNull, settings: ConversionSettings, style: number | undefined) => string {
  if (isCharacter(from) || from.kind === "xml" || from.kind === "uniqueidentifier") return (value) => value as string;
  if (isDecimal(from)) {
    const scale = from.scale ?? 0;
    return (value) => formatDecimal(value as bigint, scale);
  }
  if (isMoney(from)) return (value, _, style) => formatMoney(value as bigint, style ?? 0);
  if (isApproximate(from)) return (value, _, style) => floatText(value as number, style ?? 0);
  if (isTemporal(from)) {
    const standard = defaultDateStyle(from);
    return (value, settings, style) =>
      formatTemporal(value as bigint | DateTimeOffset, from, style ?? standard, settings.language);
  }
  if (isBinary(from)) return (value, _, style) => bytesText(value as Uint8Array, from, to, style ?? 0);
  return (value) => String(value);
}

function floatText(value: number, style: number): string {
  switch (style) {
    case 1:
      return formatScientific(value, 8);
    case 2:
      return formatScientific(value, 16);
    case 3:
      return formatScientific(value, 17);
    default:
      return formatFloat(value, 6);
  }
}

function bytesText(bytes: Uint8Array, from: SqlType, to: SqlType, style: number): string {
  switch (style) {
    case 0:
      if (isUnicode(to)) return Buffer.from(bytes.length % 2 === 0 ? bytes : [...bytes, 0]).toString("utf16le");
      return decodeText(bytes, to.collation);
    case 1:
    case 2: {
      const text = (style === 1 ? "0x" : "") + Buffer.from(bytes).toString("hex").toUpperCase();
      const length = to.length ?? -1;
      // Whole bytes only: half a byte would not convert back.
      return length > 0 && text.length > length ? text.slice(0, length - (length % 2)) : text;
    }
    default:
      throw invalidStyle(style, from.kind);
  }
}

function tooLong(from: SqlType, to: SqlType): TooLong {
  switch (from.kind) {
    case "tinyint":
    case "smallint":
    case "int":
      return isUnicode(to) ? () => overflow(to) : "asterisk";
    case "bigint":
      return () => overflow(to);
    case "decimal":
    case "numeric":
      return () => overflowConverting(from, to);
    case "money":
    case "smallmoney":
      return () => moneyTooLong(to);
    case "float":
    case "real":
      return (value) => overflowOfFloat(to, value as number);
    case "uniqueidentifier":
      return () => guidTooLong(to);
    case "xml":
      return () => conversionError(from, to);
    default:
      return "cut";
  }
}

function fitter(to: SqlType, whenTooLong: TooLong): (text: string, value: NotNull) => string {
  const { length } = to;
  if (length === undefined || length === -1) return (text) => text;
  const cut = (text: string, value: NotNull): string => {
    if (whenTooLong === "cut") return text.slice(0, length);
    if (whenTooLong === "asterisk") return "*";
    throw whenTooLong(value);
  };
  if (to.kind === "char" || to.kind === "nchar") {
    return (text, value) => (text.length > length ? cut(text, value) : text).padEnd(length);
  }
  return (text, value) => (text.length > length ? cut(text, value) : text);
}
