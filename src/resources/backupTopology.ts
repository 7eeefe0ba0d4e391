import * as pulumi from "@pulumi/pulumi";
import { BackupJob, type BackupJobArgs } from "./backupJob";
import { BackupUserLogin, type BackupUserLoginArgs } from "./backupUserLogin";
import type { Connection } from "./connection";
import { CustomBackupDatabase, type CustomBackupDatabaseArgs } from "./customBackupDatabase";
import { LinkedServer, type LinkedServerArgs } from "./linkedServer";
import { markSecrets } from "./secrets";
import { planTopology } from "./topologyPlan";

/** A server other than the control server. */
export interface TopologyServer {
  /** How this program, and the runner, reach it. */
  connection: Connection;
  /** How the control server reaches it: whatever differs from the connection's host and port. */
  linkedServer?: Omit<Partial<LinkedServerArgs>, "connection" | "name">;
}

/** A database of the set, besides the management database. */
export interface TopologyDatabase extends Omit<CustomBackupDatabaseArgs, DatabaseOmissions> {
  /** The database. */
  database: string;
  /** The server that holds it: a key of `servers`; the control server when it is left out. */
  server?: string;
}

type DatabaseOmissions = "connection" | "control" | "database" | "serverName";
type LoginOmissions = "connection" | "databases" | "serverRoles";

/** The login under which the set is backed up, on every server. */
export interface TopologyLogin extends Omit<BackupUserLoginArgs, LoginOmissions> {
  /** Its server roles on the control server, such as `sysadmin`; none by default. */
  controlServerRoles?: pulumi.Input<pulumi.Input<string>[]>;
  /** Its server roles on the other servers; none by default. */
  serverRoles?: pulumi.Input<pulumi.Input<string>[]>;
}

export interface BackupTopologyArgs {
  /** The control server, from which the job works. */
  control: Connection;
  /** The management database on it. */
  managementDatabase: pulumi.Input<string>;
  /** The other servers, by the names of their linked servers. */
  servers?: Record<string, TopologyServer>;
  /** The databases that are backed up together with the management database. */
  databases: TopologyDatabase[];
  /** The job. */
  job: Omit<BackupJobArgs, "connection" | "managementDatabase">;
  /** The login under which the runner works. Without one it takes the connections as they are given here. */
  login?: TopologyLogin;
}

/**
 * A whole backup topology from one description: the job on the control server, a linked server and a login for each
 * other server, and every database of the set. Databases on the control server get neither link nor remote login.
 *
 * @example
 * ```ts
 * const topology = new BackupTopology("shop", {
 *   control,
 *   managementDatabase: "BackupMgmt",
 *   servers: { BRANCH: { connection: branch } },
 *   databases: [{ database: "Accounts" }, { database: "Orders", server: "BRANCH" }],
 *   job: { fullPath: "/backup", createDatabase: true },
 * });
 * export const connectionFile = topology.connectionFile;
 * ```
 */
export class BackupTopology extends pulumi.ComponentResource {
  static readonly __pulumiType = "pulumi-mssql-backup:index:BackupTopology";

  /** Whether something is a BackupTopology, of this or another copy of the package. */
  static override isInstance(obj: unknown): obj is BackupTopology {
    return (obj as { __pulumiType?: unknown } | undefined)?.__pulumiType === BackupTopology.__pulumiType;
  }

  /** What the runner's connection file has to hold, as JSON. Secret when a password was written out. */
  readonly connectionFile: pulumi.Output<string>;
  /** The databases of the set, by server. */
  readonly map: pulumi.Output<Record<string, string[]>>;
  readonly job: BackupJob;
  /** The linked servers by name. */
  readonly linkedServers: Readonly<Record<string, LinkedServer>>;
  /** The joined databases, in the order of the description. */
  readonly databases: readonly CustomBackupDatabase[];
  /** The logins: that of the control server first. */
  readonly logins: readonly BackupUserLogin[];

