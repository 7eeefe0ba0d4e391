/** Describes system views: columns with their types, and a function from one record to one row. */
import type { ExecutionContext } from "../engine/expressions/scope";
import type { Row, SqlType, Value } from "../engine/values";
import type { ResultColumn } from "../engine/wire";
import type { Database } from "../storage/database";
import { registerView } from "./registry";

export const INT: SqlType = { kind: "int" };
export const BIGINT: SqlType = { kind: "bigint" };
export const SMALLINT: SqlType = { kind: "smallint" };
export const TINYINT: SqlType = { kind: "tinyint" };
export const BIT: SqlType = { kind: "bit" };
export const DATETIME: SqlType = { kind: "datetime", scale: 3 };
export const GUID: SqlType = { kind: "uniqueidentifier" };
export const SYSNAME: SqlType = { kind: "nvarchar", length: 128, alias: "sysname" };
export const VARIANT: SqlType = { kind: "sql_variant" };
export const text = (length: number): SqlType => ({ kind: "nvarchar", length });
export const ascii = (length: number): SqlType => ({ kind: "varchar", length });
export const fixed = (length: number): SqlType => ({ kind: "char", length });
export const bytes = (length: number): SqlType => ({ kind: "varbinary", length });
export const numeric = (precision: number, scale: number): SqlType => ({ kind: "numeric", precision, scale });

/** How one record becomes one value of a column. */
export type Read<T> = (item: T, database: Database, context: ExecutionContext) => Value | boolean | undefined;

export type ColumnList<T> = readonly (readonly [name: string, type: SqlType, read: Read<T>])[];

/** Registers `schema.name` with a row for each item. */
export function defineView<T>(
  name: string,
  items: (database: Database, context: ExecutionContext) => Iterable<T>,
  columns: ColumnList<T>,
  options: { database?: string } = {},
): void {
  const [schema, view] = name.split(".") as [string, string];
  registerView({
    schema,
    name: view,
    columns: columns.map(([column, type]): ResultColumn => ({ name: column, type, nullable: true })),
    *rows(context, database): Iterable<Row> {
      for (const item of items(database, context)) {
        yield columns.map(([, , read]): Value => {
          const value = read(item, database, context);
          return value === undefined ? null : typeof value === "boolean" ? Number(value) : value;
        });
      }
    },
    ...options,
  });
}

/** A column that says the same in every row. */
export const always =
  (value: Value): Read<unknown> =>
  () =>
    value;

export const NOTHING = always(null);
export const ZERO = always(0);
export const ONE = always(1);
