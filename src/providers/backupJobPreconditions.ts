import { type AgentJob, isAgentJobEnabled, readAgentJob, type StoredAgentJob } from "../objects/agentJob";
import {
  agentProblems,
  inMsdb,
  parseAgentPrerequisites,
  readAgentPrerequisitesStatement,
} from "../objects/agentPrerequisites";
import { encryptionProblem } from "../objects/backupEncryptor";
import { overlongFiles } from "../objects/backupFileLength";
import type { ManagementDatabase } from "../objects/managementDatabase";
import type { SqlServer } from "../objects/server";
import { bizTalkJobName, jobStartedBy } from "./agentJobSteps";
import type { BackupJobSettings } from "./backupJobArguments";
import { jobSettings } from "./backupJobSettings";
import { asName, sameValue } from "./difference";

/** Says what stands in the way before anything is changed. */
export function assertUsable(server: SqlServer, wanted: BackupJobSettings, state: ManagementDatabase): void {
  const where = `The management database ${wanted.managementDatabase} on ${server.displayName}`;
  if (state.state === undefined) {
    if (wanted.createDatabase) return;
    throw new Error(
      `${where} does not exist, or the login may not see it. Set createDatabase: true to have it created.`,
    );
  }
  if (state.state !== "ONLINE") throw new Error(`${where} is ${state.state}; it must be ONLINE.`);
  if (state.recoveryModel === "SIMPLE") {
    throw new Error(
      `${where} is in the SIMPLE recovery model. It is a member of its own backup set and must be in FULL: ALTER DATABASE … SET RECOVERY FULL.`,
    );
  }
}

/** Says at once everything that the server does not have, or cannot do, of what the job asks for. */
export async function assertPossible(
  server: SqlServer,
  wanted: BackupJobSettings,
  state: ManagementDatabase,
  agent: AgentJob | undefined,
): Promise<void> {
  const settings = jobSettings(wanted);
  const members = [{ server: state.serverName, database: wanted.managementDatabase }, ...state.joined];
  const problems = overlongFiles(settings, members).map(
    ({ kind, server: name, database, length }) =>
      `${kind === "full" ? "fullPath" : "logPath"}: the ${kind} backup of ${database} on ${name} would have a path of ${length} characters; SQL Server takes 259`,
  );
  const unencrypted = settings.encryption && (await encryptionProblem(server, settings.encryption));
  if (unencrypted) problems.push(unencrypted);
  if (agent) {
    const rows = await inMsdb(server, () => server.rows(readAgentPrerequisitesStatement(agent)));
    problems.push(...agentProblems(agent, parseAgentPrerequisites(rows)).map((problem) => `agent.${problem}`));
  }
  if (problems.length === 0) return;
  throw new Error([`The job ${wanted.name} is not possible on ${server.displayName}:`, ...problems].join("\n  "));
}

/** BizTalk's own job, if it would run beside this one: two engines on one set break each other's chains. */
export async function bizTalkJobToDisable(
  server: SqlServer,
  wanted: BackupJobSettings,
  state: ManagementDatabase,
): Promise<string | undefined> {
  if (!state.bizTalk && !wanted.disableBizTalkJob) return undefined;
  const name = bizTalkJobName(wanted.managementDatabase);
  const enabled = await inMsdb(server, () => isAgentJobEnabled(server, name));
  if (enabled === undefined && wanted.disableBizTalkJob) {
    throw new Error(
      `There is no Agent job ${name} on ${server.displayName}, so that disableBizTalkJob has nothing to disable: leave it out.`,
    );
  }
  if (!enabled) return undefined;
  if (wanted.disableBizTalkJob) return name;
  throw new Error(
    `The Agent job ${name} on ${server.displayName} is enabled and backs up the same databases. Disable it, or set disableBizTalkJob: true.`,
  );
}

/**
 * The Agent job of the wanted name, if somebody else has made one and it may be taken over. Never the one of another
 * BackupJob.
 */
export async function agentJobToAdopt(
  server: SqlServer,
  wanted: BackupJobSettings,
  { name }: AgentJob,
): Promise<StoredAgentJob | undefined> {
  const found = await inMsdb(server, () => readAgentJob(server, { name }));
  if (!found) return undefined;
  const started = jobStartedBy(found.steps);
  const isOwn =
    !started ||
    (sameValue(asName(started.job), asName(wanted.name)) &&
      sameValue(asName(started.managementDatabase), asName(wanted.managementDatabase)));
  if (!isOwn) {
    throw new Error(
      `The Agent job ${name} exists already on ${server.displayName} and carries out the job ${started.job} of ${started.managementDatabase}. Give this one a name of its own: agent: { name: … }.`,
    );
  }
  if (!wanted.adopt) {
    throw new Error(
      `The Agent job ${name} exists already on ${server.displayName}. Set adopt: true to take it over, or give this one another name: agent: { name: … }.`,
    );
  }
  return found;
}
