/** sp_add_job, sp_update_job, sp_delete_job. */
import { SqlError } from "../engine/errors";
import { newGuid } from "../storage/boot";
import { type AgentCall, agentProcedure } from "./call";
import { categoryId, UNCATEGORIZED } from "./categories";
import { findJob, requireOwnJob } from "./identify";
import { alreadyExists, notListed, requireAmong } from "./messages";
import { DESCRIPTION, GUID, JOB, name, number, output, required } from "./parameters";
import { stopJob } from "./running";
import { deleteUnusedSchedules } from "./scheduleRows";
import type { Values } from "./tables";

const NOTIFICATIONS = ["eventlog", "email", "netsend", "page"] as const;
const OPERATORS = ["email", "netsend", "page"] as const;

/** Tells of a job that ends: never, when it succeeds, when it fails, always. */
const LEVELS = [0, 1, 2, 3];

const NOTIFY_PARAMETERS = (defaults: boolean) => [
  ...NOTIFICATIONS.map((kind) => number(`@notify_level_${kind}`, defaults ? (kind === "eventlog" ? 2 : 0) : null)),
  ...OPERATORS.map((kind) => name(`@notify_${kind}_operator_name`)),
];

/** The columns that the arguments given say something of. */
function notifications({ args, tables }: AgentCall): Values {
  const values: Record<string, number> = {};
  for (const kind of NOTIFICATIONS) {
    const level = args.number(`@notify_level_${kind}`);
    if (level === undefined) continue;
    requireAmong(`@notify_level_${kind}`, level, LEVELS);
    values[`notify_level_${kind}`] = level;
  }
  for (const kind of OPERATORS) {
    const operator = args.text(`@notify_${kind}_operator_name`);
    if (operator === undefined) continue;
    // An empty name takes the operator away.
    const row = operator === "" ? undefined : tables.first("sysoperators", { name: operator });
    if (operator !== "" && !row) throw notListed(`@notify_${kind}_operator_name`, "sp_help_operator");
    values[`notify_${kind}_operator_id`] = row?.number("id") ?? 0;
  }
  const deleteLevel = args.number("@delete_level");
  if (deleteLevel !== undefined) {
    requireAmong("@delete_level", deleteLevel, LEVELS);
    values.delete_level = deleteLevel;
  }
  return values;
}

function ownerSid(call: AgentCall): Uint8Array | undefined {
  const owner = call.args.text("@owner_login_name");
  if (owner === undefined || owner === "") return undefined;
  const isOwn = owner.toLowerCase() === call.session.login.name.toLowerCase();
  if (!call.isAdministrator && !isOwn) {
    throw new SqlError(
      14515,
      "Only a member of the sysadmin server role can add a job for a different owner with @owner_login_name.",
    );
  }
  const login = call.login(owner);
  if (!login) throw notListed("@owner_login_name", "sp_helplogins");
  return login.sid;
}

function addJob(call: AgentCall): void {
  const { args, tables, session } = call;
  const jobName = (args.text("@job_name") ?? "").trim();
  if (jobName === "") throw notListed("@job_name", "sp_help_job");
  if (args.value("@job_id") !== null) {
    throw new SqlError(14284, "Cannot specify a job ID for a new job. An ID will be assigned by the procedure.");
  }
  const owner = ownerSid(call) ?? session.login.sid;
  if (tables.first("sysjobs", { name: jobName })) throw alreadyExists("@job_name", jobName);
  const enabled = args.number("@enabled") ?? 1;
  requireAmong("@enabled", enabled, [0, 1]);
  const now = call.now();
  const jobId = newGuid();
  tables.insert("sysjobs", {
    notify_email_operator_id: 0,
    notify_netsend_operator_id: 0,
    notify_page_operator_id: 0,
    ...notifications(call),
    job_id: jobId,
    originating_server_id: 0,
    name: jobName,
    enabled,
    description: args.text("@description") ?? "No description available.",
    start_step_id: args.number("@start_step_id") ?? 1,
    category_id: categoryId(call) ?? UNCATEGORIZED,
    owner_sid: owner,
    date_created: now,
    date_modified: now,
    version_number: 1,
  });
  args.output("@job_id", jobId);
}