  constructor(name: string, args: BackupTopologyArgs, opts?: pulumi.ComponentResourceOptions) {
    super(BackupTopology.__pulumiType, name, {}, opts);
    const plan = planTopology(name, args.databases, Object.keys(args.servers ?? {}));
    const child = { parent: this };
    const { control, managementDatabase, servers = {} } = args;

    this.job = new BackupJob(plan.job, { ...args.job, connection: control, managementDatabase }, child);

    this.databases = plan.databases.map(({ entry, resource }) => {
      const { server, ...settings } = args.databases[entry] as TopologyDatabase;
      return new CustomBackupDatabase(
        resource,
        {
          ...settings,
          ...(server !== undefined && { serverName: server }),
          connection: server === undefined ? control : (servers[server] as TopologyServer).connection,
          control: { connection: control, managementDatabase: this.job.managementDatabase },
        },
        { ...child, dependsOn: [this.job] },
      );
    });

    this.logins = args.login === undefined ? [] : this.#declareLogins(args.login, args, plan);
    this.linkedServers = Object.fromEntries(
      plan.servers.map(({ key, resource }, index) => {
        const { connection, linkedServer } = servers[key] as TopologyServer;
        const dataSource = linkedServer?.product === undefined ? { dataSource: dataSourceOf(connection) } : {};
        // After the login, as which it may be told to go there: a new link is tried at once.
        const login = this.logins[index + 1];
        const settings = { ...dataSource, ...linkedServer, connection: control, name: key };
        return [key, new LinkedServer(resource, settings, { ...child, dependsOn: login ? [login] : [] })];
      }),
    );
    this.connectionFile = connectionFileOf(args);
    this.map = pulumi.output(managementDatabase).apply((database) => {
      const others = plan.servers.map(({ key }) => [key, plan.databasesOf(key)] as const);
      return Object.fromEntries([["control", [database, ...plan.databasesOf(undefined)]], ...others]);
    });
    this.registerOutputs({ connectionFile: this.connectionFile, map: this.map });
  }

  /** One login a server, after its databases: they bring the role that it becomes a member of. */
  #declareLogins(
    login: TopologyLogin,
    args: BackupTopologyArgs,
    plan: ReturnType<typeof planTopology>,
  ): BackupUserLogin[] {
    const { controlServerRoles, serverRoles, ...settings } = login;
    return plan.logins.map(({ server, resource }) => {
      const onServer = plan.databases.flatMap((planned, index) =>
        planned.server === server ? [this.databases[index] as CustomBackupDatabase] : [],
      );
      const roles = server === undefined ? controlServerRoles : serverRoles;
      const remote = server === undefined ? undefined : args.servers?.[server];
      const names = plan.databasesOf(server);
      return new BackupUserLogin(
        resource,
        {
          ...settings,
          connection: remote?.connection ?? args.control,
          databases: server === undefined ? [this.job.managementDatabase, ...names] : names,
          ...(roles !== undefined && { serverRoles: roles }),
        },
        { parent: this, dependsOn: [this.job, ...onServer] },
      );
    });
  }
}

/** The server as an OLE DB provider wants it. */
function dataSourceOf(connection: Connection): pulumi.Output<string> {
  return pulumi
    .output(connection as pulumi.Input<{ host: string; port?: number; instance?: string }>)
    .apply(({ host, port, instance }) => (instance ? `${host}\\${instance}` : `${host},${port ?? 1433}`));
}

/** The connections for the runner, under the topology's login if there is one. */
function connectionFileOf({
  control,
  managementDatabase,
  servers = {},
  login,
}: BackupTopologyArgs): pulumi.Output<string> {
  const isSql = login !== undefined && (login.type ?? "sql") === "sql";
  const withLogin = (connection: Connection) =>
    isSql
      ? pulumi.output(connection as pulumi.Input<object>).apply((known) => ({
          ...known,
          authentication: { type: "sql", user: login.loginName, password: login.password },
        }))
      : connection;
  const content = {
    control: withLogin(control),
    managementDatabase,
    servers: Object.fromEntries(Object.entries(servers).map(([key, { connection }]) => [key, withLogin(connection)])),
  };
  return pulumi.jsonStringify(markSecrets(content), undefined, 2);
}
