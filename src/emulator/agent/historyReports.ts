/** sp_help_jobhistory and sp_help_jobactivity. */
import type { SqlType } from "../engine/values";
import { sendRows } from "../procedures/define";
import { type AgentCall, agentProcedure } from "./call";
import { findJobIfNamed } from "./identify";
import { GUID, INT, JOB, JOB_BY_NAME, name, number, SYSNAME } from "./parameters";
import type { AgentRow } from "./tables";

type Columns = readonly (readonly [name: string, type: SqlType])[];

const DATETIME: SqlType = { kind: "datetime", scale: 3 };
const MESSAGE: SqlType = { kind: "nvarchar", length: 4000 };

const ints = (...names: string[]): Columns => names.map((column) => [column, INT] as const);

const HISTORY_FULL: Columns = [
  ...ints("instance_id"),
  ["job_id", GUID],
  ["job_name", SYSNAME],
  ...ints("step_id"),
  ["step_name", SYSNAME],
  ...ints("sql_message_id", "sql_severity"),
  ["message", MESSAGE],
  ...ints("run_status", "run_date", "run_time", "run_duration"),
  ["operator_emailed", SYSNAME],
  ["operator_netsent", SYSNAME],
  ["operator_paged", SYSNAME],
  ...ints("retries_attempted"),
  ["server", { kind: "nvarchar", length: 30 }],
];

const HISTORY_SUMMARY: Columns = HISTORY_FULL.filter(
  ([column]) =>
    !["instance_id", "job_id", "step_id", "step_name", "sql_message_id", "sql_severity", "message"].includes(column),
);

/** What the number in a parameter asks of a column. */
const FILTERS: readonly (readonly [
  parameter: string,
  column: string,
  test: (value: number, wanted: number) => boolean,
])[] = [
  ["@step_id", "step_id", (value, wanted) => value === wanted],
  ["@sql_message_id", "sql_message_id", (value, wanted) => value === wanted],
  ["@sql_severity", "sql_severity", (value, wanted) => value === wanted],
  ["@start_run_date", "run_date", (value, wanted) => value >= wanted],
  ["@end_run_date", "run_date", (value, wanted) => value <= wanted],
  ["@start_run_time", "run_time", (value, wanted) => value >= wanted],
  ["@end_run_time", "run_time", (value, wanted) => value <= wanted],
  ["@minimum_run_duration", "run_duration", (value, wanted) => value >= wanted],
  ["@run_status", "run_status", (value, wanted) => value === wanted],
  ["@minimum_retries", "retries_attempted", (value, wanted) => value >= wanted],
];

function helpHistory(call: AgentCall): void {
  const { args } = call;
  const isFull = /^FULL$/i.test(args.text("@mode") ?? "SUMMARY");
  const server = args.text("@server");
  const oldestFirst = args.number("@oldest_first") === 1;
  const passes = (row: AgentRow) =>
    FILTERS.every(([parameter, column, test]) => {
      const wanted = args.number(parameter);
      return wanted === undefined || test(row.number(column), wanted);
    });
  // Without a step asked for, the summary is of whole jobs.
  const isShown = (row: AgentRow) => isFull || args.number("@step_id") !== undefined || row.number("step_id") === 0;
  const rows = ofVisibleJobs(call, "sysjobhistory")
    .filter((row) => passes(row) && isShown(row))
    .filter((row) => server === undefined || row.text("server").toLowerCase() === server.toLowerCase())
    .sort((one, other) => (other.number("instance_id") - one.number("instance_id")) * (oldestFirst ? -1 : 1));
  send(call, isFull ? HISTORY_FULL : HISTORY_SUMMARY, rows);
}

/** Names of the jobs that the caller may see, by their ids. */
function visibleJobs(call: AgentCall): Map<string, string> {
  const jobs = call.tables.rows("sysjobs").filter((row) => call.isReader || call.owns(row));
  return new Map(jobs.map((row) => [row.text("job_id"), row.text("name")]));
}

/** The rows of the job that is named, or of all jobs that the caller may see. */
function ofVisibleJobs(call: AgentCall, table: "sysjobhistory" | "sysjobactivity"): AgentRow[] {
  const job = findJobIfNamed(call);
  const visible = visibleJobs(call);
  return call.tables
    .rows(table, job ? { job_id: job.value("job_id") } : {})
    .filter((row) => visible.has(row.text("job_id")));
}

function send(call: AgentCall, columns: Columns, rows: readonly AgentRow[]): void {
  const names = visibleJobs(call);
  const read = (row: AgentRow, column: string) =>
    column === "job_name" ? (names.get(row.text("job_id")) ?? null) : row.value(column);
  sendRows(
    call.activation,
    columns,
    rows.map((row) => columns.map(([column]) => read(row, column))),
  );
}

function helpActivity(call: AgentCall): void {
  const columns: Columns = [
    ...ints("session_id"),
    ["job_id", GUID],
    ["job_name", SYSNAME],
    ["run_requested_date", DATETIME],
    ["run_requested_source", SYSNAME],
    ["queued_date", DATETIME],
    ["start_execution_date", DATETIME],
    ...ints("last_executed_step_id"),
    ["last_executed_step_date", DATETIME],
    ["stop_execution_date", DATETIME],
    ["next_scheduled_run_date", DATETIME],
    ...ints("job_history_id"),
  ];
  const session = call.args.number("@session_id");
  const rows = ofVisibleJobs(call, "sysjobactivity").filter(
    (row) => session === undefined || row.number("session_id") === session,
  );
  send(call, columns, rows);
}

export function registerHistoryReports(): void {
  agentProcedure(
    "sp_help_jobhistory",
    [
      ...JOB,
      number("@step_id"),
      number("@sql_message_id"),
      number("@sql_severity"),
      number("@start_run_date"),
      number("@end_run_date"),
      number("@start_run_time"),
      number("@end_run_time"),
      number("@minimum_run_duration"),
      number("@run_status"),
      number("@minimum_retries"),
      number("@oldest_first", 0),
      name("@server"),
      name("@mode"),
    ],
    helpHistory,
  );
  agentProcedure("sp_help_jobactivity", [...JOB_BY_NAME, number("@session_id")], helpActivity);
}
