/** The rows of one table and its hash indexes. Read through views; changed only by transactions and recovery. */
import { LockWait, SqlError } from "../engine/errors";
import type { Row, Value } from "../engine/values";
import type { Database } from "./database";
import { TransientLockWait } from "./lockManager";
import { locksRanges, type ReadMode, type ReadView, readMode } from "./readView";
import type { ColumnRecord, IndexRecord, ObjectRecord } from "./records";
import { RowEntry, type RowId, type RowVersion, type StoredRow } from "./rowEntry";
import { RowIndex } from "./rowIndex";

/** A key that an empty seek under SERIALIZABLE keeps others from inserting. */
class KeyRange {}

export class Table {
  readonly entries = new Map<RowId, RowEntry>();
  private lastRowId = 0;
  private readonly indexMap = new Map<number, RowIndex>();
  private keyRanges: Map<string, KeyRange> | undefined;
  /** LSN of the last committed change: what a differential backup goes by. */
  lastChange = 0n;
  /** False for table variables: no locks, no log, and only statements undo their rows. */
  readonly transactional: boolean;

  constructor(
    readonly database: Database,
    public record: ObjectRecord,
    options: { transactional?: boolean } = {},
  ) {
    this.transactional = options.transactional ?? true;
  }

  get id(): number {
    return this.record.id;
  }

  get name(): string {
    return this.record.name;
  }

  get columns(): readonly ColumnRecord[] {
    return this.record.table?.columns ?? [];
  }

  /** Rows now, uncommitted ones too. */
  get rowCount(): number {
    let count = 0;
    for (const entry of this.entries.values()) if (entry.current.row) count++;
    return count;
  }

  get indexes(): RowIndex[] {
    return [...this.indexMap.values()];
  }

  /** An index by its record's id. */
  index(recordId: number): RowIndex | undefined {
    return this.indexMap.get(recordId);
  }

  ordinalOf(columnId: number): number {
    return this.columns.findIndex((column) => column.id === columnId);
  }

  // ---- reading

  /** Every row the view sees, in the order of insertion. Rows inserted while it runs are not among them. */
  *scan(view: ReadView): IterableIterator<StoredRow> {
    const mode = this.open(view, true);
    const last = this.lastRowId;
    for (const entry of this.entries.values()) {
      if (entry.id > last) continue;
      const version = this.read(entry, view, mode);
      if (version?.row) yield version as StoredRow;
    }
  }

  /** Rows whose first key columns equal the values (converted to the columns' types). */
  *seek(index: RowIndex, values: readonly Value[], view: ReadView): IterableIterator<StoredRow> {
    const whole = values.length === index.ordinals.length && index.record.unique;
    const mode = this.open(view, !whole);
    const key = index.keyOfValues(values);
    let found = false;
    for (const entry of index.candidates(values, this.entries.values())) {
      const version = this.read(entry, view, mode);
      if (!version?.row || !index.covers(version.row)) continue;
      if (index.keyOfRow(version.row, values.length) !== key) continue;
      found = true;
      yield version as StoredRow;
    }
    if (!found && whole && locksRanges(view)) this.lockKey(index, key, view);
  }

  get(rowId: RowId, view: ReadView): StoredRow | undefined {
    const entry = this.entries.get(rowId);
    if (!entry) return undefined;
    const version = this.read(entry, view, this.open(view, false));
    return version?.row ? (version as StoredRow) : undefined;
  }

  private open(view: ReadView, range: boolean): ReadMode {
    const mode = this.transactional ? readMode(view, this.database) : "dirty";
    const { transaction, hints } = view;
    // Made or changed by a transaction that has not ended: neither it nor its rows are there yet.
    this.database.metadata.guard("object", this.id, transaction);
    if (mode === "dirty") {
      if (this.transactional) this.waitFor(view, this, "SchS");
      return mode;
    }
    const { locks } = transaction;
    if (mode === "snapshot") transaction.takeSnapshot();
    if (mode === "version" || mode === "snapshot") return mode;
    if (hints.tablockx) this.hold(view, this, "X");
    else if (hints.tablock) {
      if (mode === "holding") this.hold(view, this, hints.xlock ? "X" : "S");
      else if (!view.forUpdate) this.waitFor(view, this, "S");
    } else if (mode === "holding") {
      const exclusive = hints.updlock || hints.xlock;
      if (range && locksRanges(view)) this.hold(view, this, hints.xlock ? "X" : hints.updlock ? "U" : "S");
      else this.hold(view, this, exclusive ? "IX" : "IS");
    } else if (locks.isBlocked(transaction, this, "IS")) {
      this.waitFor(view, this, "IS");
    }
    return mode;
  }

  private read(entry: RowEntry, view: ReadView, mode: ReadMode): RowVersion | undefined {
    const { transaction, hints } = view;
    if (mode === "dirty" || entry.writer === transaction) return entry.current;
    if (mode === "version") return entry.committed();
    if (mode === "snapshot") return entry.versionAt(transaction.takeSnapshot());
    const { locks } = transaction;
    const wanted = hints.xlock ? "X" : hints.updlock || view.forUpdate ? "U" : "S";
    if (locks.isBlocked(transaction, entry, wanted)) {
      if (hints.readpast) return undefined;
      if (mode === "holding") this.hold(view, entry, wanted);
      else this.waitFor(view, entry, wanted);
    }
    if (mode === "holding" && entry.current.row) this.hold(view, entry, wanted);
    return entry.current;
  }

