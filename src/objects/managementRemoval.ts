import { isSqlServerError, retry, type SqlSession } from "../sqlserver";
import { type ManagementDatabase, readManagementDatabase } from "./managementDatabase";
import { databaseItself, historyUnwanted } from "./managementObjects";
import { dropManagementDatabase, rememberHistoryUnwanted, uninstallManagement } from "./managementSetup";

/** What whoever leaves a management database asks for. */
export interface Leaving {
  /** Whether the history goes too, and a database that this package made. */
  readonly withHistory: boolean;
  /** Whether the one who leaves made the database, which may not have been recorded in it. */
  readonly databaseMade: boolean;
}

/**
 * Takes the set-up away once nobody uses it: no job, and no database of this or another stack that has joined. Until
 * then it stays, and with it the record of what is ours, so that whoever leaves last can do it.
 */
export async function removeUnusedManagement(session: SqlSession, database: string, leaving: Leaving): Promise<void> {
  const state = await readManagementDatabase(session, database);
  if (state.state !== "ONLINE" || state.jobs.length > 0) return;
  if (isJoined(state)) {
    if (leaving.withHistory) await session.execute(rememberHistoryUnwanted(), { database });
    return;
  }
  const withHistory = leaving.withHistory || state.installed.has(historyUnwanted);
  const databaseMade = leaving.databaseMade || state.installed.has(databaseItself);
  try {
    const statement = uninstallManagement(state, !withHistory);
    if (statement) await session.execute(statement, { database });
    if (databaseMade && withHistory) await dropWhenUnused(session, database);
  } catch (error) {
    // Another one that leaves at the same time may have dropped the database.
    if ((await readManagementDatabase(session, database)).state !== undefined) throw error;
  }
}

/** Somebody who leaves at the same time may be in the database for a moment (3702). */
const inUse = 3702;

async function dropWhenUnused(session: SqlSession, database: string): Promise<void> {
  await retry(() => session.execute(dropManagementDatabase(database)), {
    attempts: 4,
    firstPauseMs: 200,
    worthwhile: (error) => isSqlServerError(error) && error.has(inUse),
  });
}

/** Whether databases would leave the set with our table. In somebody else's table they stay in any case. */
function isJoined({ joined, installed }: ManagementDatabase): boolean {
  return joined.length > 0 && installed.has("dbo.adm_OtherBackupDatabases");
}
