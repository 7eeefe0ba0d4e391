import type { DateTime } from "luxon";
import { findBackupIn } from "../objects/backupCatalog";
import { insertHistoryRow, nextBackupSetId } from "../objects/backupHistory";
import { type BackupKind, splitBackupPath } from "../objects/backupPath";
import { type FindingPlace, findingFrom, isCancelled } from "../objects/finding";
import { inParallel } from "../objects/inParallel";
import type { MarkName } from "../objects/markNames";
import { backUpMember, callBackupProcedure } from "../objects/memberBackup";
import type { ReadyMember } from "./preflight";
import { addFinding, inManagement, type RunContext } from "./runContext";

/** A set that is being written. */
export interface BackupSet {
  readonly id: number;
  readonly kind: BackupKind;
  /** Written into file names. */
  readonly sequence: MarkName;
  /** The mark that the set's logs hold, if one was placed. */
  readonly mark: MarkName | undefined;
  /** One time for the whole set. */
  readonly at: DateTime;
}

export interface TakenBackup {
  readonly member: ReadyMember;
  readonly file: string;
  readonly ms: number;
}

/** Opens a set: takes its number. */
export async function openSet(context: RunContext, set: Omit<BackupSet, "id">): Promise<BackupSet> {
  const { database, signal } = inManagement(context);
  return { ...set, id: await nextBackupSetId(context.topology.control, database, signal) };
}

/**
 * Backs up the members, several at once, and writes each into the history as soon as its file is there. There is no
 * transaction around it on purpose: a backup cannot be rolled back, and readers are kept away by the lock.
 */
export async function takeBackups(
  context: RunContext,
  set: BackupSet,
  members: readonly ReadyMember[],
  onFailure: (member: ReadyMember, error: unknown) => Promise<void> = async () => undefined,
): Promise<TakenBackup[]> {
  const limits = {
    perKey: context.settings.parallelBackups,
    keyOf: (member: ReadyMember) => member.realServer.toUpperCase(),
  };
  const taken = await inParallel(members, limits, async (member) => {
    const place = { step: set.kind, server: member.server, database: member.database } as const;
    const startedAt = context.clock.now();
    try {
      const file = await takeBackup(context, set, member);
      const ms = context.clock.now().getTime() - startedAt.getTime();
      context.log.done({ ...place, startedAt: startedAt.toISOString(), file });
      const { server, database } = member;
      context.report({ kind: "backupDone", backup: set.kind, server, database, file, ms });
      return { member, file, ms };
    } catch (error) {
      addFinding(context, findingFrom(error, place));
      await onFailure(member, error);
      return undefined;
    }
  });
  return taken.filter((backup) => backup !== undefined);
}

async function takeBackup(context: RunContext, set: BackupSet, member: ReadyMember): Promise<string> {
  const { settings, signal, topology } = context;
  const path = set.kind === "full" ? settings.fullPath : settings.logPath;
  const procedure = set.kind === "full" ? "sp_BackupBizTalkFull" : "sp_BackupBizTalkLog";
  const declared = member.state.procedures.get(procedure) ?? [];
  const call = callBackupProcedure(set.kind, declared, { sequence: set.sequence, path }, settings);
  const file = await backUpMember(member.instance, member.database, call, signal);
  await confirmBackup(context, member, file, { step: set.kind, server: member.server, database: member.database });
  const place = splitBackupPath(file, path);
  const row = insertHistoryRow({
    setId: set.id,
    mark: set.mark,
    server: member.server,
    database: member.database,
    kind: set.kind,
    location: place.location,
    fileName: place.name,
    at: set.at.toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS"),
  });
  await topology.control.execute(row, { database: topology.managementDatabase, signal });
  return file;
}

/** BizTalk's own procedure swallows some errors and reports success: msdb tells whether there is a backup. */
async function confirmBackup(
  context: RunContext,
  member: ReadyMember,
  file: string,
  place: FindingPlace,
): Promise<void> {
  let found: unknown;
  try {
    found = await findBackupIn(member.instance, member.database, file, context.signal);
  } catch (error) {
    if (isCancelled(error)) throw error;
    addFinding(context, findingFrom(error, { ...place, step: "proof" }));
    return;
  }
  if (!found)
    throw new Error(`The procedure reported success, but msdb of ${member.realServer} has no backup in ${file}.`);
}
