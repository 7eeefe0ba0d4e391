import {
  type AgentJob,
  alterAgentJob,
  createAgentJob,
  dropAgentJob,
  enableAgentJob,
  isAgentJobEnabled,
  readAgentJob,
} from "../objects/agentJob";
import { forgetJob, type JobSettings } from "../objects/jobSettings";
import {
  createManagementDatabase,
  installManagement,
  type ManagementDatabase,
  managementProblems,
  readManagementDatabase,
} from "../objects/managementDatabase";
import { removeUnusedManagement } from "../objects/managementRemoval";
import { displayName, type SqlServer } from "../objects/server";
import { agentJobOf } from "./agentJobSteps";
import { inputsOf, propertiesOf } from "./arguments";
import { type BackupJobSettings, backupJobSchema } from "./backupJobArguments";
import { asName, type DiffResult, difference, type Findings, sameValue } from "./difference";
import { recordedIfUnknown, undoneOnFailure } from "./failures";
import { serverLeft } from "./goneServers";
import { serverOf } from "./servers";
import { type CheckResult, checkInputs, parseInputs } from "./validation";
import { type Properties, toState } from "./wire";

export { configure } from "./servers";

export async function check(_olds: Properties, news: Properties): Promise<CheckResult> {
  return checkInputs(backupJobSchema, news);
}

export async function diff(_id: string, olds: Properties, news: Properties): Promise<DiffResult> {
  return difference(
    {
      properties: propertiesOf(backupJobSchema).filter((key) => key !== "adopt" && key !== "createDatabase"),
      replacing: ["connection", "managementDatabase", "name"],
      normalize: { managementDatabase: asName, name: asName },
      samePlace: (before, after) => sameValue(asName(before.managementDatabase), asName(after.managementDatabase)),
    },
    olds,
    news,
  );
}

export async function create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
  const wanted = parseInputs(backupJobSchema, inputs);
  const server = serverOf(wanted.connection);
  const state = await readManagementDatabase(server, wanted.managementDatabase);
  assertUsable(server, wanted, state);
  const known = state.jobs.some((job) => sameValue(asName(job.jobName), asName(wanted.name)));
  if (known && !wanted.adopt) {
    throw new Error(
      `The job ${wanted.name} exists already in ${wanted.managementDatabase} on ${server.displayName}. Set adopt: true to take it over.`,
    );
  }
  const agent = agentJobOf(wanted);
  const agentExisted = agent !== undefined && (await readAgentJob(server, agent.name)) !== undefined;
  if (agentExisted && !wanted.adopt) {
    throw new Error(
      `The Agent job ${agent.name} exists already on ${server.displayName}. Set adopt: true to take it over.`,
    );
  }
  const bizTalkJob = await bizTalkJobToDisable(server, wanted);
  const made: Made = {
    database: state.state === undefined,
    settings: !known,
    formerAgentJobs: [],
    ...(agent && !agentExisted && { agentJob: agent.name }),
    ...(bizTalkJob && { disabledBizTalkJob: bizTalkJob }),
  };
  const id = `${server.displayName}/${wanted.managementDatabase}/${wanted.name}`;
  await undoneOnFailure(() => converge(server, wanted, state, made), {
    // What was there before stays, and with it what it tells of the past; the rest has no past.
    undo: () => takeAway(server, wanted, made, !state.present.has("dbo.adm_BackupHistory")),
    left: () => ({ id, state: outputs(wanted, made) }),
    inputs,
  });
  return { id, outs: outputs(wanted, made) };
}

export async function read(
  id: string,
  state: Properties,
): Promise<{ id?: string; props?: Properties; inputs?: Properties }> {
  const recorded = parseInputs(backupJobSchema, inputsIn(state));
  const server = serverLeft(recorded.connection);
  if (!server) return {};
  const found = await readManagementDatabase(server, recorded.managementDatabase);
  const job = found.jobs.find(({ jobName }) => sameValue(asName(jobName), asName(recorded.name)));
  if (!job) return {};
  const agent = agentJobOf(recorded);
  const agentFound = agent && (await readAgentJob(server, agent.name));
  const seen = observed(recorded, job);
  const findings: Findings = {
    ...setupFinding(found),
    ...(agent && agentFinding(recorded, agent, agentFound)),
    ...(await bizTalkFinding(server, state)),
  };
  return {
    id,
    props: toState({ ...state, ...seen, findings }),
    inputs: toState({ ...inputsIn(state), ...seen, ...findings }),
  };
}

