-- What the example finds on its server: two databases, an operator, and a proxy account that may start programs. On a
-- real server, replace the Windows account and its password by those of an account of yours.
IF DB_ID(N'Accounts') IS NULL
    CREATE DATABASE Accounts;
IF DB_ID(N'Orders') IS NULL
    CREATE DATABASE Orders;
GO
IF NOT EXISTS (SELECT * FROM msdb.dbo.sysoperators WHERE name = N'DBA')
    EXEC msdb.dbo.sp_add_operator @name = N'DBA', @email_address = N'dba@example.com';
GO
IF NOT EXISTS (SELECT * FROM sys.credentials WHERE name = N'Backup runner')
    CREATE CREDENTIAL [Backup runner] WITH IDENTITY = N'EXAMPLE\backup-runner', SECRET = N'Windows-Password-1';
GO
IF NOT EXISTS (SELECT * FROM msdb.dbo.sysproxies WHERE name = N'Backup runner')
BEGIN
    EXEC msdb.dbo.sp_add_proxy @proxy_name = N'Backup runner', @credential_name = N'Backup runner';
    EXEC msdb.dbo.sp_grant_proxy_to_subsystem @proxy_name = N'Backup runner', @subsystem_name = N'CmdExec';
END;
GO
