import type { Zone } from "luxon";
import type { Clock } from "../objects/clock";
import type { Finding } from "../objects/finding";
import type { Topology } from "../objects/instances";
import type { JobSettings } from "../objects/runSettings";
import { zoneOf } from "./jobTime";
import type { RunEvent } from "./runEvent";
import { RunLog } from "./runLog";

/** What every step of a run works with. */
export interface RunContext {
  readonly topology: Topology;
  readonly settings: JobSettings;
  readonly clock: Clock;
  /** The zone in which the job's names and history are written. */
  readonly zone: Zone;
  readonly signal: AbortSignal;
  /** What was done, and what was found; ends in the record of the run. */
  readonly log: RunLog;
  readonly report: (event: RunEvent) => void;
}

/** The context of who looks as a run would, and does nothing that would have to be told or recorded. */
export function contextToLook(
  topology: Topology,
  settings: JobSettings,
  { clock, signal }: Pick<RunContext, "clock" | "signal">,
): RunContext {
  const zone = zoneOf(settings, topology.controlOffset, clock);
  return { topology, settings, clock, zone, signal, log: new RunLog(clock), report: () => undefined };
}

/** The options for a statement in the management database. */
export function inManagement(context: RunContext) {
  return { database: context.topology.managementDatabase, signal: context.signal };
}

/** Says that something is wrong and goes on. */
export function addFinding(context: RunContext, finding: Finding): void {
  context.log.found(finding);
  context.report({ kind: "finding", finding });
}
