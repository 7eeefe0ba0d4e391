-- Databases of the names of two project collections, empty: for trials on an emulated server.
CREATE DATABASE AzureDevOps_DefaultCollection;
CREATE DATABASE AzureDevOps_Mobile;
GO
