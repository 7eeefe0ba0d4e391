/** What a statement did to which table: for its triggers, in the order in which they fire. */
import type { Row } from "../../values";
import type { OutputColumn } from "../compiledQuery";
import type { BaseTableBinding, ModificationAction, TableChange } from "../queryEnvironment";

export class ChangeLog {
  readonly changes: TableChange[] = [];

  add(
    binding: BaseTableBinding,
    action: ModificationAction,
    inserted: Row[],
    deleted: Row[],
    updatedColumns: Set<number>,
    columns: OutputColumn[],
    insteadOf = false,
  ): void {
    const { securable } = binding;
    this.addObject(securable?.databaseId ?? binding.database.id, securable?.objectId ?? binding.table.id, {
      action,
      inserted,
      deleted,
      updatedColumns,
      columns,
      insteadOf,
    });
  }

  addObject(databaseId: number, objectId: number, change: Omit<TableChange, "databaseId" | "objectId">): void {
    const same = this.changes.find(
      (other) => other.objectId === objectId && other.databaseId === databaseId && other.action === change.action,
    );
    // A cascade that reaches a table twice fires its triggers once, over all rows.
    if (same && same.insteadOf === change.insteadOf) {
      same.inserted.push(...change.inserted);
      same.deleted.push(...change.deleted);
      for (const ordinal of change.updatedColumns) same.updatedColumns.add(ordinal);
      return;
    }
    this.changes.push({ databaseId, objectId, ...change });
  }
}
