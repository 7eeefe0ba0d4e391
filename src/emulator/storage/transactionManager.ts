/** Begins and ends transactions: commit order, log records, stalls for marks, old row versions. */
import { SqlError } from "../engine/errors";
import type { Database } from "./database";
import type { DecisionId } from "./decisionLog";
import type { DistributedIdentity } from "./dtc";
import type { LockParticipant } from "./lockManager";
import type { LogMark, LogRecord } from "./log";
import type { RowEntry } from "./rowEntry";
import type { Server } from "./server";
import type { Table } from "./table";
import { type Participant, Transaction } from "./transaction";
import { pruneVersions } from "./versions";

/** How long a marked transaction waits for prepared ones to end (error 3928). */
const DRAIN_TIMEOUT_MS = 10_000;

/** A log record on its way to its database. */
export interface Writing {
  readonly database: Database;
  readonly record: LogRecord;
}

interface Prepared {
  readonly decision: DecisionId;
  readonly writing: readonly Writing[];
}

export class TransactionManager {
  readonly active = new Set<Transaction>();
  /** Prepared and waiting for their coordinator. */
  readonly prepared = new Map<Transaction, Prepared>();
  private lastId = 0;
  private sequence = 0;
  private readonly snapshots = new Set<Transaction>();
  private readonly prunable: (readonly [Table, RowEntry])[] = [];
  /** The marked transaction that is placing its mark: others may not commit or prepare meanwhile. */
  private marking: Transaction | undefined;
  private readonly waiters = new Set<() => void>();
  drainTimeout = DRAIN_TIMEOUT_MS;

  constructor(readonly server: Server) {}

  begin(participant: LockParticipant, userName: string): Transaction {
    this.lastId += 1;
    const transaction = new Transaction(this, this.lastId, participant, userName);
    this.active.add(transaction);
    return transaction;
  }

  openSnapshot(transaction: Transaction): number {
    this.snapshots.add(transaction);
    return this.sequence;
  }

  // ---- commit

  *commitSteps(transaction: Transaction): Generator<Promise<unknown>, SqlError[], unknown> {
    yield* this.enter(transaction);
    try {
      return this.commitNow(transaction);
    } finally {
      this.leave(transaction);
    }
  }

  /** Commits without regard to stalls. Gives the messages of marks that were left out. */
  commitNow(transaction: Transaction): SqlError[] {
    if (transaction.state !== "active") throw new Error(`transaction ${transaction.id} is ${transaction.state}`);
    const messages: SqlError[] = [];
    const writing = this.logRecords(transaction, messages);
    try {
      this.server.commits.commit(writing);
    } catch (error) {
      this.abandon(transaction, writing);
      throw error;
    }
    this.finish(transaction, writing);
    return messages;
  }

  private finish(transaction: Transaction, writing: readonly Writing[]): void {
    for (const { database, record } of writing) database.log.append(record);
    this.sequence += 1;
    const keep = this.snapshots.size > 0;
    for (const { database, record } of writing) noteChanges(database, record);
    if (keep) this.prunable.push(...transaction.writtenEntries());
    transaction.settle(this.sequence, keep);
    transaction.state = "committed";
    this.ended(transaction);
    this.server.committed(writing, transaction.userName);
  }

  /** Its records could not be written. */
  private abandon(transaction: Transaction, writing: readonly Writing[]): void {
    for (const { database, record } of writing) database.counters.keepMoved(record.counters ?? []);
    transaction.rollback();
  }

  private logRecords(transaction: Transaction, messages: SqlError[]): Writing[] {
    const { local } = this.server.clock();
    const writing: Writing[] = [];
    for (const participant of transaction.participants.values()) {
      const { database, changes } = participant;
      if (!database.isLogged || changes.length === 0) continue;
      const lsns = database.log.clock.take(changes.length);
      const mark = transaction.mark && markFor(participant, transaction.mark, messages);
      const counters = database.counters.takeMoved();
      const record: LogRecord = {
        ...lsns,
        time: local,
        changes,
        ...(mark ? { mark } : {}),
        ...(participant.bulk ? { bulk: true } : {}),
        ...(counters.length > 0 ? { counters } : {}),
      };
      writing.push({ database, record });
    }
    return writing;
  }

  // ---- two phases

  /**
   * First phase: makes sure that the transaction can commit whatever happens. From here on only
   * `commitPrepared` and `abortPrepared` end it.
   */
  *prepareSteps(
    transaction: Transaction,
    decision: DecisionId,
    distributed: DistributedIdentity | undefined,
  ): Generator<Promise<unknown>, SqlError[], unknown> {
    yield* this.enter(transaction);
    const messages: SqlError[] = [];
    const writing = this.logRecords(transaction, messages);
    try {
      this.server.commits.prepare(writing, decision, distributed);
    } catch (error) {
      this.leave(transaction);
      this.abandon(transaction, writing);
      throw error;
    }
    transaction.state = "prepared";
    this.prepared.set(transaction, { decision, writing });
    return messages;
  }

