/** CREATE TABLE, and finding the table that a statement names. */
import type { Database } from "../../storage/database";
import type { ObjectRecord } from "../../storage/records";
import type { ColumnDefinition, CreateTable, ObjectName, TableConstraint, TableDefinition } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { Activation } from "../session/activation";
import { findObject } from "../session/names";
import { columnRecords } from "./columns";
import type { TableContext } from "./constraintParts";
import { addConstraint } from "./constraints";
import { createIndexRecord } from "./indexRecords";
import { missing, newObject, requireFreeName, targetSchema } from "./objects";

const MAX_COLUMNS = 1024;

export function createTable(statement: CreateTable, activation: Activation): void {
  const { session } = activation;
  const temporary = statement.name.name.startsWith("#");
  const database = temporary
    ? session.tempdb
    : statement.name.database
      ? session.openDatabase(statement.name.database)
      : session.database;
  if (temporary) {
    createTemporaryTable(statement.name.name, statement, activation);
    return;
  }
  const schemaId = targetSchema(activation, database, statement.name);
  session.security.requireDatabasePermission(activation, database, "CREATE TABLE");
  requireFreeName(database, schemaId, statement.name.name, activation);
  defineTable(database, { name: statement.name.name, schemaId, type: "U" }, statement, activation);
}

function createTemporaryTable(name: string, definition: TableDefinition, activation: Activation): void {
  const { session } = activation;
  const database = session.tempdb;
  const key = name.toLowerCase();
  const global = name.startsWith("##");
  const owner = temporaryOwner(activation);
  if (global ? session.globalTemporaryTable(name) : owner.has(key)) {
    throw new SqlError(2714, `There is already an object named '${name}' in the database.`, 6);
  }
  const record = defineTable(
    database,
    { name, schemaId: 1, type: "U", temporary: { sessionId: session.id, name } },
    definition,
    activation,
  );
  if (global) session.globalTemporaryTables.add(record.id);
  else owner.set(key, database.table(record.id));
}

/** A #table belongs to the procedure or dynamic text that makes it, or to the session. */
export function temporaryOwner(activation: Activation) {
  for (let one: Activation | null = activation; one; one = one.parent) {
    if (one.kind === "procedure" || one.kind === "trigger" || one.kind === "dynamic") return one.temporaryTables;
  }
  return activation.session.temporaryTables;
}

interface NewTable {
  name: string;
  schemaId: number;
  type: "U" | "TT";
  temporary?: { sessionId: number; name: string };
  userTypeId?: number;
}

/** Makes the table with its columns, constraints and indexes. */
export function defineTable(
  database: Database,
  target: NewTable,
  definition: TableDefinition,
  activation: Activation,
): ObjectRecord {
  const { columns: definitions } = definition;
  if (definitions.length > MAX_COLUMNS)
    throw new SqlError(
      1702,
      `CREATE TABLE failed because column '${definitions.at(-1)?.name}' in table '${target.name}' exceeds the maximum of ${MAX_COLUMNS} columns.`,
    );
  requireDistinct(definitions, target.name);
  if (definitions.filter((d) => d.identity).length > 1) {
    throw new SqlError(
      2744,
      `Multiple identity columns specified for table '${target.name}'. Only one identity column per table is allowed.`,
      2,
    );
  }
  const constraints = allConstraints(definitions, definition.constraints);
  const keyColumns = new Set(
    constraints.flatMap((c) => (c.kind === "primaryKey" ? c.columns.map((k) => k.name.toLowerCase()) : [])),
  );
  if (constraints.filter((c) => c.kind === "primaryKey").length > 1) {
    throw new SqlError(8110, `Cannot add multiple PRIMARY KEY constraints to table '${target.name}'.`, 0);
  }
  const adjusted = definitions.map((d) =>
    keyColumns.has(d.name.toLowerCase()) && d.nullable === undefined ? { ...d, nullable: false } : d,
  );
  const columns = columnRecords(adjusted, database, activation, 1, [], target.name);
  const record = newObject(activation, {
    id: database.allocateObjectId(),
    name: target.name,
    schemaId: target.schemaId,
    type: target.type,
    parentId: 0,
    table: {
      columns,
      nextColumnId: columns.length + 1,
      ...(target.temporary ? { temporary: target.temporary } : {}),
      ...(target.userTypeId === undefined ? {} : { userTypeId: target.userTypeId }),
    },
  });
  activation.session.requireTransaction().putRecord(database, "object", record.id, record);
  const context: TableContext = { activation, database, table: record };
  for (const constraint of constraints) addConstraint(context, constraint);
  for (const index of [...definition.indexes, ...definitions.flatMap((d) => d.indexes)])
    createIndexRecord(context, index);
  return context.table;
}

export function requireDistinct(definitions: readonly { name: string }[], table: string): void {
  const seen = new Set<string>();
  for (const { name } of definitions) {
    const key = name.toLowerCase();
    if (seen.has(key))
      throw new SqlError(
        2705,
        `Column names in each table must be unique. Column name '${name}' in table '${table}' is specified more than once.`,
        3,
      );
    seen.add(key);
  }
}

/** Column constraints written at their columns and those of the table; keys first, because foreign keys may refer to them. */
export function allConstraints(
  definitions: ColumnDefinition[],
  tableConstraints: TableConstraint[],
): TableConstraint[] {
  const own = definitions.flatMap((d) =>
    d.constraints.map((c): TableConstraint => {
      if ((c.kind === "primaryKey" || c.kind === "unique") && c.columns.length === 0)
        return { ...c, columns: [{ name: d.name, descending: false }] };
      if (c.kind === "foreignKey" && c.columns.length === 0) return { ...c, columns: [d.name] };
      if (c.kind === "default") return { ...c, column: d.name };
      return c;
    }),
  );
  const rank = { primaryKey: 0, unique: 1, default: 2, check: 3, foreignKey: 4 };
  return [...own, ...tableConstraints].sort((a, b) => rank[a.kind] - rank[b.kind]);
}

export function tableContext(name: ObjectName, activation: Activation): TableContext {
  const { session } = activation;
  if (name.name.startsWith("#")) {
    const table = name.name.startsWith("##")
      ? session.globalTemporaryTable(name.name)
      : activation.findTemporaryTable(name.name);
    if (table) return { activation, database: session.tempdb, table: table.record };
  }
  const database = name.database ? session.openDatabase(name.database) : session.database;
  const table = findObject(session, database, name);
  if (!table?.table) throw missing("alter", "table", name);
  return { activation, database, table };
}
