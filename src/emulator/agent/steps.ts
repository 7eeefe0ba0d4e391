/** sp_add_jobstep, sp_update_jobstep, sp_delete_jobstep. */
import { SqlError } from "../engine/errors";
import type { SystemProcedureParameter } from "../engine/session/systemProcedures";
import type { Value } from "../engine/values";
import { newGuid } from "../storage/boot";
import { type AgentCall, agentProcedure } from "./call";
import { findJob, requireOwnJob, touchJob } from "./identify";
import { alreadyExists, notAmong, notListed, requireAmong } from "./messages";
import { GUID, JOB, LONG_TEXT, name, number, output } from "./parameters";
import { proxyOf } from "./proxies";
import { requireProxy } from "./proxyPermissions";
import type { AgentRow, Values } from "./tables";

/** What a step's outcome leads to. */
export const ACTION = { quitWithSuccess: 1, quitWithFailure: 2, next: 3, goto: 4 } as const;

const UNKNOWN_OUTCOME = 5;

const TEXT_200: SystemProcedureParameter["type"] = { kind: "nvarchar", length: 200 };

/** Every setting of a step: parameter, column, and what a new step has when nothing is said. */
const SETTINGS: readonly (readonly [parameter: string, column: string, initial: Value])[] = [
  ["@step_name", "step_name", null],
  ["@subsystem", "subsystem", "TSQL"],
  ["@command", "command", null],
  ["@additional_parameters", "additional_parameters", null],
  ["@cmdexec_success_code", "cmdexec_success_code", 0],
  ["@on_success_action", "on_success_action", ACTION.quitWithSuccess],
  ["@on_success_step_id", "on_success_step_id", 0],
  ["@on_fail_action", "on_fail_action", ACTION.quitWithFailure],
  ["@on_fail_step_id", "on_fail_step_id", 0],
  ["@server", "server", null],
  ["@database_name", "database_name", null],
  ["@database_user_name", "database_user_name", null],
  ["@retry_attempts", "retry_attempts", 0],
  ["@retry_interval", "retry_interval", 0],
  ["@os_run_priority", "os_run_priority", 0],
  ["@output_file_name", "output_file_name", null],
  ["@flags", "flags", 0],
];

/** The same parameters for adding and updating; only what they start from differs. */
const SETTING_PARAMETERS: SystemProcedureParameter[] = SETTINGS.map(([parameter, , initial]) => {
  if (typeof initial === "number") return number(parameter);
  if (parameter === "@command" || parameter === "@additional_parameters") return name(parameter, LONG_TEXT);
  if (parameter === "@subsystem") return name(parameter, { kind: "nvarchar", length: 40 });
  return parameter === "@output_file_name" ? name(parameter, TEXT_200) : name(parameter);
});

function stepsOf({ tables }: AgentCall, jobId: string): AgentRow[] {
  return tables.rows("sysjobsteps", { job_id: jobId }).sort((a, b) => a.number("step_id") - b.number("step_id"));
}

/** The arguments given, checked. */
function given(call: AgentCall, stepId: number): Record<string, Value> {
  const { args } = call;
  const values: Record<string, Value> = {};
  for (const [parameter, column] of SETTINGS) {
    const value = args.value(parameter);
    if (value !== null) values[column] = value;
  }
  if (typeof values.subsystem === "string") {
    const subsystem = call.tables.first("syssubsystems", { subsystem: values.subsystem });
    if (!subsystem) throw notListed("@subsystem", "sp_enum_sqlagent_subsystems");
    values.subsystem = subsystem.text("subsystem");
  }
  for (const outcome of ["success", "fail"]) {
    const action = values[`on_${outcome}_action`];
    if (action !== undefined) requireAmong(`@on_${outcome}_action`, Number(action), [1, 2, 3, 4]);
    const target = Number(values[`on_${outcome}_step_id`] ?? 0);
    if (action === ACTION.goto && (target < 1 || target === stepId)) {
      throw new SqlError(
        14235,
        `The specified '@on_${outcome}_step' is invalid (valid values are greater than 0 but excluding ${stepId}).`,
      );
    }
  }
  if (Number(values.retry_attempts ?? 0) < 0) throw notAmong("@retry_attempts", ">= 0");
  if (Number(values.retry_interval ?? 0) < 0) throw notAmong("@retry_interval", ">= 0");
  if (typeof values.database_user_name === "string" && values.database_user_name !== "" && !call.isAdministrator) {
    throw new SqlError(14518, "Only members of the sysadmin role can specify @database_user_name for a job step.");
  }
  for (const column of ["database_name", "database_user_name", "server", "output_file_name"])
    if (values[column] === "") values[column] = null;
  return values;
}

