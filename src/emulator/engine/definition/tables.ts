/** CREATE, ALTER and DROP TABLE. */
import type { Database } from "../../storage/database";
import type { ColumnRecord, ObjectRecord } from "../../storage/records";
import type {
  AlterTable,
  ColumnDefinition,
  CreateTable,
  ObjectName,
  TableConstraint,
  TableDefinition,
} from "../../tsql/ast";
import { SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import { verifyCheck, verifyForeignKey } from "../query";
import type { Activation } from "../session/activation";
import { environmentOf } from "../session/environment";
import { findObject } from "../session/names";
import { convertForAssignment, resolveTypeName } from "../types";
import type { Row, Value } from "../values";
import { columnRecords, columnType, tableScope } from "./columns";
import { addConstraint, createIndexRecord, setColumn, type TableContext } from "./constraints";
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

function requireDistinct(definitions: readonly { name: string }[], table: string): void {
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
function allConstraints(definitions: ColumnDefinition[], tableConstraints: TableConstraint[]): TableConstraint[] {
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

// ---------------------------------------------------------------- ALTER TABLE

export function alterTable(statement: AlterTable, activation: Activation): void {
  const context = tableContext(statement.table, activation);
  activation.session.security.requireObjectPermission(activation, context.database, context.table, "ALTER");
  const { action } = statement;
  switch (action.kind) {
    case "add":
      addColumns(context, action.columns, action.constraints, action.check);
      break;
    case "alterColumn":
      alterColumn(context, action);
      break;
    case "dropColumn":
      for (const name of action.columns) dropColumn(context, name, action.ifExists);
      break;
    case "dropConstraint":
      for (const name of action.names) dropConstraint(context, name, action.ifExists);
      break;
    case "checkConstraint":
      switchConstraints(context, action);
      break;
    case "trigger":
      switchTriggers(context, action.names, action.enable);
      break;
    default:
      break;
  }
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

function addColumns(
  context: TableContext,
  definitions: ColumnDefinition[],
  constraints: TableConstraint[],
  check: boolean,
): void {
  const { activation, database } = context;
  const former = context.table.table;
  if (!former) return;
  requireDistinct([...former.columns, ...definitions], context.table.name);
  if (definitions.length > 0) {
    if (definitions.some((d) => d.identity) && former.columns.some((c) => c.identity)) {
      throw new SqlError(
        2744,
        `Multiple identity columns specified for table '${context.table.name}'. Only one identity column per table is allowed.`,
        2,
      );
    }
    const added = columnRecords(
      definitions,
      database,
      activation,
      former.nextColumnId,
      former.columns,
      context.table.name,
    );
    const table = database.table(context.table.id);
    const fill = added.map((column, i) =>
      newColumnValue(definitions[i] as ColumnDefinition, column, context, table.rowCount > 0),
    );
    const record: ObjectRecord = {
      ...context.table,
      modifyDate: activation.now().local,
      table: { ...former, columns: [...former.columns, ...added], nextColumnId: former.nextColumnId + added.length },
    };
    activation.session
      .requireTransaction()
      .alterTable(table, record, (row: Row) => [...row, ...fill.map((value) => value(row, table))]);
    context.table = record;
  }
  for (const constraint of allConstraints(definitions, constraints)) addConstraint(context, constraint, check);
}

/** What rows that exist get in a new column. */
function newColumnValue(
  definition: ColumnDefinition,
  column: ColumnRecord,
  context: TableContext,
  hasRows: boolean,
): (row: Row, table: { takeIdentity(): bigint }) => Value {
  const { activation } = context;
  if (column.identity) return (_row, table) => identityValue(table.takeIdentity(), column);
  if (column.computed) return () => null;
  const constraint = definition.constraints.find((c) => c.kind === "default");
  if (constraint?.kind === "default" && (!column.nullable || constraint.withValues)) {
    const compiled = compileExpression(constraint.expression, tableScope([], "", activation));
    return () =>
      convertForAssignment(
        compiled.evaluate({ tuple: [], slots: [], parent: null, context: activation }),
        compiled.type,
        column.type,
        { table: context.table.name, column: column.name },
      );
  }
  if (!column.nullable && hasRows && column.type.kind !== "timestamp") {
    throw new SqlError(
      4901,
      `ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT definition specified, or the column being added is an identity or timestamp column, or alternatively if none of the previous conditions are satisfied the table must be empty to allow addition of this column. Column '${column.name}' cannot be added to non-empty table '${context.table.name}' because it does not satisfy these conditions.`,
    );
  }
  return () => null;
}

function identityValue(value: bigint, column: ColumnRecord): Value {
  return /int$/.test(column.type.kind) && column.type.kind !== "bigint" ? Number(value) : value;
}

function alterColumn(context: TableContext, action: Extract<AlterTable["action"], { kind: "alterColumn" }>): void {
  const { activation, database } = context;
  const definition = context.table.table;
  const ordinal = definition?.columns.findIndex((c) => c.name.toLowerCase() === action.column.toLowerCase()) ?? -1;
  const column = definition?.columns[ordinal];
  if (!definition || !column) {
    throw new SqlError(
      4924,
      `ALTER TABLE ALTER COLUMN failed because column '${action.column}' does not exist in table '${context.table.name}'.`,
    );
  }
  if (column.computed || column.type.kind === "timestamp") {
    throw new SqlError(
      4928,
      `Cannot alter column '${column.name}' because it is '${column.computed ? "COMPUTED" : "timestamp"}'.`,
    );
  }
  const type = columnType(
    resolveTypeName(action.type, environmentOf(activation), "column"),
    action.collation ?? column.type.collation,
    database,
  );
  requireIndependent(context, column, "ALTER COLUMN", type.kind !== column.type.kind);
  const nullable = action.nullable ?? activation.session.settings.ansiNullDefault;
  const table = database.table(context.table.id);
  const place = { table: `${database.name}.${database.qualifiedName(context.table)}`, column: column.name };
  const record: ObjectRecord = {
    ...context.table,
    modifyDate: activation.now().local,
    table: {
      ...definition,
      columns: definition.columns.map((c, i) => (i === ordinal ? withoutAlias({ ...c, type, nullable }) : c)),
    },
  };
  activation.session.requireTransaction().alterTable(table, record, (row) => {
    const changed = [...row];
    const value = row[ordinal] ?? null;
    if (value === null && !nullable) {
      throw new SqlError(
        515,
        `Cannot insert the value NULL into column '${column.name}', table '${place.table}'; column does not allow nulls. UPDATE fails.`,
        2,
      );
    }
    changed[ordinal] = convertForAssignment(value, column.type, type, place);
    return changed;
  });
  context.table = record;
}

function withoutAlias(column: ColumnRecord): ColumnRecord {
  const { userTypeId, ...rest } = column;
  return userTypeId === undefined ? column : rest;
}

/** Columns that others rest on are neither dropped nor changed to another type: 5074, then 4922. */
function requireIndependent(
  context: TableContext,
  column: ColumnRecord,
  operation: "ALTER COLUMN" | "DROP COLUMN",
  strict: boolean,
): void {
  const { database, table } = context;
  const dependants: { kind: string; name: string }[] = [];
  for (const index of database.metadata.indexesOf(table.id)) {
    if (!index.columns.some((c) => c.columnId === column.id) && !index.include.includes(column.id)) continue;
    if (!strict && !index.primaryKey) continue;
    dependants.push({ kind: index.primaryKey || index.uniqueConstraint ? "object" : "index", name: index.name });
  }
  for (const child of database.metadata.children(table.id)) {
    const { constraint } = child;
    if (constraint?.kind === "foreignKey" && constraint.columns.includes(column.id))
      dependants.push({ kind: "object", name: child.name });
    if (constraint?.kind === "default" && constraint.columnId === column.id && (strict || operation === "DROP COLUMN"))
      dependants.push({ kind: "object", name: child.name });
    if (constraint?.kind === "check" && mentions(constraint.text, column.name))
      dependants.push({ kind: "object", name: child.name });
  }
  for (const other of table.table?.columns ?? []) {
    if (other.computed && mentions(other.computed.text, column.name))
      dependants.push({ kind: "column", name: other.name });
  }
  if (dependants.length === 0) return;
  const error = new SqlError(
    4922,
    `ALTER TABLE ${operation} ${column.name} failed because one or more objects access this column.`,
    9,
  );
  error.precedingErrors = dependants.map(
    ({ kind, name }) => new SqlError(5074, `The ${kind} '${name}' is dependent on column '${column.name}'.`),
  );
  throw error;
}

function mentions(text: string, column: string): boolean {
  const escaped = column.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(^|[^\\w@#$])\\[?${escaped}\\]?([^\\w@#$]|$)`, "i").test(text.replace(/'(?:[^']|'')*'/g, "''"));
}

function dropColumn(context: TableContext, name: string, ifExists: boolean): void {
  const { activation, database } = context;
  const definition = context.table.table;
  const ordinal = definition?.columns.findIndex((c) => c.name.toLowerCase() === name.toLowerCase()) ?? -1;
  const column = definition?.columns[ordinal];
  if (!definition || !column) {
    if (ifExists) return;
    throw new SqlError(
      4924,
      `ALTER TABLE DROP COLUMN failed because column '${name}' does not exist in table '${context.table.name}'.`,
    );
  }
  requireIndependent(context, column, "DROP COLUMN", true);
  if (definition.columns.length === 1) {
    throw new SqlError(
      4923,
      `ALTER TABLE DROP COLUMN failed because '${column.name}' is the only data column in table '${context.table.name}'. A table must have at least one data column.`,
    );
  }
  const record: ObjectRecord = {
    ...context.table,
    modifyDate: activation.now().local,
    table: { ...definition, columns: definition.columns.filter((_, i) => i !== ordinal) },
  };
  activation.session
    .requireTransaction()
    .alterTable(database.table(context.table.id), record, (row) => row.filter((_, i) => i !== ordinal));
  context.table = record;
}

function dropConstraint(context: TableContext, name: string, ifExists: boolean): void {
  const { activation, database, table } = context;
  const child = database.metadata
    .children(table.id)
    .find((c) => c.name.toLowerCase() === name.toLowerCase() && c.constraint);
  const { constraint } = child ?? {};
  if (!child || !constraint) {
    if (ifExists) return;
    const error = new SqlError(3727, "Could not drop constraint. See previous errors.", 0);
    error.precedingErrors = [new SqlError(3728, `'${name}' is not a constraint.`)];
    throw error;
  }
  const transaction = activation.session.requireTransaction();
  if (constraint.kind === "primaryKey" || constraint.kind === "unique") {
    const dependant = referencingKey(database, constraint.indexRecordId);
    if (dependant) {
      const error = new SqlError(3727, "Could not drop constraint. See previous errors.", 0);
      const owner = database.metadata.get("object", dependant.parentId);
      error.precedingErrors = [
        new SqlError(
          3725,
          `The constraint '${child.name}' is being referenced by table '${owner?.name}', foreign key constraint '${dependant.name}'.`,
          0,
        ),
      ];
      throw error;
    }
    transaction.putRecord(database, "index", constraint.indexRecordId, undefined);
  }
  transaction.putRecord(database, "object", child.id, undefined);
  if (constraint.kind === "default") {
    const column = table.table?.columns.find((c) => c.id === constraint.columnId);
    if (column) {
      const { defaultId: _, ...rest } = column;
      setColumn(context, rest);
    }
  }
}

export function referencingKey(database: Database, indexRecordId: number): ObjectRecord | undefined {
  for (const object of database.metadata.all("object")) {
    if (object.constraint?.kind === "foreignKey" && object.constraint.referencedIndexRecordId === indexRecordId)
      return object;
  }
  return undefined;
}

function switchConstraints(
  context: TableContext,
  action: Extract<AlterTable["action"], { kind: "checkConstraint" }>,
): void {
  const { activation, database, table } = context;
  const children = database.metadata
    .children(table.id)
    .filter((c) => c.constraint?.kind === "check" || c.constraint?.kind === "foreignKey");
  const chosen =
    action.names === "ALL"
      ? children
      : action.names.map((name) => {
          const child = children.find((c) => c.name.toLowerCase() === name.toLowerCase());
          if (!child) throw new SqlError(4917, `Constraint '${name}' does not exist.`, 0);
          return child;
        });
  for (const child of chosen) {
    const { constraint } = child;
    if (constraint?.kind !== "check" && constraint?.kind !== "foreignKey") continue;
    const record: ObjectRecord = {
      ...child,
      constraint: { ...constraint, disabled: !action.enable, notTrusted: !action.enable || !action.withCheck },
    };
    activation.session.requireTransaction().putRecord(database, "object", record.id, record);
    if (action.enable && action.withCheck) {
      if (constraint.kind === "check") verifyCheck(database, record, activation, environmentOf(activation));
      else verifyForeignKey(database, record, activation, environmentOf(activation));
    }
  }
}

export function switchTriggers(
  { activation, database, table }: TableContext,
  names: string[] | "ALL",
  enable: boolean,
): void {
  const triggers = database.metadata.children(table.id).filter((c) => c.type === "TR");
  const chosen =
    names === "ALL"
      ? triggers
      : names.map((name) => {
          const trigger = triggers.find((t) => t.name.toLowerCase() === name.toLowerCase());
          if (!trigger)
            throw new SqlError(
              4920,
              `ALTER TABLE failed because trigger '${name}' on table '${table.name}' does not exist.`,
              0,
            );
          return trigger;
        });
  for (const trigger of chosen) {
    if (!trigger.module?.trigger) continue;
    activation.session.requireTransaction().putRecord(database, "object", trigger.id, {
      ...trigger,
      module: { ...trigger.module, trigger: { ...trigger.module.trigger, disabled: !enable } },
    });
  }
}

// ---------------------------------------------------------------- DROP TABLE

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
  removeTable(database, record, activation);
}

/** Removes the table with all that belongs to it. */
export function removeTable(database: Database, record: ObjectRecord, activation: Activation): void {
  const transaction = activation.session.requireTransaction();
  for (const child of database.metadata.children(record.id))
    transaction.putRecord(database, "object", child.id, undefined);
  for (const index of database.metadata.indexesOf(record.id))
    transaction.putRecord(database, "index", index.id, undefined);
  activation.session.security.forgetObject(activation, database, record.id);
  transaction.putRecord(database, "object", record.id, undefined);
}

function dropTemporary(name: ObjectName, ifExists: boolean, activation: Activation): void {
  const { session } = activation;
  const key = name.name.toLowerCase();
  if (key.startsWith("##")) {
    const table = session.globalTemporaryTable(name.name);
    if (table) {
      session.globalTemporaryTables.delete(table.id);
      removeTable(session.tempdb, table.record, activation);
      return;
    }
  }
  for (let one: Activation | null = activation; one; one = one.parent) {
    const table = one.temporaryTables.get(key);
    if (!table) continue;
    one.temporaryTables.delete(key);
    removeTable(session.tempdb, table.record, activation);
    return;
  }
  const table = session.temporaryTables.get(key);
  if (table) {
    session.temporaryTables.delete(key);
    removeTable(session.tempdb, table.record, activation);
    return;
  }
  if (!ifExists) throw missing("drop", "table", name);
}
