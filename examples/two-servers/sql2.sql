-- The databases of the second server, empty. Running it again changes nothing.
IF DB_ID(N'Stock') IS NULL
BEGIN
    CREATE DATABASE Stock;
    ALTER DATABASE Stock SET RECOVERY SIMPLE;
END;
GO
IF DB_ID(N'Ledger') IS NULL
    CREATE DATABASE Ledger;
GO
