import {
  command,
  nvarchar,
  type Parameters,
  query,
  quoteString,
  type Row,
  type SqlSession,
  type Statement,
  sysname,
} from "../sqlserver";

/** A step of an Agent job. */
export interface AgentStep {
  readonly name: string;
  readonly subsystem: "TSQL" | "CmdExec";
  readonly command: string;
  /** Of a TSQL step. */
  readonly database?: string | undefined;
  /** The proxy account of a CmdExec step; the Agent's own account when there is none. */
  readonly proxy?: string | undefined;
  /** Whether the job goes on when the step fails. */
  readonly goOnAfterFailure: boolean;
}

/** When an Agent job runs: every day, at an interval. */
export interface AgentSchedule {
  readonly everyMinutes: number;
  readonly enabled: boolean;
}

export interface AgentJob {
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly enabled: boolean;
  /** The owner's login. */
  readonly owner: string;
  /** Told by mail when the job fails. */
  readonly operator?: string | undefined;
  readonly steps: readonly AgentStep[];
  readonly schedule: AgentSchedule;
}

const scheduleName = "MarkAndBackupLogSched";

interface JobRow {
  jobId: string;
  description: string;
  category: string;
  enabled: boolean | number;
  owner: string;
  operator: string | null;
}

interface StepRow {
  name: string;
  subsystem: AgentStep["subsystem"];
  command: string;
  database: string | null;
  proxy: string | null;
  onFail: number;
}

/** Three result sets: the job, its steps, its schedules. */
export function readAgentJobStatement(name: string): Statement {
  return query(
    `SELECT CONVERT(varchar(36), j.job_id) AS jobId, ISNULL(j.description, N'') AS description, c.name AS category,
  j.enabled AS enabled, ISNULL(SUSER_SNAME(j.owner_sid), N'') AS owner, o.name AS operator
FROM msdb.dbo.sysjobs AS j
JOIN msdb.dbo.syscategories AS c ON c.category_id = j.category_id
LEFT JOIN msdb.dbo.sysoperators AS o ON o.id = j.notify_email_operator_id
WHERE j.name = @name;
SELECT s.step_name AS name, s.subsystem AS subsystem, ISNULL(s.command, N'') AS command,
  s.database_name AS [database], p.name AS proxy, s.on_fail_action AS onFail
FROM msdb.dbo.sysjobsteps AS s
JOIN msdb.dbo.sysjobs AS j ON j.job_id = s.job_id
LEFT JOIN msdb.dbo.sysproxies AS p ON p.proxy_id = s.proxy_id
WHERE j.name = @name
ORDER BY s.step_id;
SELECT c.enabled AS enabled, c.freq_type AS freqType, c.freq_subday_type AS subdayType, c.freq_subday_interval AS everyMinutes
FROM msdb.dbo.sysschedules AS c
JOIN msdb.dbo.sysjobschedules AS js ON js.schedule_id = c.schedule_id
JOIN msdb.dbo.sysjobs AS j ON j.job_id = js.job_id
WHERE j.name = @name AND c.name = @schedule;`,
    { name: sysname(name), schedule: sysname(scheduleName) },
    `read the Agent job ${name}`,
  );
}

const goOn = 3;
const daily = 4;
const inMinutes = 4;

/** An Agent job as it is; undefined when there is none. */
export async function readAgentJob(
  session: SqlSession,
  name: string,
): Promise<(AgentJob & { readonly jobId: string }) | undefined> {
  return parseAgentJob(name, (await session.execute(readAgentJobStatement(name))).recordsets);
}

