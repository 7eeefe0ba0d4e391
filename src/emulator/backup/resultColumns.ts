/** Columns and rows of the RESTORE …ONLY statements: each column once, with its type and how to get its value. */
import type { Row, SqlType, Value } from "../engine/values";
import type { ResultColumn } from "../engine/wire";

export type ColumnOf<T> = readonly [name: string, type: SqlType, value: (item: T) => Value];

export interface ResultTable {
  readonly columns: ResultColumn[];
  readonly rows: Row[];
}

export function tabulate<T>(columns: readonly ColumnOf<T>[], items: readonly T[]): ResultTable {
  return {
    columns: columns.map(([name, type]) => ({ name, type, nullable: true })),
    rows: items.map((item) => columns.map(([, , value]) => value(item))),
  };
}

export const text = (length: number): SqlType => ({ kind: "nvarchar", length });
export const fixed = (length: number): SqlType => ({ kind: "char", length });
export const numeric = (precision: number): SqlType => ({ kind: "numeric", precision, scale: 0 });
export const bytes = (length: number): SqlType => ({ kind: "varbinary", length });
export const bit: SqlType = { kind: "bit" };
export const tinyint: SqlType = { kind: "tinyint" };
export const smallint: SqlType = { kind: "smallint" };
export const int: SqlType = { kind: "int" };
export const bigint: SqlType = { kind: "bigint" };
export const datetime: SqlType = { kind: "datetime" };
export const guid: SqlType = { kind: "uniqueidentifier" };

export const flag = (value: boolean): number => (value ? 1 : 0);
