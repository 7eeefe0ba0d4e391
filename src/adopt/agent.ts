import type { StoredAgentJob } from "../objects/agentJob";
import { agentJobDifferences, describeSchedule } from "../objects/agentJobDifferences";
import type { JobSettings } from "../objects/jobSettings";
import { agentJobOf, jobStartedBy } from "../providers/agentJobSteps";
import type { BackupJobInputs, BackupJobSettings } from "../providers/backupJobArguments";

/** The arguments that make exactly this Agent job; undefined when it is not one that starts the runner for the job. */
export function agentArguments(
  job: Pick<JobSettings, "jobName" | "compression">,
  managementDatabase: string,
  found: StoredAgentJob,
): BackupJobInputs["agent"] {
  const started = jobStartedBy(found.steps);
  const everyMinutes = describeSchedule(found.schedule);
  if (!started || typeof everyMinutes !== "number") return undefined;
  if (started.job.toLowerCase() !== job.jobName.toLowerCase()) return undefined;
  const proxy = found.steps.find((step) => step.proxy !== undefined)?.proxy;
  const agent = {
    name: found.name,
    enabled: found.enabled,
    everyMinutes,
    owner: found.owner,
    ...(proxy !== undefined && { proxy }),
    ...(found.operator !== undefined && { operator: found.operator }),
    runner: started.runner,
    connectionFile: started.connectionFile,
  };
  const same = agentJobOf({
    agent: { ...agent, setup: "builtIn" },
    name: job.jobName,
    managementDatabase,
    compression: job.compression,
  } as BackupJobSettings);
  return same && agentJobDifferences(found, same).length === 0 ? agent : undefined;
}

/** What a step of BizTalk's own job says about full backups, in the arguments of a BackupJob. */
export function bizTalkSettings(
  job: Pick<StoredAgentJob, "steps">,
): { frequency: string; logMarkName: string; fullPath: string } | undefined {
  for (const { command } of job.steps) {
    const found = /sp_BackupAllFull_Schedule\]?\s+N?'(\w)'[^,]*,\s*N?'([^']*)'[^,]*,\s*N?'([^']*)'/i.exec(command);
    const [, frequency, logMarkName, fullPath] = found ?? [];
    if (frequency && logMarkName && fullPath) return { frequency, logMarkName, fullPath };
  }
  return undefined;
}
