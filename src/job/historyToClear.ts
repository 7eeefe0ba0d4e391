import { groupBy } from "../objects/groupBy";

/** A row of the backup history, reduced to what decides whether it may go. */
export interface HistoryEntry {
  readonly setId: number;
  readonly server: string;
  readonly database: string;
  readonly kind: "full" | "log";
  /** In the zone of the history's own clock, as milliseconds. */
  readonly at: number;
}

/**
 * Chooses the backup sets whose history may be deleted: wholly older than the cutoff, followed by a later
 * full, and needed by nothing that is kept. BizTalk's own procedure asks only the first two, and so may take
 * away the full on which kept log backups stand.
 */
export function setsToClear(history: readonly HistoryEntry[], cutoff: number): number[] {
  const sets = groupBy(history, (entry) => entry.setId);
  const keptSets = new Set<number>();
  for (const [setId, entries] of sets) {
    if (entries.some((entry) => entry.at >= cutoff)) keptSets.add(setId);
  }
  const lastFullSet = Math.max(...history.filter((entry) => entry.kind === "full").map((entry) => entry.setId));
  const firstNeeded = firstSetNeeded(history, keptSets);
  return [...sets.keys()]
    .filter((setId) => !keptSets.has(setId) && setId < lastFullSet && setId < firstNeeded)
    .sort((a, b) => a - b);
}

/** The lowest set that a restore from kept rows begins with: for each database, the full before its first kept log. */
function firstSetNeeded(history: readonly HistoryEntry[], keptSets: ReadonlySet<number>): number {
  const inOrder = [...history].sort((a, b) => a.setId - b.setId);
  let needed = Number.POSITIVE_INFINITY;
  for (const entries of groupBy(inOrder, (entry) => JSON.stringify([entry.server, entry.database])).values()) {
    const firstKept = entries.find((entry) => keptSets.has(entry.setId));
    if (firstKept?.kind !== "log") continue;
    const base = entries.filter((entry) => entry.kind === "full" && entry.setId < firstKept.setId).at(-1);
    needed = Math.min(needed, base?.setId ?? Number.POSITIVE_INFINITY);
  }
  return needed;
}
