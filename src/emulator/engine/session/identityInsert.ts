/** SET IDENTITY_INSERT: one table of a session at a time. */
import type { ObjectName } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { Activation } from "./activation";
import { findObject } from "./names";

export function setIdentityInsert(name: ObjectName, on: boolean, activation: Activation): void {
  const { session } = activation;
  const local = name.name.startsWith("#") ? activation.findTemporaryTable(name.name) : undefined;
  const database = local ? session.tempdb : name.database ? session.openDatabase(name.database) : session.database;
  const record = local?.record ?? findObject(session, database, name);
  if (!record?.table)
    throw new SqlError(
      1088,
      `Cannot find the object "${name.name}" because it does not exist or you do not have permissions.`,
      11,
    );
  if (!record.table.columns.some((c) => c.identity)) {
    throw new SqlError(8106, `Table '${name.name}' does not have the identity property. Cannot perform SET operation.`);
  }
  const held = session.identityInsert;
  if (!on) {
    if (held?.objectId === record.id && held.databaseId === database.id) session.identityInsert = null;
    return;
  }
  if (held && (held.objectId !== record.id || held.databaseId !== database.id)) {
    const other = session.server.databaseById(held.databaseId);
    throw new SqlError(
      8107,
      `IDENTITY_INSERT is already ON for table '${other?.name}.dbo.${other?.metadata.get("object", held.objectId)?.name}'. Cannot perform SET operation for table '${name.name}'.`,
    );
  }
  session.identityInsert = { databaseId: database.id, objectId: record.id };
}
