// What the functions return. Nothing is imported here: these types are part of what a program is checked against.

/** The restore points of a backup set. */
export interface GetRestorePointsResult {
  /** Newest first. */
  readonly points: readonly RestorePoint[];
}

/** A mark that a run has placed in the databases of the set. */
export interface RestorePoint {
  /** The mark's name, for `mssql-backup restore --to`. */
  readonly mark: string;
  /** When it was placed: ISO 8601 in UTC. */
  readonly at: string;
  /** Whether every database of the set can be restored to it. */
  readonly restorable: boolean;
  /** The databases that are in the set now. */
  readonly members: readonly RestorePointMember[];
}

/** One database at a restore point. */
export interface RestorePointMember {
  /** Its server, by the name under which the control server reaches it. */
  readonly server: string;
  readonly database: string;
  readonly restorable: boolean;
  /** The log backups to restore after the full one, where it can be restored. */
  readonly logBackups?: number;
  /** What it lacks, where it cannot. */
  readonly lacks?: RestorePointLack;
}

/** Why a database cannot be restored to a mark. */
export interface RestorePointLack {
  /**
   * `markUnknown`: the mark was not placed in it; `markNotBackedUp`: no log backup holds the mark yet; `noFull`: no full
   * backup is older than the mark; `gap`: a log backup is missing; `serverUnreadable`: its server could not be asked.
   */
  readonly problem: "markUnknown" | "markNotBackedUp" | "noFull" | "gap" | "serverUnreadable";
  /** The same in words. */
  readonly reason: string;
  /** For a `gap`: the LSN after which the log backups do not lead on, as digits. */
  readonly afterLsn?: string;
}

/** The user databases of a server. */
export interface GetUserDatabasesResult {
  /** What the server calls itself: `ownServerName` of the members of a backup set. */
  readonly server: string;
  /** In the order of their names. */
  readonly databases: readonly UserDatabase[];
}

/** A database that is not one of SQL Server's own. */
export interface UserDatabase {
  readonly database: string;
  /** `ONLINE`, `RESTORING`, `RECOVERING`, `RECOVERY_PENDING`, `SUSPECT`, `EMERGENCY` or `OFFLINE`. */
  readonly state: string;
  /** `FULL`, `BULK_LOGGED` or `SIMPLE`. */
  readonly recoveryModel: string;
  readonly readOnly: boolean;
}
