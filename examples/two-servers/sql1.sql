-- The databases of the first server, empty. Running it again changes nothing.
IF DB_ID(N'Accounts') IS NULL
    CREATE DATABASE Accounts;
GO
IF DB_ID(N'Orders') IS NULL
    CREATE DATABASE Orders;
GO
