-- A database of the applications that BizTalk connects. Running it again changes nothing.
IF DB_ID(N'Payments') IS NULL
    CREATE DATABASE Payments;
GO
