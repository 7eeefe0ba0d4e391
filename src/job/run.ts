import { withBackupLock } from "../objects/backupLock";
import { type Member, readMembers } from "../objects/backupMembers";
import { type Clock, systemClock } from "../objects/clock";
import { isCancelled } from "../objects/finding";
import { openTopology, type SecretStores, type TopologyConnections } from "../objects/instances";
import { hasTrackingBlock } from "../objects/markTransaction";
import { chooseJob } from "./chooseJob";
import { clean } from "./clean";
import { decideDue } from "./due";
import { takeFulls } from "./full";
import { markNameAt, runTime, zoneOf } from "./jobTime";
import { takeLogs } from "./log";
import { placeMark } from "./mark";
import { preflight } from "./preflight";
import { proveMark } from "./proof";
import { recordEnd, recordRestorePoint, recordStart } from "./record";
import { inManagement, type RunContext } from "./runContext";
import type { RunEvent } from "./runEvent";
import { RunLog } from "./runLog";
import { type RunResult, runResult } from "./runResult";

export interface RunRequest {
  readonly connections: TopologyConnections;
  /** Which job, where the management database has several. */
  readonly job?: string;
  readonly stores?: SecretStores;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly report?: (event: RunEvent) => void;
}

/**
 * Carries out the job once: fulls that are due, one mark over all members, its proof, a log backup of each. What goes
 * wrong at one member is a finding of the result; what is thrown stopped the run as a whole.
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
      return recordedRun({ topology, settings, clock, zone, signal, log: new RunLog(clock), report });
    });
  } finally {
    await topology.close();
  }
}

/** The run between the two ends of its record. */
async function recordedRun(context: RunContext): Promise<RunResult> {
  const startedAt = context.clock.now();
  const runId = await recordStart(context);
  const endedAs = (outcome: "failed" | "cancelled") => ({ outcome, finishedAt: context.clock.now().toISOString() });
  try {
    const result = await carryOut(context, runId, startedAt);
    await recordEnd(context, runId, { ...result, fullDecision: result.fullDecision });
    return result;
  } catch (error) {
    const outcome = isCancelled(error) || context.signal.aborted ? "cancelled" : "failed";
    // The error that ended the run is the one to tell, even if the record cannot be closed any more.
    await recordEnd(context, runId, endedAs(outcome)).catch(() => undefined);
    throw error;
  }
}

/** The steps, in their order. */
async function carryOut(context: RunContext, runId: string, startedAt: Date): Promise<RunResult> {
  const { control, managementDatabase, controlName } = context.topology;
  const { signal } = inManagement(context);
  const members = await readMembers(control, managementDatabase, signal);
  const ready = await preflight(context, members, markNameAt(context, runTime(context)));

  const decision = await decideDue(context, ready);
  const fulls = await takeFulls(context, decision, absentees(members, ready));

  const at = runTime(context);
  const mark = markNameAt(context, at);
  const blockTracking = await hasTrackingBlock(control, managementDatabase, signal);
  const marked = await placeMark(context, ready, mark, blockTracking);
  const proven = await proveMark(context, marked, mark);
  const complete = members.length > 0 && proven.length === members.length;
  await recordRestorePoint(context, runId, mark, proven, complete);

  const placed = marked.length > 0 ? mark : undefined;
  const fullTaken = new Set(fulls.taken.map((backup) => backup.member));
  const withoutFull = new Set(decision.due.filter((member) => !fullTaken.has(member)));
  const missing = members.length - proven.length;
  const logs = await takeLogs(context, ready, { sequence: mark, mark: placed, at, missing, withoutFull });
  await clean(context, ready);
  return runResult({
    job: context.settings.jobName,
    controlServer: controlName,
    startedAt,
    finishedAt: context.clock.now(),
    members,
    ready,
    decision,
    fulls,
    mark: placed,
    proven,
    logs,
    findings: context.log.findings,
  });
}

function absentees(members: readonly Member[], ready: readonly Member[]): Member[] {
  return members.filter(
    (member) => !ready.some((each) => each.server === member.server && each.database === member.database),
  );
}
