/** How a backup set stands. Plain JSON: times are ISO 8601 in UTC, LSNs are digits, what is not known is left out. */
export interface BackupStatus {
  /** Whether everything is as it should be: there are no `problems`. */
  readonly healthy: boolean;
  /** What is not as it should be, one sentence each. */
  readonly problems: readonly string[];
  /** Whether the management database exists. If not, there are no members. */
  readonly exists: boolean;
  /** What the control server calls itself. */
  readonly controlServer: string;
  readonly managementDatabase: string;
  /**
   * The job's name in its settings. Absent when there is no such job, or several and none was named: then nothing is
   * told of runs and of full backups that are due.
   */
  readonly job?: string;
  /** When this was read. */
  readonly checkedAt: string;
  /** Every database of the set, the management database among them. */
  readonly members: readonly MemberStatus[];
  /** The last run that was to take backups and has ended. Absent before the first. */
  readonly lastRun?: RunStatus;
  /** A run that is going on now, or was killed and not followed by another. */
  readonly running?: Pick<RunStatus, "startedAt" | "ageMinutes" | "host">;
  /** What the last run found, and the last clearing of history if it was a run of its own. */
  readonly findings: readonly StatusFinding[];
  /** The newest mark that every member can be restored to. Absent when there is none. */
  readonly newestRestorePoint?: MarkStatus;
  /** Whether the next run takes full backups, of which members, and why; absent when that cannot be told. */
  readonly fullDue?: FullDueStatus;
  /** The members that have no full backup which a log backup could follow; the next run takes one. */
  readonly withoutBase: readonly StatusMember[];
}

/** A database, and its server by the name under which the control server reaches it. */
export interface StatusMember {
  readonly server: string;
  readonly database: string;
}

/** How one database of the set stands. */
export interface MemberStatus extends StatusMember {
  /** What the server calls itself, whatever name leads to it; absent when it could not be asked. */
  readonly ownServerName?: string;
  /** Whether a run could back the database up now. */
  readonly ready: boolean;
  /** What keeps it from being backed up. */
  readonly problem?: string;
  /** `ONLINE`, `RESTORING`, `OFFLINE`, …; absent when it could not be asked, or there is no such database. */
  readonly state?: string;
  /** `FULL`, `BULK_LOGGED` or `SIMPLE`. */
  readonly recoveryModel?: string;
  /** Whether there is a full backup that a log backup could follow; absent when the login may not see it. */
  readonly hasBase?: boolean;
  /** Whether the next run takes a full backup of it. */
  readonly fullDue: boolean;
  /** The last full backup that the job took. */
  readonly lastFull?: TakenBackupStatus;
  /** The last log backup that the job took. */
  readonly lastLog?: TakenBackupStatus;
  /** The last mark that is proven to be in this database. */
  readonly lastMark?: MarkStatus & {
    /** Where the mark stands in the database's log. */
    readonly lsn: string;
  };
}

/** A backup, by the job's history. */
export interface TakenBackupStatus {
  readonly at: string;
  /** Whole minutes since then. */
  readonly ageMinutes: number;
  /** The file, as the server sees it. */
  readonly file: string;
}

/** A mark. */
export interface MarkStatus {
  readonly mark: string;
  readonly at: string;
  /** Whole minutes since then. */
  readonly ageMinutes: number;
}

/** A run of the job. */
export interface RunStatus {
  /** `failed`: nothing was backed up; `incomplete`: something was found; `cancelled`: somebody ended it. */
  readonly outcome: "succeeded" | "incomplete" | "failed" | "cancelled";
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** Whole minutes since its start. */
  readonly ageMinutes: number;
  /** Why full backups were taken, or not. */
  readonly fullDecision?: string;
  /** The mark that it placed. */
  readonly mark?: string;
  /** The machine that the runner ran on. */
  readonly host?: string;
}

/** Something that went wrong in a run. */
export interface StatusFinding {
  /** `preflight`, `full`, `mark`, `proof`, `log`, `record` or `clean`. */
  readonly step: string;
  readonly server?: string;
  readonly database?: string;
  /** SQL Server's number. */
  readonly number?: number;
  /** What is wrong, and what to do. */
  readonly message: string;
}

/** The full backups of the next run. */
export interface FullDueStatus {
  readonly members: readonly StatusMember[];
  /** In words. */
  readonly decision: string;
}

/** How old things may be, in minutes; what is not given is not judged. */
export interface BackupThresholds {
  /** The newest restore point. */
  readonly maximumAgeMinutes?: number;
  /** The last full backup of each database. */
  readonly maximumFullAgeMinutes?: number;
  /** The last log backup of each database. */
  readonly maximumLogAgeMinutes?: number;
}
