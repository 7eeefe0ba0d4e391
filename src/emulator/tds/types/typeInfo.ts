import { NotEmulatedError } from "../../engine/errors";
import type { SqlType } from "../../engine/values";
import type { ByteReader } from "../byteReader";
import type { ByteWriter } from "../byteWriter";
import { ProtocolError } from "../protocol";
import { collationBytes, collationWithCodePage } from "./collation";
import { decimalLength } from "./decimal";
import {
  MAX_INLINE_BYTES,
  MAX_LENGTH,
  NTEXT_CAPACITY,
  ROWVERSION_BYTES,
  TEXT_CAPACITY,
  TypeCode,
  VARIANT_CAPACITY,
} from "./typeCodes";

/** A type as it stood on the wire, with what is needed to read its values. */
export interface WireType {
  code: number;
  /** Length from TYPE_INFO, in bytes; MAX_LENGTH for the (max) types. */
  size: number;
  type: SqlType;
  /** char, varchar, text: a collation with the code page of their bytes, if that is not 1252. */
  narrowCollation?: string | undefined;
}

export const ROWVERSION_USER_TYPE = 80;

/** USERTYPE of COLMETADATA and RETURNVALUE; only rowversion needs one, to differ from binary(8). */
export function userTypeOf(type: SqlType): number {
  return type.kind === "timestamp" ? ROWVERSION_USER_TYPE : 0;
}

/** Bytes a value of a char or binary type takes at most; MAX_LENGTH for max. */
export function byteCapacity(type: SqlType): number {
  if (type.length === -1) {
    return MAX_LENGTH;
  }
  const bytesPerUnit = type.kind === "nchar" || type.kind === "nvarchar" ? 2 : 1;
  const capacity = (type.length ?? MAX_INLINE_BYTES) * bytesPerUnit;
  return Math.min(Math.max(capacity, bytesPerUnit), MAX_INLINE_BYTES);
}

/** Types of which TYPE_INFO says the token and one byte: the length, or the scale where it is `scale`. */
const compactTypes: Partial<Record<SqlType["kind"], { code: number; size: number | "scale" }>> = {
  bit: { code: TypeCode.bitN, size: 1 },
  tinyint: { code: TypeCode.intN, size: 1 },
  smallint: { code: TypeCode.intN, size: 2 },
  int: { code: TypeCode.intN, size: 4 },
  bigint: { code: TypeCode.intN, size: 8 },
  real: { code: TypeCode.floatN, size: 4 },
  float: { code: TypeCode.floatN, size: 8 },
  smallmoney: { code: TypeCode.moneyN, size: 4 },
  money: { code: TypeCode.moneyN, size: 8 },
  smalldatetime: { code: TypeCode.datetimeN, size: 4 },
  datetime: { code: TypeCode.datetimeN, size: 8 },
  time: { code: TypeCode.time, size: "scale" },
  datetime2: { code: TypeCode.datetime2, size: "scale" },
  datetimeoffset: { code: TypeCode.datetimeOffset, size: "scale" },
  uniqueidentifier: { code: TypeCode.guid, size: 16 },
  xml: { code: TypeCode.xml, size: 0 },
};

const characterCodes = {
  char: TypeCode.char,
  varchar: TypeCode.varchar,
  nchar: TypeCode.nchar,
  nvarchar: TypeCode.nvarchar,
} as const;

/** TYPE_INFO. Always the nullable variant of a type: one way to send a value, whatever the column says. */
export function writeTypeInfo(writer: ByteWriter, type: SqlType): void {
  const compact = compactTypes[type.kind];
  if (compact !== undefined) {
    writer.uint8(compact.code);
    writer.uint8(compact.size === "scale" ? (type.scale ?? 7) : compact.size);
    return;
  }
  switch (type.kind) {
    case "date":
      writer.uint8(TypeCode.date);
      break;
    case "decimal":
    case "numeric":
      writer.uint8(type.kind === "decimal" ? TypeCode.decimalN : TypeCode.numericN);
      writer.uint8(decimalLength(type.precision ?? 18));
      writer.uint8(type.precision ?? 18);
      writer.uint8(type.scale ?? 0);
      break;
    case "char":
    case "varchar":
    case "nchar":
    case "nvarchar":
      writer.uint8(characterCodes[type.kind]);
      writer.uint16(byteCapacity(type));
      writer.bytes(collationBytes(type.collation));
      break;
    case "binary":
    case "varbinary":
      writer.uint8(type.kind === "binary" ? TypeCode.binary : TypeCode.varbinary);
      writer.uint16(byteCapacity(type));
      break;
    case "timestamp":
      writer.uint8(TypeCode.binary);
      writer.uint16(ROWVERSION_BYTES);
      break;
    case "text":
    case "ntext":
      writer.uint8(type.kind === "text" ? TypeCode.text : TypeCode.ntext);
      writer.uint32(type.kind === "text" ? TEXT_CAPACITY : NTEXT_CAPACITY);
      writer.bytes(collationBytes(type.collation));
      break;
    case "image":
      writer.uint8(TypeCode.image);
      writer.uint32(TEXT_CAPACITY);
      break;
    case "sql_variant":
      writer.uint8(TypeCode.variant);
      writer.uint32(VARIANT_CAPACITY);
      break;
    default:
      throw new NotEmulatedError(`values of type ${type.kind} in a result or a parameter`);
  }
}

