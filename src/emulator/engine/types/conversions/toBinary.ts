/** Conversions to binary, varbinary, image and timestamp. */
import type { DateTimeOffset, SqlType, Value } from "../../values";
import { encodeText } from "../collations/codePages";
import { conversionError, invalidStyle } from "../conversionErrors";
import { isBinary, isCharacter, isDecimal, isTemporal, isUnicode } from "../families";
import { DAY, DAYS_TO_1900, datetimeUnits, dayNumber, MINUTE, timeOfDay } from "../temporal/calendar";
import type { Convert, NotNull } from "./conversion";
import { guidBytes } from "./guid";

export function toBinary(from: SqlType, to: SqlType): Convert {
  if (isCharacter(from) || from.kind === "xml") {
    return (value, _, style) => fitRight(textBytes(value as string, from, to, style ?? 0), to);
  }
  if (isBinary(from) || from.kind === "uniqueidentifier") return (value) => fitRight(bytesOf(value, from), to);
  // Numbers and dates keep their lowest bytes.
  return (value) => fitLeft(bytesOf(value, from), to);
}

/** The bytes by which SQL Server stores a value, as CAST to varbinary shows them. */
export function bytesOf(value: NotNull, type: SqlType): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (type.kind === "uniqueidentifier") return guidBytes(value as string);
  if (isCharacter(type) || type.kind === "xml") return textBytes(value as string, type, type, 0);
  if (isDecimal(type)) return decimalBytes(value as bigint, type);
  if (isTemporal(type)) return temporalBytes(value as bigint | DateTimeOffset, type);
  switch (type.kind) {
    case "bit":
    case "tinyint":
      return bigEndian(BigInt(value as number), 1);
    case "smallint":
      return bigEndian(BigInt(value as number), 2);
    case "int":
      return bigEndian(BigInt(value as number), 4);
    case "bigint":
      return bigEndian(value as bigint, 8);
    case "money":
      return bigEndian(value as bigint, 8);
    case "smallmoney":
      return bigEndian(value as bigint, 4);
    case "real": {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatBE(value as number);
      return bytes;
    }
    case "float": {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(value as number);
      return bytes;
    }
    default:
      throw new TypeError(`no bytes for ${type.kind}`);
  }
}

export function bigEndian(value: bigint, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  let rest = BigInt.asUintN(width * 8, value);
  for (let i = width - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

function littleEndian(value: bigint, width: number): Uint8Array {
  return bigEndian(value, width).reverse();
}

function textBytes(text: string, from: SqlType, to: SqlType, style: number): Uint8Array {
  switch (style) {
    case 0:
      return isUnicode(from) ? Buffer.from(text, "utf16le") : encodeText(text, from.collation);
    case 1:
    case 2: {
      const match = (style === 1 ? /^0x((?:[0-9a-f]{2})*)$/i : /^((?:[0-9a-f]{2})*)$/i).exec(text);
      if (!match) throw conversionError(from, to);
      return Buffer.from(match[1] as string, "hex");
    }
    default:
      throw invalidStyle(style, from.kind);
  }
}

/** Precision, scale, zero, sign, then the value from its lowest byte on, in whole groups of four. */
function decimalBytes(value: bigint, type: SqlType): Uint8Array {
  const magnitude = value < 0n ? -value : value;
  let width = 4;
  while (magnitude >= 1n << BigInt(width * 8)) width += 4;
  return Uint8Array.from([
    type.precision ?? 18,
    type.scale ?? 0,
    0,
    value < 0n ? 0 : 1,
    ...littleEndian(magnitude, width),
  ]);
}

function temporalBytes(value: bigint | DateTimeOffset, type: SqlType): Uint8Array {
  if (typeof value !== "bigint") {
    const scale = type.scale ?? 7;
    const zone = littleEndian(BigInt(value.offset), 2);
    return Uint8Array.from([scale, ...scaledTime(timeOfDay(value.utc), scale), ...dayBytes(value.utc), ...zone]);
  }
  switch (type.kind) {
    case "date":
      return dayBytes(value);
    case "time":
      return Uint8Array.from([type.scale ?? 7, ...scaledTime(value, type.scale ?? 7)]);
    case "datetime2":
      return Uint8Array.from([type.scale ?? 7, ...scaledTime(timeOfDay(value), type.scale ?? 7), ...dayBytes(value)]);
    case "smalldatetime": {
      const minutes = (value % DAY) / MINUTE;
      return Uint8Array.from([...bigEndian(BigInt(dayNumber(value) - DAYS_TO_1900), 2), ...bigEndian(minutes, 2)]);
    }
    default: {
      const { days, units } = datetimeUnits(value);
      return Uint8Array.from([...bigEndian(BigInt(days), 4), ...bigEndian(BigInt(units), 4)]);
    }
  }
}

const dayBytes = (ticks: bigint): Uint8Array => littleEndian(ticks / DAY, 3);

function scaledTime(ticks: bigint, scale: number): Uint8Array {
  return littleEndian(ticks / 10n ** BigInt(7 - scale), scale <= 2 ? 3 : scale <= 4 ? 4 : 5);
}

const lengthOf = (to: SqlType): number => (to.kind === "timestamp" ? 8 : to.kind === "image" ? -1 : (to.length ?? 1));
const isFixed = (to: SqlType): boolean => to.kind === "binary" || to.kind === "timestamp";

/** Cut and filled with zeros at the right end. */
function fitRight(bytes: Uint8Array, to: SqlType): Value {
  const length = lengthOf(to);
  if (length === -1) return bytes;
  if (bytes.length > length) return bytes.slice(0, length);
  if (!isFixed(to) || bytes.length === length) return bytes;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  return padded;
}

/** Cut and filled with zeros at the left end. */
function fitLeft(bytes: Uint8Array, to: SqlType): Value {
  const length = lengthOf(to);
  if (length === -1) return bytes;
  if (bytes.length > length) return bytes.slice(bytes.length - length);
  if (!isFixed(to) || bytes.length === length) return bytes;
  const padded = new Uint8Array(length);
  padded.set(bytes, length - bytes.length);
  return padded;
}
