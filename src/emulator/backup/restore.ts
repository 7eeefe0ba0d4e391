/** Carries out RESTORE DATABASE and RESTORE LOG, in slices so that other sessions go on. */
import { SqlError } from "../engine/errors";
import type { RestoreProgress } from "../storage/boot";
import type { Database } from "../storage/database";
import type { LogRecord } from "../storage/log";
import type { MetadataRecord, RecordKind } from "../storage/records";
import { loadFrame, redo } from "../storage/redo";
import type { Server } from "../storage/server";
import type { SnapshotFrame } from "../storage/snapshot";
import { differentialObstacle, logObstacle, rollForward, stopObstacle } from "./chain";
import { resolveDevices } from "./devices";
import { cause, incompleteSet, type Operation, terminated } from "./errors";
import { DamagedBlock } from "./mediaFile";
import type { SetHeader } from "./mediaFormat";
import { type BackupSetReader, MediaSet } from "./mediaSet";
import { type OperationSession, Progress, pagesOf, processed, requireNoTransaction, Slices } from "./operation";
import { beginRestore, endRestore, restoring } from "./recover";
import { recordRestore } from "./restoreHistory";
import type { RestorePlan } from "./restorePlan";
import { placeFiles, requirePermission, requireReplaceable, requireRestorable, requireUnused } from "./restoreTarget";

export async function runRestore(plan: RestorePlan, session: OperationSession): Promise<void> {
  const operation: Operation = plan.what === "log" ? "RESTORE LOG" : "RESTORE DATABASE";
  try {
    requireNoTransaction(session);
    requireRestorable(session.server, plan.databaseName);
    if (plan.devices.length === 0) recoverOnly(plan, session, operation);
    else await new Restore(plan, session, operation).run();
  } catch (error) {
    throw error instanceof SqlError ? terminated(operation, error) : error;
  }
}

/** RESTORE DATABASE … WITH RECOVERY without a backup set. */
function recoverOnly(plan: RestorePlan, session: OperationSession, operation: Operation): void {
  const began = performance.now();
  const { server } = session;
  const database = server.database(plan.databaseName);
  if (!database) throw missing(plan.databaseName);
  requirePermission(session, plan.databaseName, database);
  if (database.boot.restore === null) {
    if (database.state !== "RESTORING") throw cause(3153, "The database is already fully recovered.");
    throw cause(4333, "The database cannot be recovered because the log was not restored.");
  }
  requireUnused(database, session, operation);
  endRestore(server, database, plan);
  session.inform(3014, processed(operation, 0, performance.now() - began));
}

class Restore {
  private readonly server: Server;
  private readonly began = performance.now();
  private readonly slices: Slices;
  private readonly progress: Progress;

  constructor(
    private readonly plan: RestorePlan,
    private readonly session: OperationSession,
    private readonly operation: Operation,
  ) {
    this.server = session.server;
    this.slices = new Slices(session);
    this.progress = new Progress(session, plan.stats);
  }

  async run(): Promise<void> {
    const { plan, server } = this;
    const existing = server.database(plan.databaseName);
    requirePermission(this.session, plan.databaseName, existing);
    const media = MediaSet.open(resolveDevices(server, plan.devices), { mediaName: plan.mediaName });
    try {
      const reader = media.set(plan.position);
      this.requireUsable(reader);
      const { type } = reader.header;
      if (type === "D" && plan.what === "log") throw wrongType(reader, "BACKUP DATABASE");
      const database = type === "D" ? await this.full(reader, existing) : await this.onTop(reader, existing);
      if (reader.damage > 0) {
        this.session.inform(
          3184,
          "RESTORE WITH CONTINUE_AFTER_ERROR was successful but some damage was encountered. Inconsistencies in the database are possible.",
        );
      }
      await recordRestore(server, { plan, header: reader.header, media, database, userName: this.session.loginName });
    } finally {
      media.close();
    }
  }

  private requireUsable(reader: BackupSetReader): void {
    if (!reader.header.complete) throw incompleteSet(reader.device);
    if (this.plan.checksum && !reader.header.checksums) {
      throw cause(
        3187,
        "RESTORE WITH CHECKSUM cannot be specified because the backup set does not contain checksum information.",
      );
    }
    if (reader.header.databaseVersion > this.server.version.database) {
      throw cause(
        3169,
        `The database was backed up on a server running database version ${reader.header.databaseVersion}. That version is incompatible with this server, which supports version ${this.server.version.database}. Either restore the database on a server that supports the backup, or use a backup that is compatible with this server.`,
      );
    }
  }

