import { withBackupLock } from "../objects/backupLock";
import { type Member, readMembers } from "../objects/backupMembers";
import { type Clock, systemClock } from "../objects/clock";
import { isCancelled } from "../objects/finding";
import { openTopology, type SecretStores, type TopologyConnections } from "../objects/instances";
import { chooseJob } from "./chooseJob";
import { clean } from "./clean";
import { decideDue, decideMissingBases, type FullDecision, noFulls } from "./due";
import { takeFulls } from "./full";
import { markNameAt, runTime, zoneOf } from "./jobTime";
import { markAndTakeLogs, noMarkNorLogs } from "./markAndLogs";
import { preflight, type ReadyMember } from "./preflight";
import { recordEnd, recordStart } from "./record";
import { inManagement, type RunContext } from "./runContext";
import type { RunEvent } from "./runEvent";
import { RunLog } from "./runLog";
import { does, type RunPart } from "./runParts";
import { type RunResult, runResult } from "./runResult";

export interface RunRequest {
  readonly connections: TopologyConnections;
  /** Which job, where the management database has several. */
  readonly job?: string;
  /** The one part to carry out; all of them without it. */
  readonly only?: RunPart;
  readonly stores?: SecretStores;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly report?: (event: RunEvent) => void;
}

/**
 * Carries out the job once: fulls that are due, one mark over all members, its proof, a log backup of each, and the
 * clearing of old history. What goes wrong at one member is a finding of the result; what is thrown stopped the run as
 * a whole.
 */
export async function runJob(request: RunRequest): Promise<RunResult> {
  const clock = request.clock ?? systemClock;
  const signal = request.signal ?? new AbortController().signal;
  const topology = await openTopology(request.connections, request.stores ?? { env: process.env });
  try {
    return await withBackupLock(topology, signal, async () => {
      const settings = await chooseJob(topology, request.job, signal);
      const zone = zoneOf(settings, topology.controlOffset, clock);
      const report = request.report ?? (() => undefined);
      const context = { topology, settings, clock, zone, signal, log: new RunLog(clock), report };
      return recordedRun(context, request.only);
    });
  } finally {
    await topology.close();
  }
}

/** The run between the two ends of its record. */
async function recordedRun(context: RunContext, only: RunPart | undefined): Promise<RunResult> {
  const startedAt = context.clock.now();
  const runId = await recordStart(context);
  const endedAs = (outcome: "failed" | "cancelled") => ({ outcome, finishedAt: context.clock.now().toISOString() });
  try {
    const result = await carryOut(context, runId, startedAt, only);
    await recordEnd(context, runId, result);
    return result;
  } catch (error) {
    const outcome = isCancelled(error) || context.signal.aborted ? "cancelled" : "failed";
    // The error that ended the run is the one to tell, even if the record cannot be closed any more.
    await recordEnd(context, runId, endedAs(outcome)).catch(() => undefined);
    throw error;
  }
}

/** The parts that were asked for, in their order. */
async function carryOut(
  context: RunContext,
  runId: string,
  startedAt: Date,
  only: RunPart | undefined,
): Promise<RunResult> {
  const { control, managementDatabase, controlName } = context.topology;
  const { signal } = inManagement(context);
  const members = await readMembers(control, managementDatabase, signal);
  const ready = await preflight(context, members, markNameAt(context, runTime(context)));
  const decision = await decideFor(context, ready, only);
  const fulls = await takeFulls(context, decision, absentees(members, ready));
  const marked = does("log", only)
    ? await markAndTakeLogs(context, { runId, members, ready, due: decision.due, fulls })
    : noMarkNorLogs;
  const setsCleared = does("clean", only) ? await clean(context, ready) : 0;
  return runResult({
    only,
    job: context.settings.jobName,
    controlServer: controlName,
    startedAt,
    finishedAt: context.clock.now(),
    members,
    ready,
    decision,
    fulls,
    ...marked,
    setsCleared,
    findings: context.log.findings,
  });
}

/** Which fulls a run takes: without that part, only those that a log backup cannot do without. */
async function decideFor(
  context: RunContext,
  ready: readonly ReadyMember[],
  only: RunPart | undefined,
): Promise<FullDecision> {
  if (does("full", only)) return decideDue(context, ready);
  return does("log", only) ? decideMissingBases(context, ready) : noFulls;
}

function absentees(members: readonly Member[], ready: readonly Member[]): Member[] {
  return members.filter(
    (member) => !ready.some((each) => each.server === member.server && each.database === member.database),
  );
}
