import { quoteString } from "../../../../src/sqlserver";
import type { DriftCase } from "./driftCase";

/** A job with an Agent job of its own, which is changed. */
function agentDrift(drift: {
  readonly property: string;
  readonly what?: string;
  readonly agent?: object;
  readonly prepare?: DriftCase["prepare"];
  /** T-SQL that knows the Agent job as `@job`. */
  readonly does: string;
  readonly shows: DriftCase["shows"];
}): DriftCase {
  const { property, what, agent, does, ...others } = drift;
  const name = what === undefined ? `job ${property}` : `job ${property}, ${what}`;
  const named = quoteString(name);
  return {
    ...others,
    property: `agent.${property}`,
    ...(what !== undefined && { what }),
    declare: ({ control, management }) => ({
      [name]: {
        kind: "BackupJob",
        args: {
          connection: control.connection,
          managementDatabase: management,
          name,
          fullPath: "/backup",
          agent: { name, connectionFile: "/etc/connection.json", ...agent },
        },
      },
    }),
    drift: ({ control }) =>
      control.run(`DECLARE @job uniqueidentifier = (SELECT job_id FROM msdb.dbo.sysjobs WHERE name = ${named});
${does}`),
    async observe({ control }) {
      // A job that somebody deletes comes back under another id, and with it everything that it has.
      const rows = (text: string) => control.rows(text.replaceAll("@name", named));
      return {
        job: await rows(`SELECT j.name, j.enabled, j.description, j.start_step_id, j.notify_level_email, c.name AS category,
  SUSER_SNAME(j.owner_sid) AS owner FROM msdb.dbo.sysjobs AS j JOIN msdb.dbo.syscategories AS c ON c.category_id = j.category_id
WHERE j.name IN (@name, N'renamed');`),
        steps:
          await rows(`SELECT s.step_id, s.step_name, s.subsystem, s.command, s.database_name, s.on_success_action, s.on_fail_action,
  s.cmdexec_success_code, p.name AS proxy FROM msdb.dbo.sysjobs AS j JOIN msdb.dbo.sysjobsteps AS s ON s.job_id = j.job_id
LEFT JOIN msdb.dbo.sysproxies AS p ON p.proxy_id = s.proxy_id WHERE j.name = @name ORDER BY s.step_id;`),
        schedules:
          await rows(`SELECT c.name, c.enabled, c.freq_type, c.freq_interval, c.freq_subday_type, c.freq_subday_interval,
  c.active_start_time, c.active_end_time FROM msdb.dbo.sysjobs AS j JOIN msdb.dbo.sysjobschedules AS s ON s.job_id = j.job_id
JOIN msdb.dbo.sysschedules AS c ON c.schedule_id = s.schedule_id WHERE j.name = @name ORDER BY c.name;`),
        targets: await rows(`SELECT COUNT(*) AS targets FROM msdb.dbo.sysjobs AS j
JOIN msdb.dbo.sysjobservers AS t ON t.job_id = j.job_id WHERE j.name = @name;`),
      };
    },
  };
}

const schedule = "@job_id = @job, @name = N'MarkAndBackupLogSched'";

/** What of the Agent job no argument says. */
const setupDrift = (what: string, does: string, found: string): DriftCase =>
  agentDrift({ property: "setup", what, does, shows: { old: `"builtIn (${found})"`, new: '"builtIn"' } });

