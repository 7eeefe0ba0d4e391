import type * as pulumi from "@pulumi/pulumi";
import { output } from "@pulumi/pulumi";
import type { BackupJobArgs } from "./backupJob";
import type { BackupTopologyArgs, TopologyDatabase, TopologyLogin, TopologyServer } from "./backupTopology";
import type { BackupUserLoginArgs } from "./backupUserLogin";
import type { Connection } from "./connection";
import type { CustomBackupDatabaseArgs } from "./customBackupDatabase";
import type { LinkedServerArgs } from "./linkedServer";
import type { TopologyPlan } from "./topologyPlan";

/** The arguments of a topology's children, each made of its part of the description. */

/** The job's arguments. */
export function jobArgs({ job, control, managementDatabase }: BackupTopologyArgs): BackupJobArgs {
  return { ...job, connection: control, managementDatabase };
}

/** The arguments of the login on one server, with a user in each of its databases. */
export function loginArgs(
  args: BackupTopologyArgs,
  login: TopologyLogin,
  plan: TopologyPlan,
  server: string | undefined,
  managementDatabase: pulumi.Input<string>,
): BackupUserLoginArgs {
  const { controlServerRoles, serverRoles, ...settings } = login;
  const roles = server === undefined ? controlServerRoles : serverRoles;
  const databases = plan.databasesOf(server);
  return {
    ...settings,
    connection: connectionTo(args, server),
    databases: server === undefined ? [managementDatabase, ...databases] : [...databases],
    ...(roles !== undefined && { serverRoles: roles }),
  };
}

/** The arguments of the linked server by which the control server reaches another one. */
export function linkArgs(args: BackupTopologyArgs, key: string): LinkedServerArgs {
  const { connection, linkedServer } = serverOf(args, key);
  const dataSource = linkedServer?.product === undefined ? { dataSource: dataSourceOf(connection) } : {};
  return { ...dataSource, ...linkedServer, connection: args.control, name: key };
}

/** The arguments of a joined database. */
export function databaseArgs(
  args: BackupTopologyArgs,
  entry: number,
  managementDatabase: pulumi.Input<string>,
): CustomBackupDatabaseArgs {
  const { server, ...settings } = args.databases[entry] as TopologyDatabase;
  return {
    ...settings,
    ...(server !== undefined && { serverName: server }),
    connection: connectionTo(args, server),
    control: { connection: args.control, managementDatabase },
  };
}

/** How the program reaches a server; the control server has no key. */
export function connectionTo(args: BackupTopologyArgs, server: string | undefined): Connection {
  return server === undefined ? args.control : serverOf(args, server).connection;
}

function serverOf({ servers }: BackupTopologyArgs, key: string): TopologyServer {
  return servers?.[key] as TopologyServer;
}

/** The server as an OLE DB provider wants it. */
function dataSourceOf(connection: Connection): pulumi.Output<string> {
  return output(connection as pulumi.Input<{ host: string; port?: number; instance?: string }>).apply(
    ({ host, port, instance }) => (instance ? `${host}\\${instance}` : `${host},${port ?? 1433}`),
  );
}
