import type { Lsn } from "../sqlserver/names";

export { compareLsn, type Lsn } from "../sqlserver/names";

/** The recovery forks that a backup touches; a restore that stops before the end of the log begins a new one. */
export interface RecoveryFork {
  readonly first: string;
  readonly last: string;
  /** Where a log backup goes over from the first to the last. */
  readonly point?: Lsn;
}

/** A backup of one database as msdb or the file's own header tells it. */
export interface BackupRecord {
  readonly kind: "full" | "log";
  /** The devices to restore from: one file, or all stripes. */
  readonly files: readonly string[];
  /** Which backup on the device (`FILE =`). */
  readonly position: number;
  readonly firstLsn: Lsn;
  readonly lastLsn: Lsn;
  readonly fork?: RecoveryFork;
  /** When it ended, by the clock of the server that took it, as `yyyy-mm-ddThh:mm:ss`. */
  readonly finishedAt: string;
  readonly checksum: boolean;
}
