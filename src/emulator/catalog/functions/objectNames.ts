/** Names as functions take them, `[db].[schema].[name]`, to objects. */
import { parseObjectName } from "../../engine/session/names";
import type { Database } from "../../storage/database";
import type { ObjectRecord } from "../../storage/records";
import type { ObjectName } from "../../tsql/ast";
import { canSeeObject } from "../visibility";
import type { Call } from "./define";

const NOWHERE = { line: 1, start: 0, end: 0 };

/** The parts of a name; undefined where they are not one. */
export function nameParts(text: string): ObjectName | undefined {
  try {
    return parseObjectName(text, NOWHERE);
  } catch {
    return undefined;
  }
}

export interface FoundObject {
  database: Database;
  object: ObjectRecord;
}

/** The database that a name means, if it can be read by this session. */
export function databaseOf(name: ObjectName, call: Call): Database | undefined {
  if (name.server) return undefined;
  return name.database ? usableDatabase(call.session.server.database(name.database), call) : call.session.database;
}

/** A database by its id or name argument, if it is online and the login may enter it. */
export function usableDatabase(database: Database | undefined, call: Call): Database | undefined {
  if (database?.state !== "ONLINE") return undefined;
  if (database === call.session.database) return database;
  try {
    call.session.security.userIn(database);
    return database;
  } catch {
    return undefined;
  }
}

/** The user's object of that name, NULL for those that the user may not know of. */
export function findNamedObject(text: string, call: Call): FoundObject | undefined {
  const name = nameParts(text);
  if (!name) return undefined;
  const database = databaseOf(name, call);
  if (!database) return undefined;
  const object = lookUp(name, database, call);
  return object && canSeeObject(call.context, database, object) ? { database, object } : undefined;
}

function lookUp(name: ObjectName, database: Database, { session, activation }: Call): ObjectRecord | undefined {
  if (name.name.startsWith("#")) {
    if (database !== session.tempdb) return undefined;
    const table = name.name.startsWith("##")
      ? session.globalTemporaryTable(name.name)
      : activation.findTemporaryTable(name.name);
    if (table) return table.record;
  }
  const transaction = session.transactions.active;
  if (name.schema) return database.findObject(name.schema, name.name, transaction);
  const own = session.defaultSchema(database);
  return database.findObject(own, name.name, transaction) ?? database.findObject("dbo", name.name, transaction);
}

export function findObjectById(
  id: number | undefined,
  databaseId: number | undefined,
  call: Call,
): FoundObject | undefined {
  if (id === undefined) return undefined;
  const { server } = call.session;
  const database =
    databaseId === undefined ? call.session.database : usableDatabase(server.databaseById(databaseId), call);
  const object = database?.metadata.get("object", id);
  return database && object && canSeeObject(call.context, database, object) ? { database, object } : undefined;
}
