import { type BackupRecord, compareLsn, type Lsn } from "../objects/backupRecord";
import { groupBy } from "../objects/groupBy";

/** What is known about a mark in one member. */
export interface MarkPosition {
  /** Its LSN there, from logmarkhistory or from our own record of the proof. */
  readonly lsn?: Lsn;
  /** Its commit by the clock of the member's server, as `yyyy-mm-ddThh:mm:ss[.mmm]`. */
  readonly markedAt?: string;
  /** The log backup that the set of the mark wrote for the member. */
  readonly logFile?: string;
}

/** The backups that bring a member to a mark: one full, then logs, the last of which holds the mark. */
export interface Chain {
  readonly full: BackupRecord;
  readonly logs: readonly BackupRecord[];
}

export type ChainProblem = "markUnknown" | "markNotBackedUp" | "noFull" | "gap";

export interface BrokenChain {
  readonly problem: ChainProblem;
  /** Where the log backups stop leading on, for a gap. */
  readonly after?: Lsn;
}

/** Whether the search found a chain. */
export function isChain(found: Chain | BrokenChain): found is Chain {
  return "full" in found;
}

/**
 * Finds the shortest way to a mark: the newest full that ended before it and an unbroken line of log backups up
 * to the one that holds it. Only LSNs and recovery forks count, not the sets in which the files were written: a
 * log backup that failed leaves its records to the next one.
 */
export function findChain(backups: readonly BackupRecord[], mark: MarkPosition): Chain | BrokenChain {
  if (mark.lsn === undefined && mark.logFile === undefined) return { problem: "markUnknown" };
  const inTime = [...backups].sort(byTime);
  const holder = logWithMark(inTime, mark);
  if (!holder) return { problem: "markNotBackedUp" };
  // A chain is made of what existed when its last log was taken; later files may belong to another recovery fork.
  const until = inTime.slice(0, inTime.indexOf(holder) + 1);
  const logs = until.filter((backup) => backup.kind === "log");
  const fulls = until.filter((backup) => backup.kind === "full" && endsBefore(backup, holder, mark)).reverse();
  let broken: BrokenChain = { problem: "noFull" };
  for (const full of fulls) {
    const way = logsFrom(full, logs, holder);
    if (Array.isArray(way)) return { full, logs: way };
    if (broken.problem === "noFull") broken = { problem: "gap", after: way.after };
  }
  return broken;
}

/** The newest full and every log that follows it, for a database that is wanted as late as its files go. */
export function findChainToEnd(backups: readonly BackupRecord[]): Chain | undefined {
  const full = [...backups].sort(byTime).findLast((backup) => backup.kind === "full");
  if (!full) return undefined;
  const logs: BackupRecord[] = [];
  let reached: Reached = { at: full.lastLsn, fork: full.fork?.last };
  for (;;) {
    const next = backups
      .filter((log) => log.kind === "log" && leadsOn(log, reached))
      .reduce<BackupRecord | undefined>((a, b) => (a && compareLsn(a.lastLsn, b.lastLsn) >= 0 ? a : b), undefined);
    if (!next) return { full, logs };
    logs.push(next);
    reached = { at: next.lastLsn, fork: next.fork?.last ?? reached.fork };
  }
}

/** The log backup of the mark's own set, or else the first one after the mark that covers it on the mark's fork. */
function logWithMark(inTime: readonly BackupRecord[], mark: MarkPosition): BackupRecord | undefined {
  const logs = inTime.filter((backup) => backup.kind === "log");
  const own = logs.find((log) => mark.logFile !== undefined && log.files.includes(mark.logFile));
  const at = mark.lsn;
  if (at === undefined) return own;
  if (own && covers(own, at)) return own;
  // msdb keeps whole seconds of a backup's end.
  const second = mark.markedAt?.slice(0, 19);
  const fork = second === undefined ? undefined : forkAtTime(inTime, second);
  const next = logs.find((log) => covers(log, at) && (second === undefined || log.finishedAt >= second));
  // After a restore to an earlier point the same LSN comes again, on a new fork, without the mark.
  return next && (fork === undefined || isRecordOnFork(next, at, fork)) ? next : undefined;
}

