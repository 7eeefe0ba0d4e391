/** What a statement did to which table: for its triggers, in the order in which they fire. */
import type { Row } from "../../values";
import type { ModificationAction, QueryContext, TableChange } from "../queryEnvironment";
import type { TableWriter } from "./tableWriter";

export class ChangeLog {
  readonly changes: TableChange[] = [];

  constructor(private readonly context: QueryContext) {}

  inserted(writer: TableWriter, rows: readonly Row[]): void {
    this.add(writer, "insert", rows, [], new Set(writer.columns.keys()));
  }

  updated(writer: TableWriter, pairs: readonly { before: Row; after: Row }[], columns: ReadonlySet<number>): void {
    const after = pairs.map((pair) => pair.after);
    const before = pairs.map((pair) => pair.before);
    this.add(writer, "update", after, before, columns);
  }

  deleted(writer: TableWriter, rows: readonly Row[]): void {
    this.add(writer, "delete", [], rows, new Set());
  }

  private add(
    writer: TableWriter,
    action: ModificationAction,
    inserted: readonly Row[],
    deleted: readonly Row[],
    updatedColumns: ReadonlySet<number>,
  ): void {
    const { context } = this;
    const { binding } = writer;
    const databaseId = binding.database.id;
    const objectId = binding.table.id;
    if (context.triggers(databaseId, objectId, action) === "none") return;
    const shown = (row: Row) => writer.visible(row, context);
    const same = this.changes.find(
      (other) => other.databaseId === databaseId && other.objectId === objectId && other.action === action,
    );
    if (same) {
      // A table that cascades reach twice fires its triggers once, over all rows.
      same.inserted.push(...inserted.map(shown));
      same.deleted.push(...deleted.map(shown));
      for (const ordinal of updatedColumns) same.updatedColumns.add(ordinal);
      return;
    }
    this.changes.push({
      databaseId,
      objectId,
      action,
      insteadOf: false,
      columns: writer.resultColumns,
      inserted: inserted.map(shown),
      deleted: deleted.map(shown),
      updatedColumns: new Set(updatedColumns),
    });
  }
}
