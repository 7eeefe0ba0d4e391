-- What every database of a backup set holds: the table of its marks, the role of those who back it up, and the
-- procedures by which it is marked and backed up. Run it in each member database; running it again changes nothing.
-- The names and leading parameters are those of the "Backup BizTalk Server" job, so that either engine can use them.

IF OBJECT_ID(N'dbo.MarkLog', N'U') IS NULL
    CREATE TABLE dbo.MarkLog (MarkName nvarchar(128) NULL);
GO
IF DATABASE_PRINCIPAL_ID(N'BTS_BACKUP_USERS') IS NULL
    CREATE ROLE BTS_BACKUP_USERS AUTHORIZATION dbo;
GO
-- mssql-backup member procedure, version 1
-- The name by which this instance knows itself, whatever name or alias it was reached by.
CREATE OR ALTER PROCEDURE dbo.sp_GetServerName
    @name sysname OUTPUT
AS
SET NOCOUNT ON;
SET @name = CAST(SERVERPROPERTY('ServerName') AS sysname);
RETURN 0;
GO
-- mssql-backup member procedure, version 1
-- The major version of this instance, such as 15 for SQL Server 2019.
CREATE OR ALTER PROCEDURE dbo.sp_GetServerVersion
    @version int OUTPUT
AS
SET NOCOUNT ON;
DECLARE @product nvarchar(128) = CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128));
SET @version = CAST(LEFT(@product, CHARINDEX(N'.', @product) - 1) AS int);
RETURN 0;
GO
-- mssql-backup member procedure, version 1
-- Writes the mark's row inside the caller's marked transaction. SQL Server places a mark only in databases that the
-- transaction has written to: this row is what makes this database one of them.
-- XACT_ABORT: a mark is in every member or in none.
CREATE OR ALTER PROCEDURE dbo.sp_SetMark
    @name nvarchar(128)
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
IF LEN(@name) > 32
BEGIN
    RAISERROR (N'The mark name is longer than the 32 characters of a transaction name: %s', 16, 1, @name);
    RETURN -1;
END;
BEGIN TRANSACTION @name;
INSERT INTO dbo.MarkLog (MarkName) VALUES (@name);
COMMIT TRANSACTION;
RETURN 0;
GO
-- mssql-backup member procedure, version 1
-- As sp_SetMark, for the first database of a server other than the one where the marked transaction began: a mark does
-- not travel to another server by itself, it has to be begun there again, once.
CREATE OR ALTER PROCEDURE dbo.sp_SetMarkRemote
    @name nvarchar(128)
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
IF LEN(@name) > 32
BEGIN
    RAISERROR (N'The mark name is longer than the 32 characters of a transaction name: %s', 16, 1, @name);
    RETURN -1;
END;
BEGIN TRANSACTION @name WITH MARK @name;
INSERT INTO dbo.MarkLog (MarkName) VALUES (@name);
COMMIT TRANSACTION;
RETURN 0;
GO
-- mssql-backup member procedure, version 1
-- Deletes the rows of marks up to and including the given one. Marks of other jobs, told apart by the text before the
-- time stamp, stay. Works in small steps to keep locks and log short.
CREATE OR ALTER PROCEDURE dbo.sp_CleanUpMarkLog
    @MarkName nvarchar(128)
AS
SET NOCOUNT ON;
DECLARE @prefix int = LEN(@MarkName) - 23;
DECLARE @deleted int = 1;
IF @prefix IS NULL OR @prefix < 1
    RETURN 0;
WHILE @deleted > 0
BEGIN
    DELETE TOP (5000) FROM dbo.MarkLog
    WHERE MarkName <= @MarkName
        AND LEN(MarkName) = LEN(@MarkName)
        AND LEFT(MarkName, @prefix) = LEFT(@MarkName, @prefix);
    SET @deleted = @@ROWCOUNT;
