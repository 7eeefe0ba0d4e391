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

/** What the logs of a run depend on beside the members themselves. */
export interface LogRequest extends Omit<BackupSet, "id" | "kind"> {
  /** How many members should be in the set with a proven mark and are not. */
  readonly missing: number;
  /** Members whose full backup was tried in this run and failed. */
  readonly withoutFull: ReadonlySet<ReadyMember>;
}

/**
 * Takes the log backups of all members, marked or not: a member whose mark failed still has a log to save. One that
 * SQL Server has no base for, and whose full failed just now, would only fail again.
 */
export async function takeLogs(
  context: RunContext,
  members: readonly ReadyMember[],
  { missing, withoutFull, ...set }: LogRequest,
): Promise<LogBackups> {
  const able = members.filter((member) => member.state.hasLogBase !== false || !withoutFull.has(member));
  if (able.length === 0) return { set: undefined, taken: [] };
  const opened = await openSet(context, { ...set, kind: "log" });
  const taken = await takeBackups(context, opened, able, async (member, error) => {
    if (isMissingBase(error) && !withoutFull.has(member)) await takeMissingBase(context, member);
  });
  if (taken.length === members.length && missing === 0) {
    await context.topology.control.execute(completeSet(opened.id), inManagement(context));
  }
  return { set: opened, taken };
}
