/** How to take back what a transaction did, in reverse order. */
import type { Change } from "./log";
import type { RowEntry } from "./rowEntry";
import type { Table } from "./table";

export interface UndoRecord {
  undo(): void;
  /** Where its change was noted for the log, to take it off again. */
  readonly participant: { readonly changes: Change[] } | undefined;
  /** Changed row, to be settled at the commit. */
  readonly entry?: RowEntry;
  readonly table?: Table;
  /** Rows of table variables outlive ROLLBACK; only a failed statement takes them back. */
  readonly statementOnly?: boolean;
}

export class UndoLog {
  readonly records: UndoRecord[] = [];

  get length(): number {
    return this.records.length;
  }

  push(record: UndoRecord): void {
    this.records.push(record);
  }

  clear(): void {
    this.records.length = 0;
  }

  /** Takes back what came after the first `length` records. */
  undo(length: number, what: "statement" | "transaction"): void {
    const kept: UndoRecord[] = [];
    while (this.records.length > length) {
      const record = this.records.pop() as UndoRecord;
      if (record.statementOnly && what === "transaction") {
        kept.push(record);
        continue;
      }
      record.undo();
      record.participant?.changes.pop();
    }
    if (kept.length > 0) this.records.push(...kept.reverse());
  }
}
