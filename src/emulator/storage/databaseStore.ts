/**
 * A database on disk: a checkpoint file and the log written since, `data.N` and `log.N` in one folder.
 * A commit is one write to the log. It is not flushed: a killed process loses nothing, a failing
 * machine may lose what the operating system had not written; checkpoints are flushed.
 */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { SqlError } from "../engine/errors";
import type { BootState } from "./boot";
import type { Database } from "./database";
import type { DecisionId, Outcome } from "./decisionLog";
import { encodeFrame, FrameReader } from "./frames";
import type { LogRecord, Lsn } from "./log";
import { loadFrame, redo } from "./redo";
import { checkpointFrames, type PendingRecord, type SnapshotFrame } from "./snapshot";

type LogEntry =
  | { readonly kind: "commit"; readonly record: LogRecord }
  | { readonly kind: "pending"; readonly pending: PendingRecord }
  | {
      readonly kind: "outcome";
      readonly decision: DecisionId;
      /** undefined: aborted. */
      readonly committed?: { readonly beginLsn: Lsn; readonly commitLsn: Lsn; readonly time: bigint };
    }
  | { readonly kind: "boot"; readonly boot: BootState };

/** A checkpoint is due when the log has grown to this size, or to that of the last checkpoint. */
const CHECKPOINT_BYTES = 32 * 1024 * 1024;

export class DatabaseStore {
  private file = -1;
  private logSize = 0;
  private checkpointSize = 0;
  private readonly pending = new Map<DecisionId, PendingRecord>();
  /** Its log has records that count only with their decision: cleared by a checkpoint. */
  dependsOnDecisions = false;

  private constructor(
    private readonly folder: string,
    private readonly database: Database,
    private generation: number,
  ) {}

  /** A new folder with the database's present state. */
  static create(folder: string, database: Database): DatabaseStore {
    mkdirSync(folder, { recursive: true });
    const store = new DatabaseStore(folder, database, 0);
    store.checkpoint();
    return store;
  }

  /**
   * Loads a database. `outcomeOf` decides on transactions whose records were written before their
   * decision; undefined leaves them in doubt (`unresolved`).
   */
  static open(
    folder: string,
    database: Database,
    outcomeOf: (pending: PendingRecord) => Outcome | undefined,
  ): DatabaseStore {
    const generation = newestGeneration(folder);
    const store = new DatabaseStore(folder, database, generation);
    database.loadWith(() => {
      store.loadCheckpoint();
      store.replayLog(outcomeOf);
    });
    store.removeOtherGenerations();
    return store;
  }

  /** Prepared transactions without an outcome. */
  get unresolved(): PendingRecord[] {
    return [...this.pending.values()];
  }

  // ---- writing

  commit(record: LogRecord): void {
    this.append({ kind: "commit", record });
  }

  prepare(pending: PendingRecord): void {
    this.append({ kind: "pending", pending });
    this.dependsOnDecisions = true;
    if (pending.prepared) this.pending.set(pending.decision, pending);
  }

  /** The decision about a pending record; its commit record gives LSNs and time. */
  resolve(decision: DecisionId, record: LogRecord | undefined): void {
    const committed = record && { beginLsn: record.beginLsn, commitLsn: record.commitLsn, time: record.time };
    this.append({ kind: "outcome", decision, ...(committed ? { committed } : {}) });
    this.pending.delete(decision);
  }

  saveBoot(): void {
    this.append({ kind: "boot", boot: { ...this.database.boot, position: this.database.log.clock.position } });
  }

  private append(entry: LogEntry): void {
    const bytes = encodeFrame(entry);
    try {
      this.database.server.faults.beforeWrite(this.logPath(this.generation), bytes.length);
      writeSync(this.file, bytes, 0, bytes.length, this.logSize);
    } catch (cause) {
      ftruncateSync(this.file, this.logSize);
      throw Object.assign(logFull(this.database.name), { cause });
    }
    this.logSize += bytes.length;
  }

  checkpointIfDue(): void {
    if (this.logSize <= Math.max(CHECKPOINT_BYTES, this.checkpointSize)) return;
    try {
      this.checkpoint();
    } catch {
      // A full disk: the log goes on as it is, and the next commit tries again.
    }
  }

