import * as pulumi from "@pulumi/pulumi";
import { BackupTopology } from "pulumi-mssql-backup";

const config = new pulumi.Config();

const topology = new BackupTopology("shop", {
  control: {
    host: config.require("host"),
    port: config.requireNumber("port"),
    // Looked up in the stack's configuration, encrypted there, each time it is needed: no resource holds it.
    authentication: { type: "sql", user: "sa", password: { config: "one-server:saPassword" } },
    trustServerCertificate: config.requireBoolean("trustServerCertificate"),
  },
  // Settings and history of the backups live in a database of their own, which belongs to the set as well.
  managementDatabase: "BackupMgmt",
  databases: [
    { database: "Accounts" },
    // Made in the simple recovery model, which keeps no log to back up: full from now on, simple again after `destroy`.
    { database: "Orders", setRecoveryModel: true },
  ],
  login: {
    loginName: "backup_runner",
    // The runner works outside of Pulumi and finds its password in its environment.
    password: { env: "BACKUP_RUNNER_PASSWORD" },
    // No sysadmin: exactly what it takes to run the job and to restore.
    rights: "backupAndRestore",
  },
  job: {
    createDatabase: true,
    fullPath: config.require("backupFolder"),
    // Marks are called SHOP_2026_11_21_08_10_07_386.
    logMarkName: "SHOP",
    // A full backup once a day; every run backs up the logs.
    frequency: "d",
    // An example leaves nothing behind. Without this line the history outlives `destroy`.
    deleteHistory: true,
  },
});

/** For the runner: `pulumi stack output connectionFile > connection.json`. */
export const connectionFile = topology.connectionFile;
