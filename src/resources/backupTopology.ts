import * as pulumi from "@pulumi/pulumi";
import { BackupJob, type BackupJobArgs } from "./backupJob";
import { BackupUserLogin, type BackupUserLoginArgs } from "./backupUserLogin";
import type { Connection } from "./connection";
import { CustomBackupDatabase, type CustomBackupDatabaseArgs } from "./customBackupDatabase";
import { LinkedServer, type LinkedServerArgs } from "./linkedServer";
import { markSecrets } from "./secrets";
import { configValue } from "./stackConfig";
import { databaseArgs, jobArgs, linkArgs, loginArgs } from "./topologyChildren";
import { type Address, databasesByServer, drawTopology } from "./topologyMap";
import { plannedOrRefused } from "./topologyMistakes";
import type { TopologyPlan } from "./topologyPlan";

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
 * A whole backup topology from one description: the job on the control server, the login on every server, a linked
 * server for each other server, and every database of the set. Databases on the control server get neither link nor
 * remote login.
 *
 * Made in this order: job, logins, linked servers, databases; so a database joins the set only when its server is
 * reached. Destroyed in the reverse order. The children are called after the topology: `shop-job`, `shop-login` and
 * `shop-BRANCH-login`, `shop-BRANCH`, `shop-Accounts` and `shop-BRANCH-Orders`.
 *
 * A description that cannot be is refused as a whole before anything is made, with every mistake and its place, such as
 * `databases[3].server`.
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
  /** The databases of the set, by server: the control server stands as `control`, the others by their names. */
  readonly map: pulumi.Output<Record<string, string[]>>;
  /** The same as a tree in text, with addresses, job and login: for people. */
  readonly overview: pulumi.Output<string>;
  readonly job: BackupJob;
  /** The linked servers by name. */
  readonly linkedServers: Readonly<Record<string, LinkedServer>>;
  /** The joined databases, in the order of the description. */
  readonly databases: readonly CustomBackupDatabase[];
  /** The logins: that of the control server first. */
  readonly logins: readonly BackupUserLogin[];

  constructor(name: string, args: BackupTopologyArgs, opts?: pulumi.ComponentResourceOptions) {
    super(BackupTopology.__pulumiType, name, {}, opts);
    const plan = plannedOrRefused(name, args);
    const after = (...resources: (pulumi.Resource | undefined)[]) => ({
      parent: this,
      dependsOn: resources.filter((resource) => resource !== undefined),
    });

    this.job = new BackupJob(plan.job, jobArgs(args), { parent: this });
    const { managementDatabase } = this.job;

    const { login } = args;
    const logins = login === undefined ? [] : plan.logins;
    const loginOn = new Map(
      logins.map(({ server, resource }) => {
        const settings = loginArgs(args, login as TopologyLogin, plan, server, managementDatabase);
        return [server, new BackupUserLogin(resource, settings, after(this.job))];
      }),
    );
    this.logins = [...loginOn.values()];

    const linkTo = new Map<string | undefined, LinkedServer>(
      plan.servers.map(({ key, resource }) => {
        // A new link is tried at once, and may map the one login to the other.
        const options = after(this.job, loginOn.get(undefined), loginOn.get(key));
        return [key, new LinkedServer(resource, linkArgs(args, key), options)];
      }),
    );
    this.linkedServers = Object.fromEntries(linkTo);

    this.databases = plan.databases.map(({ entry, server, resource }) => {
      const settings = databaseArgs(args, entry, managementDatabase);
      const options = after(this.job, loginOn.get(server), linkTo.get(server));
      return new CustomBackupDatabase(resource, settings, options);
    });

    this.connectionFile = connectionFileOf(args);
    this.map = pulumi.output(args.managementDatabase).apply((database) => databasesByServer(plan, database));
    this.overview = overviewOf(args, plan);
    this.registerOutputs({ connectionFile: this.connectionFile, map: this.map, overview: this.overview });
  }
}

/** The tree in text, as soon as everything that it says is known. */
function overviewOf(args: BackupTopologyArgs, plan: TopologyPlan): pulumi.Output<string> {
  const { control, managementDatabase, servers = {}, job, login } = args;
  const addresses = Object.entries(servers).map(([key, { connection }]) => [key, addressOf(connection)]);
  return pulumi
    .all([
      addressOf(control),
      pulumi.output(managementDatabase),
      pulumi.output(Object.fromEntries(addresses) as Record<string, pulumi.Output<Address>>),
      pulumi.output(job.name ?? "Backup"),
      pulumi.output(login?.loginName),
    ])
    .apply(([ofControl, database, ofServers, jobName, loginName]) =>
      drawTopology(plan, {
        control: ofControl,
        managementDatabase: database,
        servers: ofServers,
        job: jobName,
        login: loginName,
      }),
    );
}

/** Only what says where the server is: the secrets beside it would make the whole a secret. */
function addressOf(connection: Connection): pulumi.Output<Address> {
  const { host, port, instance } = connection;
  return pulumi.output({ host, port, instance });
}

/**
 * The connections for the runner, under the topology's login if there is one. The runner knows no stack: a secret that is
 * named by its key in the configuration is looked up here.
 */
function connectionFileOf({
  control,
  managementDatabase,
  servers = {},
  login,
}: BackupTopologyArgs): pulumi.Output<string> {
  const isSql = login !== undefined && (login.type ?? "sql") === "sql";
  const asRunner = isSql && { authentication: { type: "sql", user: login.loginName, password: login.password } };
  const forRunner = (connection: Connection) =>
    pulumi
      .output(connection as pulumi.Input<object>)
      .apply((known) => pulumi.output({ ...known, ...asRunner }).apply(withoutKeys));
  const content = {
    control: forRunner(control),
    managementDatabase,
    servers: Object.fromEntries(Object.entries(servers).map(([key, { connection }]) => [key, forRunner(connection)])),
  };
  return pulumi.jsonStringify(markSecrets(content), undefined, 2);
}

/** The same with the configuration's values in place of its keys, where it has them. */
function withoutKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { config, ...others } = value as Record<string, unknown>;
  if (typeof config === "string" && Object.keys(others).length === 0) return configValue(config) ?? value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutKeys(item)]));
}
