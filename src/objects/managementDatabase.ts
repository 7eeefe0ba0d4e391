import {
  isSqlServerError,
  query,
  quotePath,
  quoteString,
  type Row,
  retry,
  type SqlSession,
  type Statement,
  sysname,
} from "../sqlserver";
import { compareModule, type ModuleCondition, modulesOf } from "./installation";
import { type JobRow, type JobSettings, parseJob, selectJobText } from "./jobSettings";
import { ownObjects } from "./managementObjects";

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
  /** The databases in `adm_OtherBackupDatabases`. */
  readonly joined: readonly { readonly server: string; readonly database: string }[];
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
IF OBJECT_ID(N'mssql_backup.InstalledObject', N'U') IS NOT NULL
  SELECT ObjectName AS name FROM mssql_backup.InstalledObject;
ELSE
  SELECT N'' AS name WHERE 1 = 0;
IF OBJECT_ID(N'dbo.adm_OtherBackupDatabases', N'U') IS NOT NULL
  SELECT DISTINCT ServerName AS server, DatabaseName AS [database] FROM dbo.adm_OtherBackupDatabases;
ELSE
  SELECT N'' AS server WHERE 1 = 0;
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
    { server: string; database: string }[] | undefined,
    JobRow[] | undefined,
  ];
  const [[server], [database], [flags] = [], present = [], definitions = [], ...rest] = sets;
  const [installed = [], joined = [], jobs = []] = rest;
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
    joined,
    jobs: jobs.map(parseJob),
  };
}

/** SQL Server's error for a table that does not exist. */
const noSuchObject = 208;

/** A management database as it is. */
export async function readManagementDatabase(session: SqlSession, database: string): Promise<ManagementDatabase> {
  const { recordsets } = await retry(() => session.execute(readManagementDatabaseStatement(database)), {
    attempts: 3,
    firstPauseMs: 50,
    // Whoever leaves last takes the tables away, also between the look for one and its reading.
    worthwhile: (error) => isSqlServerError(error) && error.has(noSuchObject),
  });
  return parseManagementDatabase(recordsets);
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
    if (condition === "older") problems.push(`dbo.${name} is of an earlier version`);
  }
  return problems;
}
