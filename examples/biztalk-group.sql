-- What the SQL Server of a BizTalk group shows to a backup: three databases that can be marked and backed up, the tables
-- that say which they are, and the Agent job that backs them up. A stand-in for trials on an emulated server, written
-- for that; on a real server BizTalk's own configuration makes all this.
CREATE DATABASE BizTalkMgmtDb;
CREATE DATABASE BizTalkMsgBoxDb;
CREATE DATABASE BizTalkDTADb;
GO
USE BizTalkMgmtDb;
GO
CREATE TABLE dbo.adm_Group (TrackingDBServerName nvarchar(80) NOT NULL, TrackingDBName nvarchar(128) NOT NULL);
INSERT INTO dbo.adm_Group VALUES (@@SERVERNAME, N'BizTalkDTADb');
CREATE TABLE dbo.adm_MessageBox (DBServerName nvarchar(80) NOT NULL, DBName nvarchar(128) NOT NULL);
INSERT INTO dbo.adm_MessageBox VALUES (@@SERVERNAME, N'BizTalkMsgBoxDb');
CREATE TABLE dbo.adm_OtherBackupDatabases (
    DefaultDatabaseName nvarchar(128) NOT NULL,
    DatabaseName nvarchar(128) NOT NULL,
    ServerName nvarchar(80) NOT NULL,
    BTSServerName nvarchar(80) NOT NULL,
    CONSTRAINT adm_OtherBackupDatabases_PK PRIMARY KEY CLUSTERED (DefaultDatabaseName, BTSServerName)
);
CREATE TABLE dbo.adm_BackupSettings (UseCompression bit NOT NULL, ForceFull bit NOT NULL);
INSERT INTO dbo.adm_BackupSettings VALUES (0, 0);
CREATE TABLE dbo.adm_BackupSetId (NextBackupSetId bigint NULL);
INSERT INTO dbo.adm_BackupSetId VALUES (1);
CREATE TABLE dbo.adm_BackupHistory (
    BackupId bigint IDENTITY(1, 1) NOT NULL PRIMARY KEY CLUSTERED,
    BackupSetId bigint NOT NULL,
    MarkName nvarchar(32) NULL,
    DatabaseName nvarchar(128) NOT NULL,
    BackupFileName nvarchar(500) NOT NULL,
    BackupFileLocation nvarchar(3000) NOT NULL,
    BackupType char(2) NOT NULL,
    BackupDateTime datetime NOT NULL DEFAULT (GETDATE()),
    SetComplete bit NOT NULL DEFAULT (0),
    ServerName nvarchar(128) NULL
);
GO
CREATE VIEW dbo.admv_BackupDatabases
AS
SELECT CAST(@@SERVERNAME AS nvarchar(128)) AS ServerName, CAST(DB_NAME() AS nvarchar(128)) AS DatabaseName
UNION
SELECT TrackingDBServerName, TrackingDBName FROM dbo.adm_Group
UNION
SELECT DBServerName, DBName FROM dbo.adm_MessageBox
UNION
SELECT ServerName, DatabaseName FROM dbo.adm_OtherBackupDatabases;
GO
CREATE PROCEDURE dbo.sp_ForceFullBackup
AS
UPDATE dbo.adm_BackupSettings SET ForceFull = 1;
GO
CREATE PROCEDURE dbo.sp_GetNextBackupSetId
AS
DECLARE @id int;
UPDATE dbo.adm_BackupSetId SET @id = NextBackupSetId, NextBackupSetId = NextBackupSetId + 1;
RETURN @id;
GO
-- The procedures of a member: the other two databases get copies.
CREATE PROCEDURE dbo.sp_GetServerName
    @name sysname OUTPUT
AS
SET @name = @@SERVERNAME;
GO
CREATE PROCEDURE dbo.sp_SetMark
    @name nvarchar(128)
AS
BEGIN TRANSACTION @name;
INSERT INTO dbo.MarkLog (MarkName) VALUES (@name);
COMMIT TRANSACTION;
RETURN 0;
GO
CREATE PROCEDURE dbo.sp_SetMarkRemote
    @name nvarchar(128)