/** Reads the result sets of `readAgentJobStatement`. */
export function parseAgentJob(
  name: string,
  recordsets: readonly (readonly Row[])[],
): (AgentJob & { readonly jobId: string }) | undefined {
  const [jobs, steps = [], schedules = []] = recordsets as unknown as [
    JobRow[],
    StepRow[] | undefined,
    { enabled: boolean | number; freqType: number; subdayType: number; everyMinutes: number }[] | undefined,
  ];
  const job = jobs[0];
  if (!job) return undefined;
  const schedule = schedules.find(({ freqType, subdayType }) => freqType === daily && subdayType === inMinutes);
  return {
    jobId: job.jobId,
    name,
    description: job.description,
    category: job.category,
    enabled: Boolean(job.enabled),
    owner: job.owner,
    ...(job.operator !== null && { operator: job.operator }),
    steps: steps.map((step) => ({
      name: step.name,
      subsystem: step.subsystem,
      command: step.command,
      ...(step.subsystem === "TSQL" && step.database !== null && { database: step.database }),
      ...(step.proxy !== null && { proxy: step.proxy }),
      goOnAfterFailure: step.onFail === goOn,
    })),
    // A schedule that was changed into another kind, or dropped, is none of ours any more.
    schedule: { everyMinutes: schedule?.everyMinutes ?? 0, enabled: Boolean(schedule?.enabled) },
  };
}

/** Creates the job with everything that belongs to it, in one transaction. */
export function createAgentJob(job: AgentJob): Statement {
  const parameters: Record<string, Parameters[string]> = jobParameters(job);
  return {
    text: `SET XACT_ABORT ON;
BEGIN TRANSACTION;
IF NOT EXISTS (SELECT * FROM msdb.dbo.syscategories WHERE name = @category AND category_class = 1)
  EXEC msdb.dbo.sp_add_category @class = N'JOB', @type = N'LOCAL', @name = @category;
EXEC msdb.dbo.sp_add_job @job_name = @name, @enabled = @enabled, @description = @description, @category_name = @category,
  @owner_login_name = @owner${operatorArguments(job)};
${stepLines(job.steps, parameters)}
EXEC msdb.dbo.sp_update_job @job_name = @name, @start_step_id = 1;
${scheduleLine(job.schedule)}
EXEC msdb.dbo.sp_add_jobserver @job_name = @name, @server_name = N'(local)';
COMMIT TRANSACTION;`,
    parameters,
    summary: `create the Agent job ${job.name}`,
    transactional: true,
  };
}

/** Brings an existing job to what is wanted, in one transaction. The job keeps its id and its history. */
export function alterAgentJob(before: AgentJob, wanted: AgentJob): Statement | undefined {
  const parameters: Record<string, Parameters[string]> = jobParameters(wanted);
  const lines: string[] = [];
  const headDiffers =
    before.enabled !== wanted.enabled ||
    before.description !== wanted.description ||
    before.category !== wanted.category ||
    before.owner !== wanted.owner ||
    before.operator !== wanted.operator;
  if (headDiffers) {
    lines.push(`IF NOT EXISTS (SELECT * FROM msdb.dbo.syscategories WHERE name = @category AND category_class = 1)
  EXEC msdb.dbo.sp_add_category @class = N'JOB', @type = N'LOCAL', @name = @category;
EXEC msdb.dbo.sp_update_job @job_name = @name, @enabled = @enabled, @description = @description,
  @category_name = @category, @owner_login_name = @owner${operatorArguments(wanted, true)};`);
  }
  if (!sameSteps(before.steps, wanted.steps)) {
    // Step 0 is all of them.
    lines.push("EXEC msdb.dbo.sp_delete_jobstep @job_name = @name, @step_id = 0;");
    lines.push(stepLines(wanted.steps, parameters));
    lines.push("EXEC msdb.dbo.sp_update_job @job_name = @name, @start_step_id = 1;");
  }
  const { schedule } = before;
  if (schedule.everyMinutes !== wanted.schedule.everyMinutes || schedule.enabled !== wanted.schedule.enabled) {
    lines.push(`IF EXISTS (SELECT * FROM msdb.dbo.sysjobschedules AS js
    JOIN msdb.dbo.sysschedules AS c ON c.schedule_id = js.schedule_id
    JOIN msdb.dbo.sysjobs AS j ON j.job_id = js.job_id
    WHERE j.name = @name AND c.name = N'${scheduleName}')
  EXEC msdb.dbo.sp_delete_jobschedule @job_name = @name, @name = N'${scheduleName}';
${scheduleLine(wanted.schedule)}`);
  }
  if (lines.length === 0) return undefined;
  return {
    text: ["SET XACT_ABORT ON;", "BEGIN TRANSACTION;", ...lines, "COMMIT TRANSACTION;"].join("\n"),
    parameters,
    summary: `alter the Agent job ${wanted.name}`,
    repeatable: true,
  };
}

