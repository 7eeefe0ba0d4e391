/** DROP TABLE. */
import type { Database } from "../../storage/database";
import type { ObjectRecord } from "../../storage/records";
import type { ObjectName } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { Activation } from "../session/activation";
import { findObject } from "../session/names";
import { missing } from "./objects";
import { requireUnbound } from "./schemaBinding";

export function dropTable(name: ObjectName, ifExists: boolean, activation: Activation): void {
  const { session } = activation;
  if (name.name.startsWith("#")) {
    dropTemporary(name, ifExists, activation);
    return;
  }
  const database = name.database ? session.openDatabase(name.database) : session.database;
  const record = findObject(session, database, name);
  if (record?.type !== "U") {
    if (ifExists) return;
    throw missing("drop", "table", name);
  }
  session.security.requireDrop(activation, database, record, "table");
  const foreign = [...database.metadata.all("object")].find(
    (o) =>
      o.constraint?.kind === "foreignKey" && o.constraint.referencedTableId === record.id && o.parentId !== record.id,
  );
  if (foreign)
    throw new SqlError(
      3726,
      `Could not drop object '${name.name}' because it is referenced by a FOREIGN KEY constraint.`,
    );
  requireUnbound(database, record, "table");
  removeObject(database, record, activation);
}

/** Removes a table or module with all that belongs to it. */
export function removeObject(database: Database, record: ObjectRecord, activation: Activation): void {
  const transaction = activation.session.requireTransaction();
  for (const child of database.metadata.children(record.id))
    transaction.putRecord(database, "object", child.id, undefined);
  for (const index of database.metadata.indexesOf(record.id))
    transaction.putRecord(database, "index", index.id, undefined);
  activation.session.security.forgetSecurable(activation, database, "object", record.id);
  transaction.putRecord(database, "object", record.id, undefined);
}

function dropTemporary(name: ObjectName, ifExists: boolean, activation: Activation): void {
  const { session } = activation;
  const key = name.name.toLowerCase();
  if (key.startsWith("##")) {
    const table = session.globalTemporaryTable(name.name);
    if (table) {
      session.globalTemporaryTables.delete(table.id);
      removeObject(session.tempdb, table.record, activation);
      return;
    }
  }
  for (let one: Activation | null = activation; one; one = one.parent) {
    const table = one.temporaryTables.get(key);
    if (!table) continue;
    one.temporaryTables.delete(key);
    removeObject(session.tempdb, table.record, activation);
    return;
  }
  const table = session.temporaryTables.get(key);
  if (table) {
    session.temporaryTables.delete(key);
    removeObject(session.tempdb, table.record, activation);
    return;
  }
  if (!ifExists) throw missing("drop", "table", name);
}
