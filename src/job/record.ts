import { hostname } from "node:os";
import { findingFrom } from "../objects/finding";
import type { MarkName } from "../objects/markNames";
import { beginRun, endRun, insertRestorePoint, insertRunStep, type RunEnd } from "../objects/runRecords";
import type { ProvenMark } from "./proof";
import { addFinding, inManagement, type RunContext } from "./runContext";

/** How long the record of a cancelled run may take. */
const closingSeconds = 15;

/** Opens the record of this run. */
export async function recordStart(context: RunContext): Promise<string> {
  const begin = beginRun(context.settings.jobName, context.clock.now().toISOString(), hostname());
  const [row] = await context.topology.control.rows<{ id: string }>(begin, inManagement(context));
  if (!row) throw new Error("The run could not be recorded: mssql_backup.Run gave no number");
  return row.id;
}

/** Records the mark with its LSN in every member, outside msdb, which can be lost with its server. */
export async function recordRestorePoint(
  context: RunContext,
  runId: string,
  mark: MarkName,
  proven: readonly ProvenMark[],
  complete: boolean,
): Promise<void> {
  if (proven.length === 0) return;
  const members = proven.map(({ member, recorded }) => ({
    server: member.server,
    database: member.database,
    lsn: recorded.lsn,
  }));
  const point = { mark, markedAt: context.clock.now().toISOString(), complete, members };
  try {
    await context.topology.control.execute(insertRestorePoint(runId, point), inManagement(context));
  } catch (error) {
    addFinding(context, findingFrom(error, { step: "record", server: context.topology.controlName }));
  }
}

/** Closes the record, of a cancelled run too; a control server that is gone cannot take it, and says so itself. */
export async function recordEnd(context: RunContext, runId: string, end: RunEnd): Promise<void> {
  const { control, managementDatabase: database } = context.topology;
  const options = { database, timeoutSeconds: closingSeconds };
  for (const [index, step] of context.log.steps.entries()) {
    await control.execute(insertRunStep(runId, index + 1, step), options);
  }
  await control.execute(endRun(runId, end), options);
}
