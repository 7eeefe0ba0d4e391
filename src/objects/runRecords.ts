import {
  bit,
  int,
  type Lsn,
  lsn,
  type MarkName,
  markName,
  nvarchar,
  query,
  type SqlSession,
  type Statement,
} from "../sqlserver";
import { rowsIfThere } from "./optionalTable";

/** How a run ended; `running` until it has. */
export type RunOutcome = "running" | "succeeded" | "incomplete" | "failed" | "cancelled";

/** A step of a run, for one member or for the whole set. */
export interface RunStepRecord {
  readonly step: string;
  readonly server?: string;
  readonly database?: string;
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly succeeded: boolean;
  readonly file?: string;
  readonly errorNumber?: number;
  readonly finding?: string;
}

/** Opens the record of a run. Runs that never told their end were killed; they are closed with it. */
export function beginRun(job: string, startedAt: string, host: string): Statement {
  return {
    text: `UPDATE mssql_backup.Run SET Outcome = 'failed', FinishedAt = @startedAt WHERE JobName = @job AND Outcome = 'running';
INSERT INTO mssql_backup.Run (JobName, StartedAt, Outcome, HostName) VALUES (@job, @startedAt, 'running', @host);
SELECT CONVERT(varchar(20), SCOPE_IDENTITY()) AS id;`,
    parameters: { job: nvarchar(job), startedAt: utc(startedAt), host: nvarchar(host) },
    summary: "record the start of the run",
  };
}

/** After a restore of the management database: the run whose mark it stopped at was still going on then. */
export function closeInterruptedRuns(): Statement {
  return {
    text: "UPDATE mssql_backup.Run SET Outcome = 'failed', FinishedAt = StartedAt WHERE Outcome = 'running';",
    summary: "close the runs that the restored database holds open",
  };
}

export interface RunEnd {
  readonly outcome: RunOutcome;
  readonly finishedAt: string;
  readonly fullDecision?: string;
  readonly fullSetId?: number;
  readonly logSetId?: number;
  readonly mark?: MarkName;
}

/** Closes the record of a run. */
export function endRun(runId: string, end: RunEnd): Statement {
  return {
    text: `UPDATE mssql_backup.Run
SET Outcome = @outcome, FinishedAt = @finishedAt, FullDecision = @fullDecision, FullBackupSetId = @fullSetId,
  LogBackupSetId = @logSetId, MarkName = @mark
WHERE RunId = @runId;`,
    parameters: {
      runId: { type: "bigint", value: runId },
      outcome: { type: "varchar", value: end.outcome },
      finishedAt: utc(end.finishedAt),
      fullDecision: nvarchar(end.fullDecision?.slice(0, 200)),
      fullSetId: bigint(end.fullSetId),
      logSetId: bigint(end.logSetId),
      mark: nvarchar(end.mark),
    },
    summary: "record the end of the run",
    repeatable: true,
  };
}

/** Records one step. */
export function insertRunStep(runId: string, number: number, step: RunStepRecord): Statement {
  return {
    text: `INSERT INTO mssql_backup.RunStep
  (RunId, StepNumber, Step, ServerName, DatabaseName, StartedAt, FinishedAt, Succeeded, BackupFile, ErrorNumber, Finding)
VALUES (@runId, @number, @step, @server, @database, @startedAt, @finishedAt, @succeeded, @file, @errorNumber, @finding);`,
    parameters: {
      runId: { type: "bigint", value: runId },
      number: int(number),
      step: { type: "varchar", value: step.step },
      server: nvarchar(step.server),
      database: nvarchar(step.database),
      startedAt: utc(step.startedAt),
      finishedAt: utc(step.finishedAt),
      succeeded: bit(step.succeeded),
      file: nvarchar(step.file),
      errorNumber: int(step.errorNumber),
      finding: nvarchar(step.finding),
    },
    summary: `record the step ${step.step}`,
  };
}

/** A run that has not told its end. */
export interface RunningRun {
  readonly job: string;
  readonly host: string | null;
  /** UTC. */
  readonly startedAt: string;
}

/** Reads the latest run that is going on, or was killed. */
export function findRunningRun(): Statement {
  return query(
    `SELECT TOP (1) JobName AS job, HostName AS host, CONVERT(varchar(23), StartedAt, 126) AS startedAt
FROM mssql_backup.Run WHERE Outcome = 'running' ORDER BY RunId DESC;`,
    undefined,
    "look for a run that is going on",
  );
}

/** Reads the members whose full backup failed when it was tried last. */
export function readFailedFullsStatement(): Statement {
  return query(
    `SELECT DISTINCT f.ServerName AS server, f.DatabaseName AS [database]
FROM mssql_backup.RunStep AS f
WHERE f.Step = 'full' AND f.Succeeded = 0 AND f.ServerName IS NOT NULL AND f.DatabaseName IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM mssql_backup.RunStep AS s
    WHERE s.Step = 'full' AND s.Succeeded = 1 AND s.ServerName = f.ServerName AND s.DatabaseName = f.DatabaseName
      AND s.RunId >= f.RunId);`,
    undefined,
    "read which full backups failed",
  );
}

