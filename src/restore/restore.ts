import { withBackupLock } from "../objects/backupLock";
import { systemClock } from "../objects/clock";
import { findingFrom } from "../objects/finding";
import { openTopology, type Topology } from "../objects/instances";
import { putInOrder, restoresManagement } from "./afterRestore";
import { type DatabaseOutcome, execute } from "./execute";
import { type Knowledge, readKnowledge } from "./knowledge";
import { isManagementOnline, withManagementCopy } from "./managementCopy";
import { memberKey, type Prepared, prepare } from "./prepare";
import { isInUse } from "./restorePlan";
import { type RestoreRequest, restoreTargets } from "./restoreRequest";
import { type RestoreResult, restoreResult } from "./restoreResult";

/** Databases would be overwritten, and nobody said that they may be. */
export class OverwriteRefusedError extends Error {
  override readonly name = "OverwriteRefusedError";

  constructor(readonly databases: readonly { readonly server: string; readonly database: string }[]) {
    const names = databases.map(({ server, database }) => `${database} on ${server}`).join(", ");
    super(`These databases exist and would lose everything after the mark: ${names}. Nothing was done.`);
  }
}

/** Restores every member to one mark, or tells how it would. */
export async function restore(request: RestoreRequest): Promise<RestoreResult> {
  const signal = request.signal ?? new AbortController().signal;
  const topology = await openTopology(request.connections, request.stores ?? { env: process.env });
  try {
    if (await isManagementOnline(topology, signal)) {
      return await withBackupLock(topology, signal, async (release) => {
        const source = topology.managementDatabase;
        return chooseAndCarryOut(topology, request, signal, { source, release });
      });
    }
    // Nothing can hold a lock in a database that is gone, and no job can run without it.
    return await withManagementCopy(topology, request.clock ?? systemClock, signal, (source) =>
      chooseAndCarryOut(topology, request, signal, { source, release: async () => undefined }),
    );
  } finally {
    await topology.close();
  }
}

interface Management {
  /** The management database, or the copy of it that can be read. */
  readonly source: string;
  /** Gives back the lock that is in it. */
  readonly release: () => Promise<void>;
}

async function chooseAndCarryOut(
  topology: Topology,
  request: RestoreRequest,
  signal: AbortSignal,
  { source, release }: Management,
): Promise<RestoreResult> {
  const servers = new Map(Object.entries(request.serverMap ?? {}).map(([from, to]) => [from.toUpperCase(), to]));
  const knowledge = await readKnowledge(topology, source, servers, signal);
  const prepared = await choose(topology, request, knowledge, signal);
  if (request.planOnly) return restoreResult(prepared, "planned", new Map(), []);
  const inUse = prepared.plan.databases.filter(isInUse);
  if (inUse.length > 0 && !request.replace) throw new OverwriteRefusedError(inUse.map(({ target }) => target));
  if (restoresManagement(topology, prepared.plan)) await release();
  return carryOut(topology, request, prepared, knowledge, signal);
}

function choose(
  topology: Topology,
  request: RestoreRequest,
  knowledge: Knowledge,
  signal: AbortSignal,
): Promise<Prepared> {
  const targets = restoreTargets(knowledge.members, request);
  const byMember = new Map([...targets].map(([member, target]) => [memberKey(member), target]));
  const report = request.report ?? (() => undefined);
  return prepare({ topology, targets: byMember, signal, report }, request.goal, knowledge);
}

async function carryOut(
  topology: Topology,
  request: RestoreRequest,
  prepared: Prepared,
  knowledge: Knowledge,
  signal: AbortSignal,
): Promise<RestoreResult> {
  const report = request.report ?? (() => undefined);
  const context = { topology, clock: request.clock ?? systemClock, signal, report };
  const { outcomes, findings } = await execute(context, prepared.plan);
  const allRecovered = prepared.plan.databases.every((database) => isOpen(outcomes.get(database)));
  if (!allRecovered) return restoreResult(prepared, "failed", outcomes, findings);
  try {
    const all = [...findings, ...(await putInOrder(topology, prepared.plan, knowledge, signal))];
    return restoreResult(prepared, all.length === 0 ? "restored" : "unproven", outcomes, all);
  } catch (error) {
    const finding = findingFrom(error, { step: "record", server: topology.controlName });
    return restoreResult(prepared, "unproven", outcomes, [...findings, finding]);
  }
}

function isOpen(outcome: DatabaseOutcome | undefined): boolean {
  return outcome === "recovered" || outcome === "proven";
}
