import type { AgentJob, AgentStep } from "../objects/agentJob";
import type { BackupJobSettings } from "./backupJobArguments";
import { parseRunnerCommand, runnerCommand } from "./runnerCommand";

/** The name of the Agent job of a BackupJob. */
export function agentJobName({ agent, managementDatabase }: Pick<BackupJobSettings, "agent" | "managementDatabase">) {
  return agent?.name ?? `Backup SQL Server (${managementDatabase})`;
}

/** The name that BizTalk gives to its own job. */
export const bizTalkJobName = (managementDatabase: string): string => `Backup BizTalk Server (${managementDatabase})`;

/** The Agent job of a BackupJob: the four steps of BizTalk's own job, carried out by the runner. */
export function agentJobOf(job: BackupJobSettings): AgentJob | undefined {
  const { agent, managementDatabase } = job;
  if (!agent) return undefined;
  const { runner, connectionFile } = agent;
  const step = (name: string, only: string, goOnAfterFailure: boolean): AgentStep => ({
    name,
    subsystem: "CmdExec",
    command: runnerCommand({ runner, only, job: job.name, connectionFile, managementDatabase }),
    ...(agent.proxy !== undefined && { proxy: agent.proxy }),
    goOnAfterFailure,
  });
  return {
    name: agentJobName(job),
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
        database: managementDatabase,
        goOnAfterFailure: true,
      },
      // Unlike the real job's: a full that fails must not cost the run its mark and log backups.
      step("BackupFull", "full", true),
      step("MarkAndBackupLog", "log", false),
      step("Clear Backup History", "clean", false),
    ],
    schedule: { everyMinutes: agent.everyMinutes },
  };
}

/** Which job the steps of an Agent job have the runner carry out; undefined when they start no runner. */
export function jobStartedBy(steps: readonly { readonly command: string }[]) {
  return steps.map(({ command }) => parseRunnerCommand(command)).find((found) => found !== undefined);
}