export const agentDrifts: readonly DriftCase[] = [
  agentDrift({
    property: "name",
    does: "EXEC msdb.dbo.sp_update_job @job_id = @job, @new_name = N'renamed';",
    shows: { old: '"renamed"', new: '"job name"' },
  }),
  agentDrift({
    property: "enabled",
    does: "EXEC msdb.dbo.sp_update_job @job_id = @job, @enabled = 0;",
    shows: { old: "false", new: "true" },
  }),
  agentDrift({
    property: "everyMinutes",
    does: `EXEC msdb.dbo.sp_update_jobschedule ${schedule}, @freq_subday_interval = 30;`,
    shows: { old: "30", new: "15" },
  }),
  agentDrift({
    property: "everyMinutes",
    what: "in another way",
    does: `EXEC msdb.dbo.sp_update_jobschedule ${schedule}, @freq_interval = 2, @active_start_time = 80000, @active_end_time = 173000;`,
    shows: { old: '"every 15 minutes every 2 days, from 08:00:00 to 17:30:00"', new: "15" },
  }),
  agentDrift({
    property: "everyMinutes",
    what: "switched off",
    does: `EXEC msdb.dbo.sp_update_jobschedule ${schedule}, @enabled = 0;`,
    shows: { old: '"15, disabled"', new: "15" },
  }),
  agentDrift({
    property: "everyMinutes",
    what: "detached",
    does: `EXEC msdb.dbo.sp_delete_jobschedule ${schedule};`,
    shows: { old: '"no schedule"', new: "15" },
  }),
  agentDrift({
    property: "owner",
    prepare: ({ control }) => control.run("CREATE LOGIN clerk WITH PASSWORD = N'Secret-2', CHECK_POLICY = OFF;"),
    does: "EXEC msdb.dbo.sp_update_job @job_id = @job, @owner_login_name = N'clerk';",
    shows: { old: '"clerk"', new: '"sa"' },
  }),
  agentDrift({
    property: "proxy",
    agent: { proxy: "shell" },
    prepare: ({ control }) =>
      control.run(`CREATE CREDENTIAL account WITH IDENTITY = N'CORP\\backup', SECRET = N'x';
EXEC msdb.dbo.sp_add_proxy N'shell', @credential_name = N'account';
EXEC msdb.dbo.sp_grant_proxy_to_subsystem @proxy_name = N'shell', @subsystem_name = N'CmdExec';`),
    does: "EXEC msdb.dbo.sp_update_jobstep @job_id = @job, @step_id = 2, @proxy_name = N'';",
    shows: { old: '"(none), shell"', new: '"shell"' },
  }),
  agentDrift({
    property: "operator",
    agent: { operator: "duty" },
    prepare: ({ control }) =>
      control.run("EXEC msdb.dbo.sp_add_operator N'duty', @email_address = N'duty@example.com';"),
    does: "EXEC msdb.dbo.sp_update_job @job_id = @job, @notify_level_email = 0;",
    shows: { old: '"(none)"', new: '"duty"' },
  }),
  setupDrift(
    "a step edited",
    "EXEC msdb.dbo.sp_update_jobstep @job_id = @job, @step_id = 3, @command = N'echo';",
    "the step MarkAndBackupLog runs echo",
  ),
  setupDrift(
    "a step that leads elsewhere",
    "EXEC msdb.dbo.sp_update_jobstep @job_id = @job, @step_id = 2, @on_success_action = 1;",
    "the step BackupFull leads elsewhere when it succeeds",
  ),
  setupDrift(
    "a step less",
    "EXEC msdb.dbo.sp_delete_jobstep @job_id = @job, @step_id = 3;",
    "the step MarkAndBackupLog is missing",
  ),
  setupDrift(
    "a step more",
    "EXEC msdb.dbo.sp_add_jobstep @job_id = @job, @step_id = 2, @step_name = N'mine', @command = N'SELECT 1;';",
    "the step mine was added",
  ),
  setupDrift(
    "another first step",
    "EXEC msdb.dbo.sp_update_job @job_id = @job, @start_step_id = 3;",
    "the Agent job begins with step 3",
  ),
  setupDrift(
    "another description",
    "EXEC msdb.dbo.sp_update_job @job_id = @job, @description = N'mine';",
    "the description is mine",
  ),
  setupDrift(
    "another category",
    "EXEC msdb.dbo.sp_update_job @job_id = @job, @category_name = N'[Uncategorized (Local)]';",
    "the category is [Uncategorized (Local)]",
  ),
  setupDrift(
    "no target",
    "EXEC msdb.dbo.sp_delete_jobserver @job_id = @job, @server_name = N'(local)';",
    "the Agent job has no target server, so that it never runs",
  ),
  setupDrift(
    "the whole deleted",
    "EXEC msdb.dbo.sp_delete_job @job_id = @job;",
    "the Agent job job setup, the whole deleted is missing",
  ),
];
