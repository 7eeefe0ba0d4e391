import type { SqlType, Value, Variant } from "../../engine/values";
import type { ByteReader } from "../byteReader";
import { ProtocolError } from "../protocol";
import { collationWithCodePage } from "./collation";
import { readDecimal } from "./decimal";
import { guidFromBytes } from "./guid";
import { decodeNarrow } from "./narrowText";
import { readPlp } from "./plp";
import { fromDatetime, fromScaledTime, fromSmalldatetime, join, timeLength } from "./temporal";
import { MAX_LENGTH, TypeCode } from "./typeCodes";
import type { WireType } from "./typeInfo";

type ContentType = Pick<WireType, "type" | "narrowCollation">;

/**
 * Reads the value that follows a TYPE_INFO.
 * @param withTextPointer text, ntext and image in rows carry a text pointer, in parameters they do not.
 */
export function readValue(reader: ByteReader, wire: WireType, withTextPointer: boolean): Value {
  switch (wire.code) {
    case TypeCode.null:
      return null;
    case TypeCode.char:
    case TypeCode.varchar:
    case TypeCode.nchar:
    case TypeCode.nvarchar:
    case TypeCode.binary:
    case TypeCode.varbinary:
    case TypeCode.xml: {
      const content = wire.size === MAX_LENGTH ? readPlp(reader) : readShort(reader);
      return content === undefined ? null : decodeContent(content, wire);
    }
    case TypeCode.text:
    case TypeCode.ntext:
    case TypeCode.image: {
      const content = withTextPointer ? readWithTextPointer(reader) : readLong(reader);
      return content === undefined ? null : decodeContent(content, wire);
    }
    case TypeCode.variant:
      return readVariant(reader);
    case TypeCode.bit:
    case TypeCode.tinyint:
    case TypeCode.smallint:
    case TypeCode.int:
    case TypeCode.bigint:
    case TypeCode.real:
    case TypeCode.float:
    case TypeCode.smallmoney:
    case TypeCode.money:
    case TypeCode.smalldatetime:
    case TypeCode.datetime:
      return readFixed(reader, wire.type, wire.size);
    default: {
      const length = reader.uint8();
      return length === 0 ? null : readFixed(reader, wire.type, length);
    }
  }
}

function readShort(reader: ByteReader): Buffer | undefined {
  const length = reader.uint16();
  return length === MAX_LENGTH ? undefined : reader.bytes(length);
}

function readLong(reader: ByteReader): Buffer | undefined {
  const length = reader.uint32();
  return length === 0xffff_ffff ? undefined : reader.bytes(length);
}

function readWithTextPointer(reader: ByteReader): Buffer | undefined {
  const pointerLength = reader.uint8();
  if (pointerLength === 0) {
    return undefined;
  }
  reader.take(pointerLength + 8);
  return reader.bytes(reader.uint32());
}

function decodeContent(content: Buffer, { type, narrowCollation }: ContentType): string | Uint8Array {
  switch (type.kind) {
    case "nchar":
    case "nvarchar":
    case "ntext":
      return ucs2(content);
    case "xml":
      // Clients may send a byte order mark.
      return ucs2(content).replace(/^\ufeff/, "");
    case "char":
    case "varchar":
    case "text":
      return decodeNarrow(content, narrowCollation);
    default:
      // A copy: the engine may keep the value for longer than the request's buffer.
      return Uint8Array.from(content);
  }
}

function ucs2(content: Buffer): string {
  if (content.length % 2 !== 0) {
    throw new ProtocolError(`Unicode text of ${content.length} bytes.`);
  }
  return content.toString("utf16le");
}

/** A value of a type without a varying length, of which `length` bytes are there. */
function readFixed(reader: ByteReader, type: SqlType, length: number): Exclude<Value, null | Variant> {
  const start = reader.position;
  const value = readFixedContent(reader, type, length);
  if (reader.position - start !== length) {
    throw new ProtocolError(`A ${type.kind} of ${length} bytes.`);
  }
  return value;
}

