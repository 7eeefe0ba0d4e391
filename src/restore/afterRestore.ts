import { keepHistoryRow, raiseBackupSetId, setForceFull } from "../objects/backupHistory";
import { type Finding, findingFrom } from "../objects/finding";
import type { Topology } from "../objects/instances";
import { giveBackToOwner } from "../objects/restoreStatements";
import { closeInterruptedRuns, insertRestorePoint } from "../objects/runRecords";
import type { Knowledge } from "./knowledge";
import type { DatabasePlan, RestorePlan } from "./restorePlan";

/** Whether the plan restores over the management database of the topology. */
export function restoresManagement(topology: Topology, plan: RestorePlan): boolean {
  const own = (name: string) => topology.instance(name).way === "control";
  const same = (a: string, b: string) => a.toUpperCase() === b.toUpperCase();
  return plan.databases.some(({ target }) => own(target.server) && same(target.database, topology.managementDatabase));
}

/** Whether any member came back in its own place, so that the next run goes on from there. */
export function restoresInPlace(plan: RestorePlan): boolean {
  return plan.databases.some(isInPlace);
}

function isInPlace({ member, target }: DatabasePlan): boolean {
  return member.server === target.server && member.database === target.database;
}

/**
 * Makes the topology ready for its next run. A management database that went back to the mark has forgotten the
 * backups after it, the mark's own set among them: their files are still there, and so their history is put back.
 * The run that placed the mark stands open in it. Gives a finding for each database that could not go back to its owner.
 */
export async function putInOrder(
  topology: Topology,
  plan: RestorePlan,
  knowledge: Knowledge,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { control, managementDatabase: database } = topology;
  const options = { database, signal };
  if (restoresManagement(topology, plan)) {
    for (const row of knowledge.history) await control.execute(keepHistoryRow(row), options);
    for (const point of knowledge.points) await control.execute(insertRestorePoint(undefined, point), options);
    await control.execute(raiseBackupSetId(), options);
    await control.execute(closeInterruptedRuns(), options);
  }
  if (restoresInPlace(plan)) await control.execute(setForceFull(true), options);
  return giveBackToOwners(topology, plan, signal);
}

/** Last, and each for itself: a server that has gone away since takes nothing from the others. */
async function giveBackToOwners(topology: Topology, plan: RestorePlan, signal: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { target } of plan.databases) {
    const { server, database } = target;
    try {
      await topology.instance(server).execute(giveBackToOwner(database), { database: "master", signal });
    } catch (error) {
      signal.throwIfAborted();
      findings.push(findingFrom(error, { step: "record", server, database }));
    }
  }
  return findings;
}
