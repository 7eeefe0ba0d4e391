/** Constraints and indexes of a table: their records, and the check of rows that are already there. */
import type { Database } from "../../storage/database";
import { DuplicateKey } from "../../storage/duplicateKey";
import type { ColumnRecord, IndexRecord, ObjectRecord } from "../../storage/records";
import type { IndexColumn, InlineIndex, TableConstraint } from "../../tsql/ast";
import { SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import { keyText, verifyCheck, verifyForeignKey } from "../query";
import type { Activation } from "../session/activation";
import { environmentOf } from "../session/environment";
import { findObject } from "../session/names";
import { canConvertImplicitly } from "../types";
import { checkCondition, tableScope } from "./columns";
import { normalText } from "./expressionText";
import { newObject, requireFreeName, systemName } from "./objects";

export interface TableContext {
  activation: Activation;
  database: Database;
  /** The record of the table as it is now. */
  table: ObjectRecord;
}

const MAX_KEY_COLUMNS = 32;

export function addConstraint(context: TableContext, constraint: TableConstraint, withCheck = true): void {
  switch (constraint.kind) {
    case "primaryKey":
    case "unique":
      addKey(context, constraint);
      break;
    case "foreignKey":
      addForeignKey(context, constraint, withCheck);
      break;
    case "check":
      addCheck(context, constraint, withCheck);
      break;
    case "default":
      addDefault(context, constraint);
      break;
  }
}

function columnNamed({ table }: TableContext, name: string, error: (name: string) => SqlError): ColumnRecord {
  const column = table.table?.columns.find((c) => c.name.toLowerCase() === name.toLowerCase());
  if (!column) throw error(name);
  return column;
}

function missingColumn(table: ObjectRecord): (name: string) => SqlError {
  return (name) =>
    new SqlError(
      1911,
      `Column name '${name}' does not exist in the target table or view.`,
      table.name.startsWith("#") ? 1 : 2,
    );
}

function constraintObject(
  context: TableContext,
  type: "PK" | "UQ" | "F" | "C" | "D",
  given: string | undefined,
  hint: string,
): { id: number; name: string; systemNamed: boolean } {
  const { database, table, activation } = context;
  const id = database.allocateObjectId();
  const name = given ?? systemName(type, table.name, hint, id);
  if (given) requireFreeName(database, table.schemaId, given, activation);
  return { id, name, systemNamed: given === undefined };
}

function addKey(context: TableContext, constraint: Extract<TableConstraint, { kind: "primaryKey" | "unique" }>): void {
  const { database, table, activation } = context;
  const primary = constraint.kind === "primaryKey";
  const existing = database.metadata.indexesOf(table.id);
  if (primary && existing.some((i) => i.primaryKey)) {
    throw new SqlError(1779, `Table '${table.name}' already has a primary key defined on it.`, 0);
  }
  const columns = constraint.columns.map((c) => columnNamed(context, c.name, missingColumn(table)));
  if (primary) {
    const nullable = columns.find((c) => c.nullable);
    if (nullable)
      throw new SqlError(8111, `Cannot define PRIMARY KEY constraint on nullable column in table '${table.name}'.`);
  }
  const clustered = constraint.clustered ?? (primary && !existing.some((i) => i.clustered));
  const object = constraintObject(context, primary ? "PK" : "UQ", constraint.name, "");
  const index = createIndexRecord(context, {
    name: object.name,
    unique: true,
    clustered,
    columns: constraint.columns,
    include: [],
    primaryKey: primary,
    uniqueConstraint: !primary,
    ignoreDuplicateKey: false,
  });
  const transaction = activation.session.requireTransaction();
  transaction.putRecord(
    database,
    "object",
    object.id,
    newObject(activation, {
      id: object.id,
      name: object.name,
      schemaId: table.schemaId,
      type: primary ? "PK" : "UQ",
      parentId: table.id,
      constraint: { kind: constraint.kind, indexRecordId: index.id, systemNamed: object.systemNamed },
    }),
  );
}

export interface IndexSpecification extends Pick<InlineIndex, "name" | "unique" | "clustered" | "include" | "where"> {
  columns: IndexColumn[];
  primaryKey?: boolean;
  uniqueConstraint?: boolean;
  ignoreDuplicateKey?: boolean;
  fillFactor?: number;
}

/** Makes an index record, and the index with it: 1505 when rows break it. */
export function createIndexRecord(context: TableContext, specification: IndexSpecification): IndexRecord {
  const { database, table, activation } = context;
  const existing = database.metadata.indexesOf(table.id);
  const { name } = specification;
  if (existing.some((i) => i.name.toLowerCase() === name.toLowerCase())) {
    throw new SqlError(
      1913,
      `The operation failed because an index or statistics with name '${name}' already exists on table '${tableText(database, table)}'.`,
    );
  }
  if (specification.clustered && existing.some((i) => i.clustered)) {
    const other = existing.find((i) => i.clustered);
    throw new SqlError(
      1902,
      `Cannot create more than one clustered index on table '${tableText(database, table)}'. Drop the existing clustered index '${other?.name}' before creating another.`,
      3,
    );
  }
  if (specification.columns.length > MAX_KEY_COLUMNS)
    throw new SqlError(
      1904,
      `The index '${name}' on table '${tableText(database, table)}' has ${specification.columns.length} columns in the key list. The maximum limit for index key column list is ${MAX_KEY_COLUMNS}.`,
    );
  const seen = new Set<number>();
  const columns = specification.columns.map((c) => {
    const column = columnNamed(context, c.name, missingColumn(table));
    if (seen.has(column.id))
      throw new SqlError(
        1909,
        `Cannot use duplicate column names in index. Column name '${column.name}' listed more than once.`,
      );
    seen.add(column.id);
    if (/^(text|ntext|image|xml)$/.test(column.type.kind) || column.type.length === -1) {
      throw new SqlError(
        1919,
        `Column '${column.name}' in table '${tableText(database, table)}' is of a type that is invalid for use as a key column in an index.`,
      );
    }
    return { columnId: column.id, descending: c.descending };
  });
  const include = specification.include.map((c) => columnNamed(context, c, missingColumn(table)).id);
  if (specification.where)
    checkCondition(specification.where.condition, table.table?.columns ?? [], table.name, activation);
  const record: IndexRecord = {
    id: database.metadata.nextId("index"),
    name,
    objectId: table.id,
    indexId: specification.clustered ? 1 : Math.max(1, ...existing.map((i) => i.indexId)) + 1,
    unique: specification.unique,
    clustered: specification.clustered,
    primaryKey: specification.primaryKey ?? false,
    uniqueConstraint: specification.uniqueConstraint ?? false,
    columns,
    include,
    ...(specification.where ? { filter: normalText(specification.where.condition, specification.where.text) } : {}),
    ignoreDuplicateKey: specification.ignoreDuplicateKey ?? false,
    disabled: false,
    ...(specification.fillFactor === undefined ? {} : { fillFactor: specification.fillFactor }),
  };
  putIndex(context, record);
  return record;
}

/** Error 1505 rather than 2627: the rows were there before the index. */
export function putIndex({ activation, database, table }: TableContext, record: IndexRecord): void {
  try {
    activation.session.requireTransaction().putRecord(database, "index", record.id, record);
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error;
    const values = keyText(error.index, error.key, error.table);
    const failure = new SqlError(
      1505,
      `The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the object name '${tableText(database, table)}' and the index name '${record.name}'. The duplicate key value is (${values}).`,
    );
    if (!record.primaryKey && !record.uniqueConstraint) throw failure;
    const constraintError = new SqlError(1750, "Could not create constraint or index. See previous errors.", 1);
    failure.precedingErrors = [];
    constraintError.precedingErrors = [failure];
    throw constraintError;
  }
}

function tableText(database: Database, table: ObjectRecord): string {
  return database.qualifiedName(table);
}

function addForeignKey(
  context: TableContext,
  constraint: Extract<TableConstraint, { kind: "foreignKey" }>,
  withCheck: boolean,
): void {
  const { activation, database, table } = context;
  const hint = constraint.columns[0] ?? "";
  const object = constraintObject(context, "F", constraint.name, hint);
  const columns = constraint.columns.map((name) =>
    columnNamed(
      context,
      name,
      () =>
        new SqlError(
          1769,
          `Foreign key '${object.name}' references invalid column '${name}' in referencing table '${table.name}'.`,
        ),
    ),
  );
  const self = constraint.references.name.toLowerCase() === table.name.toLowerCase();
  const target = findObject(activation.session, database, constraint.references) ?? (self ? table : undefined);
  if (!target?.table) {
    throw preceded(
      new SqlError(
        1767,
        `Foreign key '${object.name}' references invalid table '${[constraint.references.schema, constraint.references.name].filter(Boolean).join(".")}'.`,
        0,
      ),
    );
  }
  const unique = database.metadata.indexesOf(target.id).filter((i) => i.unique);
  const referencedNames = constraint.referencedColumns.length > 0 ? constraint.referencedColumns : undefined;
  const key = referencedNames
    ? unique.find((i) =>
        sameSet(
          i.columns.map((c) => c.columnId),
          referencedNames.map((n) => target.table?.columns.find((c) => c.name.toLowerCase() === n.toLowerCase())?.id),
        ),
      )
    : unique.find((i) => i.primaryKey);
  if (referencedNames) {
    for (const name of referencedNames) {
      if (!target.table.columns.some((c) => c.name.toLowerCase() === name.toLowerCase())) {
        throw preceded(
          new SqlError(
            1770,
            `Foreign key '${object.name}' references invalid column '${name}' in referenced table '${target.name}'.`,
            0,
          ),
        );
      }
    }
  }
  if (!key) {
    throw preceded(
      referencedNames
        ? new SqlError(
            1776,
            `There are no primary or candidate keys in the referenced table '${database.qualifiedName(target)}' that match the referencing column list in the foreign key '${object.name}'.`,
            0,
          )
        : new SqlError(
            1773,
            `Foreign key '${object.name}' has implicit reference to object '${target.name}' which does not have a primary key defined on it.`,
            0,
          ),
    );
  }
  const referenced = referencedNames
    ? referencedNames.map(
        (n) => target.table?.columns.find((c) => c.name.toLowerCase() === n.toLowerCase())?.id as number,
      )
    : key.columns.map((c) => c.columnId);
  if (referenced.length !== columns.length) {
    throw preceded(
      new SqlError(
        8139,
        `Number of referencing columns in foreign key differs from number of referenced columns, table '${table.name}'.`,
        0,
      ),
    );
  }
  columns.forEach((column, i) => {
    const other = target.table?.columns.find((c) => c.id === referenced[i]);
    if (other && other.type.kind !== column.type.kind) {
      throw preceded(
        new SqlError(
          1778,
          `Column '${target.name}.${other.name}' is not the same data type as referencing column '${table.name}.${column.name}' in foreign key '${object.name}'.`,
          0,
        ),
      );
    }
  });
  const record = newObject(activation, {
    id: object.id,
    name: object.name,
    schemaId: table.schemaId,
    type: "F",
    parentId: table.id,
    constraint: {
      kind: "foreignKey",
      columns: columns.map((c) => c.id),
      referencedTableId: target.id,
      referencedColumns: referenced,
      referencedIndexRecordId: key.id,
      onDelete: constraint.onDelete,
      onUpdate: constraint.onUpdate,
      disabled: false,
      notTrusted: !withCheck,
      systemNamed: object.systemNamed,
    },
  });
  activation.session.requireTransaction().putRecord(database, "object", record.id, record);
  if (withCheck) verifyForeignKey(database, record, activation, environmentOf(activation));
}

function preceded(cause: SqlError): SqlError {
  const error = new SqlError(1750, "Could not create constraint or index. See previous errors.", 1);
  error.precedingErrors = [cause];
  return error;
}

function sameSet(one: readonly number[], other: readonly (number | undefined)[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id));
}

