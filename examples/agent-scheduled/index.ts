import * as pulumi from "@pulumi/pulumi";
import { BackupTopology } from "pulumi-mssql-backup";

const config = new pulumi.Config();
const runnerFolder = config.require("runnerFolder");

const topology = new BackupTopology("shop", {
  control: {
    host: config.require("host"),
    port: config.requireNumber("port"),
    authentication: { type: "sql", user: "sa", password: { env: "SA_PASSWORD" } },
    trustServerCertificate: config.requireBoolean("trustServerCertificate"),
  },
  managementDatabase: "BackupMgmt",
  databases: [{ database: "Accounts" }, { database: "Orders" }],
  login: {
    loginName: "backup_runner",
    password: { env: "BACKUP_RUNNER_PASSWORD" },
    // No sysadmin, and nothing but running the job.
    rights: "backup",
  },
  job: {
    createDatabase: true,
    fullPath: config.require("backupFolder"),
    logMarkName: "SHOP",
    deleteHistory: true,
    agent: {
      // What a day of work may cost at most: so old can the last mark be.
      everyMinutes: 15,
      // Owns the job; a personal account that is deleted one day would stop the backups.
      owner: "sa",
      // The runner works under an account of its own, with no more rights on the machine than it needs.
      proxy: "Backup runner",
      // Is told by mail when a step fails.
      operator: "DBA",
      runner: `${runnerFolder}\\mssql-backup.cmd`,
      connectionFile: `${runnerFolder}\\connection.json`,
    },
  },
});

/** Goes to the server, as the file that `agent.connectionFile` names. */
export const connectionFile = topology.connectionFile;