  // ---- full

  private async full(reader: BackupSetReader, existing: Database | undefined): Promise<Database> {
    const { plan, server, session } = this;
    const { header } = reader;
    if (existing) {
      requireUnused(existing, session, this.operation);
      requireReplaceable(existing, header, plan);
    }
    const files = placeFiles(server, header, plan, existing);
    requireStopPossible(plan, header);
    const database = beginRestore(server, { plan, header, files, existing, ownerSid: session.loginSid });
    const release = this.occupy(database);
    try {
      const log: LogRecord[] = [];
      await this.load(database, reader, log);
      const base = header.copyOnly
        ? header.boot.differentialBase
        : { lsn: header.firstLsn, guid: header.setId, date: header.start };
      database.restoreBoot({
        ...header.boot,
        differentialBase: base,
        databaseBackupLsn: header.checkpointLsn,
        restore: progressAt(header, header.setId),
      });
      database.log.clock.passed(header.lastLsn);
      this.finish(database, header, pagesOf(header.size), reachedByData(plan, header));
    } finally {
      release();
    }
    return database;
  }

  /** Loads data and the log that belongs to it, then the database stands as at the end of the backup. */
  private async load(database: Database, reader: BackupSetReader, log: LogRecord[]): Promise<void> {
    const records: (readonly [RecordKind, MetadataRecord])[] = [];
    database.loading = true;
    try {
      await this.read(reader, (frame) => {
        if (frame.kind === "records") records.push(...frame.records);
        else if (frame.kind === "log") log.push(...frame.records);
        else {
          if (records.length > 0) replaceRecords(database, records.splice(0));
          loadFrame(database, frame);
        }
      });
    } finally {
      database.loading = false;
    }
    database.loadWith(() => {
      for (const record of log) redo(database, record);
    });
  }

  // ---- differential and log

  private async onTop(reader: BackupSetReader, existing: Database | undefined): Promise<Database> {
    const { plan, session } = this;
    if (!existing) throw missing(plan.databaseName);
    const { header } = reader;
    const progress = existing.boot.restore;
    if (!progress || (existing.state !== "RESTORING" && !existing.options.standby)) {
      throw cause(3117, "The log or differential backup cannot be restored because no files are ready to rollforward.");
    }
    if (existing.boot.familyGuid !== header.familyGuid) {
      throw cause(
        3154,
        `The backup set holds a backup of a database other than the existing '${existing.name}' database.`,
        4,
      );
    }
    requireUnused(existing, session, this.operation);
    const release = this.occupy(existing);
    try {
      if (header.type === "I") await this.differential(existing, reader, progress);
      else await this.log(existing, reader, progress);
    } finally {
      release();
    }
    return existing;
  }

  private async differential(database: Database, reader: BackupSetReader, progress: RestoreProgress): Promise<void> {
    const { header } = reader;
    const obstacle =
      this.plan.what === "log" ? wrongType(reader, "BACKUP DATABASE") : differentialObstacle(progress, header);
    if (obstacle) throw obstacle;
    requireStopPossible(this.plan, header);
    if (database.options.standby) this.server.alterDatabase(database, restoring(database));
    await this.load(database, reader, []);
    const { differentialBase } = database.boot;
    database.restoreBoot({ ...header.boot, differentialBase, restore: progressAt(header, progress.baseGuid) });
    database.log.clock.passed(header.lastLsn);
    this.finish(database, header, pagesOf(header.size), reachedByData(this.plan, header));
  }

  private async log(database: Database, reader: BackupSetReader, progress: RestoreProgress): Promise<void> {
    const { plan } = this;
    const { header } = reader;
    const obstacle = logObstacle(progress, header) ?? stopObstacle(progress, header, plan.stop);
    if (obstacle) throw obstacle;
    const records: LogRecord[] = [];
    await this.read(reader, (frame) => {
      if (frame.kind === "log") records.push(...frame.records);
    });
    const forward = rollForward(records, header, progress, plan.stop);
    database.loadWith(() => {
      for (const record of forward.records) redo(database, record);
    });
    const last = forward.records[forward.records.length - 1];
    database.boot = {
      ...database.boot,
      restore: {
        ...progress,
        redoLsn: forward.redoLsn > progress.redoLsn ? forward.redoLsn : progress.redoLsn,
        redoTime: last?.time ?? progress.redoTime,
        forkGuid: header.lastForkGuid,
      },
      bulkWork: false,
    };
    database.log.clock.passed(forward.redoLsn);
    this.finish(database, header, pagesOf(header.size), forward.reached);
  }

