import { openTopology, type SecretStores, type TopologyConnections } from "../objects/instances";
import { readKnowledge } from "./knowledge";
import { isManagementOnline, ManagementMissingError } from "./managementCopy";
import { newestFirst, type RestorePoint, restorePointAt } from "./restorePoint";

export interface PointsRequest {
  readonly connections: TopologyConnections;
  /** At most so many, the newest. */
  readonly limit: number;
  readonly stores?: SecretStores;
  readonly signal?: AbortSignal;
}

/** The newest marks with what can be restored to them. */
export async function listPoints(request: PointsRequest): Promise<RestorePoint[]> {
  const signal = request.signal ?? new AbortController().signal;
  const topology = await openTopology(request.connections, request.stores ?? { env: process.env });
  try {
    if (!(await isManagementOnline(topology, signal))) throw new ManagementMissingError(topology);
    const { members, marks } = await readKnowledge(topology, topology.managementDatabase, new Map(), signal);
    return newestFirst(marks)
      .slice(0, request.limit)
      .map((mark) => restorePointAt(mark, members));
  } finally {
    await topology.close();
  }
}
