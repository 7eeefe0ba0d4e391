/** Carries out BACKUP DATABASE and BACKUP LOG, in slices so that other sessions go on. */
import { hostname } from "node:os";
import { SqlError } from "../engine/errors";
import { newGuid } from "../storage/boot";
import type { Database } from "../storage/database";
import type { Lsn } from "../storage/log";
import type { Server } from "../storage/server";
import { logFrames, recordFrames, type SnapshotFrame, tableFrames } from "../storage/snapshot";
import { recordBackup } from "./backupHistory";
import { type BackupPlan, expiration } from "./backupPlan";
import { backupTarget, requireSerialized } from "./backupTarget";
import { afterDataBackup, forksOf } from "./chain";
import { configured } from "./configuration";
import { resolveDevices } from "./devices";
import { cause, type Operation, terminated } from "./errors";
import type { BackupType, SetHeader } from "./mediaFormat";
import { MediaWriter, SMALLEST_UNCOMPRESSED_SET } from "./mediaWriter";
import { type OperationSession, Progress, pagesOf, processed, requireNoTransaction, Slices } from "./operation";

const MINUTES_PER_ZONE = 15;

export async function runBackup(plan: BackupPlan, session: OperationSession): Promise<void> {
  const operation: Operation = plan.what === "log" ? "BACKUP LOG" : "BACKUP DATABASE";
  try {
    requireNoTransaction(session);
    const database = backupTarget(plan, session);
    requireReplicaAllows(database, plan);
    const release = requireSerialized(database, plan);
    try {
      await new Backup(plan, session, database, operation).run();
    } finally {
      release();
    }
  } catch (error) {
    throw error instanceof SqlError ? terminated(operation, error) : error;
  }
}

/**
 * Error 3059. A secondary replica takes copy-only full backups and log backups that are not copy-only
 * (docs/database-engine/availability-groups/windows/active-secondaries-backup-on-secondary-replicas-always-on-availability-groups.md
 * of MicrosoftDocs/sql-docs).
 */
function requireReplicaAllows({ name, server }: Database, { what, copyOnly }: BackupPlan): void {
  if (server.availability.of(name)?.role !== "SECONDARY" || copyOnly === (what !== "log")) return;
  throw cause(3059, "This BACKUP or RESTORE command is not supported on a database mirror or secondary replica.");
}

class Backup {
  private readonly server: Server;
  private readonly began = performance.now();
  private readonly start: bigint;
  private readonly type: BackupType;
  private readonly slices: Slices;
  private readonly progress: Progress;

  constructor(
    private readonly plan: BackupPlan,
    private readonly session: OperationSession,
    private readonly database: Database,
    private readonly operation: Operation,
  ) {
    this.server = session.server;
    this.start = this.server.clock().local;
    this.type = plan.what === "log" ? "L" : plan.differential ? "I" : "D";
    this.slices = new Slices(session);
    this.progress = new Progress(session, plan.stats);
  }

  async run(): Promise<void> {
    const { database, plan } = this;
    const mirrors = [plan.devices, ...plan.mirrors].map((devices) => resolveDevices(this.server, devices));
    const compressionDefault = configured(this.server, "backup compression default") === 1;
    const writer = MediaWriter.open(mirrors, { ...plan, compressionDefault }, this.start, this.server.faults);
    // The checkpoint from which the log belongs to the backup.
    const checkpoint = database.log.clock.take(1).beginLsn;
    const firstLsn = this.type === "L" ? (database.boot.logBackupStart ?? checkpoint) : checkpoint;
    const releaseLog = database.log.hold(firstLsn);
    const header = this.header(firstLsn, checkpoint, writer);
    let final: SetHeader;
    try {
      writer.begin(header);
      await this.slices.next();
      const lastLsn = this.type === "L" ? await this.writeLog(writer, firstLsn) : await this.writeData(writer, header);
      final = writer.finish((written) => this.finalHeader(header, writer, written, lastLsn));
    } catch (error) {
      writer.abandon();
      throw error;
    } finally {
      releaseLog();
    }
    this.changeChain(final);
    this.progress.report(1);
    this.tell(final);
    await this.record(final, writer);
  }

  // ---- content

  /** Data as it is copied, then the log that was written meanwhile. */
  private async writeData(writer: MediaWriter, header: SetHeader): Promise<Lsn> {
    const { database } = this;
    const base = this.type === "I" ? (database.boot.differentialBase?.lsn ?? 0n) : undefined;
    const tables = [...database.committedTables()].filter(
      ([, table]) => base === undefined || table.lastChange >= base,
    );
    writer.writeFrames([{ kind: "begin", boot: header.boot, pending: [] }]);
    writer.writeFrames([...recordFrames(database)]);
    writer.writeFrames([{ kind: "counters", counters: database.counters.all() }]);
    let done = 0;
    for (const [, table] of tables) {
      for (const frame of tableFrames(table)) {
        writer.writeFrames([frame]);
        await this.slices.next();
      }
      done += 1;
      this.progress.report((0.9 * done) / tables.length);
    }
    this.requireStillThere();
    const lastLsn = database.log.clock.take(1).commitLsn;
    await this.write(writer, logFrames(database.log.between(header.firstLsn, lastLsn)));
    return lastLsn;
  }

  private async writeLog(writer: MediaWriter, firstLsn: Lsn): Promise<Lsn> {
    const { database } = this;
    const lastLsn = database.log.clock.take(1).commitLsn;
    await this.write(writer, logFrames(database.log.between(firstLsn, lastLsn)));
    this.requireStillThere();
    return lastLsn;
  }

