/** SELECT … INTO: a new table with the columns of a query. */

import type { ColumnRecord } from "../../storage/records";
import type { Table } from "../../storage/table";
import type { ObjectName } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { IntoColumn } from "../query/queryEnvironment";
import type { Activation } from "../session/activation";
import { columnType } from "./columns";
import { newObject, requireFreeName, targetSchema } from "./objects";
import { temporaryOwner } from "./tables";

export function createIntoTable(activation: Activation, name: ObjectName, columns: IntoColumn[]): Table {
  const { session } = activation;
  const temporary = name.name.startsWith("#") && !name.name.startsWith("##");
  const inTempdb = name.name.startsWith("#");
  const database = inTempdb ? session.tempdb : name.database ? session.openDatabase(name.database) : session.database;
  const owner = temporaryOwner(activation);
  const key = name.name.toLowerCase();
  if (temporary && owner.has(key))
    throw new SqlError(2714, `There is already an object named '${name.name}' in the database.`, 6);
  const schemaId = inTempdb ? 1 : targetSchema(activation, database, name);
  if (!inTempdb) session.security.requireDatabasePermission(activation, database, "CREATE TABLE");
  if (!temporary) requireFreeName(database, schemaId, name.name, activation);
  const records = columns.map((column, i): ColumnRecord => {
    if (column.name === "")
      throw new SqlError(
        1038,
        'An object or column name is missing or empty. For SELECT INTO statements, verify each column has a name. For other statements, look for empty alias names. Aliases defined as "" or [] are not allowed. Change the alias to a valid name.',
        5,
        15,
      );
    const { isNullLiteral, alias: _, ...type } = column.type;
    return {
      id: i + 1,
      name: column.name,
      type: columnType(isNullLiteral ? { kind: "int" } : type, column.type.collation, database),
      nullable: column.nullable,
      ...(column.identity ? { identity: column.identity } : {}),
    };
  });
  const record = newObject(activation, {
    id: database.allocateObjectId(),
    name: name.name,
    schemaId,
    type: "U",
    parentId: 0,
    table: {
      columns: records,
      nextColumnId: records.length + 1,
      ...(inTempdb ? { temporary: { sessionId: session.id, name: name.name } } : {}),
    },
  });
  session.requireTransaction().putRecord(database, "object", record.id, record);
  const table = database.table(record.id);
  if (temporary) owner.set(key, table);
  else if (inTempdb) session.globalTemporaryTables.add(record.id);
  return table;
}
