/** Values without the lengths that surround them: the same in rows, in parameters and within a sql_variant. */
import type { DateTimeOffset, SqlType, Value } from "../../engine/values";
import type { ByteWriter } from "../byteWriter";
import { decimalLength, writeDecimal } from "./decimal";
import { guidToBytes } from "./guid";
import { narrowEncoderFor } from "./narrowText";
import { split, timeLength, toDatetime, toScaledTime, toSmalldatetime } from "./temporal";

/** Writes values of one type; made once a column, called once a row. */
export type ValueWriter = (writer: ByteWriter, value: Value) => void;

/** Bytes of a value of a type that has no varying length. */
export function fixedLength(type: SqlType): number {
  switch (type.kind) {
    case "bit":
    case "tinyint":
      return 1;
    case "smallint":
      return 2;
    case "int":
    case "real":
    case "smallmoney":
    case "smalldatetime":
      return 4;
    case "bigint":
    case "float":
    case "money":
    case "datetime":
      return 8;
    case "uniqueidentifier":
      return 16;
    case "date":
      return 3;
    case "time":
      return timeLength(type.scale ?? 7);
    case "datetime2":
      return timeLength(type.scale ?? 7) + 3;
    case "datetimeoffset":
      return timeLength(type.scale ?? 7) + 5;
    case "decimal":
    case "numeric":
      return decimalLength(type.precision ?? 18);
    default:
      throw new TypeError(`Values of type ${type.kind} have no fixed length.`);
  }
}

/** Writes a value that is not NULL, without any length. */
export function fixedWriterFor(type: SqlType): ValueWriter {
  switch (type.kind) {
    case "bit":
    case "tinyint":
      return (writer, value) => writer.uint8(value as number);
    case "smallint":
      return (writer, value) => writer.uint16(value as number);
    case "int":
      return (writer, value) => writer.uint32(value as number);
    case "bigint":
      return (writer, value) => writer.int64(value as bigint);
    case "real":
      return (writer, value) => writer.float(value as number);
    case "float":
      return (writer, value) => writer.double(value as number);
    case "smallmoney":
      return (writer, value) => writer.uint32(Number(value));
    case "money":
      return (writer, value) => {
        // The high half comes first.
        writer.uint32(Number(BigInt.asIntN(32, (value as bigint) >> 32n)));
        writer.uint32(Number(BigInt.asUintN(32, value as bigint)));
      };
    case "smalldatetime":
      return (writer, value) => {
        const { days, minutes } = toSmalldatetime(value as bigint);
        writer.uint16(days);
        writer.uint16(minutes);
      };
    case "datetime":
      return (writer, value) => {
        const { days, units } = toDatetime(value as bigint);
        writer.uint32(days);
        writer.uint32(units);
      };
    case "date":
      return (writer, value) => writer.uint24(split(value as bigint).day);
    case "time": {
      const scale = type.scale ?? 7;
      return (writer, value) => writeTime(writer, Number(value), scale);
    }
    case "datetime2": {
      const scale = type.scale ?? 7;
      return (writer, value) => writeTimeAndDay(writer, value as bigint, scale);
    }
    case "datetimeoffset": {
      const scale = type.scale ?? 7;
      return (writer, value) => {
        const { utc, offset } = value as DateTimeOffset;
        writeTimeAndDay(writer, utc, scale);
        writer.uint16(offset);
      };
    }
    case "uniqueidentifier":
      return (writer, value) => writer.bytes(guidToBytes(value as string));
    case "decimal":
    case "numeric": {
      const length = decimalLength(type.precision ?? 18);
      return (writer, value) => writeDecimal(writer, value as bigint, length);
    }
    default:
      throw new TypeError(`Values of type ${type.kind} have no fixed length.`);
  }
}

/** The bytes of a character or binary value. */
export function contentEncoderFor(type: SqlType): (value: Value) => Uint8Array {
  switch (type.kind) {
    case "nchar":
    case "nvarchar":
    case "ntext":
    case "xml":
      return (value) => Buffer.from(value as string, "utf16le");
    case "char":
    case "varchar":
    case "text": {
      const encode = narrowEncoderFor(type.collation);
      return (value) => encode(value as string);
    }
    default:
      return (value) => value as Uint8Array;
  }
}

function writeTime(writer: ByteWriter, ticks: number, scale: number): void {
  const units = toScaledTime(ticks, scale);
  const length = timeLength(scale);
  const at = writer.reserve(length);
  writer.buffer.writeUIntLE(units, at, length);
}

function writeTimeAndDay(writer: ByteWriter, value: bigint, scale: number): void {
  const { day, ticks } = split(value);
  writeTime(writer, ticks, scale);
  writer.uint24(day);
}