/** Types whose tokens say all there is to say. */
const plainTypes = new Map<number, { kind: SqlType["kind"]; size: number }>([
  [TypeCode.null, { kind: "int", size: 0 }],
  [TypeCode.bit, { kind: "bit", size: 1 }],
  [TypeCode.tinyint, { kind: "tinyint", size: 1 }],
  [TypeCode.smallint, { kind: "smallint", size: 2 }],
  [TypeCode.int, { kind: "int", size: 4 }],
  [TypeCode.bigint, { kind: "bigint", size: 8 }],
  [TypeCode.real, { kind: "real", size: 4 }],
  [TypeCode.float, { kind: "float", size: 8 }],
  [TypeCode.smallmoney, { kind: "smallmoney", size: 4 }],
  [TypeCode.money, { kind: "money", size: 8 }],
  [TypeCode.smalldatetime, { kind: "smalldatetime", size: 4 }],
  [TypeCode.datetime, { kind: "datetime", size: 8 }],
  [TypeCode.date, { kind: "date", size: 3 }],
]);

/** Types told apart by the length that follows the token. */
const sizedTypes: Record<number, Record<number, SqlType["kind"]>> = {
  [TypeCode.bitN]: { 1: "bit" },
  [TypeCode.intN]: { 1: "tinyint", 2: "smallint", 4: "int", 8: "bigint" },
  [TypeCode.floatN]: { 4: "real", 8: "float" },
  [TypeCode.moneyN]: { 4: "smallmoney", 8: "money" },
  [TypeCode.datetimeN]: { 4: "smalldatetime", 8: "datetime" },
  [TypeCode.guid]: { 16: "uniqueidentifier" },
};

export function readTypeInfo(reader: ByteReader): WireType {
  const code = reader.uint8();
  const plain = plainTypes.get(code);
  if (plain !== undefined) {
    const type: SqlType =
      code === TypeCode.null ? { kind: "int", isNullLiteral: true } : withScale({ kind: plain.kind });
    return { code, size: plain.size, type };
  }
  const sized = sizedTypes[code];
  if (sized !== undefined) {
    const size = reader.uint8();
    const kind = sized[size];
    if (kind === undefined) {
      throw new ProtocolError(`Type 0x${code.toString(16)} with a length of ${size}.`);
    }
    return { code, size, type: withScale({ kind }) };
  }
  switch (code) {
    case TypeCode.time:
      return readScaled(reader, code, "time");
    case TypeCode.datetime2:
      return readScaled(reader, code, "datetime2");
    case TypeCode.datetimeOffset:
      return readScaled(reader, code, "datetimeoffset");
    case TypeCode.decimalN:
    case TypeCode.numericN: {
      const size = reader.uint8();
      const precision = reader.uint8();
      const scale = reader.uint8();
      const kind = code === TypeCode.decimalN ? "decimal" : "numeric";
      return { code, size, type: { kind, precision, scale } };
    }
    case TypeCode.char:
      return readCharacters(reader, code, "char", 1);
    case TypeCode.varchar:
      return readCharacters(reader, code, "varchar", 1);
    case TypeCode.nchar:
      return readCharacters(reader, code, "nchar", 2);
    case TypeCode.nvarchar:
      return readCharacters(reader, code, "nvarchar", 2);
    case TypeCode.binary:
    case TypeCode.varbinary: {
      const size = reader.uint16();
      const length = size === MAX_LENGTH ? -1 : size;
      return { code, size, type: { kind: code === TypeCode.binary ? "binary" : "varbinary", length } };
    }
    case TypeCode.text:
    case TypeCode.ntext: {
      const size = reader.uint32();
      const narrowCollation = collationWithCodePage(reader.bytes(5));
      return { code, size, type: { kind: code === TypeCode.text ? "text" : "ntext" }, narrowCollation };
    }
    case TypeCode.image:
      return { code, size: reader.uint32(), type: { kind: "image" } };
    case TypeCode.xml:
      return readXml(reader);
    case TypeCode.variant:
      return { code, size: reader.uint32(), type: { kind: "sql_variant" } };
    case TypeCode.udt:
      throw new NotEmulatedError("parameters of CLR user-defined types");
    case TypeCode.table:
      throw new NotEmulatedError("table-valued parameters");
    default:
      throw new ProtocolError(`Unknown type 0x${code.toString(16)}.`);
  }
}

function withScale(type: SqlType): SqlType {
  return type.kind === "money" || type.kind === "smallmoney" ? { ...type, scale: 4 } : type;
}

function readScaled(reader: ByteReader, code: number, kind: SqlType["kind"]): WireType {
  const scale = reader.uint8();
  if (scale > 7) {
    throw new ProtocolError(`A ${kind} of scale ${scale}.`);
  }
  return { code, size: 0, type: { kind, scale } };
}

function readCharacters(reader: ByteReader, code: number, kind: SqlType["kind"], bytesPerUnit: number): WireType {
  const size = reader.uint16();
  const narrowCollation = collationWithCodePage(reader.bytes(5));
  const length = size === MAX_LENGTH ? -1 : size / bytesPerUnit;
  return { code, size, type: { kind, length }, narrowCollation };
}

function readXml(reader: ByteReader): WireType {
  if (reader.uint8() !== 0) {
    // A schema collection: its names are read past, as the emulator has none.
    reader.shortString();
    reader.shortString();
    reader.longString();
  }
  return { code: TypeCode.xml, size: MAX_LENGTH, type: { kind: "xml" } };
}
