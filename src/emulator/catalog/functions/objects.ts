/** OBJECT_ID, OBJECT_NAME, SCHEMA_ID, TYPE_ID, COL_NAME and what else turns names into ids and back. */
import type { SqlType } from "../../engine/values";
import { systemObjectById, systemObjectByName } from "../systemObjects";
import { systemTypeFacts, systemTypes, typeFacts } from "../typeFacts";
import { type Call, define, LONG_NAME, NAME, numberOf, textOf } from "./define";
import { databaseOf, findNamedObject, findObjectById, nameParts } from "./objectNames";

const INT: SqlType = { kind: "int" };
const SMALLINT: SqlType = { kind: "smallint" };

function objectId(text: string, type: string | undefined, call: Call): number | undefined {
  const found = findNamedObject(text, call);
  if (found) {
    // K is what the old catalog calls both kinds of keys.
    const matches =
      type === undefined || type === found.object.type || (type === "K" && /^(PK|UQ)$/.test(found.object.type));
    return matches ? found.object.id : undefined;
  }
  const name = nameParts(text);
  if (!name || !databaseOf(name, call)) return undefined;
  const system = systemObjectByName(name.schema, name.name);
  return system && (type === undefined || type === system.type || (type === "S" && system.type === "V"))
    ? system.id
    : undefined;
}

function objectDefinition(id: number | undefined, call: Call): string | null | undefined {
  const found = findObjectById(id, undefined, call);
  if (!found) return undefined;
  const { module, constraint } = found.object;
  if (module) return module.encrypted ? null : module.text;
  return constraint && "text" in constraint ? constraint.text : null;
}

export function registerObjectFunctions(): void {
  define(
    "OBJECT_ID",
    [LONG_NAME, { kind: "nvarchar", length: 2 }],
    INT,
    ([name, type], call) => (name === null ? null : objectId(String(name), textOf(type)?.trim().toUpperCase(), call)),
    1,
  );
  define(
    "OBJECT_NAME",
    [INT, INT],
    NAME,
    ([id, database], call) =>
      findObjectById(numberOf(id), numberOf(database), call)?.object.name ?? systemObjectById(Number(id))?.name,
    1,
  );
  define(
    "OBJECT_SCHEMA_NAME",
    [INT, INT],
    NAME,
    ([id, databaseId], call) => {
      const found = findObjectById(numberOf(id), numberOf(databaseId), call);
      return found
        ? found.database.metadata.get("schema", found.object.schemaId)?.name
        : systemObjectById(Number(id))?.schema;
    },
    1,
  );
  define("OBJECT_DEFINITION", [INT], { kind: "nvarchar", length: -1 }, ([id], call) =>
    objectDefinition(numberOf(id), call),
  );
  define(
    "SCHEMA_ID",
    [NAME],
    INT,
    ([name], { session }) => {
      if (name === null) return null;
      const { database } = session;
      return database.schema(name === undefined ? session.defaultSchema(database) : String(name))?.id;
    },
    1,
  );
  define(
    "SCHEMA_NAME",
    [INT],
    NAME,
    ([id], { session }) => {
      if (id === null) return null;
      const { database } = session;
      return id === undefined ? session.defaultSchema(database) : database.metadata.get("schema", Number(id))?.name;
    },
    1,
  );
  define("TYPE_ID", [LONG_NAME], INT, ([name], call) => (name === null ? null : typeId(String(name), call)));
  define(
    "TYPE_NAME",
    [INT],
    NAME,
    ([id], { session }) =>
      systemTypes().find((t) => t.userId === id)?.name ?? session.database.metadata.get("userType", Number(id))?.name,
  );
  define(
    "COL_NAME",
    [INT, INT],
    NAME,
    ([id, column], call) => columnsOf(numberOf(id), call)?.find((c) => c.id === column)?.name,
  );
  define("COL_LENGTH", [LONG_NAME, NAME], SMALLINT, ([table, column], call) => {
    if (table === null || column === null) return null;
    const found = findNamedObject(String(table), call);
    const record = (found?.object.table?.columns ?? found?.object.module?.columns)?.find(
      (c) => c.name.toLowerCase() === String(column).toLowerCase(),
    );
    return record && typeFacts(record.type).maxLength;
  });
  define("INDEX_COL", [LONG_NAME, INT, INT], NAME, ([table, index, key], call) => {
    const found = table === null ? undefined : findNamedObject(String(table), call);
    const record = found?.database.metadata.indexesOf(found.object.id).find((i) => i.indexId === index);
    const columnId = record?.columns[Number(key) - 1]?.columnId;
    return found?.object.table?.columns.find((c) => c.id === columnId)?.name;
  });
}

function columnsOf(id: number | undefined, call: Call) {
  const found = findObjectById(id, undefined, call);
  return found?.object.table?.columns ?? found?.object.module?.columns;
}

function typeId(text: string, call: Call): number | undefined {
  const name = nameParts(text);
  if (!name) return undefined;
  const system = name.schema === undefined || /^sys$/i.test(name.schema) ? systemTypeFacts(name.name) : undefined;
  if (system) return system.userId;
  const { database } = call.session;
  const schema = database.schema(name.schema ?? call.session.defaultSchema(database)) ?? database.schema("dbo");
  return database.metadata.find("userType", name.name).find((t) => t.schemaId === schema?.id)?.id;
}
