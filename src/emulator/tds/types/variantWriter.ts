import type { SqlType, Variant } from "../../engine/values";
import type { ByteWriter } from "../byteWriter";
import { collationBytes } from "./collation";
import { TypeCode } from "./typeCodes";
import { byteCapacity } from "./typeInfo";
import { contentEncoderFor, fixedWriterFor } from "./valueContent";

const fixedCodes: Partial<Record<SqlType["kind"], number>> = {
  bit: TypeCode.bit,
  tinyint: TypeCode.tinyint,
  smallint: TypeCode.smallint,
  int: TypeCode.int,
  bigint: TypeCode.bigint,
  real: TypeCode.real,
  float: TypeCode.float,
  smallmoney: TypeCode.smallmoney,
  money: TypeCode.money,
  smalldatetime: TypeCode.smalldatetime,
  datetime: TypeCode.datetime,
  date: TypeCode.date,
  uniqueidentifier: TypeCode.guid,
};

const scaledCodes: Partial<Record<SqlType["kind"], number>> = {
  time: TypeCode.time,
  datetime2: TypeCode.datetime2,
  datetimeoffset: TypeCode.datetimeOffset,
};

const characterCodes: Partial<Record<SqlType["kind"], number>> = {
  char: TypeCode.char,
  varchar: TypeCode.varchar,
  nchar: TypeCode.nchar,
  nvarchar: TypeCode.nvarchar,
};

/** Length, base type, the base type's properties, and its value without a length of its own. */
export function writeVariant(writer: ByteWriter, { type, value }: Variant): void {
  const lengthAt = writer.reserve(4);
  writeProperties(writer, type);
  if (isVarying(type)) {
    writer.bytes(contentEncoderFor(type)(value));
  } else {
    fixedWriterFor(type)(writer, value);
  }
  writer.patchUint32(lengthAt, writer.length - lengthAt - 4);
}

function isVarying(type: SqlType): boolean {
  return (
    characterCodes[type.kind] !== undefined ||
    type.kind === "binary" ||
    type.kind === "varbinary" ||
    type.kind === "timestamp"
  );
}

function writeProperties(writer: ByteWriter, type: SqlType): void {
  const fixed = fixedCodes[type.kind];
  if (fixed !== undefined) {
    writer.uint8(fixed);
    writer.uint8(0);
    return;
  }
  const scaled = scaledCodes[type.kind];
  if (scaled !== undefined) {
    writer.uint8(scaled);
    writer.uint8(1);
    writer.uint8(type.scale ?? 7);
    return;
  }
  const characters = characterCodes[type.kind];
  if (characters !== undefined) {
    writer.uint8(characters);
    writer.uint8(7);
    writer.bytes(collationBytes(type.collation));
    writer.uint16(byteCapacity(type));
    return;
  }
  switch (type.kind) {
    case "decimal":
    case "numeric":
      writer.uint8(type.kind === "decimal" ? TypeCode.decimalN : TypeCode.numericN);
      writer.uint8(2);
      writer.uint8(type.precision ?? 18);
      writer.uint8(type.scale ?? 0);
      return;
    case "binary":
    case "varbinary":
    case "timestamp":
      writer.uint8(type.kind === "varbinary" ? TypeCode.varbinary : TypeCode.binary);
      writer.uint8(2);
      writer.uint16(byteCapacity(type));
      return;
    default:
      throw new TypeError(`A sql_variant cannot hold a ${type.kind}.`);
  }
}