  /** Writes the committed state anew and starts an empty log. */
  checkpoint(): void {
    const next = this.generation + 1;
    const temporary = join(this.folder, "data.new");
    const file = openSync(temporary, "w");
    let size = 0;
    try {
      for (const frame of checkpointFrames(this.database, this.unresolved)) {
        const bytes = encodeFrame(frame);
        this.database.server.faults.beforeWrite(temporary, bytes.length);
        writeSync(file, bytes, 0, bytes.length, size);
        size += bytes.length;
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const log = openSync(this.logPath(next), "w");
    renameSync(temporary, this.dataPath(next));
    if (this.file >= 0) closeSync(this.file);
    this.file = log;
    this.logSize = 0;
    this.checkpointSize = size;
    this.generation = next;
    this.dependsOnDecisions = this.pending.size > 0;
    this.removeOtherGenerations();
  }

  /** Deletes the files. */
  remove(): void {
    this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Leaves the files as they are. */
  close(): void {
    if (this.file >= 0) closeSync(this.file);
    this.file = -1;
  }

  // ---- loading

  private loadCheckpoint(): void {
    const { database } = this;
    const bytes = readFileSync(this.dataPath(this.generation));
    this.checkpointSize = bytes.length;
    const reader = new FrameReader(bytes);
    let ended = false;
    for (
      let frame = reader.next() as SnapshotFrame | undefined;
      frame;
      frame = reader.next() as SnapshotFrame | undefined
    ) {
      if (frame.kind === "begin") {
        database.restoreBoot(frame.boot);
        for (const pending of frame.pending) this.pending.set(pending.decision, pending);
      } else if (frame.kind === "log") {
        for (const record of frame.records) database.log.append(record);
      } else if (frame.kind === "end") {
        ended = true;
      } else {
        loadFrame(database, frame);
      }
    }
    if (!ended) throw new Error(`the checkpoint of database ${database.name} is damaged`);
  }

  private replayLog(outcomeOf: (pending: PendingRecord) => Outcome | undefined): void {
    const { database } = this;
    this.file = openSync(this.logPath(this.generation), "a+");
    closeSync(this.file);
    this.file = openSync(this.logPath(this.generation), "r+");
    const reader = new FrameReader(readFileSync(this.logPath(this.generation)));
    for (let entry = reader.next() as LogEntry | undefined; entry; entry = reader.next() as LogEntry | undefined) {
      this.replay(entry, outcomeOf);
    }
    // What follows the last whole record was being written when the process was killed.
    this.logSize = reader.validBytes;
    ftruncateSync(this.file, this.logSize);
    for (const pending of this.unresolved) {
      const outcome = outcomeOf(pending);
      if (outcome === undefined) continue;
      if (outcome === "committed") this.take(pending.record);
      this.pending.delete(pending.decision);
    }
    database.trimLog();
  }

  private replay(entry: LogEntry, outcomeOf: (pending: PendingRecord) => Outcome | undefined): void {
    switch (entry.kind) {
      case "commit":
        this.take(entry.record);
        break;
      case "pending":
        this.database.log.clock.passed(entry.pending.record.commitLsn);
        this.dependsOnDecisions = true;
        if (entry.pending.prepared) this.pending.set(entry.pending.decision, entry.pending);
        else if (outcomeOf(entry.pending) === "committed") this.take(entry.pending.record);
        break;
      case "outcome": {
        const pending = this.pending.get(entry.decision);
        this.pending.delete(entry.decision);
        if (pending && entry.committed) this.take({ ...pending.record, ...entry.committed });
        break;
      }
      case "boot":
        this.database.restoreBoot(entry.boot);
        break;
    }
  }

  private take(record: LogRecord): void {
    redo(this.database, record);
    this.database.log.append(record);
  }

  private removeOtherGenerations(): void {
    for (const name of readdirSync(this.folder)) {
      if (/^(data|log)\./.test(name) && !name.endsWith(`.${this.generation}`)) {
        rmSync(join(this.folder, name), { force: true });
      }
    }
  }

  private dataPath(generation: number): string {
    return join(this.folder, `data.${generation}`);
  }

  private logPath(generation: number): string {
    return join(this.folder, `log.${generation}`);
  }
}

function newestGeneration(folder: string): number {
  const generations = readdirSync(folder)
    .map((name) => /^data\.(\d+)$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number);
  if (generations.length === 0) throw new Error(`no database in ${folder}`);
  return Math.max(...generations);
}

function logFull(name: string): SqlError {
  return new SqlError(9002, `The transaction log for database '${name}' is full due to 'NOTHING'.`, 4, 17);
}
