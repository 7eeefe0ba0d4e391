-- The two databases of the example, empty. Running it again changes nothing.
IF DB_ID(N'Accounts') IS NULL
    CREATE DATABASE Accounts;
GO
IF DB_ID(N'Orders') IS NULL
BEGIN
    CREATE DATABASE Orders;
    ALTER DATABASE Orders SET RECOVERY SIMPLE;
END;
GO
