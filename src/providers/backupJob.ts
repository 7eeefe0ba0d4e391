import { readAgentJob } from "../objects/agentJob";
import { enableAgentJob } from "../objects/agentJobStatements";
import { inMsdb } from "../objects/agentPrerequisites";
import { jobIsThere } from "../objects/jobSettings";
import { readManagementDatabase } from "../objects/managementDatabase";
import { displayName, isOutcomeUnknown, isSqlServerError } from "../objects/server";
import { agentJobOf } from "./agentJobSteps";
import { inputsOf, propertiesOf } from "./arguments";
import { type BackupJobSettings, backupJobSchema } from "./backupJobArguments";
import { agentFinding, bizTalkFinding, setupFinding } from "./backupJobFindings";
import { type Made, madeIn } from "./backupJobMade";
import { agentJobToAdopt, assertPossible, assertUsable, bizTalkJobToDisable } from "./backupJobPreconditions";
import { observed } from "./backupJobSettings";
import { changeAgentJob, installJob, putAgentJob, recordedAgentJob, takeAway } from "./backupJobWork";
import { asName, type DiffResult, difference, type Findings, sameValue } from "./difference";
import { PartialFailure, undoneOnFailure } from "./failures";
import { serverLeft } from "./goneServers";
import { serverOf } from "./servers";
import { type CheckResult, checkInputs, parseInputs, parseRecorded } from "./validation";
import { type Properties, toState } from "./wire";

export { configure } from "./servers";

export async function check(_olds: Properties, news: Properties): Promise<CheckResult> {
  return checkInputs(backupJobSchema, news);
}

export async function diff(_id: string, olds: Properties, news: Properties): Promise<DiffResult> {
  return difference(
    {
      properties: propertiesOf(backupJobSchema).filter((key) => key !== "adopt" && key !== "createDatabase"),
      replacing: ["connection", "managementDatabase"],
      normalize: { managementDatabase: asName, name: asName, agent: asAgent },
      samePlace: (before, after) => sameValue(asName(before.managementDatabase), asName(after.managementDatabase)),
    },
    olds,
    news,
  );
}

/** States of the first version have no `agent.setup`. */
function asAgent(value: unknown): unknown {
  return value !== null && typeof value === "object" ? { setup: "builtIn", ...value } : value;
}

export async function create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
  const wanted = parseInputs(backupJobSchema, inputs);
  const server = serverOf(wanted.connection);
  const state = await readManagementDatabase(server, wanted.managementDatabase);
  assertUsable(server, wanted, state);
  const known = state.jobs.some(({ jobName }) => isSameName(jobName, wanted.name));
  if (known && !wanted.adopt) throw jobExists(wanted);
  const agent = agentJobOf(wanted);
  await assertPossible(server, wanted, state, agent);
  const existing = agent && (await agentJobToAdopt(server, wanted, agent));
  const bizTalkJob = await bizTalkJobToDisable(server, wanted, state);
  let made: Made = {
    database: state.state === undefined,
    settings: !known,
    formerAgentJobs: [],
    ...(agent && !existing && { agentJob: agent.name }),
    ...(bizTalkJob && { disabledBizTalkJob: bizTalkJob }),
  };
  const work = async () => {
    await installJob(server, wanted, state, { databaseMade: made.database, mustBeNew: !known });
    if (bizTalkJob) await server.execute(enableAgentJob(bizTalkJob, false));
    if (!agent) return;
    const agentJobId = await putAgentJob(server, agent, existing);
    made = { ...made, ...(agentJobId && { agentJobId }) };
  };
  const id = `${server.displayName}/${wanted.managementDatabase}/${wanted.name}`;
  await undoneOnFailure(work, {
    // What was there before stays, and with it what it tells of the past; the rest has no past.
    undo: (error) => takeAway(server, wanted, reallyMade(made, error), !state.present.has("dbo.adm_BackupHistory")),
    left: () => ({ id, state: outputs(wanted, made) }),
    inputs,
  }).catch((error) => {
    throw isJobThere(error) ? jobExists(wanted) : error;
  });
  return { id, outs: outputs(wanted, made) };
}

/** What a create that failed has made: not what somebody else made of the same name meanwhile. */
function reallyMade(made: Made, error: unknown): Made {
  const { agentJob, ...rest } = made;
  return {
    ...rest,
    settings: made.settings && !isJobThere(error),
    // It is made in one transaction, whose end is known unless the connection was lost.
    ...(agentJob !== undefined && (made.agentJobId || isOutcomeUnknown(error)) && { agentJob }),
  };
}

