import { type AgentJob, readAgentJob, type StoredAgentJob } from "../objects/agentJob";
import { alterAgentJob, createAgentJob, dropAgentJob, enableAgentJob } from "../objects/agentJobStatements";
import { inMsdb } from "../objects/agentPrerequisites";
import { forgetJob } from "../objects/jobSettings";
import { type ManagementDatabase, readManagementDatabase } from "../objects/managementDatabase";
import { removeUnusedManagement } from "../objects/managementRemoval";
import { createManagementDatabase, installManagement, type ManagementInstallation } from "../objects/managementSetup";
import { isOutcomeUnknown, type SqlServer } from "../objects/server";
import type { BackupJobSettings } from "./backupJobArguments";
import { type Made, ownAgentJobs } from "./backupJobMade";
import { jobSettings } from "./backupJobSettings";

/** Creates the database if there is none, sets it up and stores the job. */
export async function installJob(
  server: SqlServer,
  wanted: BackupJobSettings,
  found: ManagementDatabase,
  installation: ManagementInstallation,
): Promise<void> {
  const database = wanted.managementDatabase;
  let state = found;
  if (state.state === undefined) {
    await createManagementDatabase(server, database);
    state = await readManagementDatabase(server, database);
  }
  await server.execute(installManagement(state, jobSettings(wanted), installation), { database });
}

/** Makes the Agent job, or brings one to what is wanted. Returns its id. */
export function putAgentJob(
  server: SqlServer,
  wanted: AgentJob,
  existing: StoredAgentJob | undefined,
): Promise<string | undefined> {
  return inMsdb(server, async () => {
    if (!existing) {
      const [row] = await server.rows<{ jobId: string }>(createAgentJob(wanted));
      return row?.jobId;
    }
    const statement = alterAgentJob(existing, wanted);
    if (statement) await server.execute(statement);
    return existing.jobId;
  });
}

/** The Agent job that an update finds: under its id, else under the name that it had or was about to get. */
export async function recordedAgentJob(
  server: SqlServer,
  made: Made,
  recorded: AgentJob | undefined,
): Promise<StoredAgentJob | undefined> {
  const names = [recorded?.name, made.agentJob, ...made.formerAgentJobs].filter((name) => name !== undefined);
  for (const name of new Set(names)) {
    const found = await inMsdb(server, () =>
      readAgentJob(server, { name, ...(made.agentJobId && { jobId: made.agentJobId }) }),
    );
    if (found) return found;
  }
  return undefined;
}

/**
 * Brings the Agent job from what an update finds to what is wanted: the job keeps its id, also under another name.
 *
 * @param found `current` is the job so far, `other` one of the wanted name that may be taken over
 * @param note learns what is ours before it may be there, in case that the work fails
 */
export async function changeAgentJob(
  server: SqlServer,
  wanted: AgentJob | undefined,
  { current, other }: { readonly current: StoredAgentJob | undefined; readonly other: StoredAgentJob | undefined },
  before: Made,
  note: (made: Made) => void,
): Promise<Made> {
  const { agentJob, agentJobId, ...rest } = before;
  const without: Made = { ...rest, formerAgentJobs: [] };
  if (wanted && current && !other) {
    const made: Made = {
      ...without,
      ...(agentJob !== undefined && { agentJob: wanted.name }),
      agentJobId: current.jobId,
    };
    note(made);
    await putAgentJob(server, wanted, current);
    return made;
  }
  let made = without;
  if (wanted && !other) {
    try {
      made = { ...without, agentJob: wanted.name, ...idOf(await putAgentJob(server, wanted, undefined)) };
    } catch (error) {
      if (isOutcomeUnknown(error)) note({ ...without, agentJob: wanted.name });
      throw error;
    }
  } else if (wanted) made = { ...without, ...idOf(await putAgentJob(server, wanted, other)) };
  if (current && agentJob !== undefined) await inMsdb(server, () => server.execute(dropAgentJob(current)));
  return made;
}

const idOf = (agentJobId: string | undefined): Pick<Made, "agentJobId"> => (agentJobId ? { agentJobId } : {});

/** The Agent job first, so that nothing starts a run meanwhile; the set-up only when nobody else needs it. */
export async function takeAway(
  server: SqlServer,
  { managementDatabase: database, name }: BackupJobSettings,
  made: Made,
  withHistory: boolean,
): Promise<void> {
  for (const agentJob of ownAgentJobs(made)) await inMsdb(server, () => server.execute(dropAgentJob(agentJob)));
  if (made.settings && (await readManagementDatabase(server, database)).state === "ONLINE") {
    for (const each of [name, ...(made.nextName === undefined ? [] : [made.nextName])]) {
      await server.execute(forgetJob(each), { database });
    }
  }
  await removeUnusedManagement(server, database, { withHistory, databaseMade: made.database });
  if (made.disabledBizTalkJob) await server.execute(enableAgentJob(made.disabledBizTalkJob, true));
}
