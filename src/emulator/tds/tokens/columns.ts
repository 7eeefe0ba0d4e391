import type { Row, SqlType, Value } from "../../engine/values";
import type { ResultColumn } from "../../engine/wire";
import type { ByteWriter } from "../byteWriter";
import { Token } from "../protocol";
import { userTypeOf, writeTypeInfo } from "../types/typeInfo";
import type { ValueWriter } from "../types/valueContent";
import { valueWriterFor } from "../types/valueWriter";

const ColumnFlag = {
  nullable: 0x01,
  /** Whether the column can be updated is not known: what SQL Server says of most results. */
  updatableUnknown: 0x08,
  identity: 0x10,
  computed: 0x20,
} as const;

export function writeColumnMetadata(writer: ByteWriter, columns: ResultColumn[]): void {
  writer.uint8(Token.columnMetadata);
  writer.uint16(columns.length);
  for (const column of columns) {
    writer.uint32(userTypeOf(column.type));
    writer.uint16(
      ColumnFlag.updatableUnknown |
        (column.nullable ? ColumnFlag.nullable : 0) |
        (column.identity ? ColumnFlag.identity : 0) |
        (column.computed ? ColumnFlag.computed : 0),
    );
    writeTypeInfo(writer, column.type);
    if (isLegacyLarge(column.type)) {
      // TableName: the parts of its name, of which the emulator tells none.
      writer.uint8(0);
    }
    writer.shortString(column.name);
  }
}

/** What the flags of a column say, for whoever reads a result. */
export function readColumnFlags(flags: number): Pick<ResultColumn, "nullable" | "identity" | "computed"> {
  return {
    nullable: (flags & ColumnFlag.nullable) !== 0,
    identity: (flags & ColumnFlag.identity) !== 0,
    computed: (flags & ColumnFlag.computed) !== 0,
  };
}

/** text, ntext and image columns name their table, and their values carry a text pointer. */
export function isLegacyLarge(type: SqlType): boolean {
  return type.kind === "text" || type.kind === "ntext" || type.kind === "image";
}

/** Writes the rows of one result; what depends on the columns alone is worked out once. */
export class RowWriter {
  private readonly valueWriters: ValueWriter[];
  private readonly bitmapLength: number;

  constructor(columns: ResultColumn[]) {
    this.valueWriters = columns.map((column) => valueWriterFor(column.type, true));
    this.bitmapLength = Math.ceil(columns.length / 8);
  }

  write(writer: ByteWriter, row: Row): void {
    let nulls = 0;
    for (const value of row) {
      if (value === null) {
        nulls++;
      }
    }
    // A NULL takes at least a byte in a plain row, and none but its bit in a null-compressed one.
    if (nulls > this.bitmapLength) {
      this.writeNullCompressed(writer, row);
      return;
    }
    writer.uint8(Token.row);
    for (let index = 0; index < this.valueWriters.length; index++) {
      (this.valueWriters[index] as ValueWriter)(writer, row[index] as Value);
    }
  }

  private writeNullCompressed(writer: ByteWriter, row: Row): void {
    writer.uint8(Token.nbcRow);
    const bitmap = writer.length;
    writer.zeros(this.bitmapLength);
    for (let index = 0; index < this.valueWriters.length; index++) {
      const value = row[index] as Value;
      if (value === null) {
        const at = bitmap + (index >>> 3);
        writer.buffer[at] = (writer.buffer[at] as number) | (1 << (index & 7));
      } else {
        (this.valueWriters[index] as ValueWriter)(writer, value);
      }
    }
  }
}
