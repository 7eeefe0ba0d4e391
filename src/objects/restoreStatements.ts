import {
  isSqlServerError,
  type MarkName,
  quoteName,
  quoteString,
  type ServerMessage,
  type Statement,
} from "../sqlserver";
import type { BackupRecord } from "./backupRecord";

/** Where a file of the backup goes. */
export interface FileMove {
  readonly logicalName: string;
  readonly path: string;
}

export interface RestoreFull {
  readonly database: string;
  readonly backup: BackupRecord;
  readonly moves: readonly FileMove[];
  /** Overwrites a database of that name, its unsaved log included. */
  readonly replace: boolean;
}

/** Ends all use of a database, so that it can be restored over. OFFLINE lets no client slip in between. */
export function takeOffline(database: string): Statement {
  return {
    text: `ALTER DATABASE ${quoteName(database)} SET OFFLINE WITH ROLLBACK IMMEDIATE;`,
    summary: `take ${database} offline`,
  };
}

/** Restores a full backup and leaves the database restoring, so that logs can follow. */
export function restoreFull({ database, backup, moves, replace }: RestoreFull): Statement {
  const options = ["NORECOVERY", `FILE = ${backup.position}`];
  if (backup.checksum) options.push("CHECKSUM");
  if (replace) options.push("REPLACE");
  for (const move of moves) options.push(`MOVE ${quoteString(move.logicalName)} TO ${quoteString(move.path)}`);
  return {
    text: `RESTORE DATABASE ${quoteName(database)} FROM ${devices(backup)} WITH ${options.join(", ")};`,
    summary: `restore the full backup of ${database}`,
  };
}

/**
 * Restores a log backup without recovery, up to a mark if one is given. A log that ends before the mark is restored
 * whole (message 4329).
 */
export function restoreLog(database: string, backup: BackupRecord, mark?: MarkName): Statement {
  const options = ["NORECOVERY", `FILE = ${backup.position}`];
  if (backup.checksum) options.push("CHECKSUM");
  if (mark !== undefined) options.push(`STOPATMARK = ${quoteString(mark)}`);
  return {
    text: `RESTORE LOG ${quoteName(database)} FROM ${devices(backup)} WITH ${options.join(", ")};`,
    summary: `restore a log backup of ${database}${mark === undefined ? "" : ` up to the mark ${mark}`}`,
  };
}

/** Takes a database away, restoring or not. */
export function dropDatabase(database: string): Statement {
  return { text: `DROP DATABASE IF EXISTS ${quoteName(database)};`, summary: `drop ${database}`, repeatable: true };
}

/** Opens a restored database for use. */
export function recover(database: string): Statement {
  return { text: `RESTORE DATABASE ${quoteName(database)} WITH RECOVERY;`, summary: `recover ${database}` };
}

/** `DISK = N'…'` for each device, `URL = N'…'` for those in a blob store. */
export function devices(backup: Pick<BackupRecord, "files">): string {
  return backup.files
    .map((file) => `${/^(https?|s3):\/\//i.test(file) ? "URL" : "DISK"} = ${quoteString(file)}`)
    .join(", ");
}

/**
 * Gives a restored database back to the login that owned it when it was backed up: one that did not exist any more now
 * belongs to whoever restored it. Does nothing where that login is gone.
 */
export function giveBackToOwner(database: string): Statement {
  const name = quoteName(database);
  return {
    text: `DECLARE @owner sysname, @text nvarchar(1000), @self sysname = SUSER_SNAME();
SELECT @owner = SUSER_SNAME(p.sid)
FROM ${name}.sys.database_principals AS p
JOIN sys.databases AS d ON d.name = ${quoteString(database)}
WHERE p.name = N'dbo' AND p.sid <> d.owner_sid;
IF HAS_PERMS_BY_NAME(QUOTENAME(@owner), N'LOGIN', N'IMPERSONATE') = 0
    RAISERROR (N'The database belongs to %s now, who restored it; giving it back to %s takes IMPERSONATE on that login, or a member of sysadmin who runs ALTER AUTHORIZATION.', 16, 1, @self, @owner);
ELSE IF @owner IS NOT NULL
BEGIN
    SET @text = ${quoteString(`ALTER AUTHORIZATION ON DATABASE::${name} TO `)} + QUOTENAME(@owner) + N';';
    EXEC (@text);
END;`,
    summary: `give ${database} back to its owner`,
    repeatable: true,
  };
}

/** Whether RESTORE LOG said that the log ends before the mark. */
export function isMarkNotReached(messages: readonly ServerMessage[]): boolean {
  return messages.some((message) => message.number === 4329);
}

/** Whether a log was refused because the database has stopped before it begins. */
export function isPastLog(error: unknown): boolean {
  return isSqlServerError(error) && error.has(4305);
}
