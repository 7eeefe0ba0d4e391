import { query, type Row, type SqlSession, type Statement, sysname } from "../sqlserver";

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

/** When an Agent job runs: every day, all day, at an interval. */
export interface AgentSchedule {
  readonly everyMinutes: number;
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

/** How a job is known: by the id that it keeps through every change, else by its name. */
export interface AgentJobIdentity {
  readonly name: string;
  readonly jobId?: string | undefined;
}

/** A step as `msdb.dbo.sysjobsteps` has it. */
export interface StoredStep {
  readonly name: string;
  readonly subsystem: string;
  readonly command: string;
  readonly database?: string | undefined;
  readonly proxy?: string | undefined;
  readonly onSuccess: number;
  readonly onFail: number;
  /** The exit status of a CmdExec step that means success. */
  readonly successCode: number;
}

/** Our schedule of a job as `msdb.dbo.sysschedules` has it. */
export interface StoredSchedule {
  readonly scheduleId: number;
  readonly enabled: boolean;
  /** Whether other jobs run by it too. */
  readonly shared: boolean;
  readonly freqType: number;
  readonly freqInterval: number;
  readonly subdayType: number;
  readonly subdayInterval: number;
  /** HHMMSS. */
  readonly startTime: number;
  readonly endTime: number;
  /** Whether its first day is still to come. */
  readonly pending: boolean;
  /** YYYYMMDD. */
  readonly endDate: number;
}

/** An Agent job as it is. */
export interface StoredAgentJob extends Omit<AgentJob, "steps" | "schedule"> {
  readonly jobId: string;
  readonly startStep: number;
  /** Whether it is to run on this server: a job without a target never does. */
  readonly targeted: boolean;
  readonly steps: readonly StoredStep[];
  /** Undefined when it is detached or dropped. */
  readonly schedule: StoredSchedule | undefined;
}

/** The name of the schedule, which is that of BizTalk's own job. Others that somebody attaches are not ours. */
export const scheduleName = "MarkAndBackupLogSched";

/** What a step's outcome leads to (sp_add_jobstep). */
export const stepAction = { quitWithSuccess: 1, quitWithFailure: 2, next: 3 } as const;

/** T-SQL that finds our schedule of the job `@job`. */
export const ownScheduleText = `SELECT MIN(c.schedule_id)
FROM msdb.dbo.sysjobschedules AS js
JOIN msdb.dbo.sysschedules AS c ON c.schedule_id = js.schedule_id
WHERE js.job_id = @job AND c.name = N'${scheduleName}'`;

/** Three result sets: the job, its steps, our schedule of it. */
export function readAgentJobStatement({ name, jobId }: AgentJobIdentity): Statement {
  return query(
    `DECLARE @job uniqueidentifier = (SELECT TOP (1) job_id FROM msdb.dbo.sysjobs
  WHERE job_id = @id OR name = @name
  ORDER BY CASE WHEN job_id = @id THEN 0 ELSE 1 END);
SELECT CONVERT(varchar(36), j.job_id) AS jobId, j.name AS name, ISNULL(j.description, N'') AS description,
  c.name AS category, j.enabled AS enabled, ISNULL(SUSER_SNAME(j.owner_sid), N'') AS owner,
  CASE WHEN j.notify_level_email IN (2, 3) THEN o.name END AS operator, j.start_step_id AS startStep,
  CASE WHEN EXISTS (SELECT * FROM msdb.dbo.sysjobservers AS t WHERE t.job_id = j.job_id) THEN 1 ELSE 0 END AS targeted
FROM msdb.dbo.sysjobs AS j
JOIN msdb.dbo.syscategories AS c ON c.category_id = j.category_id
LEFT JOIN msdb.dbo.sysoperators AS o ON o.id = j.notify_email_operator_id
WHERE j.job_id = @job;
SELECT s.step_name AS name, s.subsystem AS subsystem, ISNULL(s.command, N'') AS command,
  s.database_name AS [database], p.name AS proxy, s.on_success_action AS onSuccess, s.on_fail_action AS onFail,
  s.cmdexec_success_code AS successCode
FROM msdb.dbo.sysjobsteps AS s
LEFT JOIN msdb.dbo.sysproxies AS p ON p.proxy_id = s.proxy_id
WHERE s.job_id = @job
ORDER BY s.step_id;
SELECT c.schedule_id AS scheduleId, c.enabled AS enabled,
  CASE WHEN (SELECT COUNT(*) FROM msdb.dbo.sysjobschedules AS u WHERE u.schedule_id = c.schedule_id) > 1 THEN 1 ELSE 0 END AS shared,
  c.freq_type AS freqType, c.freq_interval AS freqInterval, c.freq_subday_type AS subdayType,
  c.freq_subday_interval AS subdayInterval, c.active_start_time AS startTime, c.active_end_time AS endTime,
  CASE WHEN c.active_start_date > CONVERT(int, CONVERT(char(8), GETDATE(), 112)) THEN 1 ELSE 0 END AS pending,
  c.active_end_date AS endDate
FROM msdb.dbo.sysschedules AS c
WHERE c.schedule_id = (${ownScheduleText});`,
    { name: sysname(name), id: { type: "uniqueidentifier", value: jobId ?? null } },
    `read the Agent job ${name}`,
  );
}

/** An Agent job as it is; undefined when there is none. */
export async function readAgentJob(
  session: SqlSession,
  identity: AgentJobIdentity,
): Promise<StoredAgentJob | undefined> {
  return parseAgentJob((await session.execute(readAgentJobStatement(identity))).recordsets);
}

type Flag = boolean | number;

type JobRow = Omit<StoredAgentJob, "enabled" | "targeted" | "operator" | "steps" | "schedule"> & {
  readonly enabled: Flag;
  readonly targeted: Flag;
  readonly operator: string | null;
};
type StepRow = Omit<StoredStep, "database" | "proxy"> & {
  readonly database: string | null;
  readonly proxy: string | null;
};
type ScheduleRow = Omit<StoredSchedule, "enabled" | "shared" | "pending"> & {
  readonly enabled: Flag;
  readonly shared: Flag;
  readonly pending: Flag;
};

/** Reads the result sets of `readAgentJobStatement`. */
export function parseAgentJob(recordsets: readonly (readonly Row[])[]): StoredAgentJob | undefined {
  const [[row] = [], steps = [], [schedule] = []] = recordsets as unknown as [
    JobRow[] | undefined,
    StepRow[] | undefined,
    ScheduleRow[] | undefined,
  ];
  if (!row) return undefined;
  const { operator, ...job } = row;
  return {
    ...job,
    enabled: Boolean(row.enabled),
    targeted: Boolean(row.targeted),
    ...(operator !== null && { operator }),
    steps: steps.map(({ database, proxy, ...step }) => ({
      ...step,
      ...(step.subsystem === "TSQL" && database !== null && { database }),
      ...(proxy !== null && { proxy }),
    })),
    schedule: schedule && {
      ...schedule,
      enabled: Boolean(schedule.enabled),
      shared: Boolean(schedule.shared),
      pending: Boolean(schedule.pending),
    },
  };
}

/** Whether there is an Agent job of this name, and whether it would run. */
export async function isAgentJobEnabled(session: SqlSession, name: string): Promise<boolean | undefined> {
  const [row] = await session.rows<{ enabled: Flag }>(
    query(
      "SELECT enabled FROM msdb.dbo.sysjobs WHERE name = @name;",
      { name: sysname(name) },
      `look for the Agent job ${name}`,
    ),
  );
  return row && Boolean(row.enabled);
}
