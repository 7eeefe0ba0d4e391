import { type Member, readMembers } from "../objects/backupMembers";
import { type Clock, systemClock } from "../objects/clock";
import type { Finding } from "../objects/finding";
import { openTopology, type SecretStores, type TopologyConnections } from "../objects/instances";
import { chooseJob } from "./chooseJob";
import { markNameAt, runTime } from "./jobTime";
import { preflight } from "./preflight";
import { contextToLook } from "./runContext";

export interface DoctorRequest {
  readonly connections: TopologyConnections;
  readonly job?: string;
  readonly stores?: SecretStores;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

export interface DoctorReport {
  readonly job: string;
  readonly controlServer: string;
  readonly managementDatabase: string;
  readonly members: readonly (Member & {
    readonly healthy: boolean;
    readonly realServer?: string;
    readonly recoveryModel?: string;
    readonly reachedBy?: string;
  })[];
  readonly findings: readonly Finding[];
}

/** Looks at everything that a run depends on, and changes nothing. */
export async function examine(request: DoctorRequest): Promise<DoctorReport> {
  const clock = request.clock ?? systemClock;
  const signal = request.signal ?? new AbortController().signal;
  const topology = await openTopology(request.connections, request.stores ?? { env: process.env });
  try {
    const settings = await chooseJob(topology, request.job, signal);
    const context = contextToLook(topology, settings, { clock, signal });
    const members = await readMembers(topology.control, topology.managementDatabase, signal);
    const ready = await preflight(context, members, markNameAt(context, runTime(context)));
    return {
      job: settings.jobName,
      controlServer: topology.controlName,
      managementDatabase: topology.managementDatabase,
      members: members.map((member) => {
        const found = ready.find((each) => each.server === member.server && each.database === member.database);
        if (!found) return { ...member, healthy: false };
        const { realServer, state, instance } = found;
        return { ...member, healthy: true, realServer, recoveryModel: state.recoveryModel, reachedBy: instance.way };
      }),
      findings: context.log.findings,
    };
  } finally {
    await topology.close();
  }
}