/** Drops the job with its schedule and its history. One that is gone already is no failure. */
export function dropAgentJob(name: string): Statement {
  return command(
    `IF EXISTS (SELECT * FROM msdb.dbo.sysjobs WHERE name = @name)
  EXEC msdb.dbo.sp_delete_job @job_name = @name, @delete_unused_schedule = 1;`,
    `drop the Agent job ${name}`,
    { name: sysname(name) },
  );
}

/** Whether there is an Agent job of this name that would run. */
export async function isAgentJobEnabled(session: SqlSession, name: string): Promise<boolean | undefined> {
  const [row] = await session.rows<{ enabled: boolean | number }>(
    query(
      "SELECT enabled FROM msdb.dbo.sysjobs WHERE name = @name;",
      { name: sysname(name) },
      `look for the Agent job ${name}`,
    ),
  );
  return row && Boolean(row.enabled);
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

function jobParameters(job: AgentJob): Record<string, Parameters[string]> {
  return {
    name: sysname(job.name),
    enabled: { type: "int", value: job.enabled ? 1 : 0 },
    description: nvarchar(job.description),
    category: sysname(job.category),
    owner: sysname(job.owner),
  };
}

/** Mail to the operator when the job fails (level 2). */
function operatorArguments(job: AgentJob, clear = false): string {
  if (job.operator) {
    return `, @notify_level_email = 2, @notify_email_operator_name = ${quoteString(job.operator)}`;
  }
  return clear ? ", @notify_level_email = 0" : "";
}

function stepLines(steps: readonly AgentStep[], parameters: Record<string, Parameters[string]>): string {
  return steps
    .map((step, index) => {
      parameters[`step${index}`] = sysname(step.name);
      parameters[`command${index}`] = nvarchar(step.command);
      const last = index === steps.length - 1;
      const place =
        step.subsystem === "TSQL" && step.database ? `, @database_name = ${quoteString(step.database)}` : "";
      const proxy = step.proxy ? `, @proxy_name = ${quoteString(step.proxy)}` : "";
      return `EXEC msdb.dbo.sp_add_jobstep @job_name = @name, @step_id = ${index + 1}, @step_name = @step${index},
  @subsystem = N'${step.subsystem}', @command = @command${index}, @on_success_action = ${last ? 1 : goOn},
  @on_fail_action = ${step.goOnAfterFailure && !last ? goOn : 2}${place}${proxy};`;
    })
    .join("\n");
}

function scheduleLine(schedule: AgentSchedule): string {
  return `EXEC msdb.dbo.sp_add_jobschedule @job_name = @name, @name = N'${scheduleName}', @enabled = ${schedule.enabled ? 1 : 0},
  @freq_type = ${daily}, @freq_interval = 1, @freq_subday_type = ${inMinutes}, @freq_subday_interval = ${schedule.everyMinutes},
  @active_start_time = 0, @active_end_time = 235959;`;
}

function sameSteps(before: readonly AgentStep[], wanted: readonly AgentStep[]): boolean {
  const text = (steps: readonly AgentStep[]) =>
    JSON.stringify(
      steps.map((step, index) => [
        step.name,
        step.subsystem,
        step.command,
        step.database ?? null,
        step.proxy ?? null,
        step.goOnAfterFailure && index < steps.length - 1,
      ]),
    );
  return text(before) === text(wanted);
}
