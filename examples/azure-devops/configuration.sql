-- Databases of the names that Azure DevOps Server and Reporting Services have on their first server, empty: for trials on
-- an emulated server.
CREATE DATABASE AzureDevOps_Configuration;
CREATE DATABASE AzureDevOps_Warehouse;
CREATE DATABASE ReportServer;
CREATE DATABASE ReportServerTempDB;
ALTER DATABASE ReportServerTempDB SET RECOVERY SIMPLE;
GO
