/** Tables that the engine itself makes and fills: msdb's history of backups, marks and jobs. */
import { SqlError } from "../engine/errors";
import type { Row, SqlType, TypeKind, Value } from "../engine/values";
import type { Database } from "./database";
import type { ColumnRecord, IndexRecord, ObjectRecord } from "./records";
import type { RowId, StoredRow } from "./rowEntry";
import type { Table } from "./table";
import type { Transaction } from "./transaction";

const DBO = 1;

export interface SystemTableDefinition {
  readonly name: string;
  /** One column a line, as CREATE TABLE has them: `name type [IDENTITY] [NOT NULL]`. */
  readonly columns: string;
  readonly primaryKey?: readonly string[];
  readonly indexes?: readonly {
    readonly name: string;
    readonly unique?: boolean;
    readonly columns: readonly string[];
  }[];
}

/** Creates the table in schema dbo of the database. */
export function createSystemTable(
  transaction: Transaction,
  database: Database,
  definition: SystemTableDefinition,
): void {
  const columns = parseColumns(definition.columns, database.collation);
  const id = database.allocateObjectId();
  const now = database.server.clock().local;
  const shared = { schemaId: DBO, createDate: now, modifyDate: now, isShipped: true };
  const object: ObjectRecord = {
    ...shared,
    id,
    name: definition.name,
    type: "U",
    parentId: 0,
    table: { columns, nextColumnId: columns.length + 1 },
  };
  transaction.putRecord(database, "object", id, object);
  const columnIds = (names: readonly string[]) =>
    names.map((name) => ({ columnId: columnNamed(columns, name).id, descending: false }));
  const addIndex = (index: Partial<IndexRecord> & Pick<IndexRecord, "name" | "columns" | "indexId">): number => {
    const recordId = database.metadata.nextId("index");
    transaction.putRecord(database, "index", recordId, {
      unique: false,
      clustered: false,
      primaryKey: false,
      uniqueConstraint: false,
      include: [],
      ignoreDuplicateKey: false,
      disabled: false,
      ...index,
      id: recordId,
      objectId: id,
    });
    return recordId;
  };
  if (definition.primaryKey) {
    const name = `PK__${definition.name}`;
    const key = {
      unique: true,
      clustered: true,
      primaryKey: true,
      indexId: 1,
      columns: columnIds(definition.primaryKey),
    };
    const indexRecordId = addIndex({ name, ...key });
    const constraintId = database.allocateObjectId();
    transaction.putRecord(database, "object", constraintId, {
      ...shared,
      id: constraintId,
      name,
      type: "PK",
      parentId: id,
      constraint: { kind: "primaryKey", indexRecordId, systemNamed: true },
    });
  }
  let indexId = 2;
  for (const { name, unique, columns: names } of definition.indexes ?? []) {
    addIndex({ name, unique: unique ?? false, indexId, columns: columnIds(names) });
    indexId += 1;
  }
}

/** A table of schema dbo. */
export function systemTable(database: Database, name: string): Table {
  const object = database.findObject("dbo", name);
  if (!object?.table) throw new SqlError(208, `Invalid object name '${database.name}.dbo.${name}'.`);
  return database.table(object.id);
}

/** Inserts a row by column names; the rest is NULL, or the next identity value, which is given back. */
export function insertInto(transaction: Transaction, table: Table, values: Readonly<Record<string, Value>>): number {
  let identity = 0;
  const row = table.columns.map((column): Value => {
    if (column.identity && values[column.name] === undefined) {
      identity = Number(table.takeIdentity());
      return identity;
    }
    return values[column.name] ?? null;
  });
  for (const name of Object.keys(values)) columnNamed(table.columns, name);
  transaction.insert(table, row);
  return identity;
}

/** Committed or own rows as objects by column name. */
export function* rowsOf(
  transaction: Transaction,
  table: Table,
): IterableIterator<{ id: RowId; values: Record<string, Value> }> {
  for (const stored of table.scan({ transaction, isolation: "READ COMMITTED", hints: {} })) yield named(table, stored);
}

/** Rows with this value in the first column of an index. */
export function* rowsWith(
  transaction: Transaction,
  table: Table,
  indexName: string,
  value: Value,
): IterableIterator<{ id: RowId; values: Record<string, Value> }> {
  const index = table.indexes.find(({ record }) => record.name === indexName);
  if (!index) throw new Error(`no index ${indexName} on ${table.name}`);
  for (const stored of table.seek(index, [value], { transaction, isolation: "READ COMMITTED", hints: {} })) {
    yield named(table, stored);
  }
}

function named(table: Table, { id, row }: StoredRow): { id: RowId; values: Record<string, Value> } {
  return { id, values: Object.fromEntries(table.columns.map((column, i) => [column.name, row[i] ?? null])) };
}

/** Changes columns of a row by name. */
export function updateIn(
  transaction: Transaction,
  table: Table,
  id: RowId,
  row: Row,
  values: Readonly<Record<string, Value>>,
): void {
  const changed = [...row];
  for (const [name, value] of Object.entries(values)) {
    changed[table.columns.indexOf(columnNamed(table.columns, name))] = value;
  }
  transaction.update(table, id, changed);
}

function columnNamed(columns: readonly ColumnRecord[], name: string): ColumnRecord {
  const column = columns.find((candidate) => candidate.name === name);
  if (!column) throw new Error(`no column ${name}`);
  return column;
}

function parseColumns(text: string, collation: string): ColumnRecord[] {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.map((line, i) => {
    const match = /^(\w+) (\w+)(?:\(([\d, ]+|max)\))?( identity)?( not null)?$/i.exec(line);
    if (!match) throw new Error(`cannot read column "${line}"`);
    const [, name, type, size, identity, notNull] = match;
    return {
      id: i + 1,
      name: name as string,
      type: parseType(type as string, size, collation),
      nullable: !notNull && !identity,
      ...(identity ? { identity: { seed: 1n, increment: 1n } } : {}),
    };
  });
}

function parseType(name: string, size: string | undefined, collation: string): SqlType {
  if (name === "sysname") return { kind: "nvarchar", length: 128, collation, alias: "sysname" };
  const kind = name as TypeKind;
  switch (kind) {
    case "char":
    case "varchar":
    case "nchar":
    case "nvarchar":
      return { kind, length: size === "max" ? -1 : Number(size), collation };
    case "binary":
    case "varbinary":
      return { kind, length: size === "max" ? -1 : Number(size) };
    case "numeric":
    case "decimal": {
      const [precision, scale] = (size ?? "18,0").split(",").map(Number);
      return { kind, precision: precision ?? 18, scale: scale ?? 0 };
    }
    default:
      return { kind };
  }
}