const isJobThere = (error: unknown): boolean => isSqlServerError(error) && error.has(jobIsThere);

const jobExists = ({ name, managementDatabase, connection }: BackupJobSettings): Error =>
  new Error(
    `The job ${name} exists already in ${managementDatabase} on ${displayName(connection)}. Set adopt: true to take it over, or give this one another name.`,
  );

export async function read(
  id: string,
  state: Properties,
): Promise<{ id?: string; props?: Properties; inputs?: Properties }> {
  const recorded = parseRecorded(backupJobSchema, inputsIn(state));
  const server = serverLeft(recorded.connection);
  if (!server) return {};
  const found = await readManagementDatabase(server, recorded.managementDatabase);
  const { nextName, ...made } = madeIn(state);
  const jobNamed = (name: string | undefined) =>
    name === undefined ? undefined : found.jobs.find(({ jobName }) => isSameName(jobName, name));
  const job = jobNamed(recorded.name) ?? jobNamed(nextName);
  if (!job) return {};
  const agent = agentJobOf(recorded);
  const agentFound =
    agent &&
    (await inMsdb(server, () =>
      readAgentJob(server, { name: agent.name, ...(made.agentJobId && { jobId: made.agentJobId }) }),
    ));
  const seen = observed(recorded, job);
  const findings: Findings = {
    ...setupFinding(found),
    ...agentFinding(recorded, agent, agentFound),
    ...(await bizTalkFinding(server, recorded, found)),
  };
  return {
    id,
    props: toState({ ...state, ...seen, ...(state.made !== undefined && { made }), findings }),
    inputs: toState({ ...inputsIn(state), ...seen, ...findings }),
  };
}

export async function update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  const recorded = parseRecorded(backupJobSchema, inputsIn(olds));
  const wanted = parseInputs(backupJobSchema, news);
  const server = serverOf(wanted.connection);
  const state = await readManagementDatabase(server, wanted.managementDatabase);
  assertUsable(server, wanted, state);
  const before = madeIn(olds);
  const formerName = isSameName(recorded.name, wanted.name) ? undefined : recorded.name;
  const isThere = (name: string) => state.jobs.some(({ jobName }) => isSameName(jobName, name));
  if (formerName !== undefined && isThere(formerName) && isThere(wanted.name)) throw jobExists(wanted);
  const agent = agentJobOf(wanted);
  await assertPossible(server, wanted, state, agent);
  const current = await recordedAgentJob(server, before, agentJobOf(recorded));
  const isRenamed = agent && !isSameName(current?.name, agent.name);
  const other = isRenamed ? await agentJobToAdopt(server, wanted, agent) : undefined;
  const bizTalkJob = before.disabledBizTalkJob ?? (await bizTalkJobToDisable(server, wanted, state));
  let made: Made = {
    ...before,
    ...(formerName !== undefined && { nextName: wanted.name }),
    ...(bizTalkJob && { disabledBizTalkJob: bizTalkJob }),
  };
  try {
    await installJob(server, wanted, state, { databaseMade: before.database, formerName });
    if (bizTalkJob) await server.execute(enableAgentJob(bizTalkJob, false));
    made = await changeAgentJob(server, agent, { current, other }, made, (now) => {
      made = now;
    });
  } catch (error) {
    // What is on the server now lies between the old and the new; the next update and a delete find it by this.
    throw new PartialFailure(id, { ...olds, made }, news, [error]);
  }
  const { nextName, ...rest } = made;
  return { outs: outputs(wanted, rest) };
}

async function remove(_id: string, state: Properties): Promise<void> {
  const recorded = parseRecorded(backupJobSchema, inputsIn(state));
  const server = serverLeft(recorded.connection);
  if (server) await takeAway(server, recorded, madeIn(state), recorded.deleteHistory);
}

export { remove as delete };

function outputs(wanted: BackupJobSettings, made: Made): Properties {
  return toState({ ...wanted, server: displayName(wanted.connection), made, findings: {} });
}

const inputsIn = (state: Properties): Properties => inputsOf(backupJobSchema, state);

const isSameName = (a: string | undefined, b: string | undefined): boolean => sameValue(asName(a), asName(b));
