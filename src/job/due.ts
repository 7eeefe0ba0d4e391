import { DateTime, type Zone } from "luxon";
import { type HistoryRow, readHistory } from "../objects/backupHistory";
import { readFailedFulls } from "../objects/runRecords";
import { isFullForced } from "../objects/runSettings";
import { decideFulls, type FullHistory, type FullPolicy, type FullReason } from "./fullDue";
import { localZone } from "./jobTime";
import type { ReadyMember } from "./preflight";
import { inManagement, type RunContext } from "./runContext";

export interface FullDecision {
  readonly due: readonly ReadyMember[];
  /** In words, for the record of the run; nothing where nothing was to be decided. */
  readonly text: string | undefined;
  readonly forced: boolean;
}

const reasons: Record<FullReason, string> = {
  forced: "a full backup was asked for",
  partialSetFailure: "an earlier set failed in part",
  noFullYet: "there is no full backup yet",
  noLogBase: "SQL Server has no base for a log backup",
  failedBefore: "the last full backup failed",
  periodBegan: "a new period began",
};

/** Reads the history and decides which of the members get a full backup now. */
export async function decideDue(context: RunContext, members: readonly ReadyMember[]): Promise<FullDecision> {
  const { control } = context.topology;
  const { database, signal } = inManagement(context);
  const history = await readHistory(control, database, signal);
  const forced = await isFullForced(control, database, signal);
  // An hour is an hour of the server's day, whatever the zone of names; periods begin in the same zone.
  const dayZone =
    context.settings.backupHour === undefined ? context.zone : localZone(context.topology.controlOffset, context.clock);
  const failed = await readFailedFulls(control, database, signal);
  const candidates = members.map((member) => ({
    member,
    failedBefore: failed.some((each) => each.server === member.server && each.database === member.database),
    ...lastFullOf(member, history, context.zone),
  }));
  const now = DateTime.fromJSDate(context.clock.now(), { zone: dayZone });
  const due = decideFulls(policyOf(context), summarizeSets(history, forced), candidates, now);
  const text = decisionText(new Set(due.values()), due.size, members.length);
  context.report({ kind: "fullDue", members: due.size, decision: text });
  return { due: [...due.keys()].map((candidate) => candidate.member), text, forced };
}

/** The decision of a run that takes no fulls. */
export const noFulls: FullDecision = { due: [], text: undefined, forced: false };

/** Chooses the members of which SQL Server would take no log backup without a full; no other full is taken. */
export function decideMissingBases(context: RunContext, members: readonly ReadyMember[]): FullDecision {
  const due = members.filter((member) => member.state.hasLogBase === false);
  if (due.length === 0) return noFulls;
  const text = decisionText(new Set(["noLogBase"]), due.length, members.length);
  context.report({ kind: "fullDue", members: due.length, decision: text });
  return { due, text, forced: false };
}

function lastFullOf(member: ReadyMember, history: readonly HistoryRow[], zone: Zone) {
  const row = history.findLast(
    ({ kind, server, database }) => kind === "full" && server === member.server && database === member.database,
  );
  // Who may not see whether there is a base learns it from the log backup (4214), which then takes a full.
  const hasLogBase = member.state.hasLogBase ?? true;
  if (!row) return { hasLogBase };
  return { hasLogBase, lastFull: DateTime.fromISO(row.at, { zone }) };
}

function policyOf({ settings }: RunContext): FullPolicy {
  return {
    frequency: settings.frequency,
    ...(settings.backupHour !== undefined && { hour: settings.backupHour }),
    forceFullAfterPartialSetFailure: settings.forceFullAfterPartialFailure,
  };
}

/** What the history says of the sets as a whole. */
export function summarizeSets(history: readonly HistoryRow[], forceFull: boolean): FullHistory {
  const highest = (fits: (row: HistoryRow) => boolean) => history.findLast(fits)?.setId;
  const incompleteSet = highest((row) => !row.setComplete);
  const completeFullSet = highest((row) => row.kind === "full" && row.setComplete);
  return {
    forceFull,
    ...(incompleteSet !== undefined && { incompleteSet }),
    ...(completeFullSet !== undefined && { completeFullSet }),
  };
}

function decisionText(found: ReadonlySet<FullReason>, due: number, all: number): string {
  if (due === 0) return "no full backup is due";
  const why = [...found].map((reason) => reasons[reason]).join("; ");
  return due === all ? `full backup of all: ${why}` : `full backup of ${due} of ${all}: ${why}`;
}
