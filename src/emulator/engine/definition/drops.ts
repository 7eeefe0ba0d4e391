import type { Database } from "../../storage/database";
import type { ObjectRecord, ObjectType } from "../../storage/records";
import { parseExpressionText } from "../../tsql";
import type { Expression, ObjectName, Statement } from "../../tsql/ast";
import { SqlError } from "../errors";
import { walk } from "../query/syntax";
import type { Activation } from "../session/activation";
import { findObject, findType } from "../session/names";
import { dropTable, removeObject } from "./dropTables";
import { missing } from "./objects";
import { requireUnbound } from "./schemaBinding";
import { referencingKey } from "./tableConstraints";
import { tableContext } from "./tables";

type Drop = Extract<Statement, { kind: "drop" }>;

const TYPES: Partial<Record<Drop["object"], { types: ObjectType[]; word: string }>> = {
  view: { types: ["V"], word: "view" },
  procedure: { types: ["P"], word: "procedure" },
  function: { types: ["FN", "IF", "TF"], word: "function" },
  trigger: { types: ["TR"], word: "trigger" },
  sequence: { types: ["SO"], word: "sequence object" },
  synonym: { types: ["SN"], word: "synonym" },
};

/** True when the DROP was of a schema object. */
export function dropObjects(statement: Drop, activation: Activation): boolean {
  const { object, ifExists } = statement;
  if (object === "table") {
    for (const name of statement.names) dropTable(name, ifExists, activation);
    return true;
  }
  if (object === "statistics") return true;
  if (object === "type") {
    for (const name of statement.names) dropType(name, ifExists, activation);
    return true;
  }
  const kind = TYPES[object];
  if (!kind) return false;
  for (const name of statement.names) dropModule(name, kind, ifExists, activation);
  return true;
}

function dropModule(
  name: ObjectName,
  kind: { types: ObjectType[]; word: string },
  ifExists: boolean,
  activation: Activation,
): void {
  const { session } = activation;
  const { database } = session;
  const record = findObject(session, database, name);
  if (!record || !kind.types.includes(record.type)) {
    if (record && !ifExists) {
      throw new SqlError(
        3705,
        `Cannot use DROP ${kind.word.toUpperCase()} with '${name.name}' because '${name.name}' is a ${describe(record.type)}. Use DROP ${describe(record.type).toUpperCase()}.`,
      );
    }
    if (ifExists) return;
    throw missing("drop", kind.word, name);
  }
  session.security.requireDrop(activation, database, record, kind.word);
  requireUnbound(database, record, kind.word);
  if (record.type === "SO") requireUnusedSequence(database, record);
  removeObject(database, record, activation);
}

/** A DEFAULT that counts by the sequence keeps it. */
function requireUnusedSequence(database: Database, sequence: ObjectRecord): void {
  for (const { constraint, name } of database.metadata.all("object")) {
    if (constraint?.kind !== "default") continue;
    let used = false;
    walk(parseExpressionText(constraint.text), (node) => {
      if (node.kind !== "nextValue") return;
      const named = (node as unknown as Extract<Expression, { kind: "nextValue" }>).sequence;
      used ||= database.findObject(named.schema ?? "dbo", named.name)?.id === sequence.id;
    });
    if (!used) continue;
    throw new SqlError(
      3729,
      `Cannot DROP SEQUENCE '${sequence.name}' because it is being referenced by object '${name}'.`,
    );
  }
}

function describe(type: ObjectType): string {
  switch (type) {
    case "U":
      return "table";
    case "V":
      return "view";
    case "P":
      return "procedure";
    case "TR":
      return "trigger";
    default:
      return "function";
  }
}

function dropType(name: ObjectName, ifExists: boolean, activation: Activation): void {
  const { session } = activation;
  const { database } = session;
  const record = findType(database, name.schema ?? session.defaultSchema(database), name.name);
  if (!record) {
    if (ifExists) return;
    throw new SqlError(
      218,
      `Could not find the type '${name.name}'. Either it does not exist or you do not have the necessary permission.`,
    );
  }
  for (const object of database.metadata.all("object")) {
    const used =
      object.table?.columns.some((c) => c.userTypeId === record.id) ||
      object.module?.parameters.some((p) => p.userTypeId === record.id);
    if (used && object.id !== record.tableObjectId) {
      throw new SqlError(
        3732,
        `Cannot drop type '${name.name}' because it is being referenced by object '${object.name}'. There may be other objects that reference this type.`,
      );
    }
  }
  const transaction = session.requireTransaction();
  if (record.tableObjectId !== undefined) {
    const table = database.metadata.get("object", record.tableObjectId);
    if (table) removeObject(database, table, activation);
  }
  transaction.putRecord(database, "userType", record.id, undefined);
}

export function dropIndexes(statement: Extract<Statement, { kind: "dropIndex" }>, activation: Activation): void {
  for (const item of statement.items) {
    const context = tableContext(item.table, activation);
    const { database, table } = context;
    const index = database.metadata.indexesOf(table.id).find((i) => i.name.toLowerCase() === item.index.toLowerCase());
    if (!index) {
      if (statement.ifExists) continue;
      throw new SqlError(
        3701,
        `Cannot drop the index '${item.table.name}.${item.index}', because it does not exist or you do not have permission.`,
        7,
        11,
      );
    }
    if (index.primaryKey || index.uniqueConstraint) {
      throw new SqlError(
        3723,
        `An explicit DROP INDEX is not allowed on index '${item.table.name}.${item.index}'. It is being used for ${index.primaryKey ? "PRIMARY KEY" : "UNIQUE KEY"} constraint enforcement.`,
        4,
      );
    }
    if (referencingKey(database, index.id))
      throw new SqlError(
        3723,
        `An explicit DROP INDEX is not allowed on index '${item.table.name}.${item.index}'. It is being used for FOREIGN KEY constraint enforcement.`,
        5,
      );
    activation.session.security.requireObjectPermission(activation, database, table, "ALTER");
    activation.session.requireTransaction().putRecord(database, "index", index.id, undefined);
  }
}
