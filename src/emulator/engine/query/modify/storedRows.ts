/** Changing rows that are stored already: the part that UPDATE, DELETE and MERGE share. */
import { DuplicateKey } from "../../../storage/duplicateKey";
import type { RowId } from "../../../storage/rowEntry";
import type { Table } from "../../../storage/table";
import type { Row } from "../../values";
import { readView } from "../from/tableAccess";
import type { BaseTableBinding, QueryContext, QueryEnvironment } from "../queryEnvironment";
import type { ChangeLog } from "./changeLog";
import { ForeignKeys } from "./foreignKeys";
import { duplicateKey, type Verb } from "./modificationErrors";
import { TableWriter } from "./tableWriter";

export interface UpdatedRow {
  id: RowId;
  before: Row;
  after: Row;
}

export class StoredRows {
  readonly writer: TableWriter;
  readonly foreignKeys: ForeignKeys;

  constructor(
    readonly binding: BaseTableBinding,
    environment: QueryEnvironment,
  ) {
    this.writer = new TableWriter(binding, environment);
    this.foreignKeys = new ForeignKeys(binding, environment);
  }

  /** The stored row, as it is in this transaction. */
  read(table: Table, id: RowId, context: QueryContext): Row | undefined {
    return table.get(id, readView(context, {}, true))?.row;
  }

  /** Stores the new versions; unique keys are checked when all are there. */
  update(table: Table, changes: readonly UpdatedRow[], context: QueryContext): void {
    try {
      context.transaction.updateRows(
        table,
        changes.map(({ id, after }): [RowId, Row] => [id, after]),
      );
    } catch (error) {
      throw asError(error, table, this.binding);
    }
  }

  delete(table: Table, ids: readonly RowId[], context: QueryContext): void {
    for (const id of ids) context.transaction.delete(table, id);
  }

  /** Foreign keys after an update, and what it did for the log. */
  finishUpdate(
    changes: readonly UpdatedRow[],
    updated: ReadonlySet<number>,
    verb: Verb,
    context: QueryContext,
    log: ChangeLog,
  ): void {
    log.updated(this.writer, changes, updated);
    this.foreignKeys.checkParents(
      changes.map(({ after }) => after),
      verb,
      context,
      updated,
    );
    this.foreignKeys.afterUpdate(changes, verb, context, log);
  }

  finishDelete(rows: readonly Row[], verb: Verb, context: QueryContext, log: ChangeLog): void {
    log.deleted(this.writer, rows);
    this.foreignKeys.afterDelete(rows, verb, context, log);
  }
}

export function asError(error: unknown, table: Table, binding: BaseTableBinding): unknown {
  return error instanceof DuplicateKey ? duplicateKey(error.index, error.key, table, binding) : error;
}
