import { completeSet } from "../objects/backupHistory";
import { isMissingBase } from "../objects/memberBackup";
import { type BackupSet, openSet, type TakenBackup, takeBackups } from "./backupSet";
import { takeMissingBase } from "./full";
import type { ReadyMember } from "./preflight";
import { inManagement, type RunContext } from "./runContext";

export interface LogBackups {
  readonly set: BackupSet | undefined;
  readonly taken: readonly TakenBackup[];
}

/**
 * Takes the log backups of all members, marked or not: a member whose mark failed still has a log to save.
 *
 * @param missing members that should be in the set with a proven mark and are not
 */
export async function takeLogs(
  context: RunContext,
  members: readonly ReadyMember[],
  set: Omit<BackupSet, "id" | "kind">,
  missing: number,
): Promise<LogBackups> {
  if (members.length === 0) return { set: undefined, taken: [] };
  const opened = await openSet(context, { ...set, kind: "log" });
  const taken = await takeBackups(context, opened, members, async (member, error) => {
    if (isMissingBase(error)) await takeMissingBase(context, member);
  });
  if (taken.length === members.length && missing === 0) {
    await context.topology.control.execute(completeSet(opened.id), inManagement(context));
  }
  return { set: opened, taken };
}