AS
BEGIN TRANSACTION @name WITH MARK @name;
INSERT INTO dbo.MarkLog (MarkName) VALUES (@name);
COMMIT TRANSACTION;
RETURN 0;
GO
CREATE PROCEDURE dbo.sp_BackupBizTalkFull
    @seq nvarchar(128),
    @path nvarchar(3000),
    @BackupLocation nvarchar(4000) OUTPUT
AS
DECLARE @database sysname = DB_NAME();
SET @BackupLocation = @path + N'/' + @@SERVERNAME + N'_' + @database + N'_Full_' + @seq + N'.bak';
BACKUP DATABASE @database TO DISK = @BackupLocation;
RETURN 0;
GO
CREATE PROCEDURE dbo.sp_BackupBizTalkLog
    @seq nvarchar(128),
    @path nvarchar(3000),
    @BackupLocation nvarchar(4000) OUTPUT
AS
DECLARE @database sysname = DB_NAME();
SET @BackupLocation = @path + N'/' + @@SERVERNAME + N'_' + @database + N'_Log_' + @seq + N'.bak';
BACKUP LOG @database TO DISK = @BackupLocation;
RETURN 0;
GO
-- Copies what makes a database a member of the group's backup set into another one.
CREATE PROCEDURE dbo.CopyMemberSetup
    @database sysname
AS
DECLARE @execute nvarchar(300) = QUOTENAME(@database) + N'.sys.sp_executesql';
DECLARE @text nvarchar(max);
DECLARE texts CURSOR LOCAL FAST_FORWARD FOR
    SELECT N'CREATE TABLE dbo.MarkLog (MarkName nvarchar(128) NULL);'
    UNION ALL
    SELECT N'CREATE ROLE BTS_BACKUP_USERS;'
    UNION ALL
    SELECT m.definition
    FROM sys.sql_modules AS m
    JOIN sys.procedures AS p ON p.object_id = m.object_id
    WHERE p.name IN (N'sp_GetServerName', N'sp_SetMark', N'sp_SetMarkRemote', N'sp_BackupBizTalkFull', N'sp_BackupBizTalkLog');
OPEN texts;
FETCH NEXT FROM texts INTO @text;
WHILE @@FETCH_STATUS = 0
BEGIN
    EXEC @execute @text;
    FETCH NEXT FROM texts INTO @text;
END;
GO
CREATE TABLE dbo.MarkLog (MarkName nvarchar(128) NULL);
CREATE ROLE BTS_BACKUP_USERS;
EXEC dbo.CopyMemberSetup N'BizTalkMsgBoxDb';
EXEC dbo.CopyMemberSetup N'BizTalkDTADb';
GO
USE msdb;
GO
EXEC dbo.sp_add_job @job_name = N'Backup BizTalk Server (BizTalkMgmtDb)';
EXEC dbo.sp_add_jobstep @job_name = N'Backup BizTalk Server (BizTalkMgmtDb)', @step_id = 1, @step_name = N'BackupFull',
    @subsystem = N'TSQL', @database_name = N'BizTalkMgmtDb', @on_success_action = 3,
    @command = N'exec [dbo].[sp_BackupAllFull_Schedule] ''d'' /* Frequency */, ''BTS'' /* Name */, ''/backup'' /* location */';
EXEC dbo.sp_add_jobstep @job_name = N'Backup BizTalk Server (BizTalkMgmtDb)', @step_id = 2, @step_name = N'MarkAndBackupLog',
    @subsystem = N'TSQL', @database_name = N'BizTalkMgmtDb',
    @command = N'exec [dbo].[sp_MarkAll] ''BTS'' /* Log mark name */, ''/backup'' /* location */';
EXEC dbo.sp_add_jobschedule @job_name = N'Backup BizTalk Server (BizTalkMgmtDb)', @name = N'MarkAndBackupLogSched',
    @freq_type = 4, @freq_interval = 1, @freq_subday_type = 4, @freq_subday_interval = 15;
GO
