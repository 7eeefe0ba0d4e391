/** A transaction over any number of databases: locks, undo, and the changes that its log records will hold. */
import { LockWait, SqlError } from "../engine/errors";
import type { Row } from "../engine/values";
import type { Database } from "./database";
import type { LockManager, LockOwner, LockParticipant } from "./lockManager";
import type { Change, LogMark } from "./log";
import type { MetadataRecord, ObjectRecord, RecordKind, RecordKinds } from "./records";
import { RowEntry, type RowId, type RowVersion } from "./rowEntry";
import type { RowIndex } from "./rowIndex";
import type { Table } from "./table";
import type { TransactionManager } from "./transactionManager";
import { UndoLog } from "./undoLog";
import { requireUnique, requireUniqueRows } from "./uniqueness";
import { pruneVersions } from "./versions";

/** The part of a transaction in one database that it writes. */
export interface Participant {
  readonly database: Database;
  readonly changes: Change[];
  bulk: boolean;
}

export type TransactionState = "active" | "prepared" | "committed" | "rolledBack";

/** A point to go back to. */
export interface Savepoint {
  readonly undoLength: number;
}

export class Transaction implements LockOwner {
  state: TransactionState = "active";
  readonly participants = new Map<Database, Participant>();
  /** Set by BEGIN TRANSACTION … WITH MARK. */
  mark: LogMark | undefined;
  /** Shown by sys.dm_tran_active_transactions. */
  name = "user_transaction";
  readonly startTime: bigint;
  private readonly undoLog = new UndoLog();
  private readonly pendingKeys = new Map<Database, string[]>();
  private snapshot: number | undefined;

  constructor(
    readonly manager: TransactionManager,
    readonly id: number,
    readonly participant: LockParticipant,
    /** Login recorded with marks. */
    readonly userName: string,
  ) {
    this.startTime = manager.server.clock().local;
  }

  get locks(): LockManager {
    return this.manager.server.locks;
  }

  /** Whether it has changed anything that commits. */
  get hasWritten(): boolean {
    return this.participants.size > 0;
  }

  /** Log records written so far, the cost of rolling back. */
  get work(): number {
    return this.undoLog.length;
  }

  /** Sequence of the last commit it sees under SNAPSHOT; taken at the first access. */
  takeSnapshot(): number {
    this.snapshot ??= this.manager.openSnapshot(this);
    return this.snapshot;
  }

  get hasSnapshot(): boolean {
    return this.snapshot !== undefined;
  }

  // ---- rows

  insert(table: Table, row: Row): RowId {
    return this.insertAs(table, table.newRowId(), row);
  }

  private insertAs(table: Table, id: RowId, row: Row): RowId {
    if (table.transactional) {
      this.lockTableForWrite(table);
      for (const index of table.indexes) {
        const range = table.keyRangeOf(index, row);
        if (range) this.locks.acquire(this, range, "X");
      }
    }
    for (const index of table.indexes) requireUnique(this, table, index, row, undefined);
    const participant = this.note(table, { kind: "insert", table: table.id, id, row });
    const version: RowVersion = { id, row, sequence: Number.POSITIVE_INFINITY, older: undefined };
    const entry = new RowEntry(id, version);
    if (table.transactional) entry.writer = this;
    table.entries.set(id, entry);
    table.addIndexEntries(row, entry);
    this.undoLog.push({
      participant,
      table,
      entry,
      statementOnly: !table.transactional,
      undo: () => {
        entry.writer = undefined;
        table.entries.delete(id);
        table.removeIndexEntries(row, entry, []);
      },
    });
    return id;
  }

  /** Changes one row; unique keys are checked against the rows as they are then. */
  update(table: Table, rowId: RowId, row: Row): void {
    this.updateRows(table, [[rowId, row]]);
  }

  /** Changes several rows as one statement does: unique keys are checked when all have changed. */
  updateRows(table: Table, changes: readonly (readonly [RowId, Row])[]): void {
    if (table.transactional && changes.length > 0) this.lockTableForWrite(table);
    const toCheck: [RowIndex, Row, RowEntry][] = [];
    for (const [id, row] of changes) {
      const entry = this.entryForWrite(table, id);
      const former = entry.current.row as Row;
      for (const index of table.indexes) {
        if (index.sameKey(former, row)) continue;
        const range = table.keyRangeOf(index, row);
        if (range) this.locks.acquire(this, range, "X");
        toCheck.push([index, row, entry]);
      }
      this.replace(table, entry, row, { kind: "update", table: table.id, id, row });
    }
    for (const [index, row, entry] of toCheck) requireUnique(this, table, index, row, entry);
  }

