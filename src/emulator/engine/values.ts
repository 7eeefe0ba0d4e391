/**
 * Values and types of the emulated server. A value is a plain JS value whose meaning comes from its
 * SqlType, known when a statement is compiled:
 *
 * | type                                            | JS value                                             |
 * | ----------------------------------------------- | ---------------------------------------------------- |
 * | bit, tinyint, smallint, int                     | number (bit: 0 or 1)                                 |
 * | bigint                                          | bigint                                               |
 * | decimal/numeric(p, s), money, smallmoney (s = 4)| bigint, unscaled (value × 10^scale)                  |
 * | float, real                                     | number                                               |
 * | char, varchar, nchar, nvarchar, text, ntext, xml, sysname | string                                     |
 * | binary, varbinary, image, rowversion            | Uint8Array                                           |
 * | date, smalldatetime, datetime, datetime2        | bigint, ticks of 100 ns since 0001-01-01 00:00       |
 * | time                                            | bigint, ticks of 100 ns since midnight               |
 * | datetimeoffset                                  | DateTimeOffset                                       |
 * | uniqueidentifier                                | string, upper case, with hyphens                     |
 * | sql_variant                                     | Variant (never nested)                               |
 * | any, NULL                                       | null                                                 |
 */
export type Value = null | number | bigint | string | Uint8Array | DateTimeOffset | Variant;

export type Row = Value[];

export interface DateTimeOffset {
  /** Ticks of 100 ns since 0001-01-01 00:00 UTC. */
  utc: bigint;
  /** Minutes east of UTC. */
  offset: number;
}

export interface Variant {
  type: SqlType;
  value: Exclude<Value, null | Variant>;
}

export type TypeKind =
  | "bit"
  | "tinyint"
  | "smallint"
  | "int"
  | "bigint"
  | "decimal"
  | "numeric"
  | "money"
  | "smallmoney"
  | "float"
  | "real"
  | "char"
  | "varchar"
  | "nchar"
  | "nvarchar"
  | "text"
  | "ntext"
  | "xml"
  | "binary"
  | "varbinary"
  | "image"
  | "timestamp"
  | "date"
  | "time"
  | "datetime"
  | "datetime2"
  | "smalldatetime"
  | "datetimeoffset"
  | "uniqueidentifier"
  | "sql_variant"
  | "cursor"
  | "table";

export interface SqlType {
  readonly kind: TypeKind;
  /** Characters (char, nchar …) or bytes (binary …); -1 is max. */
  readonly length?: number;
  readonly precision?: number;
  /** decimal, numeric, money; fractional seconds of time, datetime2, datetimeoffset. */
  readonly scale?: number;
  readonly collation?: string;
  /** The type of an untyped NULL literal: gives way to any other type. */
  readonly isNullLiteral?: boolean;
  /** Name of the alias type (sysname, or `schema.name` of a user type) that this type was declared by. */
  readonly alias?: string;
}
