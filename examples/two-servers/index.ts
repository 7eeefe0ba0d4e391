import * as pulumi from "@pulumi/pulumi";
import { BackupTopology, type Connection } from "pulumi-mssql-backup";

const config = new pulumi.Config();

const connectTo = (server: "control" | "remote"): Connection => ({
  host: config.require(`${server}Host`),
  port: config.requireNumber(`${server}Port`),
  // Named, not given: the state never sees the password, and a rotated one is found where it is.
  authentication: { type: "sql", user: "sa", password: { env: "SA_PASSWORD" } },
  trustServerCertificate: config.requireBoolean("trustServerCertificate"),
});

const topology = new BackupTopology("shop", {
  // The job works from here, and reaches the other server by a linked server of the name under `servers`.
  control: connectTo("control"),
  managementDatabase: "ShopMgmt",
  servers: { REMOTE: { connection: connectTo("remote") } },
  databases: [
    { database: "Accounts" },
    { database: "Orders" },
    // In the simple recovery model there is no log to mark: full from now on, simple again after `destroy`.
    { database: "Stock", server: "REMOTE", setRecoveryModel: true },
    { database: "Ledger", server: "REMOTE" },
  ],
  login: {
    loginName: "backup_runner",
    password: { env: "BACKUP_RUNNER_PASSWORD" },
    // No sysadmin: exactly what the runner needs on each server, as docs/rights.md of the package lists it.
    rights: "backupAndRestore",
  },
  job: {
    createDatabase: true,
    fullPath: config.require("backupFolder"),
    logMarkName: "SHOP",
    frequency: "d",
    // An example cleans up after itself; leave this out and `destroy` keeps the history.
    deleteHistory: true,
  },
});

/** Save it for the runner: `pulumi stack output connectionFile > connection.json`. */
export const connectionFile = topology.connectionFile;
/** Which databases are backed up together, by server. */
export const map = topology.map;