  delete(table: Table, rowId: RowId): void {
    if (table.transactional) this.lockTableForWrite(table);
    const entry = this.entryForWrite(table, rowId);
    this.replace(table, entry, null, { kind: "delete", table: table.id, id: rowId });
  }

  /** Removes all rows under a schema modification lock, and starts identity anew. */
  truncate(table: Table): void {
    if (table.transactional) this.locks.acquire(this, table, "SchM");
    const participant = this.note(table, { kind: "truncate", table: table.id });
    const identity = table.lastIdentity();
    table.setLastIdentity(undefined);
    this.undoLog.push({
      participant,
      statementOnly: !table.transactional,
      undo: () => table.setLastIdentity(identity),
    });
    for (const entry of [...table.entries.values()]) {
      if (entry.current.row) this.replace(table, entry, null, undefined);
    }
  }

  /** Marks the work in this database as minimally logged where the recovery model is BULK_LOGGED. */
  noteBulkOperation(database: Database): void {
    if (database.options.recoveryModel === "BULK_LOGGED") this.participantIn(database).bulk = true;
  }

  // ---- metadata

  /** Creates, changes or (undefined) removes a record. Tables get and lose their rows with their object record. */
  putRecord<K extends RecordKind>(database: Database, kind: K, id: number, record: RecordKinds[K] | undefined): void {
    const former = database.metadata.get(kind, id);
    if (former === undefined && record === undefined) return;
    if (kind === "object") {
      const table = database.tables.get(id);
      if (table) this.locks.acquire(this, table, "SchM");
    }
    const claimed = database.metadata.claim(kind, id, former, record?.name, this);
    if (claimed.length > 0) {
      const keys = this.pendingKeys.get(database);
      if (keys) keys.push(...claimed);
      else this.pendingKeys.set(database, claimed);
    }
    const participant = this.participantIn(database);
    participant.changes.push({ kind: "record", record: kind, id, value: record });
    const table = kind === "object" ? database.tables.get(id) : undefined;
    if (table && record === undefined) database.droppedTables.set(id, table);
    this.undoLog.push({
      participant,
      undo: () => {
        if (table) database.tables.set(id, table);
        database.applyRecord(kind, id, former);
      },
    });
    database.applyRecord(kind, id, record as MetadataRecord | undefined);
    if (kind === "index" && record) requireUniqueRows(this, database, record as RecordKinds["index"]);
  }

  /** Changes a table's definition and, with it, every row (ALTER TABLE). */
  alterTable(table: Table, record: ObjectRecord, rewrite?: (row: Row) => Row): void {
    const { database } = table;
    this.undoLog.push({ participant: undefined, undo: () => table.rebuildIndexes() });
    this.putRecord(database, "object", record.id, record);
    if (rewrite) {
      for (const entry of [...table.entries.values()]) {
        const former = entry.current.row;
        if (!former) continue;
        const row = rewrite(former);
        this.entryForWrite(table, entry.id);
        this.replace(table, entry, row, { kind: "update", table: table.id, id: entry.id, row });
      }
    }
    table.rebuildIndexes();
    for (const index of table.indexes) requireUniqueRows(this, database, index.record);
  }

