import type { Member } from "../objects/backupMembers";
import type { MarkName } from "../objects/markNames";
import { hasTrackingBlock } from "../objects/markTransaction";
import type { FullDecision } from "./due";
import type { FullBackups } from "./full";
import { markNameAt, runTime } from "./jobTime";
import { type LogBackups, takeLogs } from "./log";
import { placeMark } from "./mark";
import type { ReadyMember } from "./preflight";
import { type ProvenMark, proveMark } from "./proof";
import { recordRestorePoint } from "./record";
import { inManagement, type RunContext } from "./runContext";

/** A mark over the members, and the log backups that hold it. */
export interface MarkAndLogs {
  /** The mark, if it was placed. */
  readonly mark: MarkName | undefined;
  readonly proven: readonly ProvenMark[];
  readonly logs: LogBackups;
}

/** What a run without this part has. */
export const noMarkNorLogs: MarkAndLogs = { mark: undefined, proven: [], logs: { set: undefined, taken: [] } };

/** What was there, and what was tried, before the mark. */
export interface MarkRequest {
  readonly runId: string;
  readonly members: readonly Member[];
  readonly ready: readonly ReadyMember[];
  readonly due: FullDecision["due"];
  readonly fulls: FullBackups;
}

/** Places one mark over all members, proves and records it, and backs up the logs. */
export async function markAndTakeLogs(context: RunContext, request: MarkRequest): Promise<MarkAndLogs> {
  const { runId, members, ready, due, fulls } = request;
  const { control, managementDatabase } = context.topology;
  const at = runTime(context);
  const mark = markNameAt(context, at);
  const blockTracking = await hasTrackingBlock(control, managementDatabase, inManagement(context).signal);
  const marked = await placeMark(context, ready, mark, blockTracking);
  const proven = await proveMark(context, marked, mark);
  const complete = members.length > 0 && proven.length === members.length;
  await recordRestorePoint(context, runId, mark, proven, complete);

  const placed = marked.length > 0 ? mark : undefined;
  const fullTaken = new Set(fulls.taken.map((backup) => backup.member));
  const withoutFull = new Set(due.filter((member) => !fullTaken.has(member)));
  const missing = members.length - proven.length;
  const logs = await takeLogs(context, ready, { sequence: mark, mark: placed, at, missing, withoutFull });
  return { mark: placed, proven, logs };
}
