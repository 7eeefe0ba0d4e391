-- A management database of our own, for servers without BizTalk: the tables, the view and the procedures by which a
-- backup set is described and its history is read, with the shapes that BizTalk's tools and log shipping expect.
-- Run member.sql first: the management database is a member of its own set. Running it again changes nothing.

IF OBJECT_ID(N'dbo.adm_OtherBackupDatabases', N'U') IS NULL
    CREATE TABLE dbo.adm_OtherBackupDatabases (
        DefaultDatabaseName nvarchar(128) NOT NULL,
        DatabaseName nvarchar(128) NOT NULL,
        ServerName nvarchar(80) NOT NULL,
        BTSServerName nvarchar(80) NOT NULL,
        CONSTRAINT adm_OtherBackupDatabases_PK PRIMARY KEY CLUSTERED (DefaultDatabaseName, BTSServerName)
    );
GO
IF OBJECT_ID(N'dbo.adm_BackupSettings', N'U') IS NULL
    CREATE TABLE dbo.adm_BackupSettings (
        UseCompression bit NOT NULL,
        ForceFull bit NOT NULL
    );
GO
IF NOT EXISTS (SELECT * FROM dbo.adm_BackupSettings)
    INSERT INTO dbo.adm_BackupSettings (UseCompression, ForceFull) VALUES (0, 0);
GO
IF OBJECT_ID(N'dbo.adm_BackupHistory', N'U') IS NULL
    CREATE TABLE dbo.adm_BackupHistory (
        BackupId bigint IDENTITY(1, 1) NOT NULL CONSTRAINT pk_adm_BackupHistory_BackupId PRIMARY KEY CLUSTERED,
        BackupSetId bigint NOT NULL,
        MarkName nvarchar(32) NULL,
        DatabaseName nvarchar(128) NOT NULL,
        BackupFileName nvarchar(500) NOT NULL,
        BackupFileLocation nvarchar(3000) NOT NULL,
        BackupType char(2) NOT NULL,
        BackupDateTime datetime NOT NULL CONSTRAINT df_adm_BackupHistory_BackupDateTime DEFAULT (GETDATE()),
        SetComplete bit NOT NULL CONSTRAINT df_adm_BackupHistory_SetComplete DEFAULT (0),
        ServerName nvarchar(128) NULL
    );
GO
IF NOT EXISTS (SELECT * FROM sys.indexes WHERE object_id = OBJECT_ID(N'dbo.adm_BackupHistory') AND name = N'IX_BackupHistory')
    CREATE UNIQUE INDEX IX_BackupHistory ON dbo.adm_BackupHistory (BackupSetId, DatabaseName, ServerName);
GO
IF OBJECT_ID(N'dbo.adm_BackupSetId', N'U') IS NULL
    CREATE TABLE dbo.adm_BackupSetId (NextBackupSetId bigint NULL);
GO
-- mssql-backup management trigger, version 1
-- One row, and never a number that a set has already.
CREATE OR ALTER TRIGGER dbo.adm_BackupSetId_InsertTrigger ON dbo.adm_BackupSetId
FOR INSERT, UPDATE
AS
SET NOCOUNT ON;
IF (SELECT COUNT(*) FROM dbo.adm_BackupSetId) > 1
BEGIN
    ROLLBACK TRANSACTION;
    RAISERROR (N'Rowcount in adm_BackupSetId cannot exceed 1', 16, 1);
    RETURN;
END;
IF EXISTS (SELECT * FROM inserted WHERE inserted.NextBackupSetId IN (SELECT BackupSetId FROM dbo.adm_BackupHistory))
BEGIN
    ROLLBACK TRANSACTION;
    RAISERROR (N'Value cannot exist in adm_BackupHistory.BackupSetId', 16, 1);
END;
GO
IF NOT EXISTS (SELECT * FROM dbo.adm_BackupSetId)
    INSERT INTO dbo.adm_BackupSetId (NextBackupSetId)
    SELECT ISNULL(MAX(BackupSetId), 0) + 1 FROM dbo.adm_BackupHistory;