function addStep(call: AgentCall): void {
  const { args, tables } = call;
  const job = findJob(call);
  requireOwnJob(call, job);
  const jobId = job.text("job_id");
  const steps = stepsOf(call, jobId);
  const stepId = args.number("@step_id") ?? steps.length + 1;
  if (stepId < 1 || stepId > steps.length + 1) throw notAmong("@step_id", `1..${steps.length + 1}`);
  const settings = given(call, stepId);
  const stepName = String(settings.step_name ?? "").trim();
  if (stepName === "") throw notListed("@step_name", "sp_help_jobstep");
  if (steps.some((step) => step.text("step_name").toLowerCase() === stepName.toLowerCase()))
    throw alreadyExists("@step_name", stepName);
  // A step at the end is what others may have led to already.
  const isInserted = stepId <= steps.length;
  if (isInserted) for (const step of [...steps].reverse()) shift(call, step, (id) => (id >= stepId ? id + 1 : id));
  const uid = newGuid();
  const subsystem = String(settings.subsystem ?? "TSQL");
  const proxyId = proxyOf(call);
  if (proxyId !== null) requireProxy(call, job, proxyId, subsystem);
  tables.insert("sysjobsteps", {
    ...Object.fromEntries(SETTINGS.map(([, column, initial]) => [column, initial])),
    ...(subsystem === "TSQL" ? { database_name: "master" } : {}),
    ...settings,
    step_name: stepName,
    job_id: jobId,
    step_id: stepId,
    last_run_outcome: UNKNOWN_OUTCOME,
    last_run_duration: 0,
    last_run_retries: 0,
    last_run_date: 0,
    last_run_time: 0,
    proxy_id: proxyId,
    step_uid: uid,
  });
  args.output("@step_uid", uid);
  touchJob(call, jobId);
}

/** Moves a step and the steps it leads to. */
function shift({ tables }: AgentCall, step: AgentRow, moved: (id: number) => number): void {
  const change: Record<string, Value> = {};
  for (const column of ["step_id", "on_success_step_id", "on_fail_step_id"]) {
    const id = step.number(column);
    if (id > 0 && moved(id) !== id) change[column] = moved(id);
  }
  if (Object.keys(change).length > 0) tables.update("sysjobsteps", step, change);
}

function existingStep(call: AgentCall, job: AgentRow): AgentRow {
  const steps = stepsOf(call, job.text("job_id"));
  if (steps.length === 0) throw new SqlError(14528, `Job "${job.text("name")}" has no steps defined.`);
  const step = steps.find((row) => row.number("step_id") === call.args.number("@step_id"));
  if (!step) throw notAmong("@step_id", `1..${steps.length}`);
  return step;
}

function updateStep(call: AgentCall): void {
  const { tables, args } = call;
  const job = findJob(call);
  requireOwnJob(call, job);
  const step = existingStep(call, job);
  const settings = given(call, step.number("step_id"));
  const newName = settings.step_name === undefined ? undefined : String(settings.step_name).trim();
  if (newName !== undefined) {
    const other = tables.first("sysjobsteps", { job_id: job.value("job_id"), step_name: newName });
    if (other && other.id !== step.id) throw alreadyExists("@step_name", newName);
  }
  const hasProxy = args.isGiven("@proxy_id") || args.isGiven("@proxy_name");
  const proxyId = hasProxy ? proxyOf(call) : step.value("proxy_id");
  if (proxyId !== null) requireProxy(call, job, Number(proxyId), String(settings.subsystem ?? step.text("subsystem")));
  const change: Values = {
    ...settings,
    ...(newName === undefined ? {} : { step_name: newName }),
    proxy_id: proxyId,
  };
  tables.update("sysjobsteps", step, change);
  touchJob(call, job.text("job_id"));
}

function deleteStep(call: AgentCall): void {
  const { tables } = call;
  const job = findJob(call);
  requireOwnJob(call, job);
  const jobId = job.text("job_id");
  const stepId = call.args.number("@step_id") ?? -1;
  if (stepId === 0) {
    tables.delete("sysjobsteps", { job_id: jobId });
  } else {
    const gone = existingStep(call, job);
    tables.deleteRow("sysjobsteps", gone);
    for (const step of stepsOf(call, jobId)) {
      forgetStep(call, step, stepId);
    }
    for (const step of stepsOf(call, jobId)) shift(call, step, (id) => (id > stepId ? id - 1 : id));
  }
  touchJob(call, jobId);
}

/** Steps that led to one that is gone end the job, as new steps do. */
function forgetStep({ tables }: AgentCall, step: AgentRow, gone: number): void {
  const change: Record<string, Value> = {};
  if (step.number("on_success_step_id") === gone) {
    change.on_success_step_id = 0;
    change.on_success_action = ACTION.quitWithSuccess;
  }
  if (step.number("on_fail_step_id") === gone) {
    change.on_fail_step_id = 0;
    change.on_fail_action = ACTION.quitWithFailure;
  }
  if (Object.keys(change).length > 0) tables.update("sysjobsteps", step, change);
}

export function registerSteps(): void {
  const proxy = [number("@proxy_id"), name("@proxy_name")];
  agentProcedure(
    "sp_add_jobstep",
    [...JOB, number("@step_id"), ...SETTING_PARAMETERS, ...proxy, output("@step_uid", GUID)],
    addStep,
  );
  agentProcedure("sp_update_jobstep", [...JOB, number("@step_id"), ...SETTING_PARAMETERS, ...proxy], updateStep);
  agentProcedure("sp_delete_jobstep", [...JOB, number("@step_id")], deleteStep);
}
