/** sp_help_job and the other procedures that show jobs. */
import type { SqlType, Value } from "../engine/values";
import { sendRows } from "../procedures/define";
import { sameSid } from "../security/users";
import { type AgentCall, agentProcedure } from "./call";
import { findJob, findJobIfNamed, findSchedule } from "./identify";
import { notAmong } from "./messages";
import { GUID, INT, JOB, LONG_TEXT, name, number, SYSNAME } from "./parameters";
import { runningJobs } from "./running";
import { schedulesOf } from "./scheduleRows";
import type { AgentRow } from "./tables";

type Columns = readonly (readonly [name: string, type: SqlType])[];

const DATETIME: SqlType = { kind: "datetime", scale: 3 };
const MESSAGE: SqlType = { kind: "nvarchar", length: 4000 };

const ints = (...names: string[]): Columns => names.map((column) => [column, INT] as const);

const JOB_COLUMNS: Columns = [
  ["job_id", GUID],
  ["originating_server", { kind: "nvarchar", length: 30 }],
  ["name", SYSNAME],
  ["enabled", { kind: "tinyint" }],
  ["description", { kind: "nvarchar", length: 512 }],
  ...ints("start_step_id"),
  ["category", SYSNAME],
  ["owner", SYSNAME],
  ...ints("notify_level_eventlog", "notify_level_email", "notify_level_netsend", "notify_level_page"),
  ["notify_email_operator", SYSNAME],
  ["notify_netsend_operator", SYSNAME],
  ["notify_page_operator", SYSNAME],
  ...ints("delete_level"),
  ["date_created", DATETIME],
  ["date_modified", DATETIME],
  ...ints(
    "version_number",
    "last_run_date",
    "last_run_time",
    "last_run_outcome",
    "next_run_date",
    "next_run_time",
    "next_run_schedule_id",
    "current_execution_status",
  ),
  ["current_execution_step", SYSNAME],
  ...ints("current_retry_attempt", "has_step", "has_schedule", "has_target", "type"),
];

/** sp_help_job.current_execution_status */
const EXECUTION = { executing: 1, betweenRetries: 3, idle: 4 };

const UNKNOWN_OUTCOME = 5;

function loginOf({ session }: AgentCall, sid: Uint8Array): string | null {
  for (const login of session.server.master.metadata.all("login")) if (sameSid(login.sid, sid)) return login.name;
  return null;
}

function operatorName({ tables }: AgentCall, id: number): string {
  return id === 0 ? "(unknown)" : (tables.first("sysoperators", { id })?.text("name") ?? "(unknown)");
}

function jobRow(call: AgentCall, job: AgentRow): Value[] {
  const { tables, session } = call;
  const jobId = job.text("job_id");
  const target = tables.first("sysjobservers", { job_id: jobId });
  const links = tables.rows("sysjobschedules", { job_id: jobId });
  const next = links.filter((row) => row.number("next_run_date") > 0).sort((a, b) => nextOf(a) - nextOf(b))[0];
  const running = runningJobs(session.server).get(jobId);
  const status = running ? (running.isWaiting ? EXECUTION.betweenRetries : EXECUTION.executing) : EXECUTION.idle;
  return [
    jobId,
    session.server.serverName.slice(0, 30),
    job.text("name"),
    job.number("enabled"),
    job.value("description"),
    job.number("start_step_id"),
    tables.first("syscategories", { category_id: job.value("category_id") })?.text("name") ?? null,
    loginOf(call, job.bytes("owner_sid")),
    ...["eventlog", "email", "netsend", "page"].map((kind) => job.number(`notify_level_${kind}`)),
    ...["email", "netsend", "page"].map((kind) => operatorName(call, job.number(`notify_${kind}_operator_id`))),
    job.number("delete_level"),
    job.value("date_created"),
    job.value("date_modified"),
    job.number("version_number"),
    target?.number("last_run_date") ?? 0,
    target?.number("last_run_time") ?? 0,
    target?.number("last_run_outcome") ?? UNKNOWN_OUTCOME,
    next?.number("next_run_date") ?? 0,
    next?.number("next_run_time") ?? 0,
    next?.number("schedule_id") ?? 0,
    status,
    running && running.stepId > 0 ? `${running.stepId} (${running.stepName})` : "0 (unknown)",
    running?.retryAttempt ?? 0,
    tables.rows("sysjobsteps", { job_id: jobId }).length,
    links.length,
    target ? 1 : 0,
    target ? 1 : 0,
  ];
}

const nextOf = (row: AgentRow) => row.number("next_run_date") * 1_000_000 + row.number("next_run_time");

