import { DateTime, type Zone } from "luxon";
import { deleteSet, type HistoryRow, readHistory } from "../objects/backupHistory";
import { findingFrom, isCancelled } from "../objects/finding";
import { cleanUpMarkLog } from "../objects/markLog";
import { markLogProcedure } from "../objects/memberState";
import { clearRecordsBefore } from "../objects/runRecords";
import { setsToClear } from "./historyToClear";
import { runTime } from "./jobTime";
import type { ReadyMember } from "./preflight";
import { addFinding, inManagement, type RunContext } from "./runContext";

/** Marks that one statement clears; a backlog is worked off by the runs that follow. */
const marksAtOnce = 500;

/**
 * Clears history older than the job keeps, and the rows of those marks in every MarkLog. Never deletes a file.
 *
 * @returns how many backup sets were cleared
 */
export async function clean(context: RunContext, members: readonly ReadyMember[]): Promise<number> {
  const { daysOfHistory } = context.settings;
  if (daysOfHistory === undefined || daysOfHistory <= 0) return 0;
  const { control, controlName } = context.topology;
  try {
    const history = await readHistory(control, context.topology.managementDatabase, context.signal);
    const cleared = setsToClear(
      history.map((row) => ({ ...row, at: timeOf(row, context.zone) })),
      runTime(context).minus({ days: daysOfHistory }).toMillis(),
    );
    if (cleared.length === 0) return 0;
    await trimMarkLogs(context, members, history, new Set(cleared));
    for (const setId of cleared) await control.execute(deleteSet(setId), inManagement(context));
    const kept = history.find((row) => !cleared.includes(row.setId));
    if (kept) await control.execute(clearRecordsBefore(utcOf(kept, context.zone)), inManagement(context));
    context.log.done({ step: "clean", startedAt: context.clock.now().toISOString() });
    context.report({ kind: "historyCleared", sets: cleared.length });
    return cleared.length;
  } catch (error) {
    addFinding(context, findingFrom(error, { step: "clean", server: controlName }));
    return 0;
  }
}

/** BizTalk before 2016 has no sp_CleanUpMarkLog; its MarkLog is left as it is. */
async function trimMarkLogs(
  context: RunContext,
  members: readonly ReadyMember[],
  history: readonly HistoryRow[],
  cleared: ReadonlySet<number>,
): Promise<void> {
  const marks = new Set(history.flatMap((row) => (row.mark !== undefined && cleared.has(row.setId) ? [row.mark] : [])));
  // BizTalk's procedure may take one mark at a time, ours takes all before it: the newest first leaves little to do.
  const newest = [...marks].reverse().slice(0, marksAtOnce);
  if (newest.length === 0) return;
  for (const member of members.filter((each) => each.state.procedures.has(markLogProcedure))) {
    const { server, database } = member;
    try {
      await member.instance.execute(cleanUpMarkLog(newest), { database, signal: context.signal });
    } catch (error) {
      if (isCancelled(error)) throw error;
      addFinding(context, findingFrom(error, { step: "clean", server, database }));
    }
  }
}

function timeOf(row: HistoryRow, zone: Zone): number {
  return DateTime.fromISO(row.at, { zone }).toMillis();
}

function utcOf(row: HistoryRow, zone: Zone): string {
  return new Date(timeOf(row, zone)).toISOString();
}
