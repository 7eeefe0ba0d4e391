import type { SqlType, Value } from "../../../src/emulator/engine/values";

const DAY = 864_000_000_000n;
/** 2024-02-29, in days since 0001-01-01. */
const LEAP_DAY = 738_944n;
const NOON = DAY / 2n;

export interface Sample {
  type: SqlType;
  values: Value[];
}

const guid = "01234567-89AB-CDEF-0123-456789ABCDEF";

/** Every type that can travel, with values at its borders. NULL is added by whoever uses them. */
export const samples: Sample[] = [
  { type: { kind: "bit" }, values: [0, 1] },
  { type: { kind: "tinyint" }, values: [0, 255] },
  { type: { kind: "smallint" }, values: [-32768, 0, 32767] },
  { type: { kind: "int" }, values: [-2147483648, 0, 2147483647] },
  { type: { kind: "bigint" }, values: [-(2n ** 63n), 0n, 2n ** 63n - 1n] },
  { type: { kind: "real" }, values: [0, -1.5, 3.4028234663852886e38] },
  { type: { kind: "float" }, values: [0, 0.1, -1.7976931348623157e308] },
  { type: { kind: "smallmoney", scale: 4 }, values: [-2147483648n, 1n, 2147483647n] },
  { type: { kind: "money", scale: 4 }, values: [-(2n ** 63n), -1n, 1n, 2n ** 32n, 2n ** 63n - 1n] },
  { type: { kind: "decimal", precision: 9, scale: 2 }, values: [0n, -999999999n, 12345n] },
  { type: { kind: "numeric", precision: 19, scale: 0 }, values: [10n ** 19n - 1n, -1n] },
  { type: { kind: "decimal", precision: 28, scale: 28 }, values: [10n ** 28n - 1n] },
  { type: { kind: "numeric", precision: 38, scale: 10 }, values: [10n ** 38n - 1n, -(10n ** 38n - 1n)] },
  { type: { kind: "char", length: 5 }, values: ["abc  ", "€‰žŸÿ"] },
  { type: { kind: "varchar", length: 8000 }, values: ["", "plain", "Grüße – “quoted” €", "x".repeat(8000)] },
  { type: { kind: "varchar", length: -1 }, values: ["", "y".repeat(100_000)] },
  { type: { kind: "nchar", length: 3 }, values: ["日本 "] },
  { type: { kind: "nvarchar", length: 4000 }, values: ["", "it's ]", "日本語 😀", "z".repeat(4000)] },
  { type: { kind: "nvarchar", length: -1 }, values: ["", "ž".repeat(300_000)] },
  { type: { kind: "text" }, values: ["", "old – text"] },
  { type: { kind: "ntext" }, values: ["日本"] },
  { type: { kind: "xml" }, values: ["<a>日本</a>"] },
  { type: { kind: "binary", length: 4 }, values: [Uint8Array.of(1, 2, 3, 4)] },
  { type: { kind: "varbinary", length: 8000 }, values: [Uint8Array.of(), new Uint8Array(8000).fill(7)] },
  { type: { kind: "varbinary", length: -1 }, values: [Uint8Array.of(), new Uint8Array(200_000).fill(9)] },
  { type: { kind: "image" }, values: [Uint8Array.of(0, 255)] },
  { type: { kind: "date" }, values: [0n, LEAP_DAY * DAY, 3_652_058n * DAY] },
  { type: { kind: "time", scale: 7 }, values: [0n, DAY - 1n] },
  { type: { kind: "time", scale: 0 }, values: [NOON] },
  { type: { kind: "time", scale: 3 }, values: [NOON + 1_230_000n] },
  { type: { kind: "datetime" }, values: [LEAP_DAY * DAY + NOON + 100_000n, 693_595n * DAY, 639_905n * DAY] },
  { type: { kind: "smalldatetime" }, values: [LEAP_DAY * DAY + NOON] },
  { type: { kind: "datetime2", scale: 7 }, values: [0n, LEAP_DAY * DAY + NOON + 1_234_567n, 3_652_059n * DAY - 1n] },
  { type: { kind: "datetime2", scale: 3 }, values: [LEAP_DAY * DAY + 1_230_000n] },
  {
    type: { kind: "datetimeoffset", scale: 7 },
    values: [
      { utc: LEAP_DAY * DAY + NOON + 1n, offset: -330 },
      { utc: LEAP_DAY * DAY, offset: 840 },
    ],
  },
  { type: { kind: "uniqueidentifier" }, values: [guid] },
  {
    type: { kind: "sql_variant" },
    values: [
      { type: { kind: "int" }, value: -7 },
      { type: { kind: "bigint" }, value: 2n ** 40n },
      { type: { kind: "bit" }, value: 1 },
      { type: { kind: "float" }, value: 0.5 },
      { type: { kind: "money", scale: 4 }, value: -12345n },
      { type: { kind: "decimal", precision: 20, scale: 3 }, value: -(10n ** 19n) },
      { type: { kind: "nvarchar", length: 20 }, value: "日本" },
      { type: { kind: "varchar", length: 20 }, value: "Grüße" },
      { type: { kind: "varbinary", length: 20 }, value: Uint8Array.of(1, 2) },
      { type: { kind: "uniqueidentifier" }, value: guid },
      { type: { kind: "datetime" }, value: LEAP_DAY * DAY },
      { type: { kind: "date" }, value: LEAP_DAY * DAY },
      { type: { kind: "time", scale: 2 }, value: NOON },
      { type: { kind: "datetime2", scale: 7 }, value: LEAP_DAY * DAY + 1n },
      { type: { kind: "datetimeoffset", scale: 0 }, value: { utc: LEAP_DAY * DAY, offset: 60 } },
    ],
  },
];
