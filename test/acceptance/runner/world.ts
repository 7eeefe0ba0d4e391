import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulators } from "../../../src/emulator";
import type { TopologyConnections } from "../../../src/objects/instances";
import { storeJob } from "../../../src/objects/jobSettings";
import { joinDatabase } from "../../../src/objects/joinedDatabase";
import { script } from "../../../src/sql";
import {
  type ConnectionConfig,
  nvarchar,
  openServer,
  quoteName,
  quoteString,
  type Row,
  type SqlServer,
  splitBatches,
} from "../../../src/sqlserver";

/** Two servers: real ones where the environment names them (`user:password@host:port`), else emulated ones. */
const named = [process.env.MSSQL_BACKUP_TEST_CONTROL, process.env.MSSQL_BACKUP_TEST_REMOTE];
export const onRealServers = named.every(Boolean);

/** For what only an emulator can be made to do. */
export const emulatedOnly = onRealServers ? describe.skip : describe;

/** A database of the world and the server that has it. */
export interface Place {
  readonly server: SqlServer;
  readonly serverName: string;
  readonly database: string;
}

export interface World {
  readonly connections: TopologyConnections;
  /** The remote server, as this process reaches it. */
  readonly remoteConnection: ConnectionConfig;
  readonly control: SqlServer;
  readonly remote: SqlServer;
  readonly controlName: string;
  readonly remoteName: string;
  readonly emulators: readonly Emulator[];
  /** Where the servers write backups, as they see it. */
  readonly backups: string;
  /** The management database, one more on the control server, two on the remote one. Each has two accounts. */
  readonly places: readonly [Place, Place, Place, Place];
  readonly management: string;
  close(): Promise<void>;
}

export const password = "Acceptance-1";

interface Servers {
  readonly configs: readonly [ConnectionConfig, ConnectionConfig];
  /** The remote server as the control server reaches it. */
  readonly remoteSource: string;
  readonly backups: string;
  readonly emulators: readonly Emulator[];
  close(): Promise<void>;
}

/** A backup set with a job over four databases on two servers, ready for its first run. */
export async function makeWorld(): Promise<World> {
  const servers = await startServers();
  const [control, remote] = servers.configs.map((config) => openServer(config)) as [SqlServer, SqlServer];
  const suffix = randomBytes(3).toString("hex");
  try {
    const [controlName, remoteName] = await Promise.all([nameOf(control), nameOf(remote)]);
    const world: World = {
      connections: { control: servers.configs[0], managementDatabase: `Mgmt_${suffix}` },
      remoteConnection: servers.configs[1],
      control,
      remote,
      controlName,
      remoteName,
      emulators: servers.emulators,
      backups: servers.backups,
      places: [
        { server: control, serverName: controlName, database: `Mgmt_${suffix}` },
        { server: control, serverName: controlName, database: `Sales_${suffix}` },
        { server: remote, serverName: remoteName, database: `Stock_${suffix}` },
        { server: remote, serverName: remoteName, database: `it's [odd]_${suffix}` },
      ],
      management: `Mgmt_${suffix}`,
      async close() {
        if (onRealServers) await tidyUp(world);
        await Promise.all([control.close(), remote.close()]);
        await servers.close();
      },
    };
    await furnish(world, servers);
    return world;
  } catch (error) {
    await Promise.all([control.close(), remote.close()]);
    await servers.close();
    throw error;
  }
}

/** Makes databases, link, members and job. */
async function furnish({ control, remoteName, places, management }: World, servers: Servers): Promise<void> {
  for (const place of places) await makeDatabase(place);
  for (const name of ["management", "record"] as const) await runScript(control, management, name);
  await link(control, remoteName, servers.remoteSource, servers.configs[1]);
  for (const { serverName, database } of places.slice(1)) await joinMember(control, management, serverName, database);
  await control.execute(job(servers.backups), { database: management });
}

async function startServers(): Promise<Servers> {
  if (onRealServers) {
    const configs = named.map((text) => parseServer(text ?? "")) as [ConnectionConfig, ConnectionConfig];
    return { configs, remoteSource: "remote", backups: "/backups", emulators: [], close: async () => undefined };
  }
  const backups = mkdtempSync(join(tmpdir(), "runner-test-"));
  const emulators = await startEmulators(
    ["CONTROL", "REMOTE"].map((serverName) => ({ serverName, saPassword: password, backupDirectory: backups })),
  );
  const configs = emulators.map(({ port }): ConnectionConfig => {
    return { host: "127.0.0.1", port, encrypt: false, authentication: { type: "sql", user: "sa", password } };
  });
  return {
    configs: configs as [ConnectionConfig, ConnectionConfig],
    remoteSource: `127.0.0.1,${emulators[1]?.port}`,
    backups,
    emulators,
    async close() {
      await Promise.all(emulators.map((emulator) => emulator.close()));
      rmSync(backups, { recursive: true, force: true });
    },
  };
}

