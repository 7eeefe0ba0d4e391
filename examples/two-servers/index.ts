import * as pulumi from "@pulumi/pulumi";
import { BackupTopology, type Connection } from "pulumi-mssql-backup";

// Values come from the stack's configuration (`pulumi config set two-servers:controlServer sql1`) or, in its place,
// from the environment (TWO_SERVERS_CONTROL_SERVER=sql1).
const config = new pulumi.Config("two-servers");
const setting = (key: string, variable: string, otherwise?: string): string => {
  const value = config.get(key) ?? process.env[variable] ?? otherwise;
  if (value === undefined) throw new Error(`Set two-servers:${key} in the stack's configuration, or ${variable}.`);
  return value;
};
const list = (text: string): string[] => text.split(",").map((item) => item.trim());

/** Passwords are named, not given: the state never sees them, and a rotated one is found where it is. */
function connectTo(server: string): Connection {
  const [host, port] = server.split(",");
  return {
    host: host ?? server,
    ...(port && { port: Number(port) }),
    authentication: {
      type: "sql",
      user: setting("user", "TWO_SERVERS_USER", "sa"),
      password: { env: "TWO_SERVERS_PASSWORD" },
    },
    trustServerCertificate:
      setting("trustServerCertificate", "TWO_SERVERS_TRUST_SERVER_CERTIFICATE", "false") === "true",
  };
}

const remoteName = setting("remoteName", "TWO_SERVERS_REMOTE_NAME", "REMOTE");
const databases = (server: string | undefined, names: string[]) =>
  names.map((database) => ({ database, ...(server !== undefined && { server }), setRecoveryModel: true }));

const topology = new BackupTopology("shop", {
  control: connectTo(setting("controlServer", "TWO_SERVERS_CONTROL_SERVER")),
  managementDatabase: setting("managementDatabase", "TWO_SERVERS_MANAGEMENT_DATABASE", "BackupMgmt"),
  servers: {
    [remoteName]: { connection: connectTo(setting("remoteServer", "TWO_SERVERS_REMOTE_SERVER")) },
  },
  databases: [
    ...databases(undefined, list(setting("controlDatabases", "TWO_SERVERS_CONTROL_DATABASES", "Accounts,Orders"))),
    ...databases(remoteName, list(setting("remoteDatabases", "TWO_SERVERS_REMOTE_DATABASES", "Stock,Ledger"))),
  ],
  login: {
    loginName: setting("loginName", "TWO_SERVERS_LOGIN_NAME", "backup_runner"),
    password: { env: "TWO_SERVERS_LOGIN_PASSWORD" },
    // Reading msdb's history of marks and restoring databases take more than the right to back up.
    controlServerRoles: ["sysadmin"],
    serverRoles: ["sysadmin"],
  },
  job: {
    createDatabase: true,
    fullPath: setting("backupFolder", "TWO_SERVERS_BACKUP_FOLDER", "/var/opt/mssql/backup"),
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
