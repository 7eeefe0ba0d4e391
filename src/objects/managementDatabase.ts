import { script } from "../sql";
import {
  command,
  query,
  quoteName,
  quotePath,
  quoteString,
  type Row,
  type SqlSession,
  type Statement,
  splitBatches,
  sysname,
} from "../sqlserver";
import { backupRole, dropUnusedBackupRoleText } from "./databaseUser";
import { compareModule, inOneTransaction, type ModuleCondition, modulesOf } from "./installation";
import { type JobRow, type JobSettings, parseJob, selectJobText, storeJob } from "./jobSettings";

/** Everything that a management database of our own holds, in the order in which it can be dropped. */
const recordTables = ["Drill", "RestorePointMember", "RestorePoint", "RunStep", "Run", "Job", "InstalledObject"];
const managementTables = ["adm_OtherBackupDatabases", "adm_BackupSettings", "adm_BackupSetId", "adm_BackupHistory"];

/** Tables that hold what happened, which only goes when that is asked for. */
const historyTables = new Set([
  "dbo.adm_BackupHistory",
  "dbo.adm_BackupSetId",
  "dbo.MarkLog",
  "mssql_backup.Drill",
  "mssql_backup.RestorePointMember",
  "mssql_backup.RestorePoint",
  "mssql_backup.RunStep",
  "mssql_backup.Run",
  // What create made has to be known for as long as any of it is there.
  "mssql_backup.InstalledObject",
]);

/** Entries of `mssql_backup.InstalledObject` that stand for no object in the database. */
export const databaseItself = "(the database itself)";
export const historyUnwanted = "(no history is to stay)";

/** An object of ours, as `mssql_backup.InstalledObject` names it. */
interface OwnObject {
  readonly name: string;
  readonly drop: string;
  /** T-SQL that is true while the object exists. */
  readonly exists: string;
}

/** What we may have put into a management database, in the order in which it can be dropped. */
function ownObjects(): OwnObject[] {
  const object = (kind: string, name: string): OwnObject => ({
    name,
    drop: `DROP ${kind} IF EXISTS ${name};`,
    exists: `OBJECT_ID(${quoteString(name)}) IS NOT NULL`,
  });
  const procedures = [...modulesOf("management").keys(), ...modulesOf("member").keys()].filter((name) =>
    name.startsWith("sp_"),
  );
  return [
    ...procedures.map((name) => object("PROCEDURE", `dbo.${name}`)),
    object("VIEW", "dbo.admv_BackupDatabases"),
    ...managementTables.map((name) => object("TABLE", `dbo.${name}`)),
    object("TABLE", "dbo.MarkLog"),
    ...recordTables.map((name) => object("TABLE", `mssql_backup.${name}`)),
    {
      name: "mssql_backup",
      drop: "DROP SCHEMA IF EXISTS mssql_backup;",
      exists: "SCHEMA_ID(N'mssql_backup') IS NOT NULL",
    },
    {
      name: backupRole,
      drop: `IF DATABASE_PRINCIPAL_ID(N'${backupRole}') IS NOT NULL DROP ROLE ${backupRole};`,
      exists: `DATABASE_PRINCIPAL_ID(N'${backupRole}') IS NOT NULL`,
    },
  ];
}

/** A management database as it is. */
export interface ManagementDatabase {
  readonly serverName: string;
  /** `ONLINE` or another state; undefined when there is no such database. */
  readonly state: string | undefined;
  readonly recoveryModel: string;
  /** BizTalk's own: its tables are used and never altered. */
  readonly bizTalk: boolean;
  /** Our objects that are there, by name, whoever made them. */
  readonly present: ReadonlySet<string>;
  /** Those of them that this package made. */
  readonly installed: ReadonlySet<string>;
  /** Our procedures, view and trigger, and how what is there compares to them. */
  readonly modules: ReadonlyMap<string, ModuleCondition>;
  readonly roleMembers: readonly string[];
  /** Rows of `adm_OtherBackupDatabases`. */
  readonly joined: number;
  readonly jobs: readonly JobSettings[];
}