  commitPrepared(transaction: Transaction): void {
    const { decision, writing } = this.preparedOf(transaction);
    const { local } = this.server.clock();
    const committed = writing.map(({ database, record }): Writing => {
      const lsns = database.log.clock.take(record.changes.length);
      return { database, record: { ...record, ...lsns, time: local } };
    });
    this.server.commits.commitPrepared(committed, decision);
    this.prepared.delete(transaction);
    this.finish(transaction, committed);
    this.leave(transaction);
  }

  abortPrepared(transaction: Transaction): void {
    const { decision, writing } = this.preparedOf(transaction);
    this.server.commits.abortPrepared(writing, decision);
    this.prepared.delete(transaction);
    transaction.state = "active";
    transaction.rollback();
    this.leave(transaction);
  }

  /** Recovery: a prepared transaction found in the logs. */
  adoptPrepared(transaction: Transaction, decision: DecisionId, writing: readonly Writing[]): void {
    transaction.state = "prepared";
    this.prepared.set(transaction, { decision, writing });
  }

  private preparedOf(transaction: Transaction): Prepared {
    const prepared = this.prepared.get(transaction);
    if (!prepared) throw new Error(`transaction ${transaction.id} is not prepared`);
    return prepared;
  }

  // ---- stalls of marked transactions

  /** Waits until the transaction may commit or prepare; a marked one then keeps others from doing so. */
  private *enter(transaction: Transaction): Generator<Promise<unknown>, void, unknown> {
    while (this.marking && this.marking !== transaction && transaction.hasWritten) yield this.change();
    if (!transaction.mark || !transaction.hasWritten) return;
    this.marking = transaction;
    const deadline = Date.now() + this.drainTimeout;
    while (this.othersPrepared(transaction)) {
      const left = deadline - Date.now();
      if (left <= 0) {
        this.leave(transaction);
        transaction.rollback();
        throw markFailed(transaction.mark.name);
      }
      yield this.change(left);
    }
  }

  private leave(transaction: Transaction): void {
    if (this.marking !== transaction) return;
    this.marking = undefined;
    this.notify();
  }

  private othersPrepared(transaction: Transaction): boolean {
    for (const other of this.prepared.keys()) {
      if (other === transaction) continue;
      for (const database of other.participants.keys()) if (transaction.participants.has(database)) return true;
    }
    return false;
  }

  private change(timeout?: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiters.delete(done);
        resolve();
      };
      const timer = timeout === undefined ? undefined : setTimeout(done, timeout);
      this.waiters.add(done);
    });
  }

  private notify(): void {
    for (const waiter of [...this.waiters]) waiter();
  }

  // ---- end

  /** Releases what an ended transaction held. */
  ended(transaction: Transaction): void {
    this.active.delete(transaction);
    transaction.releaseRecords();
    this.server.locks.releaseAll(transaction);
    this.snapshots.delete(transaction);
    if (this.snapshots.size === 0 && this.prunable.length > 0) {
      for (const [table, entry] of this.prunable.splice(0)) pruneVersions(table, entry);
    }
    this.server.flushCounters();
    this.notify();
  }
}

/** The mark as this database gets it, or the message why not. */
function markFor({ database, bulk }: Participant, mark: LogMark, messages: SqlError[]): LogMark | undefined {
  if (database.options.recoveryModel === "SIMPLE" || database.isSystem) return undefined;
  if (!bulk && !database.boot.bulkWork) return mark;
  messages.push(
    new SqlError(
      3923,
      `Cannot use transaction marks on database '${database.name}' with bulk-logged operations that have not been backed up. The mark is ignored.`,
      1,
      10,
    ),
  );
  return undefined;
}

function markFailed(name: string): SqlError {
  return new SqlError(
    3928,
    `The marked transaction "${name}" failed. A timeout occurred while attempting to place a mark in the log by committing the marked transaction. This can be caused by contention with Microsoft Distributed Transaction Coordinator (MS DTC) transactions or other local marked transaction that have prepared, but not committed or aborted. Try the operation again and if the error persists, determine the source of the contention.`,
  );
}

/** Remembers which tables changed when, for differential backups; and bulk-logged work. */
function noteChanges(database: Database, record: LogRecord): void {
  for (const change of record.changes) {
    if (change.kind === "record") continue;
    const table = database.tables.get(change.table);
    if (table) table.lastChange = record.commitLsn;
  }
  if (record.bulk && !database.boot.bulkWork) database.boot = { ...database.boot, bulkWork: true };
}