function addCheck(
  context: TableContext,
  constraint: Extract<TableConstraint, { kind: "check" }>,
  withCheck: boolean,
): void {
  const { activation, database, table } = context;
  const object = constraintObject(context, "C", constraint.name, "");
  checkCondition(constraint.condition, table.table?.columns ?? [], table.name, activation);
  const record = newObject(activation, {
    id: object.id,
    name: object.name,
    schemaId: table.schemaId,
    type: "C",
    parentId: table.id,
    constraint: {
      kind: "check",
      text: normalText(constraint.condition, constraint.text),
      columnId: 0,
      disabled: false,
      notTrusted: !withCheck,
      systemNamed: object.systemNamed,
    },
  });
  activation.session.requireTransaction().putRecord(database, "object", record.id, record);
  if (withCheck) verifyCheck(database, record, activation, environmentOf(activation));
}

function addDefault(context: TableContext, constraint: Extract<TableConstraint, { kind: "default" }>): void {
  const { activation, database, table } = context;
  const column = columnNamed(
    context,
    constraint.column ?? "",
    (name) =>
      new SqlError(1752, `Column '${name}' in table '${table.name}' is invalid for creating a default constraint.`, 0),
  );
  if (column.defaultId !== undefined)
    throw preceded(new SqlError(1781, `Column already has a DEFAULT bound to it.`, 1));
  if (column.identity)
    throw preceded(
      new SqlError(
        1754,
        `Defaults cannot be created on columns with an IDENTITY attribute. Table '${table.name}', column '${column.name}'.`,
        0,
      ),
    );
  const compiled = compileExpression(constraint.expression, { ...tableScope([], "", activation), sources: [] });
  if (!canConvertImplicitly(compiled.type, column.type)) {
    throw new SqlError(206, `Operand type clash: ${compiled.type.kind} is incompatible with ${column.type.kind}`, 2);
  }
  const object = constraintObject(context, "D", constraint.name, column.name);
  const record = newObject(activation, {
    id: object.id,
    name: object.name,
    schemaId: table.schemaId,
    type: "D",
    parentId: table.id,
    constraint: {
      kind: "default",
      text: normalText(constraint.expression, constraint.text),
      columnId: column.id,
      systemNamed: object.systemNamed,
    },
  });
  const transaction = activation.session.requireTransaction();
  transaction.putRecord(database, "object", record.id, record);
  setColumn(context, { ...column, defaultId: record.id });
}

/** Replaces one column of the table's record. */
export function setColumn(context: TableContext, column: ColumnRecord): void {
  const definition = context.table.table;
  if (!definition) return;
  const record: ObjectRecord = {
    ...context.table,
    table: { ...definition, columns: definition.columns.map((c) => (c.id === column.id ? column : c)) },
  };
  context.activation.session.requireTransaction().putRecord(context.database, "object", record.id, record);
  context.table = record;
}