/** Whether the record at an LSN that a log backup covers is on a fork: the fork point itself is the new one's first. */
function isRecordOnFork(log: BackupRecord, at: Lsn, fork: string): boolean {
  if (!log.fork) return true;
  const { first, last, point } = log.fork;
  return fork === (point !== undefined && compareLsn(at, point) < 0 ? first : last);
}

/** The fork that the database was on, by the last backup before. */
function forkAtTime(inTime: readonly BackupRecord[], second: string): string | undefined {
  return inTime.findLast((backup) => backup.finishedAt <= second)?.fork?.last;
}

function covers(log: BackupRecord, at: Lsn): boolean {
  return compareLsn(log.firstLsn, at) <= 0 && compareLsn(at, log.lastLsn) < 0;
}

/** Without an LSN only the beginning of the log that holds the mark is certainly before it. */
function endsBefore(full: BackupRecord, holder: BackupRecord, mark: MarkPosition): boolean {
  return compareLsn(full.lastLsn, mark.lsn ?? holder.firstLsn) <= 0;
}

interface Reached {
  readonly at: Lsn;
  readonly fork: string | undefined;
  /** The log that led here, and from where. */
  readonly by?: BackupRecord;
  readonly from?: Reached;
}

/** Searches log by log; where several lead on (a copy-only backup, another fork), the longest is tried first. */
function logsFrom(
  full: BackupRecord,
  logs: readonly BackupRecord[],
  holder: BackupRecord,
): BackupRecord[] | { after: Lsn } {
  const byFirstLsn = groupBy(logs, (log) => log.firstLsn);
  const start: Reached = { at: full.lastLsn, fork: full.fork?.last };
  const open: Reached[] = [start];
  const seen = new Set<string>();
  let furthest = start;
  for (let reached = open.pop(); reached; reached = open.pop()) {
    const here = reached;
    if (leadsOn(holder, here)) return wayTo({ at: holder.lastLsn, fork: holder.fork?.last, by: holder, from: here });
    if (seen.has(`${here.at} ${here.fork}`)) continue;
    seen.add(`${here.at} ${here.fork}`);
    if (compareLsn(here.at, furthest.at) > 0) furthest = here;
    // A log begins where the one before ended, so that all are looked through only at the start and at a gap.
    const adjoining = (byFirstLsn.get(here.at) ?? []).filter((log) => leadsOn(log, here));
    const next = adjoining.length > 0 ? adjoining : logs.filter((log) => leadsOn(log, here));
    next.sort((a, b) => compareLsn(a.lastLsn, b.lastLsn));
    for (const log of next) open.push({ at: log.lastLsn, fork: log.fork?.last ?? here.fork, by: log, from: here });
  }
  return { after: furthest.at };
}

function wayTo(end: Reached): BackupRecord[] {
  const way: BackupRecord[] = [];
  for (let step: Reached | undefined = end; step?.by; step = step.from) way.unshift(step.by);
  return way;
}

/** Whether a log backup can be restored on what has been reached, and brings it further. */
function leadsOn(log: BackupRecord, reached: Reached): boolean {
  const inRange = compareLsn(log.firstLsn, reached.at) <= 0 && compareLsn(reached.at, log.lastLsn) < 0;
  return inRange && isOnFork(log, reached);
}

/** A log backup taken after a restore begins on the old recovery fork and goes over to the new one at the fork point. */
function isOnFork(log: BackupRecord, reached: Pick<Reached, "at" | "fork">): boolean {
  if (!log.fork || reached.fork === undefined) return true;
  const { first, last, point } = log.fork;
  if (point === undefined) return reached.fork === last;
  if (reached.fork === first && compareLsn(reached.at, point) <= 0) return true;
  return reached.fork === last && compareLsn(reached.at, point) >= 0;
}

function byTime(a: BackupRecord, b: BackupRecord): number {
  return compareText(a.finishedAt, b.finishedAt) || compareLsn(a.lastLsn, b.lastLsn);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
