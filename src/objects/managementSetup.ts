import type { ScriptName } from "../sql";
import {
  command,
  isSqlServerError,
  quoteName,
  quotePath,
  quoteString,
  retry,
  type SqlSession,
  type Statement,
  sysname,
} from "../sqlserver";
import { backupRole, dropUnusedBackupRoleText } from "./databaseUser";
import { batchesOf, inOneTransaction, moduleIn } from "./installation";
import { type JobSettings, type JobStorage, storeJob } from "./jobSettings";
import { isSomebodyElses, type ManagementDatabase } from "./managementDatabase";
import { databaseItself, historyTables, historyUnwanted, ownObjects } from "./managementObjects";

/**
 * Set-up and removal in one management database come one after the other, whoever carries them out: two stacks that
 * declare jobs in it at once do not meet half-way.
 */
const oneAtATime = `DECLARE @lock int;
EXEC @lock = sys.sp_getapplock @Resource = N'mssql_backup set-up', @LockMode = N'Exclusive',
  @LockOwner = N'Transaction', @LockTimeout = 60000;
IF @lock < 0 THROW 51000, N'Somebody else has been setting up this management database for a minute: try again.', 1;`;

/** How the job is to be stored, and what is known of the database. */
export interface ManagementInstallation extends JobStorage {
  /** Whether this package made the database itself. */
  readonly databaseMade?: boolean;
}

/**
 * Sets the database up, or upgrades it, and stores the job: all in one transaction. What a newer version of this package
 * has installed stays as it is. Runs in the management database.
 */
export function installManagement(
  state: ManagementDatabase,
  job: JobSettings,
  { databaseMade = false, ...storage }: ManagementInstallation = {},
): Statement {
  const somebodyElses = isSomebodyElses(state);
  const scripts: ScriptName[] = somebodyElses ? ["record"] : ["member", "management", "record"];
  const isNewer = (batch: string) => state.modules.get(moduleIn(batch) ?? "") === "newer";
  const batches = scripts.flatMap(batchesOf).filter((batch) => !isNewer(batch));
  const stored = storeJob(job, { ...storage, besideBizTalk: somebodyElses });
  const lines = [rememberMissing, ...(databaseMade ? [rememberText(databaseItself)] : [])];
  if (state.installed.has(historyUnwanted)) {
    lines.push(`DELETE FROM mssql_backup.InstalledObject WHERE ObjectName = ${quoteString(historyUnwanted)};`);
  }
  const statement = inOneTransaction(`set up the management database for the job ${job.jobName}`, batches, {
    first: `${oneAtATime}\n${findMissing(somebodyElses)}`,
    last: { text: [...lines, stored.text].join("\n"), parameters: stored.parameters ?? {} },
  });
  if (!storage.mustBeNew) return statement;
  // Sent again after a lost connection, it would take its own row for somebody else's.
  const { repeatable: _, ...once } = statement;
  return { ...once, transactional: true };
}

/** What is not there yet, as long as nobody else can change that. */
function findMissing(somebodyElses: boolean): string {
  const missing = ownObjects()
    .filter(({ name }) => !somebodyElses || name.startsWith("mssql_backup"))
    .map(({ name, exists }) => `SELECT ${quoteString(name)} WHERE NOT (${exists})`);
  return `DECLARE @missing TABLE (name nvarchar(200) NOT NULL);
INSERT INTO @missing (name)
${missing.join("\nUNION ALL\n")};`;
}

const rememberMissing = `INSERT INTO mssql_backup.InstalledObject (ObjectName)
SELECT name FROM @missing WHERE name NOT IN (SELECT ObjectName FROM mssql_backup.InstalledObject);`;

function rememberText(name: string): string {
  return `IF NOT EXISTS (SELECT * FROM mssql_backup.InstalledObject WHERE ObjectName = ${quoteString(name)})
  INSERT INTO mssql_backup.InstalledObject (ObjectName) VALUES (${quoteString(name)});`;
}

