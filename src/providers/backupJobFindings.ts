import { type AgentJob, isAgentJobEnabled, type StoredAgentJob } from "../objects/agentJob";
import { type AgentJobDifference, agentJobDifferences } from "../objects/agentJobDifferences";
import { inMsdb } from "../objects/agentPrerequisites";
import { type ManagementDatabase, managementProblems } from "../objects/managementDatabase";
import type { SqlServer } from "../objects/server";
import { bizTalkJobName } from "./agentJobSteps";
import type { BackupJobSettings } from "./backupJobArguments";
import type { Findings } from "./difference";

/** What of the management database is not as this package set it up. */
export function setupFinding(found: ManagementDatabase): Findings {
  const problems = managementProblems(found);
  return problems.length > 0 ? { setup: `builtIn (${problems.join(", ")})` } : {};
}

/** What is otherwise in the Agent job than the program says: each at the argument that it contradicts. */
export function agentFinding(
  recorded: BackupJobSettings,
  wanted: AgentJob | undefined,
  found: StoredAgentJob | undefined,
): Findings {
  if (!wanted) return {};
  if (!found) return { agent: { ...recorded.agent, setup: `builtIn (the Agent job ${wanted.name} is missing)` } };
  const differences = agentJobDifferences(found, wanted);
  if (differences.length === 0) return {};
  const agent: Record<string, unknown> = { ...recorded.agent };
  const others: string[] = [];
  for (const difference of differences) {
    const property = argumentOf(difference, recorded);
    if (property) agent[property] = difference.found;
    else others.push(inWords(difference));
  }
  if (others.length > 0) agent.setup = `builtIn (${others.join(", ")})`;
  return { agent };
}

/** The argument that says what the server contradicts; undefined where none does. */
function argumentOf({ part }: AgentJobDifference, { agent }: BackupJobSettings): string | undefined {
  switch (part) {
    case "name":
      return agent?.name === undefined ? undefined : "name";
    case "schedule":
      return "everyMinutes";
    case "enabled":
    case "owner":
    case "operator":
    case "proxy":
      return part;
    default:
      return undefined;
  }
}

function inWords({ part, found }: AgentJobDifference): string {
  switch (part) {
    case "name":
      return `the Agent job is called ${found}`;
    case "start":
      return `the Agent job begins with step ${found}`;
    case "target":
      return "the Agent job has no target server, so that it never runs";
    case "steps":
      return String(found);
    default:
      return `the ${part} is ${found}`;
  }
}

/** Two engines on one set break each other's chains: BizTalk's own job must be off. */
export async function bizTalkFinding(
  server: SqlServer,
  { managementDatabase, disableBizTalkJob }: BackupJobSettings,
  { bizTalk }: ManagementDatabase,
): Promise<Findings> {
  const name = bizTalkJobName(managementDatabase);
  // Without BizTalk, and without the right to look, there is nothing to look for.
  if (!bizTalk && !disableBizTalkJob) return {};
  const enabled = await inMsdb(server, () => isAgentJobEnabled(server, name));
  return enabled ? { disableBizTalkJob: `${name} is enabled` } : {};
}