END;
RETURN 0;
GO
-- mssql-backup member procedure, version 1
-- Carries out one backup. Nothing is caught here: the caller must see every message, because the last one (3013) only
-- says that there was another.
-- @Stripes writes that many files side by side: @BackupLocation then names the first, "…_1of3.bak".
CREATE OR ALTER PROCEDURE dbo.sp_BackupBizTalk
    @DBName sysname,
    @BackupLocation nvarchar(4000),
    @bCompression bit,
    @BackupType nvarchar(20),
    @Checksum bit = 1,
    @Stripes int = 1,
    @EncryptionAlgorithm nvarchar(20) = NULL,
    @EncryptorKind nvarchar(20) = NULL,
    @EncryptorName sysname = NULL,
    @CopyOnly bit = 0
AS
SET NOCOUNT ON;
DECLARE @device nvarchar(4) = CASE WHEN @BackupLocation LIKE N'http%://%' OR @BackupLocation LIKE N's3://%' THEN N'URL' ELSE N'DISK' END;
DECLARE @targets nvarchar(max) = N'';
DECLARE @stripe int = 1;
DECLARE @options nvarchar(1000);
DECLARE @statement nvarchar(max);
DECLARE @result int;

IF @BackupType NOT IN (N'DATABASE', N'LOG')
BEGIN
    RAISERROR (N'Unknown backup type: %s. Expected DATABASE or LOG.', 16, 1, @BackupType);
    RETURN -1;
END;
IF @EncryptionAlgorithm IS NOT NULL
    AND (@EncryptionAlgorithm NOT IN (N'AES_128', N'AES_192', N'AES_256', N'TRIPLE_DES_3KEY')
        OR ISNULL(@EncryptorKind, N'') NOT IN (N'CERTIFICATE', N'ASYMMETRIC KEY')
        OR @EncryptorName IS NULL)
BEGIN
    RAISERROR (N'Encryption needs an algorithm (AES_128, AES_192, AES_256, TRIPLE_DES_3KEY), a kind (CERTIFICATE, ASYMMETRIC KEY) and a name.', 16, 1);
    RETURN -1;
END;
IF @Stripes IS NULL OR @Stripes NOT BETWEEN 1 AND 64
BEGIN
    RAISERROR (N'A backup has 1 to 64 stripes.', 16, 1);
    RETURN -1;
END;

