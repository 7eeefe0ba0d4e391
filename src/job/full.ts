import { completeSet, setForceFull } from "../objects/backupHistory";
import { type BackupSet, openSet, type TakenBackup, takeBackups } from "./backupSet";
import type { FullDecision } from "./due";
import { markNameAt, runTime } from "./jobTime";
import type { ReadyMember } from "./preflight";
import { inManagement, type RunContext } from "./runContext";

export interface FullBackups {
  readonly set: BackupSet | undefined;
  readonly taken: readonly TakenBackup[];
}

/**
 * Takes the full backups that are due. The wish for a full is taken back once it was met for some: whoever failed is
 * due again by the history of this set.
 *
 * @param absent members that should have been part of the set and cannot be
 */
export async function takeFulls(context: RunContext, decision: FullDecision, absent: number): Promise<FullBackups> {
  if (decision.due.length === 0) return { set: undefined, taken: [] };
  const at = runTime(context);
  const set = await openSet(context, { kind: "full", sequence: markNameAt(context, at), mark: undefined, at });
  const taken = await takeBackups(context, set, decision.due);
  const { control } = context.topology;
  if (taken.length === decision.due.length && absent === 0)
    await control.execute(completeSet(set.id), inManagement(context));
  if (decision.forced && taken.length > 0) await control.execute(setForceFull(false), inManagement(context));
  return { set, taken };
}

/** Takes the full backup of one member whose log backup showed that it has none to follow. */
export async function takeMissingBase(context: RunContext, member: ReadyMember): Promise<void> {
  const at = runTime(context);
  const set = await openSet(context, { kind: "full", sequence: markNameAt(context, at), mark: undefined, at });
  const taken = await takeBackups(context, set, [member]);
  if (taken.length > 0) await context.topology.control.execute(completeSet(set.id), inManagement(context));
}
