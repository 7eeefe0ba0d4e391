import type { AgentJob, AgentStep } from "../objects/agentJob";
import type { BackupJobSettings } from "./backupJobArguments";

/** The Agent job of a BackupJob: the four steps of BizTalk's own job, carried out by the runner. */
export function agentJobOf(job: BackupJobSettings): AgentJob | undefined {
  const { agent } = job;
  if (!agent) return undefined;
  const run = (only: string): string =>
    [
      agent.runner,
      "run",
      "--only",
      only,
      "--job",
      quoteArgument(job.name),
      "--connection",
      quoteArgument(agent.connectionFile),
    ].join(" ");
  const step = (name: string, only: string, goOnAfterFailure: boolean): AgentStep => ({
    name,
    subsystem: "CmdExec",
    command: run(only),
    ...(agent.proxy !== undefined && { proxy: agent.proxy }),
    goOnAfterFailure,
  });
  return {
    name: agent.name ?? `Backup SQL Server (${job.managementDatabase})`,
    description: "Backs up a set of databases to shared marks. Declared with Pulumi (pulumi-mssql-backup).",
    category: "Database Maintenance",
    enabled: agent.enabled,
    owner: agent.owner,
    ...(agent.operator !== undefined && { operator: agent.operator }),
    steps: [
      {
        name: "Set Compression Option",
        subsystem: "TSQL",
        command: `EXEC dbo.sp_SetBackupCompression @bCompression = ${job.compression ? 1 : 0};`,
        database: job.managementDatabase,
        goOnAfterFailure: true,
      },
      // Unlike the real job's: a full that fails must not cost the run its mark and log backups.
      step("BackupFull", "full", true),
      step("MarkAndBackupLog", "log", false),
      step("Clear Backup History", "clean", false),
    ],
    schedule: { everyMinutes: agent.everyMinutes, enabled: true },
  };
}

/** An argument of a command line, as both cmd.exe and sh read it. */
function quoteArgument(text: string): string {
  return /^[\w.,:/\\-]+$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
}