WHILE @stripe <= @Stripes
BEGIN
    SET @targets = @targets
        + CASE WHEN @stripe = 1 THEN N'' ELSE N', ' END
        + @device + N' = N'''
        + REPLACE(
            CASE WHEN @Stripes = 1 THEN @BackupLocation
                ELSE REPLACE(@BackupLocation, N'_1of' + CAST(@Stripes AS nvarchar(2)) + N'.bak',
                    N'_' + CAST(@stripe AS nvarchar(2)) + N'of' + CAST(@Stripes AS nvarchar(2)) + N'.bak') END,
            N'''', N'''''')
        + N'''';
    SET @stripe = @stripe + 1;
END;

SET @options = CASE WHEN @Checksum = 1 THEN N'CHECKSUM' ELSE N'NO_CHECKSUM' END;
-- Express Edition (4) refuses compression.
IF @bCompression = 1 AND CAST(SERVERPROPERTY('EngineEdition') AS int) = 4
BEGIN
    PRINT N'This edition of SQL Server cannot compress backups: backing up without compression.';
    SET @bCompression = 0;
END;
SET @options = @options + CASE WHEN @bCompression = 1 THEN N', COMPRESSION' ELSE N', NO_COMPRESSION' END;
IF @CopyOnly = 1
    SET @options = @options + N', COPY_ONLY';
IF @EncryptionAlgorithm IS NOT NULL
    SET @options = @options + N', FORMAT, ENCRYPTION (ALGORITHM = ' + @EncryptionAlgorithm
        + N', SERVER ' + @EncryptorKind + N' = ' + QUOTENAME(@EncryptorName) + N')';

SET @statement = N'BACKUP ' + @BackupType + N' ' + QUOTENAME(@DBName) + N' TO ' + @targets + N' WITH ' + @options + N';';
EXEC sys.sp_executesql @statement;
SET @result = @@ERROR;
IF @result <> 0
    RETURN -1;
RETURN 0;
GO
-- mssql-backup member procedure, version 1
-- A full backup of this database into @path, named after server, database and @seq (the run's full mark name).
CREATE OR ALTER PROCEDURE dbo.sp_BackupBizTalkFull
    @seq nvarchar(128),
    @path nvarchar(3000),
    @BackupLocation nvarchar(4000) OUTPUT,
    @bCompression bit = 0,
    @Checksum bit = 1,
    @Stripes int = 1,
    @EncryptionAlgorithm nvarchar(20) = NULL,
    @EncryptorKind nvarchar(20) = NULL,
    @EncryptorName sysname = NULL,
    @CopyOnly bit = 0
AS
SET NOCOUNT ON;
DECLARE @database sysname = DB_NAME();
DECLARE @separator nchar(1) = CASE WHEN CHARINDEX(N'/', @path) > 0 THEN N'/' ELSE N'\' END;
DECLARE @file nvarchar(400) = REPLACE(CAST(SERVERPROPERTY('ServerName') AS nvarchar(128)), N'\', N'_') + N'_' + @database;
DECLARE @result int;
-- Characters that would end or change a file name.
SET @file = REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(@file,
    N'\', N'_'), N'/', N'_'), N':', N'_'), N'*', N'_'), N'?', N'_'), N'"', N'_'), N'<', N'_'), N'>', N'_'), N'|', N'_');
SET @BackupLocation = @path
    + CASE WHEN RIGHT(@path, 1) IN (N'/', N'\') THEN N'' ELSE @separator END
    + @file + N'_Full_' + @seq
    + CASE WHEN @Stripes > 1 THEN N'_1of' + CAST(@Stripes AS nvarchar(2)) ELSE N'' END + N'.bak';
EXEC @result = dbo.sp_BackupBizTalk @database, @BackupLocation, @bCompression, N'DATABASE', @Checksum, @Stripes,
    @EncryptionAlgorithm, @EncryptorKind, @EncryptorName, @CopyOnly;
RETURN @result;
GO
-- mssql-backup member procedure, version 1
-- A log backup of this database into @path, named after server, database and @seq (the run's full mark name).
CREATE OR ALTER PROCEDURE dbo.sp_BackupBizTalkLog
    @seq nvarchar(128),
    @path nvarchar(3000),
    @BackupLocation nvarchar(4000) OUTPUT,
    @bCompression bit = 0,
    @Checksum bit = 1,
    @Stripes int = 1,
    @EncryptionAlgorithm nvarchar(20) = NULL,
    @EncryptorKind nvarchar(20) = NULL,
    @EncryptorName sysname = NULL
AS
SET NOCOUNT ON;
DECLARE @database sysname = DB_NAME();
DECLARE @separator nchar(1) = CASE WHEN CHARINDEX(N'/', @path) > 0 THEN N'/' ELSE N'\' END;
DECLARE @file nvarchar(400) = REPLACE(CAST(SERVERPROPERTY('ServerName') AS nvarchar(128)), N'\', N'_') + N'_' + @database;
DECLARE @result int;
-- Characters that would end or change a file name.
SET @file = REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(@file,
    N'\', N'_'), N'/', N'_'), N':', N'_'), N'*', N'_'), N'?', N'_'), N'"', N'_'), N'<', N'_'), N'>', N'_'), N'|', N'_');
SET @BackupLocation = @path
    + CASE WHEN RIGHT(@path, 1) IN (N'/', N'\') THEN N'' ELSE @separator END
    + @file + N'_Log_' + @seq
    + CASE WHEN @Stripes > 1 THEN N'_1of' + CAST(@Stripes AS nvarchar(2)) ELSE N'' END + N'.bak';
EXEC @result = dbo.sp_BackupBizTalk @database, @BackupLocation, @bCompression, N'LOG', @Checksum, @Stripes,
    @EncryptionAlgorithm, @EncryptorKind, @EncryptorName;
RETURN @result;
GO
GRANT EXECUTE ON dbo.sp_GetServerName TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_GetServerVersion TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_SetMark TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_SetMarkRemote TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_CleanUpMarkLog TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_BackupBizTalk TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_BackupBizTalkFull TO BTS_BACKUP_USERS;
GRANT EXECUTE ON dbo.sp_BackupBizTalkLog TO BTS_BACKUP_USERS;
-- A restore looks there for the row of its mark.
GRANT SELECT ON dbo.MarkLog TO BTS_BACKUP_USERS;
GO