  private hold(view: ReadView, target: object, mode: "S" | "U" | "X" | "IS" | "IX"): void {
    if (view.transaction.locks.tryAcquire(view.transaction, target, mode)) return;
    if (view.hints.nowait) throw lockTimeout();
    throw new LockWait(target, mode);
  }

  private waitFor(view: ReadView, target: object, mode: "S" | "U" | "X" | "IS" | "SchS"): void {
    if (!view.transaction.locks.isBlocked(view.transaction, target, mode)) return;
    if (view.hints.nowait) throw lockTimeout();
    throw new TransientLockWait(target, mode);
  }

  private lockKey(index: RowIndex, key: unknown, view: ReadView): void {
    const name = rangeName(index, key);
    this.keyRanges ??= new Map();
    let range = this.keyRanges.get(name);
    if (!range) {
      range = new KeyRange();
      this.keyRanges.set(name, range);
    }
    this.hold(view, range, view.hints.updlock || view.hints.xlock ? "U" : "S");
  }

  /** The resource to lock exclusively before inserting a key that a serializable reader missed, if there is one. */
  keyRangeOf(index: RowIndex, row: Row): object | undefined {
    if (!this.keyRanges) return undefined;
    const name = rangeName(index, index.keyOfRow(row));
    const range = this.keyRanges.get(name);
    if (range && !this.database.server.locks.isHeld(range)) {
      this.keyRanges.delete(name);
      return undefined;
    }
    return range;
  }

  // ---- for transactions and recovery

  newRowId(): RowId {
    this.lastRowId += 1;
    return this.lastRowId;
  }

  /** Rows that log records and snapshots bring keep their ids. */
  reserveRowId(id: RowId): void {
    if (id > this.lastRowId) this.lastRowId = id;
  }

  get highestRowId(): RowId {
    return this.lastRowId;
  }

  addIndexEntries(row: Row, entry: RowEntry): void {
    for (const index of this.indexMap.values()) index.add(row, entry);
  }

  removeIndexEntries(row: Row, entry: RowEntry, kept: readonly Row[]): void {
    for (const index of this.indexMap.values()) index.remove(row, entry, kept);
  }

  /** Builds an index over the rows there are. */
  buildIndex(record: IndexRecord): RowIndex {
    const ordinals = record.columns.map(({ columnId }) => this.ordinalOf(columnId));
    const types = ordinals.map((ordinal) => (this.columns[ordinal] as ColumnRecord).type);
    const filter = record.filter === undefined ? undefined : this.database.server.compileFilter(this, record.filter);
    const index = new RowIndex(record, ordinals, types, filter);
    for (const entry of this.entries.values()) for (const row of entry.rows()) index.add(row, entry);
    this.indexMap.set(record.id, index);
    return index;
  }

  dropIndex(recordId: number): void {
    this.indexMap.delete(recordId);
  }

  /** After a change of columns: ordinals and types have moved. */
  rebuildIndexes(): void {
    for (const record of [...this.indexMap.values()].map((index) => index.record)) this.buildIndex(record);
  }

  /** Puts a committed row in place (recovery, restore): replaces what is there. */
  load(id: RowId, row: Row | null): void {
    this.reserveRowId(id);
    const former = this.entries.get(id);
    if (former?.current.row) this.removeIndexEntries(former.current.row, former, []);
    if (!row) {
      this.entries.delete(id);
      return;
    }
    const version: RowVersion = { id, row, sequence: 0, older: undefined };
    const entry = former ?? new RowEntry(id, version);
    entry.current = version;
    this.entries.set(id, entry);
    this.addIndexEntries(row, entry);
  }

  /** Takes every row out without logging (recovery of TRUNCATE). */
  clear(): void {
    this.entries.clear();
    for (const index of this.indexMap.values()) index.clear();
  }

  // ---- identity

  /** The next identity value; numbers taken are not given back by a rollback. */
  takeIdentity(): bigint {
    const identity = this.identityColumn();
    const last = this.lastIdentity();
    const value = last === undefined ? identity.seed : last + identity.increment;
    this.setLastIdentity(value);
    return value;
  }

  /** The last value used; undefined before the first. */
  lastIdentity(): bigint | undefined {
    return this.database.counters.get(this.identityCounter);
  }

  setLastIdentity(value: bigint | undefined): void {
    this.database.counters.set(this.identityCounter, value);
  }

  /** An explicit value (IDENTITY_INSERT) moves the counter on if it lies beyond it. */
  noteIdentity(value: bigint): void {
    const identity = this.identityColumn();
    const last = this.lastIdentity();
    const beyond = last === undefined || (identity.increment > 0n ? value > last : value < last);
    if (beyond) this.setLastIdentity(value);
  }

  private identityColumn(): { seed: bigint; increment: bigint } {
    const identity = this.columns.find((column) => column.identity)?.identity;
    if (!identity) throw new Error(`table ${this.name} has no identity column`);
    return identity;
  }

  private get identityCounter(): string {
    return `identity:${this.id}`;
  }
}

function rangeName(index: RowIndex, key: unknown): string {
  return `${index.record.id}:${String(key)}`;
}

function lockTimeout(): SqlError {
  return new SqlError(1222, "Lock request time out period exceeded.", 51);
}
