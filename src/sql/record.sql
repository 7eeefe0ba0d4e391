-- What this package keeps beyond BizTalk's own tables, in a schema of its own so that the two never collide. Run it in
-- the management database; running it again changes nothing. Times are UTC.

IF SCHEMA_ID(N'mssql_backup') IS NULL
    EXEC (N'CREATE SCHEMA mssql_backup AUTHORIZATION dbo');
GO
-- The settings of a job. The runner reads them at the start of each run.
IF OBJECT_ID(N'mssql_backup.Job', N'U') IS NULL
    CREATE TABLE mssql_backup.Job (
        JobName nvarchar(128) NOT NULL CONSTRAINT pk_Job PRIMARY KEY,
        LogMarkName nvarchar(8) NOT NULL,
        FullPath nvarchar(3000) NOT NULL,
        LogPath nvarchar(3000) NOT NULL,
        Frequency nchar(1) NOT NULL CONSTRAINT ck_Job_Frequency CHECK (Frequency IN (N'h', N'd', N'w', N'm', N'y')),
        BackupHour int NULL CONSTRAINT ck_Job_BackupHour CHECK (BackupHour BETWEEN 0 AND 23),
        UseLocalTime bit NOT NULL,
        Compression bit NOT NULL,
        BackupChecksum bit NOT NULL,
        Stripes int NOT NULL,
        EncryptionAlgorithm nvarchar(20) NULL,
        EncryptorKind nvarchar(20) NULL,
        EncryptorName nvarchar(128) NULL,
        ParallelBackups int NOT NULL,
        ForceFullAfterPartialFailure bit NOT NULL,
        DaysOfHistory int NULL
    );
GO
-- What create made in this database, so that the last job to leave takes away that and nothing else.
IF OBJECT_ID(N'mssql_backup.InstalledObject', N'U') IS NULL
    CREATE TABLE mssql_backup.InstalledObject (
        ObjectName nvarchar(200) NOT NULL CONSTRAINT pk_InstalledObject PRIMARY KEY
    );
GO
IF OBJECT_ID(N'mssql_backup.Run', N'U') IS NULL
    CREATE TABLE mssql_backup.Run (
        RunId bigint IDENTITY(1, 1) NOT NULL CONSTRAINT pk_Run PRIMARY KEY,
        JobName nvarchar(128) NOT NULL,
        StartedAt datetime2(3) NOT NULL,
        FinishedAt datetime2(3) NULL,
        -- running, succeeded, incomplete (some members failed), failed, cancelled
        Outcome varchar(20) NOT NULL,
        -- why a full backup was or was not due
        FullDecision nvarchar(200) NULL,
        FullBackupSetId bigint NULL,
        LogBackupSetId bigint NULL,
        MarkName nvarchar(32) NULL,
        HostName nvarchar(128) NULL
    );
GO
-- One step of a run, for one member or for the whole set (then without server and database).
IF OBJECT_ID(N'mssql_backup.RunStep', N'U') IS NULL
    CREATE TABLE mssql_backup.RunStep (
        RunId bigint NOT NULL,
        StepNumber int NOT NULL,
        -- preflight, full, mark, proof, log, record, clean
        Step varchar(20) NOT NULL,
        ServerName nvarchar(128) NULL,
        DatabaseName nvarchar(128) NULL,
        StartedAt datetime2(3) NOT NULL,
        FinishedAt datetime2(3) NULL,
        Succeeded bit NOT NULL,
        BackupFile nvarchar(4000) NULL,
        -- what is wrong, with SQL Server's number where there is one
        ErrorNumber int NULL,
        Finding nvarchar(max) NULL,
        CONSTRAINT pk_RunStep PRIMARY KEY (RunId, StepNumber),
        CONSTRAINT fk_RunStep_Run FOREIGN KEY (RunId) REFERENCES mssql_backup.Run (RunId) ON DELETE CASCADE
    );
GO
-- A mark that is proven to be in its members' logs. msdb has the same, but msdb can be lost.
IF OBJECT_ID(N'mssql_backup.RestorePoint', N'U') IS NULL
    CREATE TABLE mssql_backup.RestorePoint (
        RestorePointId bigint IDENTITY(1, 1) NOT NULL CONSTRAINT pk_RestorePoint PRIMARY KEY,
        RunId bigint NULL,
        MarkName nvarchar(32) NOT NULL,
        MarkedAt datetime2(3) NOT NULL,
        -- every member of that run has the mark
        Complete bit NOT NULL
    );
GO
IF NOT EXISTS (SELECT * FROM sys.indexes WHERE object_id = OBJECT_ID(N'mssql_backup.RestorePoint') AND name = N'ix_RestorePoint_MarkName')
    CREATE INDEX ix_RestorePoint_MarkName ON mssql_backup.RestorePoint (MarkName, MarkedAt);
GO
IF OBJECT_ID(N'mssql_backup.RestorePointMember', N'U') IS NULL
    CREATE TABLE mssql_backup.RestorePointMember (
        RestorePointId bigint NOT NULL,
        ServerName nvarchar(128) NOT NULL,
        DatabaseName nvarchar(128) NOT NULL,
        -- the mark's place in this member's log; null when the mark was not found there
        MarkLsn numeric(25, 0) NULL,
        CONSTRAINT pk_RestorePointMember PRIMARY KEY (RestorePointId, ServerName, DatabaseName),
        CONSTRAINT fk_RestorePointMember_RestorePoint FOREIGN KEY (RestorePointId)
            REFERENCES mssql_backup.RestorePoint (RestorePointId) ON DELETE CASCADE
    );
GO
-- A restore that was tried under other names, to prove that a point can be restored.
IF OBJECT_ID(N'mssql_backup.Drill', N'U') IS NULL
    CREATE TABLE mssql_backup.Drill (
        DrillId bigint IDENTITY(1, 1) NOT NULL CONSTRAINT pk_Drill PRIMARY KEY,
        JobName nvarchar(128) NOT NULL,
        MarkName nvarchar(32) NOT NULL,
        StartedAt datetime2(3) NOT NULL,
        FinishedAt datetime2(3) NULL,
        Succeeded bit NOT NULL,
        Finding nvarchar(max) NULL
    );
GO
GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::mssql_backup TO BTS_BACKUP_USERS;
GO