function parseServer(text: string): ConnectionConfig {
  const [, user = "", secret = "", host = "", port = ""] = /^([^:]+):(.*)@([^:]+):(\d+)$/.exec(text) ?? [];
  return {
    host,
    port: Number(port),
    trustServerCertificate: true,
    authentication: { type: "sql", user, password: secret },
  };
}

async function nameOf(server: SqlServer): Promise<string> {
  const [row] = await server.rows<{ name: string }>({
    text: "SELECT CONVERT(nvarchar(128), SERVERPROPERTY('ServerName')) AS name;",
  });
  return row?.name ?? "";
}

/** A database in full recovery with the procedures of a member and two accounts of 1000 each. */
export async function makeDatabase({ server, database }: Place): Promise<void> {
  await server.execute({ text: `CREATE DATABASE ${quoteName(database)};` });
  await server.execute({ text: `ALTER DATABASE ${quoteName(database)} SET RECOVERY FULL;` });
  await runScript(server, database, "member");
  const text = `CREATE TABLE dbo.Account (Id int NOT NULL PRIMARY KEY, Balance int NOT NULL);
INSERT INTO dbo.Account (Id, Balance) VALUES (1, 1000), (2, 1000);`;
  await server.execute({ text }, { database });
}

async function runScript(server: SqlServer, database: string, name: Parameters<typeof script>[0]): Promise<void> {
  for (const text of splitBatches(script(name))) await server.execute({ text }, { database });
}

async function link(
  control: SqlServer,
  name: string,
  source: string,
  { authentication }: ConnectionConfig,
): Promise<void> {
  const login = authentication as { user: string; password: string };
  const options = ["rpc", "rpc out", "remote proc transaction promotion"];
  await control.execute({
    text: `IF EXISTS (SELECT 1 FROM sys.servers WHERE name = @name AND is_linked = 1) EXEC sp_dropserver @name, 'droplogins';
EXEC sp_addlinkedserver @server = @name, @srvproduct = N'', @provider = N'MSOLEDBSQL', @datasrc = @source;
EXEC sp_droplinkedsrvlogin @name, NULL;
EXEC sp_addlinkedsrvlogin @rmtsrvname = @name, @useself = 'FALSE', @locallogin = NULL, @rmtuser = @user, @rmtpassword = @secret;
${options.map((option) => `EXEC sp_serveroption @name, '${option}', 'true';`).join("\n")}`,
    parameters: {
      name: nvarchar(name),
      source: nvarchar(source),
      user: nvarchar(login.user),
      secret: nvarchar(login.password),
    },
  });
}

/** Adds a row to the backup set. */
export async function joinMember(
  control: SqlServer,
  management: string,
  server: string,
  database: string,
): Promise<void> {
  const row = { defaultDatabaseName: database, databaseName: database, serverName: server, btsServerName: server };
  await control.execute(joinDatabase(row), { database: management });
}

function job(path: string) {
  return storeJob({
    jobName: "Backup",
    logMarkName: "BTS",
    fullPath: path,
    logPath: path,
    frequency: "d",
    useLocalTime: false,
    compression: false,
    checksum: true,
    stripes: 1,
    parallelBackups: 2,
    forceFullAfterPartialFailure: false,
    daysOfHistory: 14,
  });
}

async function tidyUp({ places, control, remoteName }: World): Promise<void> {
  for (const { server, database } of places) await dropDatabase(server, database);
  await control.execute({ text: `EXEC sp_dropserver ${quoteString(remoteName)}, 'droplogins';` });
}

/** Drops a database, whoever uses it. */
export async function dropDatabase(server: SqlServer, database: string): Promise<void> {
  const name = quoteName(database);
  const text = `IF DB_ID(${quoteString(database)}) IS NOT NULL
BEGIN
  IF EXISTS (SELECT 1 FROM sys.databases WHERE name = ${quoteString(database)} AND state_desc = N'ONLINE')
    ALTER DATABASE ${name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
  DROP DATABASE ${name};
END;`;
  await server.execute({ text });
}

/** Moves money from one database to another. It is not one transaction: nothing runs beside it here. */
export async function transfer(from: Place, to: Place, amount: number): Promise<void> {
  const text = "UPDATE dbo.Account SET Balance = Balance + @amount WHERE Id = 1;";
  const move = ({ server, database }: Place, value: number) =>
    server.execute({ text, parameters: { amount: { type: "int", value } } }, { database });
  await move(from, -amount);
  await move(to, amount);
}

/** What each database's accounts hold. */
export async function balances(places: readonly Place[]): Promise<number[]> {
  return Promise.all(
    places.map(async ({ server, database }) => {
      const text = "SELECT SUM(Balance) AS balance FROM dbo.Account;";
      const [row] = await server.rows<{ balance: number }>({ text }, { database });
      return row?.balance ?? Number.NaN;
    }),
  );
}

/** Rows of the management database. */
export function inManagement(world: World, text: string): Promise<Row[]> {
  return world.control.rows({ text }, { database: world.management });
}
