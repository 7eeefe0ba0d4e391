import { command, nvarchar, type Parameter, quoteString, type Statement, sysname } from "../sqlserver";
import {
  type AgentJob,
  type AgentJobIdentity,
  ownScheduleText,
  type StoredAgentJob,
  type StoredStep,
  scheduleName,
} from "./agentJob";
import { type AgentJobPart, agentJobDifferences, isSameProxy, isSameStep, storedSteps } from "./agentJobDifferences";

/** Collects the lines of a transaction and the parameters that they need. */
class Script {
  readonly lines: string[] = [];
  readonly parameters: Record<string, Parameter> = {};

  constructor(job: AgentJob) {
    this.parameters.name = sysname(job.name);
    this.parameters.enabled = { type: "int", value: job.enabled ? 1 : 0 };
    this.parameters.description = nvarchar(job.description);
    this.parameters.category = sysname(job.category);
    this.parameters.owner = sysname(job.owner);
  }

  /** The parameters of a procedure that set up one step. */
  step(step: StoredStep): string {
    const number = Object.keys(this.parameters).filter((name) => name.startsWith("step")).length;
    this.parameters[`step${number}`] = sysname(step.name);
    this.parameters[`command${number}`] = nvarchar(step.command);
    const database = step.database === undefined ? "" : `, @database_name = ${quoteString(step.database)}`;
    return `@step_name = @step${number}, @subsystem = N'${step.subsystem}',
  @command = @command${number}, @cmdexec_success_code = ${step.successCode}, @on_success_action = ${step.onSuccess},
  @on_success_step_id = 0, @on_fail_action = ${step.onFail}, @on_fail_step_id = 0${database}`;
  }

  text(): string {
    return ["SET XACT_ABORT ON;", "BEGIN TRANSACTION;", ...this.lines, "COMMIT TRANSACTION;"].join("\n");
  }
}

const addCategory = `IF NOT EXISTS (SELECT * FROM msdb.dbo.syscategories WHERE name = @category AND category_class = 1)
  EXEC msdb.dbo.sp_add_category @class = N'JOB', @type = N'LOCAL', @name = @category;`;

const addTarget = "EXEC msdb.dbo.sp_add_jobserver @job_id = @job, @server_name = N'(local)';";

/** Creates the job with everything that belongs to it, in one transaction. Gives one row with its `jobId`. */
export function createAgentJob(job: AgentJob): Statement {
  const script = new Script(job);
  script.lines.push(
    addCategory,
    `DECLARE @job uniqueidentifier;
EXEC msdb.dbo.sp_add_job @job_name = @name, @enabled = @enabled, @description = @description, @category_name = @category,
  @owner_login_name = @owner, @job_id = @job OUTPUT${operatorArguments(job)};`,
    ...storedSteps(job.steps).map((step, index) => addStep(script, step, index + 1)),
    "EXEC msdb.dbo.sp_update_job @job_id = @job, @start_step_id = 1;",
    addSchedule(job),
    addTarget,
    "SELECT CONVERT(varchar(36), @job) AS jobId;",
  );
  return {
    text: script.text(),
    parameters: script.parameters,
    summary: `create the Agent job ${job.name}`,
    transactional: true,
  };
}

/** Parts that sp_update_job sets. */
const headParts: readonly AgentJobPart[] = ["name", "description", "category", "enabled", "owner", "operator", "start"];

/**
 * Brings an existing job to what is wanted, in one transaction; undefined when it is so already. The job keeps its id
 * and its history, its schedule keeps its id, and each step that is there is changed where it stands.
 */
export function alterAgentJob(before: StoredAgentJob, wanted: AgentJob): Statement | undefined {
  const differing = new Set(agentJobDifferences(before, wanted).map(({ part }) => part));
  if (differing.size === 0) return undefined;
  const script = new Script(wanted);
  script.parameters.id = { type: "uniqueidentifier", value: before.jobId };
  script.lines.push("DECLARE @job uniqueidentifier = @id;");
  // A new owner must be allowed the proxies of the steps, and a new proxy the owner (14516): so neither meets the other's
  // former self.
  const freed = differing.has("owner") ? withoutProxies(script, before.steps) : before.steps;
  if (headParts.some((part) => differing.has(part))) alterHead(script, wanted, differing.has("name"));
  if (freed !== before.steps || differing.has("steps") || differing.has("proxy")) alterSteps(script, freed, wanted);
  if (differing.has("schedule")) script.lines.push(alterSchedule(before, wanted));
  if (differing.has("target")) script.lines.push(addTarget);
  return {
    text: script.text(),
    parameters: script.parameters,
    summary: `alter the Agent job ${wanted.name}`,
    repeatable: true,
  };
}

/** Drops the job with its schedule and its history. One that is gone already is no failure. */
export function dropAgentJob({ name, jobId }: AgentJobIdentity): Statement {
  return command(
    `SET XACT_ABORT ON;
BEGIN TRANSACTION;
DECLARE @job uniqueidentifier = (SELECT TOP (1) job_id FROM msdb.dbo.sysjobs
  WHERE job_id = @id OR (@id IS NULL AND name = @name));
IF @job IS NOT NULL
BEGIN
  DECLARE @schedule int = (${ownScheduleText});
  IF @schedule IS NOT NULL
    EXEC msdb.dbo.sp_detach_schedule @job_id = @job, @schedule_id = @schedule, @delete_unused_schedule = 1;
  EXEC msdb.dbo.sp_delete_job @job_id = @job, @delete_unused_schedule = 0;
END;
COMMIT TRANSACTION;`,
    `drop the Agent job ${name}`,
    { name: sysname(name), id: { type: "uniqueidentifier", value: jobId ?? null } },
  );
}

