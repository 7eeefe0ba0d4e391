/**
 * Table variables. Their definition lives in tempdb like that of any table, so that constraints and
 * defaults work, but is committed at once; their rows are in a table that no transaction rolls back.
 */
import { Table } from "../../storage/table";
import type { TableDefinition } from "../../tsql/ast";
import { defineTable } from "../definition/tables";
import { dropTables } from "../definition/temporaryTables";
import type { Activation } from "./activation";
import type { SessionRuntime } from "./runtime";

export function createTableVariable(name: string, definition: TableDefinition, activation: Activation): Table {
  const { session } = activation;
  const { tempdb, server } = session;
  const record = server.inSystemTransaction((transaction) =>
    session.transactions.during(transaction, () =>
      defineTable(tempdb, { name, schemaId: 1, type: "TT" }, definition, activation),
    ),
  );
  const table = new Table(tempdb, record, { transactional: false });
  for (const index of tempdb.metadata.indexesOf(record.id)) table.buildIndex(index);
  activation.ownTables.push(table);
  return table;
}

/** DECLARE @t dbo.SomeTableType: shares the type's definition. */
export function createTypedTableVariable(tableObjectId: number, activation: Activation): Table {
  const { database } = activation.session;
  const record = database.metadata.get("object", tableObjectId);
  if (!record?.table) throw new Error(`no table type ${tableObjectId}`);
  const table = new Table(database, record, { transactional: false });
  for (const index of database.metadata.indexesOf(tableObjectId)) table.buildIndex(index);
  return table;
}

export function dropTableVariables(session: SessionRuntime, activation: Activation): void {
  if (activation.ownTables.length === 0) return;
  const tables = activation.ownTables.splice(0);
  session.server.inSystemTransaction((transaction) => dropTables(session.tempdb, tables, transaction));
}
