import { bit, type MarkName, markName, nvarchar, query, type SqlSession, type Statement } from "../sqlserver";
import type { BackupKind } from "./backupPath";

/** A backup as `adm_BackupHistory` has it; BizTalk's log-shipping destinations read the same rows. */
export interface HistoryRow {
  readonly setId: number;
  readonly mark: MarkName | undefined;
  readonly server: string;
  readonly database: string;
  readonly kind: BackupKind;
  readonly location: string;
  readonly fileName: string;
  /** In the job's zone, without an offset: `yyyy-mm-ddThh:mm:ss.mmm`. */
  readonly at: string;
  readonly setComplete: boolean;
}

/** What identifies a backup in the history; the completion of its set is told later. */
export type NewHistoryRow = Omit<HistoryRow, "setComplete">;

/** Takes the next set id by the management database's own procedure. Numbers may be skipped. */
export function takeBackupSetId(): Statement {
  return {
    text: `DECLARE @id int;
EXEC @id = dbo.sp_GetNextBackupSetId;
SELECT @id AS id;`,
    summary: "take the next backup set id",
  };
}

/** Lifts the next set id above those in use, after a restore took it back. */
export function raiseBackupSetId(): Statement {
  return {
    text: `DECLARE @next bigint;
SELECT @next = MAX(BackupSetId) + 1 FROM dbo.adm_BackupHistory;
UPDATE dbo.adm_BackupSetId SET NextBackupSetId = @next WHERE NextBackupSetId < @next;`,
    summary: "lift the next backup set id above those in use",
    repeatable: true,
  };
}

/** Records one backup. */
export function insertHistoryRow(row: NewHistoryRow): Statement {
  return {
    text: `INSERT INTO dbo.adm_BackupHistory
  (BackupSetId, MarkName, DatabaseName, ServerName, BackupFileName, BackupFileLocation, BackupType, BackupDateTime, SetComplete)
VALUES (@setId, @mark, @database, @server, @fileName, @location, @type, @at, 0);`,
    parameters: {
      setId: { type: "bigint", value: String(row.setId) },
      mark: nvarchar(row.mark),
      database: nvarchar(row.database),
      server: nvarchar(row.server),
      fileName: nvarchar(row.fileName),
      location: nvarchar(row.location),
      type: { type: "varchar", value: row.kind === "full" ? "db" : "lg" },
      at: { type: "datetime2", value: row.at },
    },
    summary: `record the backup of ${row.database}`,
  };
}

/** Says that every member's backup of the set is there. Readers use a set only after this. */
export function completeSet(setId: number): Statement {
  return {
    text: "UPDATE dbo.adm_BackupHistory SET SetComplete = 1 WHERE BackupSetId = @setId;",
    parameters: { setId: { type: "bigint", value: String(setId) } },
    summary: `complete backup set ${setId}`,
    repeatable: true,
  };
}

/** Reads the whole history. */
export function readHistoryRows(): Statement {
  return query(
    `SELECT CONVERT(varchar(20), BackupSetId) AS setId, MarkName AS mark, ServerName AS server, DatabaseName AS [database],
  BackupType AS type, BackupFileLocation AS location, BackupFileName AS fileName,
  CONVERT(varchar(23), BackupDateTime, 126) AS at, SetComplete AS setComplete
FROM dbo.adm_BackupHistory
ORDER BY BackupSetId, BackupId;`,
    undefined,
    "read the backup history",
  );
}

/** Forgets the backups of a set. The files stay. */
export function deleteSet(setId: number): Statement {
  return {
    text: "DELETE FROM dbo.adm_BackupHistory WHERE BackupSetId = @setId;",
    parameters: { setId: { type: "bigint", value: String(setId) } },
    summary: `clear the history of backup set ${setId}`,
    repeatable: true,
  };
}

/** Puts a row back that a restore of the management database took away; one that is there stays. */
export function keepHistoryRow(row: HistoryRow): Statement {
  const { text, parameters } = insertHistoryRow(row);
  return {
    text: `IF NOT EXISTS (SELECT 1 FROM dbo.adm_BackupHistory
  WHERE BackupSetId = @setId AND DatabaseName = @database AND ServerName = @server)
${text.replace("@at, 0)", "@at, @setComplete)")}`,
    parameters: { ...parameters, setComplete: bit(row.setComplete) },
    summary: `keep the history of ${row.database} in backup set ${row.setId}`,
    repeatable: true,
  };
}

/** Sets or takes back the wish for a full backup of every member at the next run. */
export function setForceFull(wanted: boolean): Statement {
  return {
    text: "UPDATE dbo.adm_BackupSettings SET ForceFull = @wanted;",
    parameters: { wanted: bit(wanted) },
    summary: wanted ? "ask for a full backup at the next run" : "take back the wish for a full backup",
    repeatable: true,
  };
}

interface HistoryDbRow {
  setId: string;
  mark: string | null;
  server: string | null;
  database: string;
  type: string;
  location: string;
  fileName: string;
  at: string;
  setComplete: boolean;
}

/** The history, oldest set first. */
export async function readHistory(session: SqlSession, database: string, signal?: AbortSignal): Promise<HistoryRow[]> {
  const rows = await session.rows<HistoryDbRow>(readHistoryRows(), { database, ...(signal && { signal }) });
  return rows.map((row) => ({
    setId: Number(row.setId),
    mark: row.mark === null ? undefined : markName(row.mark),
    server: row.server ?? "",
    database: row.database,
    kind: row.type.trim() === "db" ? "full" : "log",
    location: row.location,
    fileName: row.fileName,
    at: row.at,
    setComplete: Boolean(row.setComplete),
  }));
}

/** Takes the next set id. */
export async function nextBackupSetId(session: SqlSession, database: string, signal?: AbortSignal): Promise<number> {
  const [row] = await session.rows<{ id: number | null }>(takeBackupSetId(), { database, ...(signal && { signal }) });
  if (!row || row.id === null || row.id < 0) {
    throw new Error(`sp_GetNextBackupSetId of ${database} gave no number: adm_BackupSetId must hold one row`);
  }
  return row.id;
}
