/** System views (sys.*, INFORMATION_SCHEMA.*) and the catalog's table-valued functions (sys.fn_…, sys.dm_…). */
import type { ExecutionContext } from "../engine/expressions/scope";
import type { Row, SqlType, Value } from "../engine/values";
import type { ResultColumn } from "../engine/wire";
import type { Database } from "../storage/database";
import type { Expression } from "../tsql/ast";

export interface SystemView {
  /** "sys", "INFORMATION_SCHEMA", or "dbo" for the old names (sysobjects, syslogins …). */
  schema: string;
  name: string;
  /** Only found in this database (system views of master or msdb); undefined: in every one. */
  database?: string;
  columns: ResultColumn[];
  /** The rows that `context`'s user may see of `database`. */
  rows(context: ExecutionContext, database: Database): Iterable<Row>;
}

export interface SystemTableFunction {
  schema: string;
  name: string;
  /** `default`: what the keyword DEFAULT stands for. */
  parameters: { name: string; type: SqlType; default?: Expression }[];
  columns: ResultColumn[];
  rows(args: Value[], context: ExecutionContext, database: Database): Iterable<Row>;
}

const views = new Map<string, SystemView>();
const functions = new Map<string, SystemTableFunction>();

export function registerView(view: SystemView): void {
  views.set(key(view.schema, view.name), view);
}

export function registerTableFunction(definition: SystemTableFunction): void {
  functions.set(key(definition.schema, definition.name), definition);
}

/** Without a schema only the old names of "dbo" are found (`SELECT * FROM sysobjects`). */
export function systemView(schema: string | undefined, name: string, databaseName: string): SystemView | undefined {
  const wanted = schema === undefined || schema === "" ? "dbo" : schema;
  const view =
    views.get(key(wanted, name)) ?? (wanted.toLowerCase() === "dbo" ? views.get(key("sys", name)) : undefined);
  if (!view) return undefined;
  // sys.sysobjects and its like answer to dbo too; the other sys views do not.
  if (view.schema === "sys" && wanted.toLowerCase() === "dbo" && !/^sys/i.test(view.name)) return undefined;
  if (view.database !== undefined && view.database !== databaseName.toLowerCase()) return undefined;
  return view;
}

export function systemTableFunction(schema: string | undefined, name: string): SystemTableFunction | undefined {
  return functions.get(key(schema || "sys", name));
}

export function systemViews(): Iterable<SystemView> {
  return views.values();
}

export function systemTableFunctions(): Iterable<SystemTableFunction> {
  return functions.values();
}

function key(schema: string, name: string): string {
  return `${schema.toLowerCase()}.${name.toLowerCase()}`;
}
