import { openTopology, type SecretStores, type TopologyConnections } from "../objects/instances";
import { fits, type RestoreGoal } from "./choosePoint";
import { readKnowledge } from "./knowledge";
import { ManagementMissingError, managementState } from "./managementCopy";
import { newestFirst, type RestorePoint, restorePointAt } from "./restorePoint";

export interface PointsRequest {
  readonly connections: TopologyConnections;
  /** At most so many, the newest. */
  readonly limit: number;
  /** Only those at or before a time, ISO 8601 in UTC. */
  readonly before?: string;
  readonly stores?: SecretStores;
  readonly signal?: AbortSignal;
}

/** The newest marks with what can be restored to them. */
export async function listPoints(request: PointsRequest): Promise<RestorePoint[]> {
  const signal = request.signal ?? new AbortController().signal;
  const topology = await openTopology(request.connections, request.stores ?? { env: process.env });
  try {
    const state = await managementState(topology, signal);
    if (state !== "ONLINE") throw new ManagementMissingError(topology, state);
    const { members, marks } = await readKnowledge(topology, topology.managementDatabase, new Map(), signal);
    const goal: RestoreGoal =
      request.before === undefined ? { kind: "latest" } : { kind: "before", time: request.before };
    return newestFirst(marks)
      .filter((known) => fits(goal, known))
      .slice(0, request.limit)
      .map((mark) => restorePointAt(mark, members));
  } finally {
    await topology.close();
  }
}