/** The members whose full backup is due again because it failed. */
export function readFailedFulls(
  session: SqlSession,
  database: string,
  signal?: AbortSignal,
): Promise<{ readonly server: string; readonly database: string }[]> {
  return session.rows(readFailedFullsStatement(), { database, ...(signal && { signal }) });
}

/** A mark as our own record has it, with its place in each member's log. */
export interface RestorePointRecord {
  readonly mark: MarkName;
  /** UTC, ISO 8601 without `Z`. */
  readonly markedAt: string;
  /** Whether every member of the run has it. */
  readonly complete: boolean;
  readonly members: readonly { readonly server: string; readonly database: string; readonly lsn: Lsn }[];
}

/** Records a mark with all members in one statement, so that a point is there whole or not at all. */
export function insertRestorePoint(runId: string | undefined, point: RestorePointRecord): Statement {
  const values = point.members.map((_, index) => `(@point, @server${index}, @database${index}, @lsn${index})`);
  const parameters = point.members.flatMap((member, index) => [
    [`server${index}`, nvarchar(member.server)] as const,
    [`database${index}`, nvarchar(member.database)] as const,
    [`lsn${index}`, { type: "varchar", value: member.lsn } as const] as const,
  ]);
  const rows = values.map(
    (value) => `INSERT INTO mssql_backup.RestorePointMember (RestorePointId, ServerName, DatabaseName, MarkLsn)
VALUES ${value};`,
  );
  return {
    text: `SET XACT_ABORT ON;
DECLARE @point bigint;
IF EXISTS (SELECT 1 FROM mssql_backup.RestorePoint WHERE MarkName = @mark) RETURN;
BEGIN TRANSACTION;
INSERT INTO mssql_backup.RestorePoint (RunId, MarkName, MarkedAt, Complete) VALUES (@runId, @mark, @markedAt, @complete);
SET @point = SCOPE_IDENTITY();
${rows.join("\n")}
COMMIT TRANSACTION;`,
    parameters: {
      runId: { type: "bigint", value: runId ?? null },
      mark: nvarchar(point.mark),
      markedAt: utc(point.markedAt),
      complete: bit(point.complete),
      ...Object.fromEntries(parameters),
    },
    summary: `record the restore point ${point.mark}`,
    repeatable: true,
  };
}

/** Reads all restore points, a row for each member. */
export function readRestorePointRows(): Statement {
  return query(
    `SELECT p.MarkName AS mark, CONVERT(varchar(23), p.MarkedAt, 126) AS markedAt, p.Complete AS complete,
  m.ServerName AS server, m.DatabaseName AS [database], CONVERT(varchar(25), m.MarkLsn) AS lsn
FROM mssql_backup.RestorePoint AS p
LEFT JOIN mssql_backup.RestorePointMember AS m ON m.RestorePointId = p.RestorePointId
ORDER BY p.RestorePointId;`,
    undefined,
    "read the restore points",
  );
}

/** Forgets restore points whose backups were cleared from the history, and the records of runs as old. */
export function clearRecordsBefore(markedAt: string): Statement {
  return {
    text: `DELETE FROM mssql_backup.RestorePoint WHERE MarkedAt < @before;
DELETE FROM mssql_backup.Run WHERE StartedAt < @before AND Outcome <> 'running';`,
    parameters: { before: utc(markedAt) },
    summary: "clear records of old runs",
    repeatable: true,
  };
}

interface PointRow {
  mark: string;
  markedAt: string;
  complete: boolean;
  server: string | null;
  database: string | null;
  lsn: string | null;
}

/** Our own record of all marks; none where another job than ours is in charge. */
export async function readRestorePoints(
  session: SqlSession,
  database: string,
  signal?: AbortSignal,
): Promise<RestorePointRecord[]> {
  const rows = await rowsIfThere<PointRow>(session, readRestorePointRows(), { database, ...(signal && { signal }) });
  const points = new Map<string, RestorePointRecord & { members: { server: string; database: string; lsn: Lsn }[] }>();
  for (const row of rows) {
    const point = points.get(row.mark) ?? {
      mark: markName(row.mark),
      markedAt: row.markedAt,
      complete: row.complete,
      members: [],
    };
    points.set(row.mark, point);
    if (row.server !== null && row.database !== null && row.lsn !== null) {
      point.members.push({ server: row.server, database: row.database, lsn: lsn(row.lsn) });
    }
  }
  return [...points.values()];
}

/** datetime2 knows no zone: UTC is written as it is, without the `Z`. */
function utc(iso: string | undefined) {
  return { type: "datetime2", value: iso?.replace(/Z$/, "") ?? null } as const;
}

function bigint(value: number | undefined) {
  return { type: "bigint", value: value === undefined ? null : String(value) } as const;
}