/** Switches an Agent job on or off. One that is gone is no failure. */
export function enableAgentJob(name: string, enabled: boolean): Statement {
  return command(
    `IF EXISTS (SELECT * FROM msdb.dbo.sysjobs WHERE name = @name)
  EXEC msdb.dbo.sp_update_job @job_name = @name, @enabled = ${enabled ? 1 : 0};`,
    `${enabled ? "enable" : "disable"} the Agent job ${name}`,
    { name: sysname(name) },
  );
}

function alterHead(script: Script, wanted: AgentJob, renamed: boolean): void {
  script.lines.push(
    addCategory,
    `EXEC msdb.dbo.sp_update_job @job_id = @job${renamed ? ", @new_name = @name" : ""}, @enabled = @enabled,
  @description = @description, @start_step_id = 1, @category_name = @category,
  @owner_login_name = @owner${operatorArguments(wanted, true)};`,
  );
}

/** Mail to the operator when the job fails (level 2). */
function operatorArguments(job: AgentJob, clear = false): string {
  if (job.operator) {
    return `, @notify_level_email = 2, @notify_email_operator_name = ${quoteString(job.operator)}`;
  }
  return clear ? ", @notify_level_email = 0" : "";
}

/** An empty name takes a step's proxy away (sp_update_jobstep). */
function withoutProxies(script: Script, steps: readonly StoredStep[]): readonly StoredStep[] {
  if (steps.every(({ proxy }) => proxy === undefined)) return steps;
  return steps.map((step, index) => {
    if (step.proxy === undefined) return step;
    script.lines.push(`EXEC msdb.dbo.sp_update_jobstep @job_id = @job, @step_id = ${index + 1}, @proxy_name = N'';`);
    const { proxy, ...rest } = step;
    return rest;
  });
}

/** Drops steps that are too many, adds those that are missing, and changes the others where they stand. */
function alterSteps(script: Script, before: readonly StoredStep[], wanted: AgentJob): void {
  const steps = storedSteps(wanted.steps);
  const kept = before.filter(({ name }) => steps.some((step) => step.name === name));
  const inOrder = steps.filter(({ name }) => kept.some((step) => step.name === name));
  if (!inOrder.every(({ name }, index) => kept[index]?.name === name)) {
    // No procedure moves a step. Step 0 is all of them.
    script.lines.push("EXEC msdb.dbo.sp_delete_jobstep @job_id = @job, @step_id = 0;");
    script.lines.push(...steps.map((step, index) => addStep(script, step, index + 1)));
    return;
  }
  for (let index = before.length; index > 0; index -= 1) {
    if (kept.includes(before[index - 1] as StoredStep)) continue;
    script.lines.push(`EXEC msdb.dbo.sp_delete_jobstep @job_id = @job, @step_id = ${index};`);
  }
  for (const [index, step] of steps.entries()) {
    const found = kept.find(({ name }) => name === step.name);
    if (!found) script.lines.push(addStep(script, step, index + 1));
    else if (!isSameStep(found, step) || !isSameProxy(found, step)) {
      const flags = found.subsystem.toLowerCase() === step.subsystem.toLowerCase() ? "" : ", @flags = 0";
      script.lines.push(`EXEC msdb.dbo.sp_update_jobstep @job_id = @job, @step_id = ${index + 1},
  ${script.step(step)},
  @proxy_name = ${quoteString(step.proxy ?? "")}${flags};`);
    }
  }
}

function addStep(script: Script, step: StoredStep, id: number): string {
  const proxy = step.proxy === undefined ? "" : `, @proxy_name = ${quoteString(step.proxy)}`;
  return `EXEC msdb.dbo.sp_add_jobstep @job_id = @job, @step_id = ${id}, ${script.step(step)}${proxy};`;
}

/** Every day, all day, in minutes (freq_type 4, freq_subday_type 4). */
function scheduleArguments({ schedule }: AgentJob): string {
  return `@enabled = 1, @freq_type = 4, @freq_interval = 1, @freq_subday_type = 4,
  @freq_subday_interval = ${schedule.everyMinutes}, @active_start_time = 0, @active_end_time = 235959, @active_end_date = 99991231`;
}

function addSchedule(job: AgentJob): string {
  return `DECLARE @schedule int;
EXEC msdb.dbo.sp_add_schedule @schedule_name = N'${scheduleName}', ${scheduleArguments(job)},
  @schedule_id = @schedule OUTPUT;
EXEC msdb.dbo.sp_attach_schedule @job_id = @job, @schedule_id = @schedule;`;
}

/** Changes the schedule where it stands, or leaves it to the other jobs that run by it and makes another one. */
function alterSchedule({ schedule }: StoredAgentJob, wanted: AgentJob): string {
  if (!schedule) return addSchedule(wanted);
  if (schedule.shared) {
    return `EXEC msdb.dbo.sp_detach_schedule @job_id = @job, @schedule_id = ${schedule.scheduleId}, @delete_unused_schedule = 0;
${addSchedule(wanted)}`;
  }
  const begun = schedule.pending ? "DECLARE @today int = CONVERT(int, CONVERT(char(8), GETDATE(), 112));\n" : "";
  return `${begun}EXEC msdb.dbo.sp_update_schedule @schedule_id = ${schedule.scheduleId}, ${scheduleArguments(wanted)}${begun ? ", @active_start_date = @today" : ""};`;
}
