import type { Database } from "../../../storage/database";
import type { Table } from "../../../storage/table";
import type { BaseTableBinding } from "../queryEnvironment";

/** A stored table that no name was written for: the other end of a reference, the table of a constraint. */
export function tableBinding(database: Database, table: Table): BaseTableBinding {
  const schema = database.metadata.get("schema", table.record.schemaId)?.name ?? "dbo";
  return { kind: "table", database, table, schema, name: table.name };
}
