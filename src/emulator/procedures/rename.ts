/** sp_rename */
import { rename as renameDatabase } from "../engine/definition/alterDatabase";
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import { findObject, parseObjectName } from "../engine/session/names";
import type { Database } from "../storage/database";
import type { ObjectRecord } from "../storage/records";
import type { ObjectName } from "../tsql/ast";
import { change, LONG_NAME, optional, required } from "./define";

const NOWHERE = { line: 1, start: 0, end: 0 };

function notFound(name: string, type: string | undefined, database: Database): SqlError {
  return type === undefined
    ? new SqlError(
        15225,
        `No item by the name of '${name}' could be found in the current database '${database.name}', given that @itemtype was input as '(null)'.`,
      )
    : new SqlError(15248, `Either the parameter @objname is ambiguous or the claimed @objtype (${type}) is wrong.`);
}

function taken(name: string, what: string): SqlError {
  return new SqlError(
    15335,
    `Error: The new name '${name}' is already in use as a ${what} name and would cause a duplicate that is not permitted.`,
    1,
    11,
  );
}

/** The table or view of `table.item`, with the schema before it if there is one. */
function parentOf(name: ObjectName, activation: Activation): ObjectRecord | undefined {
  if (!name.schema) return undefined;
  const { session } = activation;
  return findObject(session, session.database, {
    name: name.schema,
    span: NOWHERE,
    ...(name.database ? { schema: name.database } : {}),
  });
}

function caution(activation: Activation): void {
  activation.inform({
    number: 15477,
    message: "Caution: Changing any part of an object name could break scripts and stored procedures.",
    state: 1,
    class: 0,
    procedure: "sp_rename",
    line: 0,
  });
}

function put(record: ObjectRecord, activation: Activation): void {
  activation.session
    .requireTransaction()
    .putRecord(activation.session.database, "object", record.id, { ...record, modifyDate: activation.now().local });
}

function renameObject(record: ObjectRecord, newName: string, activation: Activation): void {
  const { database, security } = activation.session;
  security.requireObjectPermission(
    activation,
    database,
    record.parentId === 0 ? record : (database.metadata.get("object", record.parentId) ?? record),
    "ALTER",
  );
  const other = database.findObject(database.metadata.get("schema", record.schemaId)?.name, newName);
  if (other && other.id !== record.id) throw taken(newName, "OBJECT");
  put({ ...record, name: newName }, activation);
  const { constraint } = record;
  if (constraint && "indexRecordId" in constraint) {
    const index = database.metadata.get("index", constraint.indexRecordId);
    if (index)
      activation.session.requireTransaction().putRecord(database, "index", index.id, { ...index, name: newName });
  }
}

function renameColumn(table: ObjectRecord, columnName: string, newName: string, activation: Activation): void {
  const { database, security } = activation.session;
  const definition = table.table;
  const column = definition?.columns.find((c) => c.name.toLowerCase() === columnName.toLowerCase());
  if (!definition || !column) throw notFound(columnName, "COLUMN", database);
  security.requireObjectPermission(activation, database, table, "ALTER");
  const other = definition.columns.find((c) => c.name.toLowerCase() === newName.toLowerCase());
  if (other && other !== column) throw taken(newName, "COLUMN");
  // Texts that the server evaluates itself name the column.
  const named = `[${column.name}]`.toLowerCase();
  const texts = [
    ...definition.columns.map((c) => c.computed?.text),
    ...database.metadata
      .children(table.id)
      .map(({ constraint }) => (constraint?.kind === "check" ? constraint.text : undefined)),
    ...database.metadata.indexesOf(table.id).map((index) => index.filter),
  ];
  if (texts.some((text) => text?.toLowerCase().includes(named))) {
    throw new SqlError(
      15336,
      `Object '${table.name}.${column.name}' cannot be renamed because the object participates in enforced dependencies.`,
    );
  }
  put(
    {
      ...table,
      table: { ...definition, columns: definition.columns.map((c) => (c === column ? { ...c, name: newName } : c)) },
    },
    activation,
  );
}

function renameIndex(table: ObjectRecord, indexName: string, newName: string, activation: Activation): void {
  const { database, security } = activation.session;
  const indexes = database.metadata.indexesOf(table.id);
  const index = indexes.find((i) => i.name.toLowerCase() === indexName.toLowerCase());
  if (!index) throw notFound(indexName, "INDEX", database);
  security.requireObjectPermission(activation, database, table, "ALTER");
  if (indexes.some((i) => i !== index && i.name.toLowerCase() === newName.toLowerCase())) throw taken(newName, "INDEX");
  activation.session.requireTransaction().putRecord(database, "index", index.id, { ...index, name: newName });
  const constraint = database.metadata
    .children(table.id)
    .find(({ constraint: c }) => c && "indexRecordId" in c && c.indexRecordId === index.id);
  if (constraint) put({ ...constraint, name: newName }, activation);
}

function renameType(name: ObjectName, newName: string, activation: Activation): void {
  const { database } = activation.session;
  const schema = database.schema(name.schema ?? activation.session.defaultSchema(database));
  const type = database.metadata.find("userType", name.name).find((t) => t.schemaId === schema?.id);
  if (!type) throw notFound(name.name, "USERDATATYPE", database);
  if (database.metadata.find("userType", newName).some((t) => t.schemaId === type.schemaId))
    throw taken(newName, "USERDATATYPE");
  activation.session.requireTransaction().putRecord(database, "userType", type.id, { ...type, name: newName });
}

function rename(text: string, newName: string, type: string | undefined, activation: Activation): void {
  const { session } = activation;
  const { database } = session;
  const name = parseObjectName(text, NOWHERE);
  switch (type) {
    case undefined:
    case "OBJECT": {
      const record = findObject(session, database, name);
      if (!record) {
        const table = type === undefined ? parentOf(name, activation) : undefined;
        if (table?.table?.columns.some((c) => c.name.toLowerCase() === name.name.toLowerCase()))
          renameColumn(table, name.name, newName, activation);
        else if (
          table &&
          database.metadata.indexesOf(table.id).some((i) => i.name.toLowerCase() === name.name.toLowerCase())
        )
          renameIndex(table, name.name, newName, activation);
        else throw notFound(text, type, database);
      } else renameObject(record, newName, activation);
      return;
    }
    case "COLUMN":
    case "INDEX": {
      const table = parentOf(name, activation);
      if (!table) throw notFound(text, type, database);
      if (type === "COLUMN") renameColumn(table, name.name, newName, activation);
      else renameIndex(table, name.name, newName, activation);
      return;
    }
    case "USERDATATYPE":
      renameType(name, newName, activation);
      return;
    case "DATABASE": {
      const target = session.server.database(name.name);
      if (!target) throw notFound(text, type, database);
      renameDatabase(target, newName, activation);
      return;
    }
    default:
      throw new SqlError(15249, `Error: Explicit @objtype '${type.toLowerCase()}' is unrecognized.`, 1, 11);
  }
}

export function registerRename(): void {
  change(
    "sp_rename",
    [required("@objname", LONG_NAME), required("@newname"), optional("@objtype", { kind: "varchar", length: 13 })],
    (args) => {
      const text = args.text("@objname");
      const newName = args.text("@newname");
      if (text === undefined || newName === undefined || newName === "") {
        throw new SqlError(
          15223,
          `Error: The input parameter '${text === undefined ? "objname" : "newname"}' is not allowed to be null.`,
          1,
          11,
        );
      }
      rename(text, newName, args.text("@objtype")?.trim().toUpperCase(), args.activation);
      caution(args.activation);
      return 0;
    },
  );
}
