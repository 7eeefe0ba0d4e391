/** A database's committed state as a sequence of frames: the checkpoint on disk and the data part of a full backup. */
import type { Row } from "../engine/values";
import type { BootState } from "./boot";
import type { Database } from "./database";
import type { DecisionId } from "./decisionLog";
import type { DistributedIdentity } from "./dtc";
import type { CounterValue, LogRecord } from "./log";
import type { MetadataRecord, RecordKind } from "./records";
import type { RowId } from "./rowEntry";
import type { Table } from "./table";

/** A transaction whose outcome another file or server decides. */
export interface PendingRecord {
  readonly decision: DecisionId;
  readonly record: LogRecord;
  /** Prepared: an outcome entry follows when it ends. Otherwise its decision was made right after it was written. */
  readonly prepared: boolean;
  /** Coordinated by another server. */
  readonly distributed?: DistributedIdentity;
}

export type SnapshotFrame =
  | { readonly kind: "begin"; readonly boot: BootState; readonly pending: readonly PendingRecord[] }
  | { readonly kind: "records"; readonly records: readonly (readonly [RecordKind, MetadataRecord])[] }
  | { readonly kind: "counters"; readonly counters: readonly CounterValue[] }
  /** A table follows: what is there of it is replaced. */
  | { readonly kind: "table"; readonly id: number; readonly highestRowId: RowId; readonly lastChange: bigint }
  | { readonly kind: "rows"; readonly table: number; readonly rows: readonly (readonly [RowId, Row])[] }
  | { readonly kind: "log"; readonly records: readonly LogRecord[] }
  | { readonly kind: "end" };

const ROWS_PER_FRAME = 500;
const RECORDS_PER_FRAME = 200;

/** Committed records of the database. */
export function* recordFrames(database: Database): IterableIterator<SnapshotFrame> {
  yield* chunked([...database.metadata.committed()], RECORDS_PER_FRAME, (records) => ({ kind: "records", records }));
}

/** Committed rows of a table. Rows may change between the frames of one table; the log then brings what was missed. */
export function* tableFrames(table: Table): IterableIterator<SnapshotFrame> {
  yield { kind: "table", id: table.id, highestRowId: table.highestRowId, lastChange: table.lastChange };
  let rows: [RowId, Row][] = [];
  for (const entry of table.entries.values()) {
    const row = entry.committed()?.row;
    if (!row) continue;
    rows.push([entry.id, row]);
    if (rows.length < ROWS_PER_FRAME) continue;
    yield { kind: "rows", table: table.id, rows };
    rows = [];
  }
  if (rows.length > 0) yield { kind: "rows", table: table.id, rows };
}

export function* logFrames(records: readonly LogRecord[]): IterableIterator<SnapshotFrame> {
  yield* chunked(records, RECORDS_PER_FRAME, (part) => ({ kind: "log", records: part }));
}

/** Everything a checkpoint holds. */
export function* checkpointFrames(
  database: Database,
  pending: readonly PendingRecord[],
): IterableIterator<SnapshotFrame> {
  yield { kind: "begin", boot: { ...database.boot, position: database.log.clock.position }, pending };
  yield* recordFrames(database);
  yield { kind: "counters", counters: database.counters.all() };
  for (const [, table] of database.committedTables()) yield* tableFrames(table);
  yield* logFrames(database.log.retained);
  yield { kind: "end" };
}

function* chunked<T>(
  items: readonly T[],
  size: number,
  make: (part: readonly T[]) => SnapshotFrame,
): IterableIterator<SnapshotFrame> {
  for (let i = 0; i < items.length; i += size) yield make(items.slice(i, i + size));
}
