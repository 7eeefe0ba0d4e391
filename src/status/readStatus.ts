import { JobChoiceError, pickJob, readJobsIfAny } from "../job/chooseJob";
import { decideDue, type FullDecision, noFulls } from "../job/due";
import { markNameAt, runTime } from "../job/jobTime";
import { type InspectedMember, inspectMembers, readyMembers } from "../job/preflight";
import { contextToLook, type RunContext } from "../job/runContext";
import type { Member } from "../objects/backupMembers";
import { type Clock, systemClock } from "../objects/clock";
import { readDatabaseStates } from "../objects/databaseStates";
import { isCancelled } from "../objects/finding";
import { openTopology, type SecretStores, type Topology, type TopologyConnections } from "../objects/instances";
import { readFailedSteps, readLatestRuns } from "../objects/runHistory";
import type { JobSettings } from "../objects/runSettings";
import { choosePoint } from "../restore/choosePoint";
import { readKnowledge } from "../restore/knowledge";
import { managementState } from "../restore/managementCopy";
import { newestFirst } from "../restore/restorePoint";
import type { BackupStatus, BackupThresholds, FullDueStatus, StatusMember } from "./backupStatus";
import { currentRuns, runsStatus } from "./latestRuns";
import { markStatus, memberStatus } from "./memberStatus";
import { findProblems } from "./problems";

export interface BackupStatusRequest extends BackupThresholds {
  readonly connections: TopologyConnections;
  /** Which job, where the management database has several. */
  readonly job?: string;
  readonly stores?: SecretStores;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/** Reads how a backup set stands, and changes nothing. A server of the set that cannot be asked is part of the answer. */
export async function readBackupStatus(request: BackupStatusRequest): Promise<BackupStatus> {
  const clock = request.clock ?? systemClock;
  const signal = request.signal ?? new AbortController().signal;
  const topology = await openTopology(request.connections, request.stores ?? { env: process.env });
  try {
    const state = await managementState(topology, signal);
    if (state !== "ONLINE")
      return nothingThere(topology, clock.now(), state !== undefined, missingText(topology, state));
    const jobs = await readJobsIfAny(topology, signal);
    const { job, problem = "" } = chooseIfClear(topology, jobs, request.job);
    // The members do not depend on which job it is.
    const settings = job ?? jobs[0];
    if (!settings) return nothingThere(topology, clock.now(), true, problem);
    return await statusOf(contextToLook(topology, settings, { clock, signal }), request, { job, problem });
  } finally {
    await topology.close();
  }
}

/** The job that is asked about, or why it is not clear which that is. */
interface JobChoice {
  readonly job?: JobSettings | undefined;
  readonly problem?: string;
}

function chooseIfClear(topology: Topology, jobs: readonly JobSettings[], name: string | undefined): JobChoice {
  try {
    return { job: pickJob(topology, jobs, name) };
  } catch (error) {
    if (error instanceof JobChoiceError) return { problem: error.message };
    throw error;
  }
}

function missingText({ managementDatabase, controlName }: Topology, state: string | undefined): string {
  const missing = state === undefined ? "does not exist: a BackupJob creates it" : `is ${state}, not ONLINE`;
  return `The management database ${managementDatabase} on ${controlName} ${missing}.`;
}

function nothingThere(topology: Topology, now: Date, exists: boolean, problem: string): BackupStatus {
  return {
    healthy: false,
    problems: [problem],
    exists,
    controlServer: topology.controlName,
    managementDatabase: topology.managementDatabase,
    checkedAt: now.toISOString(),
    members: [],
    findings: [],
    withoutBase: [],
  };
}

async function statusOf(context: RunContext, limits: BackupThresholds, choice: JobChoice): Promise<BackupStatus> {
  const { topology, clock, signal, zone } = context;
  const { control, managementDatabase, controlName } = topology;
  const knowledge = await readKnowledge(topology, managementDatabase, new Map(), signal);
  const members = knowledge.members.map(({ server, database }) => ({ server, database }));
  const inspected = await inspectMembers(context, members, markNameAt(context, runTime(context)));
  const states = await statesOf(inspected, signal);
  const job = choice.job?.jobName;
  const decision = job === undefined ? noFulls : await decideDue(context, readyMembers(inspected));
  const runs = job === undefined ? [] : await readLatestRuns(control, managementDatabase, job, signal);
  const steps = await readFailedSteps(control, managementDatabase, currentRuns(runs), signal);
  const newest = choosePoint({ kind: "latest" }, knowledge.marks, knowledge.members);
  const now = clock.now();
  const facts = { history: knowledge.history, marks: newestFirst(knowledge.marks), zone, now };
  const status = {
    exists: true,
    controlServer: controlName,
    managementDatabase,
    ...(job !== undefined && { job }),
    checkedAt: now.toISOString(),
    members: knowledge.members.map((backups, index) => {
      const member = inspected[index] as InspectedMember;
      const fullDue = decision.due.some((each) => isSame(each, member));
      return memberStatus(backups, member, { fullDue, state: states.get(member) }, facts);
    }),
    ...runsStatus(runs, steps, now),
    ...("point" in newest && { newestRestorePoint: markStatus(newest.point, now) }),
    ...fullDueStatus(decision),
    withoutBase: inspected.filter(({ state }) => state?.hasLogBase === false).map(place),
  };
  const problems = [
    ...(choice.problem ? [choice.problem] : []),
    ...findProblems(status, limits, "point" in newest ? undefined : newest.nearest),
  ];
  return { healthy: problems.length === 0, problems, ...status };
}

/** The state of each member. One that is not online cannot tell it, but its server can. */
async function statesOf(
  inspected: readonly InspectedMember[],
  signal: AbortSignal,
): Promise<Map<InspectedMember, string | undefined>> {
  const states = new Map(inspected.map((member) => [member, member.state?.state]));
  const silent = new Set(inspected.filter(({ state }) => !state).map(({ instance }) => instance));
  for (const instance of silent) {
    try {
      const all = await readDatabaseStates(instance, signal);
      for (const member of inspected) {
        if (member.instance === instance) states.set(member, all.get(member.database.toUpperCase()));
      }
    } catch (error) {
      // A server that cannot be asked is told by its members.
      if (isCancelled(error)) throw error;
    }
  }
  return states;
}

function fullDueStatus({ due, text }: FullDecision): { fullDue?: FullDueStatus } {
  return text === undefined ? {} : { fullDue: { members: due.map(place), decision: text } };
}

function isSame(a: Member, b: Member): boolean {
  return a.server === b.server && a.database === b.database;
}

function place({ server, database }: Member): StatusMember {
  return { server, database };
}
