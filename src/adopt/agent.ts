import { type AgentJob, alterAgentJob } from "../objects/agentJob";
import type { JobSettings } from "../objects/jobSettings";
import { agentJobOf } from "../providers/agentJobSteps";
import type { BackupJobSettings } from "../providers/backupJobArguments";

const commandLine = /^(.+?) run --only full --job ("(?:[^"\\]|\\.)*"|\S+) --connection ("(?:[^"\\]|\\.)*"|\S+)$/;

/** The arguments that make exactly this Agent job; undefined when it is not one that starts the runner for the job. */
export function agentArguments(
  job: Pick<JobSettings, "jobName" | "compression">,
  managementDatabase: string,
  found: AgentJob,
): NonNullable<BackupJobSettings["agent"]> | undefined {
  const full = found.steps.map((step) => ({ step, words: commandLine.exec(step.command) })).find(({ words }) => words);
  const [, runner, name, connectionFile] = full?.words ?? [];
  if (runner === undefined || name === undefined || connectionFile === undefined) return undefined;
  if (unquote(name).toLowerCase() !== job.jobName.toLowerCase()) return undefined;
  const agent = {
    name: found.name,
    enabled: found.enabled,
    everyMinutes: found.schedule.everyMinutes,
    owner: found.owner,
    ...(full?.step.proxy !== undefined && { proxy: full.step.proxy }),
    ...(found.operator !== undefined && { operator: found.operator }),
    runner,
    connectionFile: unquote(connectionFile),
  };
  const same = agentJobOf({
    agent,
    name: job.jobName,
    managementDatabase,
    compression: job.compression,
  } as BackupJobSettings);
  return same && alterAgentJob(found, same) === undefined ? agent : undefined;
}

const unquote = (text: string): string => (text.startsWith('"') ? text.slice(1, -1).replaceAll('\\"', '"') : text);

/** What a step of BizTalk's own job says about full backups, in the arguments of a BackupJob. */
export function bizTalkSettings(
  job: AgentJob,
): { frequency: string; logMarkName: string; fullPath: string } | undefined {
  for (const { command } of job.steps) {
    const found = /sp_BackupAllFull_Schedule\]?\s+N?'(\w)'[^,]*,\s*N?'([^']*)'[^,]*,\s*N?'([^']*)'/i.exec(command);
    const [, frequency, logMarkName, fullPath] = found ?? [];
    if (frequency && logMarkName && fullPath) return { frequency, logMarkName, fullPath };
  }
  return undefined;
}
