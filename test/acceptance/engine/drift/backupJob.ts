import { quoteString } from "../../../../src/sqlserver";
import { agentDrifts } from "./backupJobAgent";
import type { DriftCase, DriftTable, DriftWorld } from "./driftCase";

/** A job beside others in the management database, one column of its settings changed. */
function settingDrift(drift: {
  readonly property: string;
  /** What is set, in T-SQL. */
  readonly set: string;
  readonly shows: DriftCase["shows"];
  readonly declared?: object;
}): DriftCase {
  const name = `job ${drift.property}`;
  const itsRow = `WHERE JobName = ${quoteString(name)};`;
  const { set, declared, ...others } = drift;
  const columns = [...set.matchAll(/(\w+) = /g)].map(([, column]) => column).join(", ");
  return {
    ...others,
    declare: ({ control, management }) => ({
      [name]: {
        kind: "BackupJob",
        args: {
          connection: control.connection,
          managementDatabase: management,
          name,
          fullPath: "/backup",
          ...declared,
        },
      },
    }),
    drift: ({ control, management }) => control.run(`UPDATE mssql_backup.Job SET ${set} ${itsRow}`, management),
    observe: ({ control, management }) => control.rows(`SELECT ${columns} FROM mssql_backup.Job ${itsRow}`, management),
  };
}

/** A job with a management database of its own, whose set-up is changed: in a shared one every job would show it. */
function setupDrift(what: string, change: string, found: string): DriftCase {
  const database = `Mgmt ${what}`;
  return {
    property: "setup",
    what,
    declare: ({ control }) => ({
      [database]: {
        kind: "BackupJob",
        args: {
          connection: control.connection,
          managementDatabase: database,
          createDatabase: true,
          fullPath: "/backup",
        },
      },
    }),
    drift: ({ control }) => control.run(change, database),
    shows: { old: `"builtIn (${found})"`, new: '"builtIn"' },
    observe: ({ control }) =>
      control.rows(
        `SELECT o.name, m.definition FROM sys.objects AS o LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
WHERE o.name IN (N'sp_ForceFullBackup', N'sp_SetMark', N'adm_BackupSettings') ORDER BY o.name;`,
        database,
      ),
  };
}

const bizTalk = { database: "BizTalkMgmt", job: "Backup BizTalk Server (BizTalkMgmt)" };

async function makeBizTalk({ control }: DriftWorld): Promise<void> {
  await control.run(`CREATE DATABASE ${bizTalk.database};`);
  await control.run("CREATE TABLE dbo.adm_Group (Id int NOT NULL); CREATE ROLE BTS_BACKUP_USERS;", bizTalk.database);
  await control.run(`EXEC msdb.dbo.sp_add_job @job_name = N'${bizTalk.job}';`);
}

export const backupJob: DriftTable = {
  kind: "BackupJob",
  cases: [
    settingDrift({
      property: "fullPath",
      set: "FullPath = N'/elsewhere'",
      shows: { old: '"/elsewhere"', new: '"/backup"' },
      declared: { logPath: "/logs" },
    }),
    settingDrift({
      property: "logPath",
      set: "LogPath = N'/elsewhere'",
      shows: { old: '"/elsewhere"', new: '"/logs"' },
      declared: { logPath: "/logs" },
    }),
    settingDrift({ property: "logMarkName", set: "LogMarkName = N'XYZ'", shows: { old: '"XYZ"', new: '"BTS"' } }),
    settingDrift({ property: "frequency", set: "Frequency = N'w'", shows: { old: '"w"', new: '"d"' } }),
    settingDrift({
      property: "backupHour",
      set: "BackupHour = 5",
      shows: { old: "5", new: "3" },
      declared: { backupHour: 3 },
    }),
    settingDrift({ property: "useLocalTime", set: "UseLocalTime = 1", shows: { old: "true", new: "false" } }),
    settingDrift({ property: "compression", set: "Compression = 1", shows: { old: "true", new: "false" } }),
    settingDrift({ property: "checksum", set: "BackupChecksum = 0", shows: { old: "false", new: "true" } }),
    settingDrift({ property: "stripes", set: "Stripes = 2", shows: { old: "2", new: "1" } }),
    settingDrift({
      property: "encryption",
      set: "EncryptionAlgorithm = N'AES_128', EncryptorKind = N'CERTIFICATE', EncryptorName = N'BackupKey'",
      shows: { old: '"BackupKey"', new: "" },
    }),
    settingDrift({ property: "parallelBackups", set: "ParallelBackups = 9", shows: { old: "9", new: "4" } }),
    settingDrift({
      property: "forceFullAfterPartialFailure",
      set: "ForceFullAfterPartialFailure = 1",
      shows: { old: "true", new: "false" },
    }),
    settingDrift({ property: "daysOfHistory", set: "DaysOfHistory = NULL", shows: { old: "0", new: "14" } }),
    setupDrift("a procedure less", "DROP PROCEDURE dbo.sp_ForceFullBackup;", "dbo.sp_ForceFullBackup is missing"),
    setupDrift("a table less", "DROP TABLE dbo.adm_BackupSettings;", "dbo.adm_BackupSettings is missing"),
    setupDrift(
      "a procedure changed",
      "ALTER PROCEDURE dbo.sp_SetMark @name nvarchar(128) AS -- mssql-backup member procedure, version 1\nRETURN 0;",
      "dbo.sp_SetMark is changed",
    ),
    {
      property: "disableBizTalkJob",
      prepare: makeBizTalk,
      declare: ({ control }) => ({
        "job beside BizTalk": {
          kind: "BackupJob",
          args: {
            connection: control.connection,
            managementDatabase: bizTalk.database,
            fullPath: "/backup",
            disableBizTalkJob: true,
          },
        },
      }),
      drift: ({ control }) => control.run(`EXEC msdb.dbo.sp_update_job @job_name = N'${bizTalk.job}', @enabled = 1;`),
      shows: { old: `"${bizTalk.job} is enabled"`, new: "true" },
      observe: ({ control }) => control.rows(`SELECT enabled FROM msdb.dbo.sysjobs WHERE name = N'${bizTalk.job}';`),
    },
    ...agentDrifts,
  ],
  exceptions: {
    connection: "where to look, not what is there",
    managementDatabase: "a database under another name is another one to the program: this one is gone",
    name: "a job under another name is another one to the program: this one is gone",
    createDatabase: "what create does, not what is there",
    deleteHistory: "what delete does, not what is there",
    adopt: "what create does, not what is there",
    "agent.runner": "stands in the command lines of the steps: agent.setup shows those",
    "agent.connectionFile": "stands in the command lines of the steps: agent.setup shows those",
  },
  missing: [],
};
