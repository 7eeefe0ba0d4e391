import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DemoServer, DemoServers } from "../../../src/demo/servers";
import { memberNames, openShop, remoteLink } from "../../../src/demo/shop";
import { startEmulators } from "../../../src/emulator";
import type { TopologyConnections } from "../../../src/job";
import * as backupJob from "../../../src/providers/backupJob";
import * as backupUserLogin from "../../../src/providers/backupUserLogin";
import * as customBackupDatabase from "../../../src/providers/customBackupDatabase";
import * as linkedServer from "../../../src/providers/linkedServer";
import { closeServers } from "../../../src/providers/servers";
import { openServer } from "../../../src/sqlserver";

export const passwords = { sa: "Acceptance-1", shop: "Acceptance-2 it's", runner: "Acceptance-3" };

/** The demo's business on two emulated servers, with its backup topology as the demo's stack declares it. */
export interface ShopWorld {
  readonly servers: DemoServers;
  readonly connections: TopologyConnections;
  /** Where the servers write backups. */
  readonly backups: string;
  /** Takes the topology away again, as `pulumi destroy` does. */
  destroyTopology(): Promise<void>;
  close(): Promise<void>;
}

interface Provider {
  check(olds: object, news: object): Promise<{ inputs: Record<string, unknown>; failures: readonly object[] }>;
  create(inputs: Record<string, unknown>): Promise<{ id: string; outs: Record<string, unknown> }>;
  delete(id: string, outs: Record<string, unknown>): Promise<void>;
}

/** Opens the business and declares its topology. */
export async function openShopWorld(): Promise<ShopWorld> {
  const backups = mkdtempSync(join(tmpdir(), "shop-test-"));
  const emulators = await startEmulators(
    ["CONTROL", "REMOTE"].map((serverName) => ({ serverName, saPassword: passwords.sa, backupDirectory: backups })),
  );
  const env = { SA_PASSWORD: passwords.sa, SHOP_PASSWORD: passwords.shop };
  const [control, remote] = emulators.map(({ serverName: name, host, port }): DemoServer => {
    const connectionOf: DemoServer["connectionOf"] = (user, passwordVariable) => ({
      host,
      port,
      trustServerCertificate: true,
      authentication: { type: "sql", user, password: { env: passwordVariable } },
    });
    const admin = openServer(connectionOf("sa", "SA_PASSWORD"), { stores: { env } });
    return { name, host, port, dataFolder: backups, admin, connectionOf };
  }) as [DemoServer, DemoServer];
  const close = async () => {
    await closeServers();
    await Promise.all([control, remote].map(({ admin }) => admin.close()));
    await Promise.all(emulators.map((emulator) => emulator.close()));
    rmSync(backups, { recursive: true, force: true });
  };
  const servers = { control, remote, all: [control, remote], stop: async () => true };
  try {
    await openShop(servers, env);
    const destroyTopology = await createTopology(servers, backups);
    const connections = { control: adminOf(control), managementDatabase: memberNames.management };
    return { servers, connections, backups, destroyTopology, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How the administrator logs in, with the password written out. */
export function adminOf({ host, port }: DemoServer) {
  const authentication = { type: "sql" as const, user: "sa", password: passwords.sa };
  return { host, port, trustServerCertificate: true, authentication };
}

async function createTopology(servers: DemoServers, backups: string): Promise<() => Promise<void>> {
  const [connection, far] = [adminOf(servers.control), adminOf(servers.remote)];
  const control = { connection, managementDatabase: memberNames.management };
  const undo: (() => Promise<void>)[] = [];
  const make = async (provider: Provider, wanted: object) => {
    const { inputs, failures } = await provider.check({}, wanted);
    expect(failures).toEqual([]);
    const { id, outs } = await provider.create(inputs);
    undo.unshift(() => provider.delete(id, outs));
  };
  await make(backupJob, { ...control, fullPath: backups, logMarkName: "SHOP", deleteHistory: true });
  await make(linkedServer, {
    connection,
    name: remoteLink,
    dataSource: `${servers.remote.host},${servers.remote.port}`,
    logins: [{ remoteUser: "sa", remotePassword: passwords.sa }],
    testDistributedTransaction: true,
  });
  const member = { control, setRecoveryModel: true };
  for (const database of memberNames.control) await make(customBackupDatabase, { ...member, connection, database });
  for (const database of memberNames.remote) {
    await make(customBackupDatabase, { ...member, connection: far, database, serverName: remoteLink });
  }
  await make(backupUserLogin, {
    connection: far,
    loginName: "runner",
    password: passwords.runner,
    databases: [...memberNames.remote],
    serverPermissions: ["VIEW SERVER STATE"],
  });
  return async () => {
    for (const step of undo) await step();
  };
}