function updateJob(call: AgentCall): void {
  const { args, tables } = call;
  const job = findJob(call);
  // Operators may switch the jobs of others on and off, and nothing else.
  const onlyEnabled = UPDATES.every((parameter) => parameter === "@enabled" || !args.isGiven(parameter));
  if (!(onlyEnabled && call.isOperator)) requireOwnJob(call, job);
  const newName = args.text("@new_name")?.trim();
  if (newName !== undefined) {
    const other = tables.first("sysjobs", { name: newName });
    if (other && other.id !== job.id) throw alreadyExists("@new_name", newName);
  }
  const enabled = args.number("@enabled");
  if (enabled !== undefined) requireAmong("@enabled", enabled, [0, 1]);
  const description = args.text("@description");
  const startStep = args.number("@start_step_id");
  const category = categoryId(call);
  const owner = ownerSid(call);
  tables.update("sysjobs", job, {
    ...notifications(call),
    ...(newName === undefined ? {} : { name: newName }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(description === undefined ? {} : { description }),
    ...(startStep === undefined ? {} : { start_step_id: startStep }),
    ...(category === undefined ? {} : { category_id: category }),
    ...(owner === undefined ? {} : { owner_sid: owner }),
    date_modified: call.now(),
    version_number: job.number("version_number") + 1,
  });
}

function deleteJob(call: AgentCall): void {
  const { args, tables, session } = call;
  const job = findJob(call);
  requireOwnJob(call, job);
  const jobId = job.text("job_id");
  const steps = tables.rows("sysjobsteps", { job_id: jobId });
  for (const step of steps) {
    const uid = step.value("step_uid");
    if (uid !== null) tables.delete("sysjobstepslogs", { step_uid: uid });
    tables.deleteRow("sysjobsteps", step);
  }
  const schedules = tables.rows("sysjobschedules", { job_id: jobId }).map((row) => row.number("schedule_id"));
  tables.delete("sysjobschedules", { job_id: jobId });
  if (args.number("@delete_unused_schedule") !== 0) deleteUnusedSchedules(tables, schedules);
  tables.delete("sysjobservers", { job_id: jobId });
  tables.delete("sysjobactivity", { job_id: jobId });
  if (args.number("@delete_history") !== 0) tables.delete("sysjobhistory", { job_id: jobId });
  tables.deleteRow("sysjobs", job);
  stopJob(session.server, jobId);
}

const UPDATES = [
  "@new_name",
  "@enabled",
  "@description",
  "@start_step_id",
  "@category_name",
  "@owner_login_name",
  ...NOTIFICATIONS.map((kind) => `@notify_level_${kind}`),
  ...OPERATORS.map((kind) => `@notify_${kind}_operator_name`),
  "@delete_level",
];

export function registerJobs(): void {
  agentProcedure(
    "sp_add_job",
    [
      required("@job_name"),
      number("@enabled", 1),
      name("@description", DESCRIPTION),
      number("@start_step_id", 1),
      name("@category_name"),
      number("@category_id"),
      name("@owner_login_name"),
      ...NOTIFY_PARAMETERS(true),
      number("@delete_level", 0),
      output("@job_id", GUID),
      name("@originating_server"),
    ],
    addJob,
  );
  agentProcedure(
    "sp_update_job",
    [
      ...JOB,
      name("@new_name"),
      number("@enabled"),
      name("@description", DESCRIPTION),
      number("@start_step_id"),
      name("@category_name"),
      name("@owner_login_name"),
      ...NOTIFY_PARAMETERS(false),
      number("@delete_level"),
      number("@automatic_post", 1),
    ],
    updateJob,
  );
  agentProcedure(
    "sp_delete_job",
    [...JOB, name("@originating_server"), number("@delete_history", 1), number("@delete_unused_schedule", 1)],
    deleteJob,
  );
}