export async function update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  const recorded = parseInputs(backupJobSchema, inputsIn(olds));
  const wanted = parseInputs(backupJobSchema, news);
  const server = serverOf(wanted.connection);
  const state = await readManagementDatabase(server, wanted.managementDatabase);
  assertUsable(server, wanted, state);
  const before = (olds.made ?? nothing) as Made;
  const oldAgent = agentJobOf(recorded)?.name;
  const newAgent = agentJobOf(wanted)?.name;
  const agentExisted = newAgent !== undefined && (await readAgentJob(server, newAgent)) !== undefined;
  const owned = newAgent !== undefined && (before.agentJob === newAgent || !agentExisted);
  if (newAgent !== undefined && !owned && oldAgent !== newAgent && !wanted.adopt) {
    throw new Error(
      `The Agent job ${newAgent} exists already on ${server.displayName}. Set adopt: true to take it over.`,
    );
  }
  const bizTalkJob = before.disabledBizTalkJob ?? (await bizTalkJobToDisable(server, wanted));
  const made: Made = {
    database: before.database,
    settings: before.settings,
    ...(owned && { agentJob: newAgent }),
    formerAgentJobs: [...before.formerAgentJobs, ...(before.agentJob ? [before.agentJob] : [])].filter(
      (name) => name !== newAgent,
    ),
    ...(bizTalkJob && { disabledBizTalkJob: bizTalkJob }),
  };
  await recordedIfUnknown(
    async () => {
      await converge(server, wanted, state, made);
      for (const name of made.formerAgentJobs) await server.execute(dropAgentJob(name));
    },
    { id, state: { ...olds, made }, inputs: news },
  );
  return { outs: outputs(wanted, { ...made, formerAgentJobs: [] }) };
}

async function remove(_id: string, state: Properties): Promise<void> {
  const recorded = parseInputs(backupJobSchema, inputsIn(state));
  const made = (state.made ?? nothing) as Made;
  const server = serverLeft(recorded.connection);
  if (server) await takeAway(server, recorded, made, recorded.deleteHistory);
}

export { remove as delete };

/** What create made, which is what delete takes away. What the database itself holds of ours, it records itself. */
interface Made {
  readonly database: boolean;
  readonly settings: boolean;
  readonly agentJob?: string;
  /** The Agent job under former names, as long as it may still be there. */
  readonly formerAgentJobs: readonly string[];
  /** BizTalk's own Agent job, which delete enables again. */
  readonly disabledBizTalkJob?: string;
}

/** Of a job that was only looked at. */
const nothing: Made = { database: false, settings: false, formerAgentJobs: [] };