  private async write(writer: MediaWriter, frames: Iterable<SnapshotFrame>): Promise<void> {
    for (const frame of frames) {
      writer.writeFrames([frame]);
      await this.slices.next();
    }
  }

  /** Dropped or restored over while this backup was running. */
  private requireStillThere(): void {
    const { database } = this;
    if (this.server.database(database.name) !== database) throw cause(3204, "The backup or restore was aborted.");
  }

  // ---- headers

  private header(firstLsn: Lsn, checkpointLsn: Lsn, writer: MediaWriter): SetHeader {
    const { database, plan } = this;
    const { boot } = database;
    const { local, utc } = this.server.clock();
    const zoneMinutes = Number((local - utc) / 600_000_000n);
    const differentialBase = this.type === "I" ? boot.differentialBase : null;
    return {
      complete: false,
      length: 0,
      blocks: 0,
      position: writer.position,
      setId: newGuid(),
      type: this.type,
      name: plan.name,
      description: plan.description,
      expiration: expiration(plan, this.start, configured(this.server, "media retention")),
      compressed: writer.compressed,
      checksums: plan.checksum ?? (writer.compressed || configured(this.server, "backup checksum default") === 1),
      copyOnly: plan.copyOnly || plan.noTruncate,
      forceOffline: plan.leave === "restoring",
      damaged: false,
      userName: this.session.loginName,
      serverName: this.server.serverName,
      machineName: this.server.serverName.split("\\")[0] || hostname(),
      databaseName: database.name,
      databaseVersion: this.server.version.database,
      databaseCreated: database.createDate,
      recoveryModel: database.options.recoveryModel,
      options: database.options,
      start: this.start,
      finish: this.start,
      timeZone: Math.round(zoneMinutes / MINUTES_PER_ZONE),
      firstLsn,
      lastLsn: firstLsn,
      checkpointLsn,
      databaseBackupLsn: boot.databaseBackupLsn,
      bulkLogged: this.type === "L" && boot.bulkWork,
      beginsLogChain: this.type === "L" && boot.logChainBegins,
      ...forksOf(boot, firstLsn),
      familyGuid: boot.familyGuid,
      databaseGuid: boot.databaseGuid,
      bindingGuid: boot.databaseGuid,
      differentialBaseLsn: differentialBase?.lsn ?? null,
      differentialBaseGuid: differentialBase?.guid ?? null,
      size: 0,
      compressedSize: 0,
      files: database.files.map((file) => ({ ...file, backedUpPages: 0 })),
      boot,
    };
  }

  private finalHeader(header: SetHeader, writer: MediaWriter, written: number, lastLsn: Lsn): SetHeader {
    const dataPages = pagesOf(writer.size);
    const size = header.compressed ? writer.size + SMALLEST_UNCOMPRESSED_SET : Math.max(written, writer.size);
    return {
      ...header,
      lastLsn,
      finish: this.server.clock().local,
      size,
      compressedSize: header.compressed ? written : size,
      files: header.files.map((file) => ({ ...file, backedUpPages: file.type === "ROWS" ? dataPages : 0 })),
    };
  }

  // ---- afterwards

  private changeChain(header: SetHeader): void {
    const { database, plan } = this;
    if (header.type !== "L") {
      database.setBoot(afterDataBackup(database.boot, header, database.options.recoveryModel));
      database.trimLog();
      return;
    }
    if (header.copyOnly) return;
    database.setBoot({
      logBackupStart: header.lastLsn,
      logChainBegins: false,
      bulkWork: false,
      lastLogBackup: header.finish,
    });
    database.trimLog();
    if (plan.leave === "online") return;
    database.setBoot({
      restore: {
        redoLsn: header.lastLsn,
        redoTime: header.start,
        baseGuid: database.boot.differentialBase?.guid ?? "",
        forkGuid: database.boot.recoveryForkGuid,
      },
    });
    if (plan.leave === "restoring") this.server.alterDatabase(database, { state: "RESTORING" });
    else this.server.alterDatabaseOptions(database, { standby: true, readOnly: true });
  }

  private tell(header: SetHeader): void {
    const { database, session } = this;
    let pages = 0;
    for (const file of header.files) {
      const filePages = fileShare(header, file.type === "LOG");
      if (filePages === undefined) continue;
      pages += filePages;
      session.inform(
        4035,
        `Processed ${filePages} pages for database '${database.name}', file '${file.name}' on file ${header.position}.`,
      );
    }
    const what = header.type === "I" ? "BACKUP DATABASE WITH DIFFERENTIAL" : this.operation;
    session.inform(3014, processed(what, pages, performance.now() - this.began));
  }

  private async record(header: SetHeader, writer: MediaWriter): Promise<void> {
    try {
      await recordBackup(this.server, { header, media: writer.mediaHeaders, devices: writer.devices });
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      throw cause(
        3009,
        "Could not insert a backup or restore history/detail record in the msdb database. This may indicate a problem with the msdb database. The backup/restore operation was still successful.",
      );
    }
  }
}

/** Pages told for a file: data files count in data backups, the log everywhere. */
function fileShare(header: SetHeader, log: boolean): number | undefined {
  if (log) return header.type === "L" ? pagesOf(header.size) : 1;
  return header.type === "L" ? undefined : (header.files.find((file) => file.type === "ROWS")?.backedUpPages ?? 1);
}
