/** Applies snapshots and log records to a database that nobody uses: recovery and restore. Repeating a record does no harm. */
import type { Database } from "./database";
import type { Change, LogRecord } from "./log";
import type { SnapshotFrame } from "./snapshot";

export function redo(database: Database, record: LogRecord): void {
  for (const change of record.changes) redoChange(database, change, record.commitLsn);
  for (const [name, value] of record.counters ?? []) database.counters.load(name, value);
  if (record.bulk) database.boot = { ...database.boot, bulkWork: true };
  database.log.clock.passed(record.commitLsn);
}

function redoChange(database: Database, change: Change, commitLsn: bigint): void {
  if (change.kind === "record") {
    database.applyRecord(change.record, change.id, change.value);
    return;
  }
  const table = database.tables.get(change.table);
  // A full backup copies tables while others drop them: their rows are not needed any more.
  if (!table) return;
  table.lastChange = commitLsn;
  if (change.kind === "truncate") table.clear();
  else table.load(change.id, change.kind === "delete" ? null : change.row);
}

/** Puts the content of a frame in place; frames `begin` and `log` are the caller's. */
export function loadFrame(database: Database, frame: SnapshotFrame): void {
  switch (frame.kind) {
    case "records":
      for (const [kind, record] of frame.records) database.applyRecord(kind, record.id, record);
      break;
    case "counters":
      for (const [name, value] of frame.counters) database.counters.load(name, value);
      break;
    case "table": {
      const table = database.tables.get(frame.id);
      if (!table) break;
      table.clear();
      table.reserveRowId(frame.highestRowId);
      table.lastChange = frame.lastChange;
      break;
    }
    case "rows": {
      const table = database.tables.get(frame.table);
      if (table) for (const [id, row] of frame.rows) table.load(id, row);
      break;
    }
    default:
      break;
  }
}