  // ---- shared

  private async read(reader: BackupSetReader, take: (frame: SnapshotFrame) => void): Promise<void> {
    const { plan, server } = this;
    try {
      for (const { frames, share } of reader.blocks(plan.continueAfterError)) {
        for (const frame of frames) take(frame);
        this.progress.report(share);
        await this.slices.next();
      }
    } catch (error) {
      if (!(error instanceof DamagedBlock)) throw error;
      const name = server.database(plan.databaseName)?.name ?? plan.databaseName;
      const page = Math.floor(error.offset / 8192);
      throw cause(
        3183,
        `RESTORE detected an error on page (1:${page}) in database "${name}" as read from the backup set.`,
        2,
      );
    }
  }

  private occupy(database: Database): () => void {
    database.running.add("restore");
    return () => database.running.delete("restore");
  }

  /** Messages, and the state that the statement leaves the database in. */
  private finish(database: Database, header: SetHeader, pages: number, reached = true): void {
    const { plan, server, session } = this;
    database.log.reset([]);
    database.store?.checkpoint();
    if (reached) endRestore(server, database, plan);
    else if (database.options.standby) server.alterDatabase(database, restoring(database));
    this.progress.report(1);
    for (const file of header.files) {
      const shown =
        file.type === "ROWS" ? (header.type === "L" ? 0 : file.backedUpPages) : header.type === "L" ? pages : 1;
      session.inform(
        4035,
        `Processed ${shown} pages for database '${database.name}', file '${file.name}' on file ${header.position}.`,
      );
    }
    if (!reached) session.inform(...notReached(plan));
    session.inform(3014, processed(this.operation, pages, performance.now() - this.began));
  }
}

function progressAt(header: SetHeader, baseGuid: string): RestoreProgress {
  return { redoLsn: header.lastLsn, redoTime: header.finish, baseGuid, forkGuid: header.lastForkGuid };
}

/** The records of a data backup are all there are: others go. */
function replaceRecords(database: Database, records: readonly (readonly [RecordKind, MetadataRecord])[]): void {
  const keep = new Set(records.map(([kind, { id }]) => `${kind}#${id}`));
  for (const [kind, { id }] of [...database.metadata.committed()]) {
    if (!keep.has(`${kind}#${id}`)) database.applyRecord(kind, id, undefined);
  }
  for (const [kind, record] of records) database.applyRecord(kind, record.id, record);
}

function notReached(plan: RestorePlan): [number, string] {
  if (plan.stop?.kind === "time") {
    return [
      4322,
      "This backup set contains records that were logged before the designated point in time. The database is being left in the restoring state so that more roll forward can be performed.",
    ];
  }
  return [
    4329,
    "This log file contains records logged before the designated mark. The database is being left in the Restoring state so you can apply another log file.",
  ];
}

function missing(name: string): SqlError {
  return cause(
    3118,
    `The database "${name}" does not exist. RESTORE can only create a database when restoring either a full backup or a file backup of the primary file.`,
  );
}

function wrongType(reader: BackupSetReader, madeBy: string): SqlError {
  return cause(
    3135,
    `The backup set in file '${reader.device}' was created by ${madeBy} and cannot be used for this restore operation.`,
  );
}

/** STOPAT with a data backup: errors 3145 and 4338. */
function requireStopPossible({ stop }: RestorePlan, header: SetHeader): void {
  if (stop?.kind !== "time") return;
  if (header.recoveryModel === "SIMPLE") {
    throw cause(3145, "The STOPAT option is not supported for databases that use the SIMPLE recovery model.");
  }
  if (stop.at >= header.start) return;
  throw cause(
    4338,
    "The STOPAT clause specifies a point too early to allow this backup set to be restored. Choose a different stop point or use RESTORE DATABASE WITH RECOVERY to recover at the current point.",
  );
}

/** A data backup reaches only its own end: a later point needs logs. */
function reachedByData({ stop }: RestorePlan, header: SetHeader): boolean {
  return stop?.kind !== "time" || stop.at <= header.finish;
}
