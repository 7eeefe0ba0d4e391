/** What a database knows of its own past: identity, backup chain, restore in progress. Stored with its data, not in master. */
import { randomUUID } from "node:crypto";
import type { LogPosition, Lsn } from "./log";

/** The backup that differentials build on. */
export interface DifferentialBase {
  readonly lsn: Lsn;
  readonly guid: string;
  /** Local time, ticks. */
  readonly date: bigint;
}

/** How far a database in the RESTORING state (or on STANDBY) has been rolled forward. */
export interface RestoreProgress {
  /** The next log backup has to begin at or before this LSN, and end at or beyond it. */
  readonly redoLsn: Lsn;
  /** Time of what has been restored so far, local ticks: no stopping before it. */
  readonly redoTime: bigint;
  /** The full backup restored last, for differentials. */
  readonly baseGuid: string;
  /** Recovery fork that the data is on. */
  readonly forkGuid: string;
}

export interface BootState {
  /** Stays the same over all restores of the database: backupset.family_guid. */
  readonly familyGuid: string;
  /** New after each recovery to a point before the end of the log: backupset.last_recovery_fork_guid. */
  readonly recoveryForkGuid: string;
  /** Where the current fork left the former one, and which that was. */
  readonly forkPointLsn: Lsn | null;
  readonly forkedFromGuid: string | null;
  /** database_guid of sys.database_recovery_status. */
  readonly databaseGuid: string;
  readonly position: LogPosition;
  readonly lastObjectId: number;
  readonly differentialBase: DifferentialBase | null;
  /** Checkpoint LSN of the last full backup, 0 before the first: backupset.database_backup_lsn. */
  readonly databaseBackupLsn: Lsn;
  /** First LSN of the next log backup; null while there is no base for one. */
  readonly logBackupStart: Lsn | null;
  /** The next log backup is the first of its chain. */
  readonly logChainBegins: boolean;
  /** Under BULK_LOGGED: minimally logged work since the last log backup. */
  readonly bulkWork: boolean;
  /** Time of the last log backup, local ticks. */
  readonly lastLogBackup: bigint | null;
  readonly restore: RestoreProgress | null;
}

export function newBootState(): BootState {
  const guid = newGuid();
  return {
    familyGuid: guid,
    recoveryForkGuid: guid,
    forkPointLsn: null,
    forkedFromGuid: null,
    databaseGuid: newGuid(),
    position: { file: 34, block: 16 },
    lastObjectId: 0,
    differentialBase: null,
    databaseBackupLsn: 0n,
    logBackupStart: null,
    logChainBegins: false,
    bulkWork: false,
    lastLogBackup: null,
    restore: null,
  };
}

export function newGuid(): string {
  return randomUUID().toUpperCase();
}
