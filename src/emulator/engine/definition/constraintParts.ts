/** What the kinds of constraints share. */
import type { Database } from "../../storage/database";
import type { ColumnRecord, ObjectRecord } from "../../storage/records";
import { SqlError } from "../errors";
import type { Activation } from "../session/activation";
import { requireFreeName, systemName } from "./objects";

export interface TableContext {
  activation: Activation;
  database: Database;
  /** The record of the table as it is now. */
  table: ObjectRecord;
}

export function columnNamed({ table }: TableContext, name: string, error: (name: string) => SqlError): ColumnRecord {
  const column = table.table?.columns.find((c) => c.name.toLowerCase() === name.toLowerCase());
  if (!column) throw error(name);
  return column;
}

export function missingColumn(table: ObjectRecord): (name: string) => SqlError {
  return (name) =>
    new SqlError(
      1911,
      `Column name '${name}' does not exist in the target table or view.`,
      table.name.startsWith("#") ? 1 : 2,
    );
}

export function constraintObject(
  context: TableContext,
  type: "PK" | "UQ" | "F" | "C" | "D",
  given: string | undefined,
  hint: string,
): { id: number; name: string; systemNamed: boolean } {
  const { database, table, activation } = context;
  const id = database.allocateObjectId();
  const name = given ?? systemName(type, table.name, hint, id);
  if (given) requireFreeName(database, table.schemaId, given, activation);
  return { id, name, systemNamed: given === undefined };
}

export function preceded(cause: SqlError): SqlError {
  const error = new SqlError(1750, "Could not create constraint or index. See previous errors.", 1);
  error.precedingErrors = [cause];
  return error;
}

/** Replaces one column of the table's record. */
export function setColumn(context: TableContext, column: ColumnRecord): void {
  const definition = context.table.table;
  if (!definition) return;
  const record: ObjectRecord = {
    ...context.table,
    table: { ...definition, columns: definition.columns.map((c) => (c.id === column.id ? column : c)) },
  };
  context.activation.session.requireTransaction().putRecord(context.database, "object", record.id, record);
  context.table = record;
}