/** Runs in the management database. Tables that are missing give empty result sets. */
function managementQuery(): string {
  const present = ownObjects()
    .map(({ name, exists }) => `SELECT ${quoteString(name)} AS name WHERE ${exists}`)
    .join("\nUNION ALL\n");
  const names = [...modulesOf("management").keys(), ...modulesOf("member").keys()].map(quoteString).join(", ");
  return `SELECT CASE WHEN OBJECT_ID(N'dbo.adm_Group', N'U') IS NULL THEN 0 ELSE 1 END AS bizTalk;
${present};
SELECT o.name AS name, m.definition AS definition
FROM sys.objects AS o
LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
WHERE o.schema_id = SCHEMA_ID(N'dbo') AND o.name IN (${names});
SELECT p.name AS name
FROM sys.database_role_members AS m
JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.database_principals AS p ON p.principal_id = m.member_principal_id
WHERE r.name = N'${backupRole}';
IF OBJECT_ID(N'mssql_backup.InstalledObject', N'U') IS NOT NULL
  SELECT ObjectName AS name FROM mssql_backup.InstalledObject;
ELSE
  SELECT N'' AS name WHERE 1 = 0;
IF OBJECT_ID(N'dbo.adm_OtherBackupDatabases', N'U') IS NOT NULL
  SELECT COUNT(*) AS joined FROM dbo.adm_OtherBackupDatabases;
ELSE
  SELECT 0 AS joined;
IF OBJECT_ID(N'mssql_backup.Job', N'U') IS NOT NULL
  ${selectJobText}`;
}

/** Reads everything about a management database in one round trip; does not fail when there is none. */
export function readManagementDatabaseStatement(database: string): Statement {
  return query(
    `SELECT CAST(SERVERPROPERTY('ServerName') AS nvarchar(128)) AS serverName;
SELECT state_desc AS state, recovery_model_desc AS recoveryModel FROM sys.databases WHERE name = @database;
IF EXISTS (SELECT * FROM sys.databases WHERE name = @database AND state = 0)
  EXEC ${quotePath(database, "sys", "sp_executesql")} N'${managementQuery().replaceAll("'", "''")}';`,
    { database: sysname(database) },
    `read the management database ${database}`,
  );
}

/** Reads the result sets of `readManagementDatabaseStatement`. */
export function parseManagementDatabase(recordsets: readonly (readonly Row[])[]): ManagementDatabase {
  const sets = recordsets as unknown as [
    { serverName: string }[],
    { state: string; recoveryModel: string }[],
    { bizTalk: number }[] | undefined,
    { name: string }[] | undefined,
    { name: string; definition: string | null }[] | undefined,
    { name: string }[] | undefined,
    { name: string }[] | undefined,
    { joined: number }[] | undefined,
    JobRow[] | undefined,
  ];
  const [[server], [database], [flags] = [], present = [], definitions = [], members = [], ...rest] = sets;
  const [installed = [], [rows] = [], jobs = []] = rest;
  const found = new Map(definitions.map(({ name, definition }) => [name.toLowerCase(), definition]));
  const modules = [...modulesOf("management").values(), ...modulesOf("member").values()];
  return {
    serverName: server?.serverName ?? "",
    state: database?.state,
    recoveryModel: database?.recoveryModel ?? "",
    bizTalk: Boolean(flags?.bizTalk),
    present: new Set(present.map(({ name }) => name)),
    installed: new Set(installed.map(({ name }) => name)),
    modules: new Map(
      modules.map((module) => [module.name, compareModule(module, found.get(module.name.toLowerCase()))]),
    ),
    roleMembers: members.map(({ name }) => name),
    joined: rows?.joined ?? 0,
    jobs: jobs.map(parseJob),
  };
}

/** A management database as it is. */
export async function readManagementDatabase(session: SqlSession, database: string): Promise<ManagementDatabase> {
  return parseManagementDatabase((await session.execute(readManagementDatabaseStatement(database))).recordsets);
}

/**
 * Whether somebody else set this database up for backups: BizTalk, or scripts like BizTalk's. Then only our own schema
 * is added to it.
 */