  /** Makes the changes of a log record again (a prepared transaction after a restart). */
  repeat(database: Database, changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === "record") {
        this.putRecord(
          database,
          change.record,
          change.id,
          change.value as RecordKinds[typeof change.record] | undefined,
        );
        continue;
      }
      const table = database.table(change.table);
      if (change.kind === "insert") {
        table.reserveRowId(change.id);
        this.insertAs(table, change.id, change.row);
      } else if (change.kind === "update") this.update(table, change.id, change.row);
      else if (change.kind === "delete") this.delete(table, change.id);
      else this.truncate(table);
    }
  }

  // ---- savepoints

  savepoint(): Savepoint {
    return { undoLength: this.undoLog.length };
  }

  /** ROLLBACK TRANSACTION savepoint: locks stay, table variables keep their rows. */
  rollbackTo(savepoint: Savepoint): void {
    this.undoLog.undo(savepoint.undoLength, "transaction");
  }

  /** Takes back everything since the savepoint, table variables too: the statement failed or waits. */
  undoStatement(savepoint: Savepoint): void {
    this.undoLog.undo(savepoint.undoLength, "statement");
  }

  // ---- end

  /**
   * Commits. Steps, because a marked transaction makes others wait: yields promises to await.
   * Gives messages such as 3923. Fails with 3928 (then it is rolled back) or 9002.
   */
  *commitSteps(): Generator<Promise<unknown>, SqlError[], unknown> {
    return yield* this.manager.commitSteps(this);
  }

  /** Commits at once, as the engine's own transactions do; waits for nobody. */
  commit(): void {
    this.manager.commitNow(this);
  }

  rollback(): void {
    if (this.state === "committed" || this.state === "rolledBack") return;
    if (this.state === "prepared") throw new Error("a prepared transaction is ended by its coordinator");
    this.undoLog.undo(0, "transaction");
    this.state = "rolledBack";
    this.manager.ended(this);
  }

  /** For the manager: takes ownership of nothing any more, everything written is the committed state. */
  settle(sequence: number, keepVersions: boolean): RowEntry[] {
    const prunable: RowEntry[] = [];
    for (const { entry, table } of this.undoLog.records) {
      if (!entry || !table) continue;
      if (entry.writer === this) {
        entry.writer = undefined;
        entry.current.sequence = sequence;
      }
      if (keepVersions) prunable.push(entry);
      else pruneVersions(table, entry);
    }
    this.undoLog.clear();
    return prunable;
  }

  /** For the manager: the tables whose old versions may go. */
  *writtenEntries(): IterableIterator<readonly [Table, RowEntry]> {
    for (const { entry, table } of this.undoLog.records) if (entry && table) yield [table, entry];
  }

  releaseRecords(): void {
    for (const [database, keys] of this.pendingKeys) database.settleRecords(keys);
    this.pendingKeys.clear();
  }

  private lockTableForWrite(table: Table): void {
    table.database.metadata.guard("object", table.id, this);
    this.locks.acquire(this, table, "IX");
  }

  private entryForWrite(table: Table, id: RowId): RowEntry {
    const entry = table.entries.get(id);
    if (!entry?.current.row) throw new Error(`row ${id} of ${table.name} is gone`);
    if (!table.transactional || entry.writer === this) return entry;
    if (this.locks.isBlocked(this, entry, "X")) throw new LockWait(entry, "X");
    if (this.snapshot !== undefined && entry.current.sequence > this.snapshot) throw this.updateConflict(table);
    if (this.locks.isHeld(entry)) this.locks.acquire(this, entry, "X");
    return entry;
  }

  private replace(table: Table, entry: RowEntry, row: Row | null, change: Change | undefined): void {
    const participant = change ? this.note(table, change) : undefined;
    const previous = entry.current;
    const first = table.transactional && entry.writer !== this;
    const version: RowVersion = {
      id: entry.id,
      row,
      sequence: Number.POSITIVE_INFINITY,
      older: first ? previous : previous.older,
    };
    entry.current = version;
    if (first) entry.writer = this;
    if (row) table.addIndexEntries(row, entry);
    if (!first && previous.row) table.removeIndexEntries(previous.row, entry, entry.rows());
    if (!table.transactional && !row) table.entries.delete(entry.id);
    this.undoLog.push({
      participant,
      table,
      entry,
      statementOnly: !table.transactional,
      undo: () => {
        entry.current = previous;
        if (first) entry.writer = undefined;
        if (!table.transactional && !row) table.entries.set(entry.id, entry);
        if (previous.row) table.addIndexEntries(previous.row, entry);
        if (row) table.removeIndexEntries(row, entry, entry.rows());
      },
    });
  }

  private note(table: Table, change: Change): Participant | undefined {
    if (!table.transactional) return undefined;
    const participant = this.participantIn(table.database);
    participant.changes.push(change);
    return participant;
  }

  private participantIn(database: Database): Participant {
    let participant = this.participants.get(database);
    if (!participant) {
      database.requireWritable();
      participant = { database, changes: [], bulk: false };
      this.participants.set(database, participant);
    }
    return participant;
  }

  private updateConflict(table: Table): SqlError {
    const error = new SqlError(
      3960,
      `Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot isolation to access table '${table.database.qualifiedName(table.record)}' directly or indirectly in database '${table.database.name}' to update, delete, or insert the row that has been modified or deleted by another transaction. Retry the transaction or change the isolation level for the update/delete statement.`,
      2,
    );
    error.abortsBatch = true;
    return error;
  }
}
