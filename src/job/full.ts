import { completeSet, setForceFull } from "../objects/backupHistory";
import type { Member } from "../objects/backupMembers";
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
 * Takes the full backups that are due. The wish for a full is taken back once it was met for some: whoever failed, or
 * could not take part, is due again by the record of this run.
 *
 * @param absent members that cannot be backed up now
 */
export async function takeFulls(
  context: RunContext,
  decision: FullDecision,
  absent: readonly Member[],
): Promise<FullBackups> {
  if (decision.due.length === 0) return { set: undefined, taken: [] };
  const at = runTime(context);
  const set = await openSet(context, { kind: "full", sequence: markNameAt(context, at), mark: undefined, at });
  const taken = await takeBackups(context, set, decision.due);
  const { control } = context.topology;
  if (taken.length === decision.due.length && absent.length === 0) {
    await control.execute(completeSet(set.id), inManagement(context));
  }
  if (decision.forced && taken.length > 0) {
    await control.execute(setForceFull(false), inManagement(context));
    for (const { server, database } of absent) context.log.missed({ step: "full", server, database });
  }
  return { set, taken };
}

/** Takes the full backup of one member whose log backup showed that it has none to follow. */
export async function takeMissingBase(context: RunContext, member: ReadyMember): Promise<void> {
  const at = runTime(context);
  const set = await openSet(context, { kind: "full", sequence: markNameAt(context, at), mark: undefined, at });
  const taken = await takeBackups(context, set, [member]);
  if (taken.length > 0) await context.topology.control.execute(completeSet(set.id), inManagement(context));
}