/** Says what stands in the way before anything is changed. */
function assertUsable(server: SqlServer, wanted: BackupJobSettings, state: ManagementDatabase): void {
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

const bizTalkJobName = (managementDatabase: string): string => `Backup BizTalk Server (${managementDatabase})`;

/** BizTalk's own job, if it would run beside this one: two engines on one set break each other's chains. */
async function bizTalkJobToDisable(server: SqlServer, wanted: BackupJobSettings): Promise<string | undefined> {
  const name = bizTalkJobName(wanted.managementDatabase);
  if (!(await isAgentJobEnabled(server, name))) return undefined;
  if (wanted.disableBizTalkJob) return name;
  throw new Error(
    `The Agent job ${name} on ${server.displayName} is enabled and backs up the same databases. Disable it, or set disableBizTalkJob: true.`,
  );
}

/** Database, set-up and settings, Agent job: each only if it is not as wanted. */
async function converge(
  server: SqlServer,
  wanted: BackupJobSettings,
  found: ManagementDatabase,
  made: Made,
): Promise<void> {
  let state = found;
  if (state.state === undefined) {
    for (const statement of createManagementDatabase(wanted.managementDatabase)) {
      await server.execute(statement, { timeoutSeconds: 0 });
    }
    state = await readManagementDatabase(server, wanted.managementDatabase);
  }
  await server.execute(installManagement(state, jobSettings(wanted), made.database), {
    database: wanted.managementDatabase,
  });
  if (made.disabledBizTalkJob) await server.execute(enableAgentJob(made.disabledBizTalkJob, false));
  const agent = agentJobOf(wanted);
  if (!agent) return;
  const existing = await readAgentJob(server, agent.name);
  const statement = existing ? alterAgentJob(existing, agent) : createAgentJob(agent);
  if (statement) await server.execute(statement);
}

/** The Agent job first, so that nothing starts a run meanwhile; the set-up only when nobody else needs it. */
async function takeAway(server: SqlServer, wanted: BackupJobSettings, made: Made, withHistory: boolean): Promise<void> {
  const database = wanted.managementDatabase;
  const agentJobs = [...(made.agentJob ? [made.agentJob] : []), ...made.formerAgentJobs];
  for (const name of agentJobs) await server.execute(dropAgentJob(name));
  if (made.settings && (await readManagementDatabase(server, database)).state === "ONLINE") {
    await server.execute(forgetJob(wanted.name), { database });
  }
  await removeUnusedManagement(server, database, { withHistory, databaseMade: made.database });
  if (made.disabledBizTalkJob) await server.execute(enableAgentJob(made.disabledBizTalkJob, true));
}

function jobSettings(wanted: BackupJobSettings): JobSettings {
  const { encryption } = wanted;
  return {
    jobName: wanted.name,
    logMarkName: wanted.logMarkName,
    fullPath: wanted.fullPath,
    logPath: wanted.logPath ?? wanted.fullPath,
    frequency: wanted.frequency,
    ...(wanted.backupHour !== undefined && { backupHour: wanted.backupHour }),
    useLocalTime: wanted.useLocalTime,
    compression: wanted.compression,
    checksum: wanted.checksum,
    stripes: wanted.stripes,
    ...(encryption && {
      encryption: {
        algorithm: encryption.algorithm,
        encryptorKind: encryption.certificate === undefined ? "ASYMMETRIC KEY" : "CERTIFICATE",
        encryptorName: encryption.certificate ?? encryption.asymmetricKey ?? "",
      },
    }),
    parallelBackups: wanted.parallelBackups,
    forceFullAfterPartialFailure: wanted.forceFullAfterPartialFailure,
    ...(wanted.daysOfHistory > 0 && { daysOfHistory: wanted.daysOfHistory }),
  };
}

/** What the management database has, in the program's terms. */
function observed(recorded: BackupJobSettings, job: JobSettings): Properties {
  const { encryption } = job;
  return {
    logMarkName: job.logMarkName,
    fullPath: job.fullPath,
    ...((recorded.logPath !== undefined || job.logPath !== recorded.fullPath) && { logPath: job.logPath }),
    frequency: job.frequency,
    backupHour: job.backupHour,
    useLocalTime: job.useLocalTime,
    compression: job.compression,
    checksum: job.checksum,
    stripes: job.stripes,
    encryption: encryption && {
      algorithm: encryption.algorithm,
      ...(encryption.encryptorKind === "CERTIFICATE"
        ? { certificate: encryption.encryptorName }
        : { asymmetricKey: encryption.encryptorName }),
    },
    parallelBackups: job.parallelBackups,
    forceFullAfterPartialFailure: job.forceFullAfterPartialFailure,
    daysOfHistory: job.daysOfHistory ?? 0,
  };
}

function setupFinding(found: ManagementDatabase): Findings {
  const problems = managementProblems(found);
  return problems.length > 0 ? { setup: `builtIn (${problems.join(", ")})` } : {};
}

/** What is otherwise in the Agent job than the program says. */
function agentFinding(recorded: BackupJobSettings, wanted: AgentJob, found: AgentJob | undefined): Findings {
  if (!found) return { agent: { name: `${wanted.name} (missing)` } };
  if (!alterAgentJob(found, wanted)) return {};
  const steps = sameValue(found.steps, wanted.steps) ? {} : { steps: found.steps.map(({ command }) => command) };
  return {
    agent: {
      ...recorded.agent,
      enabled: found.enabled,
      everyMinutes: found.schedule.everyMinutes,
      owner: found.owner,
      operator: found.operator,
      ...steps,
    },
  };
}

async function bizTalkFinding(server: SqlServer, state: Properties): Promise<Findings> {
  const { disabledBizTalkJob } = (state.made ?? {}) as Partial<Made>;
  if (!disabledBizTalkJob || !(await isAgentJobEnabled(server, disabledBizTalkJob))) return {};
  return { disableBizTalkJob: `${disabledBizTalkJob} is enabled` };
}

function outputs(wanted: BackupJobSettings, made: Made): Properties {
  return toState({ ...wanted, server: displayName(wanted.connection), made, findings: {} });
}

const inputsIn = (state: Properties): Properties => inputsOf(backupJobSchema, state);