const STEP_COLUMNS: Columns = [
  ...ints("step_id"),
  ["step_name", SYSNAME],
  ["subsystem", { kind: "nvarchar", length: 40 }],
  ["command", LONG_TEXT],
  ...ints("flags", "cmdexec_success_code"),
  ["on_success_action", { kind: "tinyint" }],
  ...ints("on_success_step_id"),
  ["on_fail_action", { kind: "tinyint" }],
  ...ints("on_fail_step_id"),
  ["server", SYSNAME],
  ["database_name", SYSNAME],
  ["database_user_name", SYSNAME],
  ...ints("retry_attempts", "retry_interval", "os_run_priority"),
  ["output_file_name", { kind: "nvarchar", length: 200 }],
  ...ints("last_run_outcome", "last_run_duration", "last_run_retries", "last_run_date", "last_run_time", "proxy_id"),
];

const SCHEDULE_COLUMNS: Columns = [
  ...ints("schedule_id"),
  ["schedule_name", SYSNAME],
  ...ints(
    "enabled",
    "freq_type",
    "freq_interval",
    "freq_subday_type",
    "freq_subday_interval",
    "freq_relative_interval",
    "freq_recurrence_factor",
  ),
  ...ints("active_start_date", "active_end_date", "active_start_time", "active_end_time"),
  ["date_created", DATETIME],
  ["schedule_description", MESSAGE],
  ...ints("next_run_date", "next_run_time"),
  ["schedule_uid", GUID],
  ...ints("job_count"),
];

const SERVER_COLUMNS: Columns = [
  ...ints("server_id"),
  ["server_name", { kind: "nvarchar", length: 30 }],
  ["enlist_date", DATETIME],
  ["last_poll_date", DATETIME],
  ...ints("last_run_date", "last_run_time", "last_run_duration"),
  ["last_run_outcome", { kind: "tinyint" }],
  ["last_outcome_message", MESSAGE],
];

function sendJobs(call: AgentCall, jobs: readonly AgentRow[]): void {
  sendRows(
    call.activation,
    JOB_COLUMNS,
    jobs.map((job) => jobRow(call, job)),
  );
}

function sendSteps(call: AgentCall, job: AgentRow): void {
  const { args, tables } = call;
  const stepId = args.number("@step_id");
  const stepName = args.text("@step_name");
  const steps = tables
    .rows("sysjobsteps", {
      job_id: job.value("job_id"),
      ...(stepId === undefined ? {} : { step_id: stepId }),
      ...(stepName === undefined ? {} : { step_name: stepName }),
    })
    .sort((a, b) => a.number("step_id") - b.number("step_id"));
  sendRows(
    call.activation,
    STEP_COLUMNS,
    steps.map((step) => STEP_COLUMNS.map(([column]) => step.value(column))),
  );
}

function sendSchedules(call: AgentCall, schedules: readonly AgentRow[], jobId?: string): void {
  const { tables } = call;
  sendRows(
    call.activation,
    SCHEDULE_COLUMNS,
    schedules.map((schedule) => {
      const links = tables.rows("sysjobschedules", { schedule_id: schedule.value("schedule_id") });
      const link = links.find((row) => row.text("job_id") === jobId) ?? links[0];
      return SCHEDULE_COLUMNS.map(([column]) => {
        switch (column) {
          case "schedule_name":
            return schedule.text("name");
          case "schedule_description":
            return "(Description not requested)";
          case "next_run_date":
          case "next_run_time":
            return link?.number(column) ?? 0;
          case "job_count":
            return links.length;
          default:
            return schedule.value(column);
        }
      });
    }),
  );
}

function sendTargets(call: AgentCall, job: AgentRow): void {
  const rows = call.tables.rows("sysjobservers", { job_id: job.value("job_id") });
  sendRows(
    call.activation,
    SERVER_COLUMNS,
    rows.map((row) =>
      SERVER_COLUMNS.map(([column]) =>
        column === "server_name"
          ? call.session.server.serverName.slice(0, 30)
          : column === "enlist_date" || column === "last_poll_date"
            ? null
            : row.value(column),
      ),
    ),
  );
}

function helpJob(call: AgentCall): void {
  const job = findJobIfNamed(call);
  const aspect = call.args.text("@job_aspect")?.toUpperCase() ?? (job ? "ALL" : "JOB");
  if (!job) {
    sendJobs(call, filtered(call));
    return;
  }
  if (!["ALL", "JOB", "STEPS", "SCHEDULES", "TARGETS"].includes(aspect))
    throw notAmong("@job_aspect", "JOB, STEPS, SCHEDULES, TARGETS, ALL");
  if (aspect === "ALL" || aspect === "JOB") sendJobs(call, [job]);
  if (aspect === "ALL" || aspect === "STEPS") sendSteps(call, job);
  if (aspect === "ALL" || aspect === "SCHEDULES")
    sendSchedules(call, schedulesOf(call.tables, job.text("job_id")), job.text("job_id"));
  if (aspect === "ALL" || aspect === "TARGETS") sendTargets(call, job);
}