export function isSomebodyElses(state: ManagementDatabase): boolean {
  return state.bizTalk || [...state.modules.values()].includes("foreign");
}

/** What of the set-up is not as it should be, in words; empty when it is. */
export function managementProblems(state: ManagementDatabase): string[] {
  const expected = ownObjects().filter(({ name }) => !isSomebodyElses(state) || name.startsWith("mssql_backup"));
  const problems = expected.filter(({ name }) => !state.present.has(name)).map(({ name }) => `${name} is missing`);
  for (const [name, condition] of state.modules) {
    if (condition === "changed") problems.push(`dbo.${name} is changed`);
  }
  return problems;
}

/**
 * Sets the database up, or upgrades it, and stores the job: all in one transaction. Runs in the management database.
 *
 * @param databaseMade whether this package made the database itself
 */
export function installManagement(state: ManagementDatabase, job: JobSettings, databaseMade = false): Statement {
  const scripts = isSomebodyElses(state)
    ? [script("record")]
    : [script("member"), script("management"), script("record")];
  const made = ownObjects()
    .map(({ name }) => name)
    .filter((name) => !state.present.has(name))
    .filter((name) => !isSomebodyElses(state) || name.startsWith("mssql_backup"));
  const records = [...made, ...(databaseMade ? [databaseItself] : [])].map(rememberText);
  if (state.installed.has(historyUnwanted)) {
    records.push(`DELETE FROM mssql_backup.InstalledObject WHERE ObjectName = ${quoteString(historyUnwanted)};`);
  }
  const batches = scripts.flatMap(splitBatches);
  if (records.length > 0) batches.push(records.join("\n"));
  return inOneTransaction(`set up the management database for the job ${job.jobName}`, batches, storeJob(job));
}

function rememberText(name: string): string {
  return `IF NOT EXISTS (SELECT * FROM mssql_backup.InstalledObject WHERE ObjectName = ${quoteString(name)})
  INSERT INTO mssql_backup.InstalledObject (ObjectName) VALUES (${quoteString(name)});`;
}

/** Remembers, for whoever leaves last, that no history is to stay. Runs in the management database. */
export function rememberHistoryUnwanted(): Statement {
  return command(rememberText(historyUnwanted), "remember that no history is to stay");
}

/**
 * Takes away what this package made, in one transaction. With `keepHistory` the tables of what happened stay, and with
 * them the record of who made them. Runs in the management database.
 */
export function uninstallManagement(state: ManagementDatabase, keepHistory: boolean): Statement | undefined {
  const going = ownObjects().filter(
    ({ name }) => state.present.has(name) && state.installed.has(name) && !(keepHistory && historyTables.has(name)),
  );
  const lines = going
    // A schema that still holds tables cannot be dropped, a role that still has rights on them needs not be.
    .filter(({ name }) => !(keepHistory && name === "mssql_backup"))
    .flatMap(({ name, drop }) =>
      name === backupRole
        ? [...state.roleMembers.map((member) => `ALTER ROLE ${backupRole} DROP MEMBER ${quoteName(member)};`), drop]
        : [drop],
    );
  if (keepHistory && going.length > 0) {
    const names = going.filter(({ name }) => name !== "mssql_backup").map(({ name }) => quoteString(name));
    lines.push(`DELETE FROM mssql_backup.InstalledObject WHERE ObjectName IN (${names.join(", ")});`);
  }
  if (lines.length === 0) return undefined;
  if (!going.some(({ name }) => name === backupRole)) lines.push(dropUnusedBackupRoleText);
  return inOneTransaction("take the set-up out of the management database", [lines.join("\n")]);
}

/** Creates a management database in full recovery: it is a member of its own set. Not possible in a transaction. */
export function createManagementDatabase(database: string): Statement[] {
  return [
    command(`IF DB_ID(@database) IS NULL CREATE DATABASE ${quoteName(database)};`, `create the database ${database}`, {
      database: sysname(database),
    }),
    command(
      `ALTER DATABASE ${quoteName(database)} SET RECOVERY FULL;`,
      `set the recovery model of ${database} to FULL`,
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