GO
-- mssql-backup management view, version 1
-- The members of the backup set: this database and the joined ones. A database may be joined under several default
-- names, and is still one member. SERVERPROPERTY has the server's collation, the columns that of this database.
CREATE OR ALTER VIEW dbo.admv_BackupDatabases
AS
SELECT
    CAST(SERVERPROPERTY('ServerName') AS nvarchar(128)) COLLATE DATABASE_DEFAULT AS ServerName,
    CAST(DB_NAME() AS nvarchar(128)) COLLATE DATABASE_DEFAULT AS DatabaseName
UNION
SELECT CAST(ServerName AS nvarchar(128)), DatabaseName
FROM dbo.adm_OtherBackupDatabases
WHERE ServerName <> N''
GROUP BY ServerName, DatabaseName;
GO
-- mssql-backup management procedure, version 1
CREATE OR ALTER PROCEDURE dbo.sp_SetBackupCompression
    @bCompression bit
AS
SET NOCOUNT ON;
UPDATE dbo.adm_BackupSettings SET UseCompression = @bCompression;
RETURN 0;
GO
-- mssql-backup management procedure, version 1
-- The next run takes a full backup of every member; nothing happens before.
CREATE OR ALTER PROCEDURE dbo.sp_ForceFullBackup
AS
SET NOCOUNT ON;
UPDATE dbo.adm_BackupSettings SET ForceFull = 1;
RETURN 0;
GO
-- mssql-backup management procedure, version 1
-- Returns the number of the next backup set, -1 if there is none.
CREATE OR ALTER PROCEDURE dbo.sp_GetNextBackupSetId
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @id bigint;
BEGIN TRANSACTION;
SELECT @id = NextBackupSetId FROM dbo.adm_BackupSetId WITH (UPDLOCK, HOLDLOCK);
UPDATE dbo.adm_BackupSetId SET NextBackupSetId = @id + 1;
COMMIT TRANSACTION;
RETURN ISNULL(CAST(@id AS int), -1);
GO
-- mssql-backup management procedure, version 1
-- Keeps readers of the history away while a run writes it. Belongs to the session, not to a transaction: backups cannot
-- run in one.
CREATE OR ALTER PROCEDURE dbo.sp_AcquireBackupWriterLock
AS
SET NOCOUNT ON;
DECLARE @result int;
EXEC @result = sys.sp_getapplock @Resource = N'BTS_BackupJob_Lock', @LockMode = N'Exclusive', @LockOwner = N'Session';
RETURN @result;
GO
-- mssql-backup management procedure, version 1
CREATE OR ALTER PROCEDURE dbo.sp_ReleaseBackupWriterLock
AS
SET NOCOUNT ON;
DECLARE @result int;
EXEC @result = sys.sp_releaseapplock @Resource = N'BTS_BackupJob_Lock', @LockOwner = N'Session';
RETURN @result;
GO
-- mssql-backup management procedure, version 1
-- A mark's full name: the job's short name and the time, made of characters that may stand in a file's name.
CREATE OR ALTER PROCEDURE dbo.sp_BuildFullMarkName
    @MarkName nvarchar(8),
    @TimeStamp datetime = NULL,
    @UseLocalTime bit = 0,
    @FullMarkName nvarchar(32) OUTPUT
AS
SET NOCOUNT ON;
DECLARE @text nvarchar(32);
DECLARE @character nchar(1);
DECLARE @at int = 1;
IF @TimeStamp IS NULL
    SET @TimeStamp = CASE WHEN @UseLocalTime = 1 THEN GETDATE() ELSE GETUTCDATE() END;
