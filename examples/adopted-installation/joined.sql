-- What somebody has added to the group by hand: a database that is backed up with it, and the login of who backs it up.
-- Another database, Invoices, is still waiting for it.
CREATE DATABASE Payments;
CREATE DATABASE Invoices;
GO
USE BizTalkMgmtDb;
GO
EXEC dbo.CopyMemberSetup N'Payments';
INSERT INTO dbo.adm_OtherBackupDatabases (DefaultDatabaseName, DatabaseName, ServerName, BTSServerName)
VALUES (N'Payments', N'Payments', @@SERVERNAME, @@SERVERNAME);
GO
USE master;
GO
CREATE LOGIN [svc-backup] WITH PASSWORD = N'Service-1', CHECK_POLICY = OFF;
GO
USE Payments;
GO
CREATE USER [svc-backup] FOR LOGIN [svc-backup];
ALTER ROLE BTS_BACKUP_USERS ADD MEMBER [svc-backup];
GRANT BACKUP DATABASE TO [svc-backup];
GRANT BACKUP LOG TO [svc-backup];
GO
