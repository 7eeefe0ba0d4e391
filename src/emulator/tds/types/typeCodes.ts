/** Type tokens of TYPE_INFO. */
export const TypeCode = {
  null: 0x1f,
  image: 0x22,
  text: 0x23,
  guid: 0x24,
  intN: 0x26,
  date: 0x28,
  time: 0x29,
  datetime2: 0x2a,
  datetimeOffset: 0x2b,
  tinyint: 0x30,
  bit: 0x32,
  smallint: 0x34,
  int: 0x38,
  smalldatetime: 0x3a,
  real: 0x3b,
  money: 0x3c,
  datetime: 0x3d,
  float: 0x3e,
  variant: 0x62,
  ntext: 0x63,
  bitN: 0x68,
  decimalN: 0x6a,
  numericN: 0x6c,
  floatN: 0x6d,
  moneyN: 0x6e,
  datetimeN: 0x6f,
  smallmoney: 0x7a,
  bigint: 0x7f,
  varbinary: 0xa5,
  varchar: 0xa7,
  binary: 0xad,
  char: 0xaf,
  nvarchar: 0xe7,
  nchar: 0xef,
  udt: 0xf0,
  xml: 0xf1,
  table: 0xf3,
} as const;

/** Length that says "max" in TYPE_INFO, and NULL in a value of a two-byte length. */
export const MAX_LENGTH = 0xffff;
/** Most bytes of a char, varchar, nvarchar, binary or varbinary that is not max. */
export const MAX_INLINE_BYTES = 8000;
export const TEXT_CAPACITY = 0x7fffffff;
export const NTEXT_CAPACITY = 0x7ffffffe;
export const VARIANT_CAPACITY = 8009;
export const ROWVERSION_BYTES = 8;
