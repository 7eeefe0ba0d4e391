import type { TestServers } from "../../provider/servers";

/** Procedures as somebody else's scripts make them. */
const procedures = [
  "sp_GetServerName",
  "sp_SetMark",
  "sp_SetMarkRemote",
  "sp_BackupBizTalkFull",
  "sp_BackupBizTalkLog",
];

const memberStatements = [
  "CREATE TABLE dbo.MarkLog (MarkName nvarchar(128) NOT NULL);",
  "CREATE ROLE BTS_BACKUP_USERS;",
  ...procedures.map((name) => `CREATE PROCEDURE dbo.${name} AS RETURN 0;`),
];

/**
 * A BizTalk group as its own set-up leaves it, made by plain T-SQL: databases of its own on both servers, which only the
 * view `admv_BackupDatabases` names, and a joined database on either.
 */
export async function makeBizTalkGroup({ control, remote }: TestServers): Promise<void> {
  for (const database of ["BizTalkMgmtDb", "BizTalkMsgBoxDb", "ShopDb", "BAMArchive"]) {
    await control.run(`CREATE DATABASE ${database};`);
    for (const statement of memberStatements) await control.run(statement, database);
  }
  await control.run("ALTER DATABASE BAMArchive SET RECOVERY SIMPLE;");
  for (const database of ["BizTalkDTADb", "ESB.Exceptions"]) {
    await remote.run(`CREATE DATABASE [${database}];`);
    for (const statement of memberStatements) await remote.run(statement, database);
  }
  for (const statement of [
    "CREATE TABLE dbo.adm_Group (Id int NOT NULL, TrackingDBServerName nvarchar(80), TrackingDBName nvarchar(128));",
    "INSERT INTO dbo.adm_Group VALUES (1, N'ESB', N'BizTalkDTADb');",
    "CREATE TABLE dbo.adm_MessageBox (DBServerName nvarchar(80), DBName nvarchar(128));",
    "INSERT INTO dbo.adm_MessageBox VALUES (N'CONTROL', N'BizTalkMsgBoxDb');",
    `CREATE TABLE dbo.adm_OtherBackupDatabases (DefaultDatabaseName nvarchar(128) NOT NULL, DatabaseName nvarchar(128) NOT NULL,
  ServerName nvarchar(80) NOT NULL, BTSServerName nvarchar(80) NOT NULL);`,
    `INSERT INTO dbo.adm_OtherBackupDatabases VALUES (N'ShopDb', N'ShopDb', N'CONTROL', N'CONTROL'),
  (N'BAMArchive', N'BAMArchive', N'CONTROL', N'CONTROL'), (N'EsbExceptionDb', N'ESB.Exceptions', N'ESB', N'ESB'),
  (N'Lost', N'Lost', N'NOWHERE', N'NOWHERE');`,
    `CREATE VIEW dbo.admv_BackupDatabases AS
SELECT CAST(SERVERPROPERTY('ServerName') AS nvarchar(80)) AS ServerName, DB_NAME() AS DatabaseName
UNION SELECT TrackingDBServerName, TrackingDBName FROM dbo.adm_Group
UNION SELECT DBServerName, DBName FROM dbo.adm_MessageBox
UNION SELECT ServerName, DatabaseName FROM dbo.adm_OtherBackupDatabases;`,
  ]) {
    await control.run(statement, "BizTalkMgmtDb");
  }
  await control.run(`EXEC sys.sp_addlinkedserver @server = N'ESB', @srvproduct = N'', @provider = N'MSOLEDBSQL',
  @datasrc = N'127.0.0.1,${remote.connection.port}';
EXEC sys.sp_serveroption N'ESB', N'rpc', N'true';
EXEC sys.sp_serveroption N'ESB', N'rpc out', N'true';
EXEC sys.sp_serveroption N'ESB', N'query timeout', N'1200';
EXEC sys.sp_addlinkedsrvlogin @rmtsrvname = N'ESB', @useself = N'False', @locallogin = NULL, @rmtuser = N'sa', @rmtpassword = N'Secret-1';`);
  await remote.run("CREATE LOGIN [svc-backup] WITH PASSWORD = N'Secret-2', CHECK_POLICY = OFF;");
  for (const statement of [
    "CREATE USER [svc-backup] FOR LOGIN [svc-backup];",
    "ALTER ROLE BTS_BACKUP_USERS ADD MEMBER [svc-backup];",
    "GRANT BACKUP DATABASE TO [svc-backup];",
    "GRANT BACKUP LOG TO [svc-backup];",
  ]) {
    await remote.run(statement, "ESB.Exceptions");
  }
  await control.run("CREATE LOGIN [CORP\\BizTalk Backup] FROM WINDOWS;");
  for (const statement of [
    "CREATE USER [CORP\\BizTalk Backup];",
    "ALTER ROLE BTS_BACKUP_USERS ADD MEMBER [CORP\\BizTalk Backup];",
    "ALTER ROLE db_backupoperator ADD MEMBER [CORP\\BizTalk Backup];",
  ]) {
    await control.run(statement, "BizTalkMsgBoxDb");
  }
  const job = "N'Backup BizTalk Server (BizTalkMgmtDb)'";
  await control.run(`EXEC msdb.dbo.sp_add_job @job_name = ${job};
EXEC msdb.dbo.sp_add_jobstep @job_name = ${job}, @step_id = 1, @step_name = N'BackupFull', @subsystem = N'TSQL', @database_name = N'BizTalkMgmtDb',
  @command = N'exec [dbo].[sp_BackupAllFull_Schedule] ''d'' /* Frequency */, ''GRP'' /* Name */, ''/bts'' /* location */', @on_success_action = 3;
EXEC msdb.dbo.sp_add_jobstep @job_name = ${job}, @step_id = 2, @step_name = N'MarkAndBackupLog', @subsystem = N'TSQL', @database_name = N'BizTalkMgmtDb',
  @command = N'exec [dbo].[sp_MarkAll] ''GRP'', ''/bts''';
EXEC msdb.dbo.sp_add_jobschedule @job_name = ${job}, @name = N'MarkAndBackupLogSched', @freq_type = 4, @freq_interval = 1,
  @freq_subday_type = 4, @freq_subday_interval = 15;`);
}
