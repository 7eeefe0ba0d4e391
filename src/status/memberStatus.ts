import { DateTime, type Zone } from "luxon";
import type { InspectedMember } from "../job/preflight";
import type { HistoryRow } from "../objects/backupHistory";
import type { BackupKind } from "../objects/backupPath";
import { fileOf } from "../restore/knowledge";
import type { KnownMark, MemberBackups } from "../restore/restorePoint";
import { ageInMinutes, isoTime } from "./age";
import type { MarkStatus, MemberStatus, TakenBackupStatus } from "./backupStatus";

/** What is known of the set as a whole, and when. */
export interface SetFacts {
  readonly history: readonly HistoryRow[];
  /** Newest first. */
  readonly marks: readonly KnownMark[];
  /** The zone of the history's times. */
  readonly zone: Zone;
  readonly now: Date;
}

/** How one member stands. */
export function memberStatus(
  backups: MemberBackups,
  inspected: InspectedMember,
  { fullDue, state }: { readonly fullDue: boolean; readonly state: string | undefined },
  facts: SetFacts,
): MemberStatus {
  const { server, database } = backups;
  const { finding } = inspected;
  const lastFull = lastBackup("full", backups, facts);
  const lastLog = lastBackup("log", backups, facts);
  const lastMark = lastMarkOf(backups, facts);
  return {
    server,
    database,
    ...(inspected.state && { ownServerName: inspected.state.realServer }),
    ready: finding === undefined,
    ...(finding && { problem: finding.message }),
    ...(state !== undefined && { state }),
    ...(inspected.state && { recoveryModel: inspected.state.recoveryModel }),
    ...(inspected.state?.hasLogBase !== undefined && { hasBase: inspected.state.hasLogBase }),
    fullDue,
    ...(lastFull && { lastFull }),
    ...(lastLog && { lastLog }),
    ...(lastMark && { lastMark }),
  };
}

function lastBackup(
  wanted: BackupKind,
  member: MemberBackups,
  { history, zone, now }: SetFacts,
): TakenBackupStatus | undefined {
  const row = history.findLast(
    ({ kind, server, database }) => kind === wanted && server === member.server && database === member.database,
  );
  if (!row) return undefined;
  const at = DateTime.fromISO(row.at, { zone }).toJSDate().toISOString();
  return { at, ageMinutes: ageInMinutes(at, now), file: fileOf(row) };
}

/** A mark's row in the history only says that a log backup was taken after it: its LSN proves that it is there. */
function lastMarkOf(member: MemberBackups, { marks, now }: SetFacts): MemberStatus["lastMark"] {
  for (const known of marks) {
    const lsn = member.marks.get(known.mark)?.lsn;
    if (lsn !== undefined) return { ...markStatus(known, now), lsn };
  }
  return undefined;
}

/** A mark with its age. */
export function markStatus({ mark, at }: KnownMark, now: Date): MarkStatus {
  return { mark, at: isoTime(at), ageMinutes: ageInMinutes(at, now) };
}
