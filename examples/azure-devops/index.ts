import * as pulumi from "@pulumi/pulumi";
import { BackupTopology, type Connection } from "pulumi-mssql-backup";

const config = new pulumi.Config();

const connectTo = (server: "configuration" | "collections"): Connection => ({
  host: config.require(`${server}Host`),
  port: config.requireNumber(`${server}Port`),
  authentication: { type: "sql", user: "sa", password: { env: "SA_PASSWORD" } },
  trustServerCertificate: config.requireBoolean("trustServerCertificate"),
});

const collections = config.requireObject<string[]>("collections");

const topology = new BackupTopology("azure-devops", {
  control: connectTo("configuration"),
  // Not AzureDevOps_Configuration: the product's own databases get as little from us as can be.
  managementDatabase: "AzureDevOps_Backup",
  servers: { COLLECTIONS: { connection: connectTo("collections") } },
  databases: [
    { database: "AzureDevOps_Configuration" },
    { database: "AzureDevOps_Warehouse" },
    // Of Reporting Services, which does not make the second anew when it is missing, and keeps it in the simple recovery
    // model. Leave both out where nothing reports.
    { database: "ReportServer" },
    { database: "ReportServerTempDB", setRecoveryModel: true },
    // A collection added in the administration console is added to the stack's configuration as well.
    ...collections.map((collection) => ({ database: `AzureDevOps_${collection}`, server: "COLLECTIONS" })),
  ],
  login: {
    loginName: "backup_runner",
    password: { env: "BACKUP_RUNNER_PASSWORD" },
    // No sysadmin: exactly what it takes to run the job and to restore.
    rights: "backupAndRestore",
  },
  job: {
    createDatabase: true,
    fullPath: config.require("backupFolder"),
    logMarkName: "AZDO",
    frequency: "d",
    // Collections are large: compressed, and begun when nobody works.
    compression: true,
    backupHour: 2,
    useLocalTime: true,
    deleteHistory: true,
  },
});

/** For the runner: `pulumi stack output connectionFile > connection.json`. */
export const connectionFile = topology.connectionFile;
