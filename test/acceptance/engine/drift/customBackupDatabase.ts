import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modulesOf } from "../../../../src/objects/installation";
import { quoteName, quoteString } from "../../../../src/sqlserver";
import { writeSetupScripts } from "../../../support/setupScripts";
import type { DriftCase, DriftTable } from "./driftCase";

const versions = [...modulesOf("member").values()].map(({ name, version }) => `${name} ${version}`).join(", ");

/** A database of the control server, joined to the set of its management database. */
function joinedDrift(
  database: string,
  {
    declared,
    ...drift
  }: Pick<DriftCase, "property" | "what" | "drift" | "shows" | "observe"> & { readonly declared?: () => object },
): DriftCase {
  return {
    ...drift,
    prepare: ({ control }) => control.run(`CREATE DATABASE ${quoteName(database)};`),
    declare: ({ control, management }) => ({
      [database]: {
        kind: "CustomBackupDatabase",
        args: {
          connection: control.connection,
          database,
          control: { connection: control.connection, managementDatabase: management },
          ...declared?.(),
        },
      },
    }),
  };
}

/** Somebody changes the row of a database. */
function rowDrift(property: string, change: string, shows: DriftCase["shows"], declared: object = {}): DriftCase {
  const database = `row ${property}`;
  const where = `WHERE DatabaseName = ${quoteString(database)}`;
  return joinedDrift(database, {
    property,
    declared: () => declared,
    drift: ({ control, management }) => control.run(`${change} ${where};`, management),
    shows,
    observe: ({ control, management }) =>
      control.rows(
        `SELECT DefaultDatabaseName, DatabaseName, ServerName, BTSServerName FROM dbo.adm_OtherBackupDatabases ${where};`,
        management,
      ),
  });
}

/** What of a database belongs to its set-up. */
const setupOf = `SELECT o.name, o.type, m.definition, g.permission_name AS permission
FROM sys.objects AS o
LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
LEFT JOIN sys.database_permissions AS g ON g.class = 1 AND g.major_id = o.object_id
WHERE o.is_ms_shipped = 0
UNION ALL
SELECT name, type, NULL, NULL FROM sys.database_principals WHERE name = N'BTS_BACKUP_USERS'
ORDER BY name;`;

/** Somebody changes what the database got. */
function setupDrift(what: string, change: string, problem: string, setup = (): string => "builtIn"): DriftCase {
  const database = `setup ${what}`;
  const paths = new Map<string, string>();
  // The same folder for every look at the case.
  const path = () => paths.get(what) ?? paths.set(what, setup()).get(what) ?? "";
  return joinedDrift(database, {
    property: "setup",
    what,
    declared: () => ({ setup: path() }),
    drift: ({ control }) => control.run(change, database),
    shows: {
      get old() {
        return JSON.stringify(`${path()} (${problem})`);
      },
      get new() {
        return JSON.stringify(path());
      },
    },
    observe: ({ control }) => control.rows(setupOf, database),
  });
}

function scriptsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "drift-scripts-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return writeSetupScripts(folder);
}

const allProcedures = [
  "sp_GetServerName",
  "sp_GetServerVersion",
  "sp_SetMark",
  "sp_SetMarkRemote",
  "sp_CleanUpMarkLog",
  "sp_BackupBizTalk",
  "sp_BackupBizTalkFull",
  "sp_BackupBizTalkLog",
];

export const customBackupDatabase: DriftTable = {
  kind: "CustomBackupDatabase",
  cases: [
    joinedDrift("database recoveryModel", {
      property: "recoveryModel",
      declared: () => ({ setRecoveryModel: true }),
      drift: ({ control }) => control.run("ALTER DATABASE [database recoveryModel] SET RECOVERY SIMPLE;"),
      shows: { old: '"SIMPLE"', new: '"FULL"' },
      observe: ({ control }) =>
        control.rows("SELECT recovery_model_desc FROM sys.databases WHERE name = N'database recoveryModel';"),
    }),
    rowDrift("joined", "DELETE FROM dbo.adm_OtherBackupDatabases", { old: "false", new: "true" }),
    rowDrift(
      "defaultDatabaseName",
      "UPDATE dbo.adm_OtherBackupDatabases SET DefaultDatabaseName = N'Theirs'",
      { old: '"Theirs"', new: '"Mine"' },
      { defaultDatabaseName: "Mine" },
    ),
    rowDrift(
      "serverName",
      "UPDATE dbo.adm_OtherBackupDatabases SET ServerName = N'ELSEWHERE'",
      { old: '"ELSEWHERE"', new: '"CONTROL"' },
      { serverName: "CONTROL" },
    ),
    setupDrift("a procedure dropped", "DROP PROCEDURE dbo.sp_BackupBizTalk;", "sp_BackupBizTalk is missing"),
    setupDrift(
      "a procedure changed",
      "ALTER PROCEDURE dbo.sp_SetMark @name nvarchar(128) AS -- mssql-backup member procedure, version 1\nRETURN 0;",
      "sp_SetMark is changed",
    ),
    setupDrift(
      "a procedure written anew",
      "ALTER PROCEDURE dbo.sp_SetMark @name nvarchar(128) AS RETURN 0;",
      "sp_SetMark is changed",
    ),
    setupDrift("MarkLog dropped", "DROP TABLE dbo.MarkLog;", "MarkLog is missing"),
    setupDrift("the role dropped", "DROP ROLE BTS_BACKUP_USERS;", "BTS_BACKUP_USERS is missing"),
    setupDrift(
      "a right revoked",
      "REVOKE EXECUTE ON dbo.sp_SetMarkRemote FROM BTS_BACKUP_USERS;",
      "BTS_BACKUP_USERS may not execute sp_SetMarkRemote",
    ),
    setupDrift(
      "all rights revoked",
      allProcedures.map((name) => `REVOKE EXECUTE ON dbo.${name} FROM BTS_BACKUP_USERS;`).join("\n"),
      allProcedures.map((name) => `BTS_BACKUP_USERS may not execute ${name}`).join(", "),
    ),
    setupDrift(
      "a procedure of scripts dropped",
      "DROP PROCEDURE dbo.sp_OfTheirOwn;",
      "sp_OfTheirOwn is missing",
      scriptsFolder,
    ),
    setupDrift(
      "a procedure of scripts changed",
      "ALTER PROCEDURE dbo.sp_SetMark @name nvarchar(128) AS RETURN 0;",
      "sp_SetMark is changed",
      scriptsFolder,
    ),
    joinedDrift("setup an older version", {
      property: "setupVersions",
      what: "an older version put in its place",
      drift: ({ control }) =>
        control.run(
          "ALTER PROCEDURE dbo.sp_SetMark @name nvarchar(128) AS -- mssql-backup member procedure, version 0\nRETURN 0;",
          "setup an older version",
        ),
      shows: { old: `"sp_SetMark 0, ${versions.replace("sp_SetMark 1, ", "")}"`, new: `"${versions}"` },
      observe: ({ control }) => control.rows(setupOf, "setup an older version"),
    }),
  ],
  exceptions: {
    connection: "where to look, not what is there",
    control: "where to look, not what is there",
    database: "a database under another name is another one to the program: this one is gone",
    setRecoveryModel: "what up may do, not what is there",
    restoreRecoveryModel: "what delete does, not what is there",
    adopt: "what create does, not what is there",
  },
  missing: [],
};