SET @text = @MarkName + N'_' + CONVERT(nvarchar(23), @TimeStamp, 121);
SET @FullMarkName = N'';
WHILE @at <= LEN(@text)
BEGIN
    SET @character = SUBSTRING(@text, @at, 1);
    SET @FullMarkName = @FullMarkName + CASE
        WHEN @character IN (N'''', N'"') THEN N''
        WHEN CHARINDEX(@character, N' ~!@#$%^&*()-+{[}|\:;<>,./') > 0 THEN N'_'
        ELSE @character END;
    SET @at = @at + 1;
END;
RETURN 0;
GO
-- mssql-backup management procedure, version 1
-- The name by which a member's server knows itself: two aliases of one server must get one mark, not two.
CREATE OR ALTER PROCEDURE dbo.sp_GetRemoteServerName
    @ServerName nvarchar(256),
    @DatabaseName sysname,
    @RemoteServerName sysname OUTPUT
AS
SET NOCOUNT ON;
DECLARE @procedure nvarchar(1000) = QUOTENAME(@ServerName) + N'.' + QUOTENAME(@DatabaseName) + N'.dbo.sp_GetServerName';
EXEC @procedure @RemoteServerName OUTPUT;
IF @RemoteServerName IS NULL
    RETURN -1;
RETURN 0;
GO
-- mssql-backup management procedure, version 1
-- The history after a set, for destinations of log shipping; never while a run is writing it.
CREATE OR ALTER PROCEDURE dbo.sp_GetBackupHistory
    @LastBackupSetId bigint = NULL
AS
SET NOCOUNT ON;
DECLARE @result int;
EXEC @result = dbo.sp_AcquireBackupWriterLock;
IF @result < 0
BEGIN
    RAISERROR (N'The backup history is being written: try again.', 16, 1);
    RETURN -1;
END;
SELECT BackupId, BackupSetId, MarkName, DatabaseName, ServerName, BackupFileName, BackupFileLocation, BackupType,
    BackupDateTime, SetComplete
FROM dbo.adm_BackupHistory
WHERE BackupSetId > ISNULL(@LastBackupSetId, -1)
ORDER BY BackupSetId, BackupId;
EXEC dbo.sp_ReleaseBackupWriterLock;
RETURN 0;
GO
-- mssql-backup management procedure, version 1
-- Deletes whole sets that are older than @DaysToKeep days, as long as a newer full backup is known; never a file.
CREATE OR ALTER PROCEDURE dbo.sp_DeleteBackupHistory
    @DaysToKeep smallint = NULL,
    @UseLocalTime bit = 0
AS
SET NOCOUNT ON;
DECLARE @cutoff datetime;
IF @DaysToKeep IS NULL OR @DaysToKeep <= 0
    RETURN 0;
SET @cutoff = DATEADD(day, -@DaysToKeep, CASE WHEN @UseLocalTime = 1 THEN GETDATE() ELSE GETUTCDATE() END);
DELETE FROM dbo.adm_BackupHistory
WHERE BackupDateTime < @cutoff
    AND BackupSetId NOT IN (SELECT recent.BackupSetId FROM dbo.adm_BackupHistory AS recent WHERE recent.BackupDateTime >= @cutoff)
    AND BackupSetId < (SELECT MAX(fulls.BackupSetId) FROM dbo.adm_BackupHistory AS fulls WHERE fulls.BackupType = 'db');
RETURN 0;
GO
GRANT EXECUTE ON dbo.sp_SetBackupCompression TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_ForceFullBackup TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_GetNextBackupSetId TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_AcquireBackupWriterLock TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_ReleaseBackupWriterLock TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_BuildFullMarkName TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_GetRemoteServerName TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_GetBackupHistory TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_DeleteBackupHistory TO BTS_BACKUP_USERS;
GRANT SELECT ON dbo.admv_BackupDatabases TO BTS_BACKUP_USERS;
GRANT SELECT ON dbo.adm_OtherBackupDatabases TO BTS_BACKUP_USERS;
GRANT SELECT, UPDATE ON dbo.adm_BackupSettings TO BTS_BACKUP_USERS;
-- A restore of this database raises the next id above those of the sets that it puts back.
GRANT SELECT, UPDATE ON dbo.adm_BackupSetId TO BTS_BACKUP_USERS;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.adm_BackupHistory TO BTS_BACKUP_USERS;
GO
