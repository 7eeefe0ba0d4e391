/** Unique indexes: a key that another row has, or may have once its transaction ends. */
import type { Row } from "../engine/values";
import type { Database } from "./database";
import { DuplicateKey } from "./duplicateKey";
import { TransientLockWait } from "./lockManager";
import type { RecordKinds } from "./records";
import type { RowEntry } from "./rowEntry";
import type { RowIndex } from "./rowIndex";
import type { Table } from "./table";
import type { Transaction } from "./transaction";

/** Throws DuplicateKey, or waits for who has written a row of that key. `self`: the entry that the row belongs to. */
export function requireUnique(
  transaction: Transaction,
  table: Table,
  index: RowIndex,
  row: Row,
  self: RowEntry | undefined,
): void {
  if (!index.record.unique || index.record.disabled || !index.covers(row)) return;
  const key = index.keyOfRow(row);
  const values = index.ordinals.map((ordinal) => row[ordinal] ?? null);
  for (const entry of index.candidates(values, table.entries.values())) {
    if (entry === self) continue;
    if (table.transactional && entry.writer !== transaction && transaction.locks.isBlocked(transaction, entry, "S")) {
      throw new TransientLockWait(entry, "S");
    }
    const other = entry.current.row;
    if (other && index.covers(other) && index.keyOfRow(other) === key) {
      throw new DuplicateKey(table, index.record, values);
    }
  }
}

/** All rows of a table that got a unique index. */
export function requireUniqueRows(transaction: Transaction, database: Database, record: RecordKinds["index"]): void {
  const table = database.tables.get(record.objectId);
  const index = table?.index(record.id);
  if (!table || !index || !record.unique) return;
  for (const entry of table.entries.values()) {
    if (entry.current.row) requireUnique(transaction, table, index, entry.current.row, entry);
  }
}
