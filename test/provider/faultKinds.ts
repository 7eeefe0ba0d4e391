import { officialOnly, writeSetupScripts } from "../support/setupScripts";
import type { DynamicProvider, Properties } from "./dynamicProvider";
import { checked, type KindName } from "./managed";
import { catalogOf, type TestServers } from "./servers";

/** A resource to be disturbed at every statement. */
export interface FaultKind {
  readonly title: string;
  readonly kind: KindName;
  /** What has to be there before it. */
  readonly needs: readonly FaultKind[];
  readonly program: (servers: TestServers) => Properties;
  /** What an update says otherwise. */
  readonly change: Properties;
  /** Whether what one request changes is one transaction, which fails as one wherever it fails. */
  readonly transactional: boolean;
}

const backupJob: FaultKind = {
  title: "backupJob with an Agent job",
  kind: "backupJob",
  needs: [],
  program: ({ control }) => ({
    connection: control.connection,
    managementDatabase: "Mgmt",
    createDatabase: true,
    fullPath: "/backup",
    deleteHistory: true,
    agent: { name: "Night", connectionFile: "/c.json" },
  }),
  change: { name: "Renamed", frequency: "w", agent: { name: "Day", connectionFile: "/c.json", everyMinutes: 5 } },
  transactional: true,
};

const customBackupDatabase: FaultKind = {
  title: "customBackupDatabase",
  kind: "customBackupDatabase",
  needs: [backupJob],
  program: ({ control, remote }) => ({
    connection: remote.connection,
    database: "Orders",
    serverName: "BRANCH",
    setRecoveryModel: true,
    control: { connection: control.connection, managementDatabase: "Mgmt" },
  }),
  change: { defaultDatabaseName: "Other" },
  transactional: true,
};

const backupUserLogin: FaultKind = {
  title: "backupUserLogin with the right to restore",
  kind: "backupUserLogin",
  needs: [backupJob, customBackupDatabase],
  program: ({ remote }) => ({
    connection: remote.connection,
    loginName: "backup",
    password: "Secret-2",
    checkPolicy: false,
    rights: "backupAndRestore",
    databases: ["Orders"],
  }),
  change: { password: "Secret-3", databases: [], serverRoles: ["sysadmin"] },
  transactional: true,
};

const linkedServer: FaultKind = {
  title: "linkedServer",
  kind: "linkedServer",
  needs: [],
  program: ({ control, remote }) => ({
    connection: control.connection,
    name: "BRANCH",
    dataSource: `127.0.0.1,${remote.connection.port}`,
    logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
  }),
  change: { queryTimeout: 5, logins: [{ self: true }] },
  transactional: false,
};

/** Each resource, and each way of making one that sends other statements. `scripts` is a folder that may be written to. */
export function faultKinds(scripts: string): FaultKind[] {
  const withScripts: FaultKind = {
    ...customBackupDatabase,
    title: "customBackupDatabase with scripts from a folder",
    program: (servers) => ({
      ...customBackupDatabase.program(servers),
      setup: writeSetupScripts(scripts, officialOnly),
    }),
  };
  return [backupJob, customBackupDatabase, withScripts, backupUserLogin, linkedServer];
}

/** What create is given. */
export function inputsOf(provider: DynamicProvider, servers: TestServers, { kind, program }: FaultKind) {
  return checked(provider, kind, program(servers));
}

/** What update is given. */
export function changedInputsOf(provider: DynamicProvider, servers: TestServers, { kind, program, change }: FaultKind) {
  return checked(provider, kind, { ...program(servers), ...change });
}

/** The database that joins. */
export async function createOrders({ remote }: TestServers): Promise<void> {
  await remote.run("CREATE DATABASE Orders;");
  await remote.run("ALTER DATABASE Orders SET RECOVERY SIMPLE;");
}

/** Makes what a resource needs; returns what takes it away. */
export async function createNeeds(provider: DynamicProvider, servers: TestServers, { needs }: FaultKind) {
  const made: { id: string; outs: Properties }[] = [];
  for (const need of needs) made.unshift(await provider.create(await inputsOf(provider, servers, need)));
  return async () => {
    for (const { id, outs } of made) await provider.delete(id, outs);
  };
}

export async function bothCatalogs({ control, remote }: TestServers) {
  return { control: await catalogOf(control), remote: await catalogOf(remote) };
}
