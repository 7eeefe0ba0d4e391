import { query, type SqlSession, type Statement, sysname } from "../sqlserver";
import type { RunOutcome } from "./runRecords";

/**
 * What a run did, by what its record holds: the record does not say which part was asked for.
 * `unknown` ended before it could take a backup.
 */
export type RunKind = "whole" | "full" | "log" | "clean" | "unknown" | "running";

/** The record of a run. */
export interface RecordedRun {
  /** Digits; a later run has a higher one. */
  readonly id: string;
  readonly kind: RunKind;
  readonly outcome: RunOutcome;
  /** UTC, ISO 8601 without `Z`. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly fullDecision: string | null;
  readonly mark: string | null;
  /** The machine that the runner ran on. */
  readonly host: string | null;
}

/** A step of a run that failed. */
export interface FailedStep {
  readonly runId: string;
  readonly step: string;
  readonly server: string | null;
  readonly database: string | null;
  /** SQL Server's number. */
  readonly number: number | null;
  /** What is wrong, and what to do. */
  readonly message: string;
}

/** Reads the latest run of each kind. `run --only clean` leaves no decision, no set and no mark. */
export function readLatestRunsStatement(job: string): Statement {
  return query(
    `WITH kinds AS (
  SELECT RunId, Outcome, StartedAt, FinishedAt, FullDecision, MarkName, HostName,
    CASE
      WHEN Outcome = 'running' THEN 'running'
      WHEN FullBackupSetId IS NULL AND LogBackupSetId IS NULL AND MarkName IS NULL AND FullDecision IS NULL
        THEN CASE WHEN Outcome IN ('succeeded', 'incomplete') THEN 'clean' ELSE 'unknown' END
      WHEN LogBackupSetId IS NULL AND MarkName IS NULL THEN 'full'
      WHEN FullDecision IS NULL THEN 'log'
      ELSE 'whole'
    END AS kind
  FROM mssql_backup.Run
  WHERE JobName = @job)
SELECT CONVERT(varchar(20), RunId) AS id, kind, Outcome AS outcome, CONVERT(varchar(23), StartedAt, 126) AS startedAt,
  CONVERT(varchar(23), FinishedAt, 126) AS finishedAt, FullDecision AS fullDecision, MarkName AS mark, HostName AS host
FROM kinds
WHERE RunId IN (SELECT MAX(RunId) FROM kinds GROUP BY kind)
ORDER BY RunId DESC;`,
    { job: sysname(job) },
    "read the latest runs",
  );
}

/** Reads what went wrong in a run. */
export function readFailedStepsStatement(runIds: readonly string[]): Statement {
  const names = runIds.map((_, index) => `@run${index}`);
  return query(
    `SELECT CONVERT(varchar(20), RunId) AS runId, Step AS step, ServerName AS server, DatabaseName AS [database],
  ErrorNumber AS number, Finding AS message
FROM mssql_backup.RunStep
WHERE RunId IN (${names.join(", ")}) AND Succeeded = 0 AND Finding IS NOT NULL
ORDER BY RunId, StepNumber;`,
    Object.fromEntries(runIds.map((value, index) => [`run${index}`, { type: "bigint", value } as const])),
    "read what the latest runs found",
  );
}

/** The latest run of each kind, newest first. */
export function readLatestRuns(
  session: SqlSession,
  database: string,
  job: string,
  signal?: AbortSignal,
): Promise<RecordedRun[]> {
  return session.rows<RecordedRun>(readLatestRunsStatement(job), { database, ...(signal && { signal }) });
}

/** What went wrong in the runs, in the order in which it did. */
export async function readFailedSteps(
  session: SqlSession,
  database: string,
  runs: readonly RecordedRun[],
  signal?: AbortSignal,
): Promise<FailedStep[]> {
  if (runs.length === 0) return [];
  const statement = readFailedStepsStatement(runs.map(({ id }) => id));
  return session.rows<FailedStep>(statement, { database, ...(signal && { signal }) });
}
