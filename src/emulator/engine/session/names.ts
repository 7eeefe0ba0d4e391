/** From names to objects. */
import type { Database } from "../../storage/database";
import type { ObjectRecord, UserTypeRecord } from "../../storage/records";
import type { ObjectName, Span } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { SessionRuntime } from "./runtime";

/** An unqualified name is sought in the user's default schema, then in dbo. */
export function findObject(session: SessionRuntime, database: Database, name: ObjectName): ObjectRecord | undefined {
  if (name.schema) return database.findObject(name.schema, name.name);
  const own = session.defaultSchema(database);
  return (
    database.findObject(own, name.name) ??
    (own.toLowerCase() === "dbo" ? undefined : database.findObject("dbo", name.name))
  );
}

/** Splits `[a].b."c"`, as in EXEC @name, sp_rename or OBJECT_ID. Error 117 beyond four parts. */
export function parseObjectName(text: string, span: Span): ObjectName {
  const parts: string[] = [];
  let rest = text.trim();
  for (;;) {
    const match = /^(?:\[((?:[^\]]|\]\])*)\]|"((?:[^"]|"")*)"|([^.[\]"]*))\s*(\.|$)/.exec(rest);
    if (!match) throw new SqlError(102, `Incorrect syntax near '${text}'.`, 1, 15);
    parts.push(match[1]?.replaceAll("]]", "]") ?? match[2]?.replaceAll('""', '"') ?? (match[3] ?? "").trim());
    rest = rest.slice(match[0].length).trimStart();
    if (match[4] === "") break;
  }
  if (parts.length > 4)
    throw new SqlError(
      117,
      `The object name '${text}' contains more than the maximum number of prefixes. The maximum is 3.`,
      1,
      15,
    );
  const [name, schema, database, server] = parts.reverse();
  return {
    name: name ?? "",
    span,
    ...(schema !== undefined ? { schema } : {}),
    ...(database !== undefined ? { database } : {}),
    ...(server ? { server } : {}),
  };
}

/** The database principal that owns an object: its own owner, or its schema's. */
export function ownerOf(database: Database, record: ObjectRecord): number {
  return record.ownerId ?? database.metadata.get("schema", record.schemaId)?.ownerId ?? 1;
}

/** A user-defined type. */
export function findType(database: Database, schemaName: string, name: string): UserTypeRecord | undefined {
  const schema = database.schema(schemaName);
  return schema && database.metadata.find("userType", name).find((type) => type.schemaId === schema.id);
}
