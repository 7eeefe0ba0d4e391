import {
  isSqlServerError,
  type MarkName,
  markName,
  nvarchar,
  query,
  quotePath,
  quoteString,
  retry,
  type SqlServer,
  type Statement,
} from "../sqlserver";

/** One call inside the marked transaction. */
export interface MarkStep {
  /** The linked server, or undefined for a database of the control server. */
  readonly link: string | undefined;
  readonly database: string;
  readonly procedure: "sp_SetMark" | "sp_SetMarkRemote";
}

/**
 * The one marked transaction over all members, as one batch on one session, so that a lost connection rolls it back
 * whole. Name and description are the same: which of the two RESTORE … STOPATMARK compares is told differently in
 * different places. Runs in the management database.
 *
 * @param blockTracking whether BizTalk's sp_BlockTDDS is there: it holds back the tracking data mover until the commit
 */
export function markTransaction(name: MarkName, steps: readonly MarkStep[], blockTracking: boolean): Statement {
  return {
    text: `SET XACT_ABORT ON;
DECLARE @status int, @where nvarchar(1000);
BEGIN TRANSACTION @name WITH MARK @name;
${blockTracking ? "EXEC dbo.sp_BlockTDDS;\n" : ""}${steps.map(call).join("\n")}
COMMIT TRANSACTION;
RETURN;
failed:
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
RAISERROR (N'%s returned %d: the mark was not placed.', 16, 1, @where, @status);`,
    parameters: { name: nvarchar(name) },
    summary: `place the mark ${name}`,
  };
}

/** Not the run's mark: where promotion is switched off, the remote part of a trial stays although it is rolled back. */
const trialName = markName("mssql_backup_trial");

/** Calls one member's procedure as the marked transaction would, and rolls back. */
export function trialMark(step: MarkStep): Statement {
  return {
    text: `SET XACT_ABORT ON;
DECLARE @status int, @where nvarchar(1000);
BEGIN TRANSACTION;
${call(step)}
ROLLBACK TRANSACTION;
RETURN;
failed:
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
RAISERROR (N'%s returned %d.', 16, 1, @where, @status);`,
    parameters: { name: nvarchar(trialName) },
    summary: `try to mark ${step.database}`,
  };
}

function call({ link, database, procedure }: MarkStep): string {
  const path = quotePath(...(link === undefined ? [] : [link]), database, "dbo", procedure);
  return `EXEC @status = ${path} @name;
IF @status <> 0 BEGIN SET @where = ${quoteString(path)}; GOTO failed; END;`;
}

/** A time-out while placing the mark (3928) and a deadlock (1205) are over when they are told: try again. */
const passing = [3928, 1205];
const attempts = 5;
const firstPauseMs = 200;

/** Runs a marked transaction on a session of its own: whatever goes wrong, the end of the session ends it. */
export async function runMark(
  control: SqlServer,
  statement: Statement,
  options: { readonly database: string; readonly signal: AbortSignal },
): Promise<void> {
  await retry(() => control.withSession((session) => session.execute(statement, options)), {
    attempts,
    firstPauseMs,
    worthwhile: (error) => isSqlServerError(error) && error.has(...passing),
    signal: options.signal,
  });
}

/** Whether BizTalk's tracking must be held back while the mark is placed. */
export async function hasTrackingBlock(control: SqlServer, database: string, signal: AbortSignal): Promise<boolean> {
  const statement = query("SELECT OBJECT_ID(N'dbo.sp_BlockTDDS', N'P') AS id;", undefined, "look for sp_BlockTDDS");
  const [row] = await control.rows<{ id: number | null }>(statement, { database, signal });
  return row !== undefined && row.id !== null;
}
