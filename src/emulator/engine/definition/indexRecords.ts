/** Index records, and the index with them. */
import type { Database } from "../../storage/database";
import { DuplicateKey } from "../../storage/duplicateKey";
import type { IndexRecord, ObjectRecord } from "../../storage/records";
import type { IndexColumn, InlineIndex } from "../../tsql/ast";
import { SqlError } from "../errors";
import { completeRows, keyText } from "../query";
import { environmentOf } from "../session/environment";
import { checkCondition } from "./columns";
import { columnNamed, missingColumn, type TableContext } from "./constraintParts";
import { normalText } from "./expressionText";

const MAX_KEY_COLUMNS = 32;

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
  // What is computed when it is read has no value that an index could be built of.
  if (
    columns.some(({ columnId }) => table.table?.columns.some((column) => column.id === columnId && column.computed))
  ) {
    completeRows(database.table(table.id), activation, environmentOf(activation));
  }
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