function readFixedContent(reader: ByteReader, type: SqlType, length: number): Exclude<Value, null | Variant> {
  const scale = type.scale ?? 7;
  switch (type.kind) {
    case "bit":
      return reader.uint8() === 0 ? 0 : 1;
    case "tinyint":
      return reader.uint8();
    case "smallint":
      return reader.int16();
    case "int":
      return reader.int32();
    case "bigint":
      return reader.int64();
    case "real":
      return reader.float();
    case "float":
      return reader.double();
    case "smallmoney":
      return BigInt(reader.int32());
    case "money": {
      const high = BigInt(reader.int32());
      return (high << 32n) | BigInt(reader.uint32());
    }
    case "smalldatetime": {
      const days = reader.uint16();
      return fromSmalldatetime(days, reader.uint16());
    }
    case "datetime": {
      const days = reader.int32();
      return fromDatetime(days, reader.uint32());
    }
    case "date":
      return join(reader.uint24(), 0);
    case "time":
      return BigInt(readTime(reader, scale));
    case "datetime2":
      return readTimeAndDay(reader, scale);
    case "datetimeoffset": {
      const utc = readTimeAndDay(reader, scale);
      return { utc, offset: reader.int16() };
    }
    case "uniqueidentifier":
      return guidFromBytes(reader.bytes(16));
    case "decimal":
    case "numeric":
      return readDecimal(reader, length);
    default:
      throw new ProtocolError(`A ${type.kind} without a length.`);
  }
}

function readTime(reader: ByteReader, scale: number): number {
  const length = timeLength(scale);
  return fromScaledTime(reader.buffer.readUIntLE(reader.take(length), length), scale);
}

function readTimeAndDay(reader: ByteReader, scale: number): bigint {
  const ticks = readTime(reader, scale);
  return join(reader.uint24(), ticks);
}

const variantFixed: Record<number, SqlType> = {
  [TypeCode.bit]: { kind: "bit" },
  [TypeCode.tinyint]: { kind: "tinyint" },
  [TypeCode.smallint]: { kind: "smallint" },
  [TypeCode.int]: { kind: "int" },
  [TypeCode.bigint]: { kind: "bigint" },
  [TypeCode.real]: { kind: "real" },
  [TypeCode.float]: { kind: "float" },
  [TypeCode.smallmoney]: { kind: "smallmoney", scale: 4 },
  [TypeCode.money]: { kind: "money", scale: 4 },
  [TypeCode.smalldatetime]: { kind: "smalldatetime" },
  [TypeCode.datetime]: { kind: "datetime" },
  [TypeCode.date]: { kind: "date" },
  [TypeCode.guid]: { kind: "uniqueidentifier" },
};

function readVariant(reader: ByteReader): Variant | null {
  const length = reader.uint32();
  if (length === 0) {
    return null;
  }
  const end = reader.position + length;
  const code = reader.uint8();
  const propertiesEnd = reader.uint8() + reader.position;
  const content = readVariantType(reader, code);
  const { type } = content;
  reader.take(propertiesEnd - reader.position);
  const dataLength = end - reader.position;
  const isFixed = type.kind !== "binary" && type.kind !== "varbinary" && !type.kind.endsWith("char");
  const value = isFixed ? readFixed(reader, type, dataLength) : decodeContent(reader.bytes(dataLength), content);
  return { type, value };
}

function readVariantType(reader: ByteReader, code: number): ContentType {
  const fixed = variantFixed[code];
  if (fixed !== undefined) {
    return { type: fixed };
  }
  switch (code) {
    case TypeCode.time:
      return { type: { kind: "time", scale: reader.uint8() } };
    case TypeCode.datetime2:
      return { type: { kind: "datetime2", scale: reader.uint8() } };
    case TypeCode.datetimeOffset:
      return { type: { kind: "datetimeoffset", scale: reader.uint8() } };
    case TypeCode.decimalN:
    case TypeCode.numericN: {
      const precision = reader.uint8();
      const kind = code === TypeCode.decimalN ? "decimal" : "numeric";
      return { type: { kind, precision, scale: reader.uint8() } };
    }
    case TypeCode.binary:
      return { type: { kind: "binary", length: reader.uint16() } };
    case TypeCode.varbinary:
      return { type: { kind: "varbinary", length: reader.uint16() } };
    case TypeCode.char:
      return readVariantCharacters(reader, "char", 1);
    case TypeCode.varchar:
      return readVariantCharacters(reader, "varchar", 1);
    case TypeCode.nchar:
      return readVariantCharacters(reader, "nchar", 2);
    case TypeCode.nvarchar:
      return readVariantCharacters(reader, "nvarchar", 2);
    default:
      throw new ProtocolError(`A sql_variant of type 0x${code.toString(16)}.`);
  }
}

function readVariantCharacters(reader: ByteReader, kind: SqlType["kind"], bytesPerUnit: number): ContentType {
  const narrowCollation = collationWithCodePage(reader.bytes(5));
  return { type: { kind, length: reader.uint16() / bytesPerUnit }, narrowCollation };
}
