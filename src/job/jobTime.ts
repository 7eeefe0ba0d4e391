import { DateTime, FixedOffsetZone, type Zone } from "luxon";
import type { Clock } from "../objects/clock";
import { buildMarkName, type MarkName } from "../objects/markNames";
import type { JobSettings } from "../objects/runSettings";
import type { RunContext } from "./runContext";

/** Now, in the zone in which the job writes its names and history. */
export function runTime(context: RunContext): DateTime {
  return DateTime.fromJSDate(context.clock.now(), { zone: context.zone });
}

/** The name of a mark placed at a time. */
export function markNameAt(context: RunContext, at: DateTime): MarkName {
  return buildMarkName(context.settings.logMarkName, at);
}

/**
 * The control server's own zone. The server tells only its present offset; where this machine has the same, its zone
 * stands in, because that one knows when the clocks change.
 */
export function localZone(controlOffset: string, clock: Clock): Zone {
  const here = DateTime.fromJSDate(clock.now());
  return here.toFormat("ZZ") === controlOffset ? here.zone : FixedOffsetZone.parseSpecifier(`UTC${controlOffset}`);
}

/** The zone in which a job writes its names and history: the server's own if it says so, otherwise UTC. */
export function zoneOf(settings: Pick<JobSettings, "useLocalTime">, controlOffset: string, clock: Clock): Zone {
  return settings.useLocalTime ? localZone(controlOffset, clock) : FixedOffsetZone.utcInstance;
}
