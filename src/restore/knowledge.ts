import { DateTime } from "luxon";
import { readCatalog } from "../objects/backupCatalog";
import { readBackupRecordsIn } from "../objects/backupFiles";
import { type HistoryRow, readHistory } from "../objects/backupHistory";
import { type Member, readMembers } from "../objects/backupMembers";
import { joinBackupPath } from "../objects/backupPath";
import type { BackupRecord } from "../objects/backupRecord";
import { isCancelled } from "../objects/finding";
import { inParallel } from "../objects/inParallel";
import type { Instance } from "../objects/instance";
import type { Topology } from "../objects/instances";
import { type RecordedMark, readMarks, readMarksOfDatabase } from "../objects/markHistory";
import type { MarkName } from "../objects/markNames";
import { type RestorePointRecord, readRestorePoints } from "../objects/runRecords";
import { readJobs } from "../objects/runSettings";
import type { MarkPosition } from "./backupChain";
import type { KnownMark, MemberBackups } from "./restorePoint";

/** All that restore points are computed from, and what a restore of the management database must put back. */
export interface Knowledge {
  readonly members: readonly MemberBackups[];
  readonly marks: readonly KnownMark[];
  readonly history: readonly HistoryRow[];
  readonly points: readonly RestorePointRecord[];
}

/** Where a member is to be restored, if not on its own server. */
export type ServerMap = ReadonlyMap<string, string>;

const questionsAtOnce = 3;

/**
 * Reads members, history and records from the management database, backups and marks from each member's server.
 *
 * @param database the management database, or a copy of it under another name
 */
export async function readKnowledge(
  topology: Topology,
  database: string,
  servers: ServerMap,
  signal: AbortSignal,
): Promise<Knowledge> {
  const { control } = topology;
  const listed = await readMembers(control, database, signal);
  // The view names the database that it is in.
  const members = listed.map((member) =>
    member.database === database && topology.instance(member.server).way === "control"
      ? { ...member, database: topology.managementDatabase }
      : member,
  );
  const history = await readHistory(control, database, signal);
  const jobs = await readJobs(control, database, signal);
  const points = await readRestorePoints(control, database, signal);
  const zone = jobs.some((job) => job.useLocalTime) ? `UTC${topology.controlOffset}` : "utc";
  const limits = { perKey: questionsAtOnce, keyOf: (member: Member) => member.server.toUpperCase() };
  const backups = await inParallel(members, limits, (member) => {
    const known = history.filter((row) => row.server === member.server && row.database === member.database);
    return readMember(topology, servers, member, known, points, signal);
  });
  return { members: backups, marks: knownMarks(history, points, zone), history, points };
}

async function readMember(
  topology: Topology,
  servers: ServerMap,
  member: Member,
  history: readonly HistoryRow[],
  points: readonly RestorePointRecord[],
  signal: AbortSignal,
): Promise<MemberBackups> {
  const own = topology.instance(member.server);
  const target = servers.get(member.server.toUpperCase());
  let catalog: BackupRecord[] = [];
  let recorded: RecordedMark[] = [];
  try {
    catalog = await readCatalog(own, member.database, signal);
    recorded = await readMarks(own, readMarksOfDatabase(member.database), signal);
  } catch (error) {
    if (isCancelled(error)) throw error;
    // A server that is replaced by another may be gone: its files tell the rest, read from the other.
    if (target === undefined) {
      const unreadable = error instanceof Error ? error.message : String(error);
      return { ...member, backups: [], marks: new Map(), unreadable };
    }
  }
  const reader = target === undefined ? own : topology.instance(target);
  const forgotten = await readForgotten(reader, member, history, catalog, signal);
  return { ...member, backups: [...catalog, ...forgotten], marks: markPositions(member, history, points, recorded) };
}

/** Reads the headers of files that are in the history but no longer in msdb. */
async function readForgotten(
  reader: Instance,
  member: Member,
  history: readonly HistoryRow[],
  catalog: readonly BackupRecord[],
  signal: AbortSignal,
): Promise<BackupRecord[]> {
  const known = new Set(catalog.flatMap((backup) => backup.files.map((file) => file.toLowerCase())));
  const found: BackupRecord[] = [];
  for (const row of history) {
    const file = fileOf(row);
    if (known.has(file.toLowerCase())) continue;
    try {
      found.push(...(await readBackupRecordsIn(reader, file, member.database, signal)));
    } catch (error) {
      // A file that is gone is no backup; whether that matters shows in the chains.
      if (isCancelled(error)) throw error;
    }
  }
  return found;
}

/** Where each mark stands in one member: our record outlives msdb, msdb also knows the time by the server's clock. */
export function markPositions(
  member: Member,
  history: readonly HistoryRow[],
  points: readonly RestorePointRecord[],
  recorded: readonly RecordedMark[],
): Map<MarkName, MarkPosition> {
  const positions = new Map<MarkName, MarkPosition>();
  const add = (mark: MarkName, more: MarkPosition) => positions.set(mark, { ...positions.get(mark), ...more });
  for (const row of history) {
    if (row.kind === "log" && row.mark !== undefined) add(row.mark, { logFile: fileOf(row) });
  }
  for (const point of points) {
    const own = point.members.find((each) => each.server === member.server && each.database === member.database);
    if (own) add(point.mark, { lsn: own.lsn });
  }
  for (const { mark, lsn, markedAt } of recorded) add(mark, { lsn, markedAt });
  return positions;
}

/** Every mark that the history or our own record has, with its time in UTC. */
export function knownMarks(
  history: readonly HistoryRow[],
  points: readonly RestorePointRecord[],
  zone: string,
): KnownMark[] {
  const marks = new Map<MarkName, KnownMark>();
  for (const point of points) marks.set(point.mark, { mark: point.mark, at: `${point.markedAt}Z` });
  for (const row of history) {
    if (row.mark === undefined || row.kind !== "log") continue;
    const at = DateTime.fromISO(row.at, { zone }).toUTC().toISO() ?? row.at;
    marks.set(row.mark, { at, ...marks.get(row.mark), mark: row.mark, setId: row.setId });
  }
  return [...marks.values()];
}

/** The whole path of a backup in the history. */
export function fileOf(row: Pick<HistoryRow, "location" | "fileName">): string {
  return joinBackupPath(row.location, row.fileName);
}
