/** What is kept of jobs that ran: rows of sysjobhistory, and the outcomes on jobs and steps. */
import type { Value } from "../engine/values";
import type { AgentRow, AgentTables } from "./tables";
import { LOCAL_SERVER } from "./targets";
import { dateNumber, durationNumber, timeNumber } from "./times";

/** sysjobhistory.run_status */
export const STATUS = { failed: 0, succeeded: 1, retry: 2, canceled: 3 } as const;

export type Status = (typeof STATUS)[keyof typeof STATUS];

export interface HistoryEntry {
  jobId: string;
  stepId: number;
  stepName: string;
  status: Status;
  message: string;
  start: bigint;
  end: bigint;
  retries: number;
  error: { number: number; severity: number };
}

/** As a new Agent is set up: rows of one job, rows of all. */
const MAX_ROWS_OF_JOB = 100;
const MAX_ROWS = 1000;

const MAX_MESSAGE = 4000;

/** Gives the row's instance_id. */
export function record(tables: AgentTables, entry: HistoryEntry): number {
  const id = tables.insert("sysjobhistory", {
    job_id: entry.jobId,
    step_id: entry.stepId,
    step_name: entry.stepName,
    sql_message_id: entry.error.number,
    sql_severity: entry.error.severity,
    message: entry.message.slice(0, MAX_MESSAGE),
    run_status: entry.status,
    run_date: dateNumber(entry.start),
    run_time: timeNumber(entry.start),
    run_duration: durationNumber(entry.end - entry.start),
    operator_id_emailed: 0,
    operator_id_netsent: 0,
    operator_id_paged: 0,
    retries_attempted: entry.retries,
    server: tables.server.serverName,
  });
  trim(tables, entry.jobId);
  return id;
}

/** The oldest rows make room. */
function trim(tables: AgentTables, jobId: string): void {
  const all = tables.rows("sysjobhistory").sort((a, b) => a.number("instance_id") - b.number("instance_id"));
  const own = all.filter((row) => row.text("job_id") === jobId);
  const gone = new Set([
    ...own.slice(0, Math.max(0, own.length - MAX_ROWS_OF_JOB)),
    ...all.slice(0, Math.max(0, all.length - MAX_ROWS)),
  ]);
  for (const row of gone) tables.deleteRow("sysjobhistory", row);
}

/** The outcome of its last run on the step itself. */
export function noteOnStep(tables: AgentTables, step: AgentRow, entry: HistoryEntry): void {
  const now = tables.first("sysjobsteps", { job_id: entry.jobId, step_id: step.value("step_id") });
  if (!now) return;
  tables.update("sysjobsteps", now, {
    last_run_outcome: entry.status,
    last_run_duration: durationNumber(entry.end - entry.start),
    last_run_retries: entry.retries,
    last_run_date: dateNumber(entry.start),
    last_run_time: timeNumber(entry.start),
  });
}

/** The outcome of its last run on the job's target. */
export function noteOnJob(tables: AgentTables, entry: HistoryEntry): void {
  const target = tables.first("sysjobservers", { job_id: entry.jobId, server_id: LOCAL_SERVER });
  if (!target) return;
  tables.update("sysjobservers", target, {
    last_run_outcome: entry.status,
    last_outcome_message: entry.message.slice(0, MAX_MESSAGE),
    last_run_date: dateNumber(entry.start),
    last_run_time: timeNumber(entry.start),
    last_run_duration: durationNumber(entry.end - entry.start),
  });
}

export function newActivity(
  tables: AgentTables,
  agentSession: number,
  jobId: string,
  change: Record<string, Value>,
): void {
  tables.insert("sysjobactivity", { session_id: agentSession, job_id: jobId, ...change });
}

/** Changes the newest activity row of the job. */
export function noteActivity(
  tables: AgentTables,
  agentSession: number,
  jobId: string,
  change: Record<string, Value>,
): void {
  const row = tables.rows("sysjobactivity", { session_id: agentSession, job_id: jobId }).at(-1);
  if (row) tables.update("sysjobactivity", row, change);
}