/** Remembers, for whoever leaves last, that no history is to stay. Runs in the management database. */
export function rememberHistoryUnwanted(): Statement {
  return command(rememberText(historyUnwanted), "remember that no history is to stay");
}

/**
 * Takes away what this package made, in one transaction, unless somebody has come meanwhile who needs it. With
 * `keepHistory` the tables of what happened stay, and with them the record of who made them. Runs in the management
 * database.
 */
export function uninstallManagement(state: ManagementDatabase, keepHistory: boolean): Statement | undefined {
  const going = ownObjects().filter(
    ({ name }) => state.present.has(name) && state.installed.has(name) && !(keepHistory && historyTables.has(name)),
  );
  const lines = going
    // A schema that still holds tables cannot be dropped, a role that still has rights on them needs not be.
    .filter(({ name }) => !(keepHistory && name === "mssql_backup"))
    .map(({ drop }) => drop);
  if (lines.length === 0) return undefined;
  if (keepHistory) {
    const names = going.filter(({ name }) => name !== "mssql_backup").map(({ name }) => quoteString(name));
    // Somebody else may have taken it away meanwhile, with all history.
    lines.push(`IF OBJECT_ID(N'mssql_backup.InstalledObject', N'U') IS NOT NULL
  DELETE FROM mssql_backup.InstalledObject WHERE ObjectName IN (${names.join(", ")});`);
  }
  if (!going.some(({ name }) => name === backupRole)) lines.push(dropUnusedBackupRoleText);
  const users = ["mssql_backup.Job", "dbo.adm_OtherBackupDatabases"].filter((table) =>
    going.some(({ name }) => name === table),
  );
  const text = `DECLARE @used bit = 0;
${users.map(lookForRows).join("\n")}
IF @used = 0
BEGIN
${lines.join("\n")}
END;`;
  return inOneTransaction("take the set-up out of the management database", [text], { first: oneAtATime });
}

/** A statement about a table that is not there fails only when it is carried out. */
function lookForRows(table: string): string {
  return `IF OBJECT_ID(${quoteString(table)}, N'U') IS NOT NULL
BEGIN
  IF EXISTS (SELECT * FROM ${table}) SET @used = 1;
END;`;
}

/** `model` is being copied for somebody else (1807), or the new database is being set by somebody else (5061). */
const busy = [1807, 5061];

/**
 * Creates a management database in full recovery: it is a member of its own set. Not possible in a transaction. One that
 * somebody else makes at the same time is as good.
 */
export async function createManagementDatabase(session: SqlSession, database: string): Promise<void> {
  for (const statement of createManagementDatabaseStatements(database)) {
    await retry(() => session.execute(statement, { timeoutSeconds: 0 }), {
      attempts: 6,
      firstPauseMs: 100,
      worthwhile: (error) => isSqlServerError(error) && error.has(...busy),
    });
  }
}

export function createManagementDatabaseStatements(database: string): Statement[] {
  const name = { database: sysname(database) };
  return [
    command(
      `IF DB_ID(@database) IS NULL
BEGIN TRY
  CREATE DATABASE ${quoteName(database)};
END TRY
BEGIN CATCH
  IF ERROR_NUMBER() <> 1801 THROW;
END CATCH;`,
      `create the database ${database}`,
      name,
    ),
    command(
      `IF EXISTS (SELECT * FROM sys.databases WHERE name = @database AND recovery_model <> 1)
  ALTER DATABASE ${quoteName(database)} SET RECOVERY FULL;`,
      `set the recovery model of ${database} to FULL`,
      name,
    ),
  ];
}

/** Drops a management database that create made, unless somebody has put tables or procedures of their own into it. */
export function dropManagementDatabase(database: string): Statement {
  const inside = quotePath(database, "sys", "objects");
  return command(
    `IF DB_ID(@database) IS NOT NULL
BEGIN
  IF NOT EXISTS (SELECT * FROM ${inside} WHERE is_ms_shipped = 0) DROP DATABASE ${quoteName(database)};
END;`,
    `drop the database ${database}`,
    { database: sysname(database) },
  );
}
