import type { SqlType, Value, Variant } from "../../engine/values";
import { writePlp, writePlpNull } from "./plp";
import { MAX_LENGTH, ROWVERSION_BYTES } from "./typeCodes";
import { byteCapacity } from "./typeInfo";
import { contentEncoderFor, fixedLength, fixedWriterFor, type ValueWriter } from "./valueContent";
import { writeVariant } from "./variantWriter";

/**
 * How values of a type follow its TYPE_INFO.
 * @param withTextPointer text, ntext and image in rows carry a text pointer, in parameters they do not.
 */
export function valueWriterFor(type: SqlType, withTextPointer: boolean): ValueWriter {
  switch (type.kind) {
    case "char":
    case "varchar":
    case "binary":
    case "varbinary": {
      const encode = contentEncoderFor(type);
      return byteCapacity(type) === MAX_LENGTH ? plpWriter(encode) : shortLengthWriter(encode, byteCapacity(type));
    }
    case "nchar":
    case "nvarchar": {
      const capacity = byteCapacity(type);
      return capacity === MAX_LENGTH ? plpWriter(contentEncoderFor(type)) : shortUnicodeWriter(capacity / 2);
    }
    case "timestamp":
      return shortLengthWriter(contentEncoderFor(type), ROWVERSION_BYTES);
    case "xml":
      return plpWriter(contentEncoderFor(type));
    case "text":
    case "ntext":
    case "image":
      return withTextPointer ? textPointerWriter(contentEncoderFor(type)) : longLengthWriter(contentEncoderFor(type));
    case "sql_variant":
      return (writer, value) => {
        if (value === null) {
          writer.uint32(0);
        } else {
          writeVariant(writer, value as Variant);
        }
      };
    default: {
      const length = fixedLength(type);
      const write = fixedWriterFor(type);
      return (writer, value) => {
        if (value === null) {
          writer.uint8(0);
        } else {
          writer.uint8(length);
          write(writer, value);
        }
      };
    }
  }
}

function shortLengthWriter(encode: (value: Value) => Uint8Array, capacity: number): ValueWriter {
  return (writer, value) => {
    if (value === null) {
      writer.uint16(MAX_LENGTH);
      return;
    }
    const content = encode(value);
    const fitting = content.length > capacity ? content.subarray(0, capacity) : content;
    writer.uint16(fitting.length);
    writer.bytes(fitting);
  };
}

/** As {@link shortLengthWriter}, without a buffer of its own for each value. */
function shortUnicodeWriter(capacity: number): ValueWriter {
  return (writer, value) => {
    if (value === null) {
      writer.uint16(MAX_LENGTH);
      return;
    }
    const text = value as string;
    const fitting = text.length > capacity ? text.slice(0, capacity) : text;
    writer.uint16(fitting.length * 2);
    writer.ucs2(fitting);
  };
}

function longLengthWriter(encode: (value: Value) => Uint8Array): ValueWriter {
  return (writer, value) => {
    if (value === null) {
      writer.uint32(0xffff_ffff);
      return;
    }
    const content = encode(value);
    writer.uint32(content.length);
    writer.bytes(content);
  };
}

function plpWriter(encode: (value: Value) => Uint8Array): ValueWriter {
  return (writer, value) => {
    if (value === null) {
      writePlpNull(writer);
    } else {
      writePlp(writer, encode(value));
    }
  };
}

const TEXT_POINTER_LENGTH = 16;
const TEXT_TIMESTAMP_LENGTH = 8;

function textPointerWriter(encode: (value: Value) => Uint8Array): ValueWriter {
  return (writer, value) => {
    if (value === null) {
      writer.uint8(0);
      return;
    }
    const content = encode(value);
    writer.uint8(TEXT_POINTER_LENGTH);
    // Nothing can be done with the pointer (READTEXT is refused), but clients expect one.
    writer.zeros(TEXT_POINTER_LENGTH + TEXT_TIMESTAMP_LENGTH);
    writer.uint32(content.length);
    writer.bytes(content);
  };
}