const COMPARISONS: Record<string, (value: bigint, wanted: bigint) => boolean> = {
  "=": (value, wanted) => value === wanted,
  "<": (value, wanted) => value < wanted,
  ">": (value, wanted) => value > wanted,
};

/** The jobs that the caller may see and that the arguments do not leave out. */
function filtered(call: AgentCall): AgentRow[] {
  const tests = [...textTests(call), ...dateTests(call)];
  const enabled = call.args.number("@enabled");
  if (enabled !== undefined) tests.push((job) => job.number("enabled") === enabled);
  const status = call.args.number("@execution_status");
  if (status !== undefined && status !== 0) {
    const running = runningJobs(call.session.server);
    tests.push((job) => running.has(job.text("job_id")) === (status !== EXECUTION.idle));
  }
  if (/^MULTI-SERVER$/i.test(call.args.text("@job_type") ?? "")) return [];
  return call.tables
    .rows("sysjobs")
    .filter((job) => (call.isReader || call.owns(job)) && tests.every((test) => test(job)));
}

type JobTest = (job: AgentRow) => boolean;

function textTests(call: AgentCall): JobTest[] {
  const { args, tables } = call;
  const tests: JobTest[] = [];
  const category = args.text("@category_name");
  if (category !== undefined) {
    const id = tables.first("syscategories", { category_class: 1, name: category })?.number("category_id");
    tests.push((job) => job.number("category_id") === id);
  }
  const owner = args.text("@owner_login_name")?.toLowerCase();
  if (owner !== undefined) tests.push((job) => loginOf(call, job.bytes("owner_sid"))?.toLowerCase() === owner);
  const subsystem = args.text("@subsystem");
  if (subsystem !== undefined)
    tests.push((job) => tables.first("sysjobsteps", { job_id: job.value("job_id"), subsystem }) !== undefined);
  const description = args.text("@description")?.toLowerCase();
  if (description !== undefined) tests.push((job) => job.text("description").toLowerCase() === description);
  return tests;
}

function dateTests({ args }: AgentCall): JobTest[] {
  const tests: JobTest[] = [];
  for (const [parameter, column] of [
    ["@date_created", "date_created"],
    ["@date_last_modified", "date_modified"],
  ] as const) {
    const wanted = args.value(parameter);
    if (typeof wanted !== "bigint") continue;
    const compare = COMPARISONS[args.text("@date_comparator")?.trim() ?? ""];
    if (!compare) throw notAmong("@date_comparator", "=, >, <");
    tests.push((job) => compare(job.value(column) as bigint, wanted));
  }
  return tests;
}

export function registerReports(): void {
  agentProcedure(
    "sp_help_job",
    [
      ...JOB,
      name("@job_aspect"),
      name("@job_type"),
      name("@owner_login_name"),
      name("@subsystem"),
      name("@category_name"),
      number("@enabled"),
      number("@execution_status"),
      name("@date_comparator"),
      name("@date_created", DATETIME),
      name("@date_last_modified", DATETIME),
      name("@description"),
    ],
    helpJob,
  );
  agentProcedure("sp_help_jobstep", [...JOB, number("@step_id"), name("@step_name"), number("@suffix", 0)], (call) =>
    sendSteps(call, findJob(call)),
  );
  agentProcedure(
    "sp_help_jobschedule",
    [...JOB, name("@schedule_name"), number("@schedule_id"), number("@include_description", 0)],
    (call) => {
      const job = findJob(call);
      sendSchedules(call, schedulesOf(call.tables, job.text("job_id")), job.text("job_id"));
    },
  );
  agentProcedure(
    "sp_help_schedule",
    [
      number("@schedule_id"),
      name("@schedule_name"),
      number("@attached_schedules_only", 0),
      number("@include_description", 0),
    ],
    (call) => {
      const isNamed = call.args.number("@schedule_id") !== undefined || call.args.text("@schedule_name") !== undefined;
      const all = isNamed
        ? [findSchedule(call)]
        : call.tables.rows("sysschedules").filter((row) => call.isReader || call.owns(row));
      sendSchedules(call, all);
    },
  );
  agentProcedure("sp_help_jobserver", [...JOB, number("@show_last_run_details", 0)], (call) =>
    sendTargets(call, findJob(call)),
  );
  agentProcedure("sp_enum_sqlagent_subsystems", [], (call) => {
    const rows = call.tables.rows("syssubsystems");
    sendRows(
      call.activation,
      [
        ["subsystem", { kind: "nvarchar", length: 40 }],
        ["subsystem_id", INT],
        ["max_worker_threads", INT],
      ],
      rows.map((row) => [row.text("subsystem"), row.number("subsystem_id"), row.value("max_worker_threads")]),
    );
  });
}
