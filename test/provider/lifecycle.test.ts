import { type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import { type KindName, Managed } from "./managed";
import { catalogOf, startServers, type TestServers } from "./servers";

interface Drift {
  /** What somebody does behind Pulumi's back. */
  readonly does: string;
  readonly on: "control" | "remote";
  readonly database?: string;
  /** The property that shows it, and how. */
  readonly shows: Properties;
}

interface Kind {
  readonly name: KindName;
  /** What has to be there before. */
  readonly before?: KindName[];
  readonly inputs: (servers: TestServers) => Properties;
  readonly id: (servers: TestServers) => string;
  readonly outs: Properties;
  /** Ends with something that is gone as a whole. */
  readonly gone: Drift;
  readonly drifts: Drift[];
}

const port = (connection: object) => (connection as { port: number }).port;
const backupJob = (servers: TestServers): Properties => ({
  connection: servers.control.connection,
  managementDatabase: "Mgmt",
  createDatabase: true,
  fullPath: "/backup",
  deleteHistory: true,
});

const kinds: Kind[] = [
  {
    name: "backupJob",
    inputs: backupJob,
    id: ({ control }) => `127.0.0.1,${port(control.connection)}/Mgmt/Backup`,
    outs: { frequency: "d", checksum: true, managementDatabase: "Mgmt", findings: {} },
    drifts: [
      {
        does: "UPDATE mssql_backup.Job SET Frequency = 'w', FullPath = N'/elsewhere';",
        on: "control",
        database: "Mgmt",
        shows: { frequency: "w", fullPath: "/elsewhere" },
      },
      {
        does: "DROP PROCEDURE dbo.sp_ForceFullBackup;",
        on: "control",
        database: "Mgmt",
        shows: { setup: "builtIn (dbo.sp_ForceFullBackup is missing)" },
      },
      {
        does: "ALTER PROCEDURE dbo.sp_SetMark @name nvarchar(128) AS -- mssql-backup member procedure\nRETURN 0;",
        on: "control",
        database: "Mgmt",
        shows: { setup: "builtIn (dbo.sp_SetMark is changed)" },
      },
    ],
    gone: { does: "DELETE FROM mssql_backup.Job;", on: "control", database: "Mgmt", shows: {} },
  },
  {
    name: "customBackupDatabase",
    before: ["backupJob"],
    inputs: ({ control, remote }) => ({
      connection: remote.connection,
      database: "Orders",
      serverName: "BRANCH",
      setRecoveryModel: true,
      control: { connection: control.connection, managementDatabase: "Mgmt" },
    }),
    id: ({ remote }) => `127.0.0.1,${port(remote.connection)}/Orders`,
    outs: { joinedServerName: "BRANCH", realServerName: "REMOTE", recoveryModel: "FULL", findings: {} },
    drifts: [
      {
        does: "DROP PROCEDURE dbo.sp_SetMarkRemote; DROP TABLE dbo.MarkLog;",
        on: "remote",
        database: "Orders",
        shows: { setup: "builtIn (MarkLog is missing, sp_SetMarkRemote is missing)" },
      },
      {
        does: "DELETE FROM dbo.adm_OtherBackupDatabases;",
        on: "control",
        database: "Mgmt",
        shows: { joined: false },
      },
      { does: "ALTER DATABASE Orders SET RECOVERY SIMPLE;", on: "remote", shows: { recoveryModel: "SIMPLE" } },
    ],
    gone: { does: "", on: "remote", shows: {} },
  },
  {
    name: "backupUserLogin",
    before: ["backupJob", "customBackupDatabase"],
    inputs: ({ remote }) => ({
      connection: remote.connection,
      loginName: "back]up 'user'",
      password: "it's a secret",
      checkPolicy: false,
      databases: ["Orders"],
      rights: "backupAndRestore",
      serverPermissions: ["VIEW SERVER STATE"],
    }),
    id: ({ remote }) => `127.0.0.1,${port(remote.connection)}/back]up 'user'`,
    outs: { adopted: false, databases: ["Orders"], loginSid: expect.stringMatching(/^0x[0-9A-F]{32}$/), findings: {} },
    drifts: [
      {
        does: "ALTER ROLE BTS_BACKUP_USERS DROP MEMBER [back]]up 'user'];",
        on: "remote",
        database: "Orders",
        shows: { databases: ["Orders (not in BTS_BACKUP_USERS)"] },
      },
      {
        does: "REVOKE BACKUP LOG FROM [back]]up 'user'];",
        on: "remote",
        database: "Orders",
        shows: { databases: ["Orders (no BACKUP LOG)"] },
      },
      {
        does: "DROP USER [back]]up 'user'];",
        on: "remote",
        database: "Orders",
        shows: { databases: ["Orders (no user)"] },
      },
      {
        does: "ALTER LOGIN [back]]up 'user'] WITH PASSWORD = N'another';",
        on: "remote",
        shows: { password: "(changed on the server)" },
      },
      { does: "ALTER LOGIN [back]]up 'user'] DISABLE;", on: "remote", shows: { enabled: false } },
      {
        does: "ALTER LOGIN [back]]up 'user'] WITH DEFAULT_DATABASE = tempdb;",
        on: "remote",
        shows: { defaultDatabase: "tempdb" },
      },
      {
        does: "ALTER SERVER ROLE sysadmin ADD MEMBER [back]]up 'user'];",
        on: "remote",
        shows: { serverRoles: ["sysadmin"] },
      },
      {
        does: "ALTER ROLE db_owner ADD MEMBER [back]]up 'user'];",
        on: "remote",
        database: "Orders",
        shows: { databases: ["Orders (also in db_owner)"] },
      },
      {
        does: "ALTER SERVER ROLE dbcreator DROP MEMBER [back]]up 'user'];",
        on: "remote",
        shows: { rights: "backupAndRestore (not in dbcreator)" },
      },
      {
        does: "REVOKE SELECT ON dbo.backupset FROM [back]]up 'user'];",
        on: "remote",
        database: "msdb",
        shows: { rights: "backupAndRestore (msdb: no SELECT ON dbo.backupset)" },
      },
      {
        does: "DROP USER [back]]up 'user'];",
        on: "remote",
        database: "msdb",
        shows: { rights: "backupAndRestore (msdb: no user)" },
      },
      { does: "REVOKE VIEW SERVER STATE FROM [back]]up 'user'];", on: "remote", shows: { serverPermissions: [] } },
    ],
    gone: { does: "DROP LOGIN [back]]up 'user'];", on: "remote", shows: {} },
  },
  {
    name: "linkedServer",
    inputs: ({ control, remote }) => ({
      connection: control.connection,
      name: "BRANCH",
      dataSource: `127.0.0.1,${port(remote.connection)}`,
      logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
    }),
    id: ({ control }) => `127.0.0.1,${port(control.connection)}/BRANCH`,
    outs: { remoteServerName: "REMOTE", adopted: false, rpcOut: true },
    drifts: [
      { does: "EXEC sp_serveroption 'BRANCH', 'rpc out', 'false';", on: "control", shows: { rpcOut: false } },
      {
        does: "EXEC sp_serveroption 'BRANCH', 'remote proc transaction promotion', 'false';",
        on: "control",
        shows: { promoteDistributedTransactions: false },
      },
      { does: "EXEC sp_serveroption 'BRANCH', 'query timeout', '5';", on: "control", shows: { queryTimeout: 5 } },
      { does: "EXEC sp_droplinkedsrvlogin 'BRANCH', NULL;", on: "control", shows: { logins: [] } },
      {
        does: "EXEC sp_addlinkedsrvlogin 'BRANCH', 'false', NULL, 'other', 'p';",
        on: "control",
        shows: { logins: [{ remoteUser: "other" }] },
      },
    ],
    gone: { does: "EXEC sp_dropserver 'BRANCH', 'droplogins';", on: "control", shows: {} },
  },
];

const kindNamed = (name: KindName): Kind => kinds.find((kind) => kind.name === name) as Kind;

describe.each(kinds)("the life of a $name", (kind) => {
  let servers: TestServers;
  let provider: DynamicProvider;
  const needed: Managed[] = [];

  beforeAll(async () => {
    servers = await startServers();
    provider = await startDynamicProvider();
    await servers.remote.run("CREATE DATABASE Orders;");
    await servers.remote.run("ALTER DATABASE Orders SET RECOVERY SIMPLE;");
    for (const name of kind.before ?? [])
      needed.push(await Managed.create(provider, name, kindNamed(name).inputs(servers)));
  });
  afterAll(async () => {
    await provider.stop();
    await servers.stop();
  });

  let resource: Managed;
  let catalogs: object;
  const bothCatalogs = async () => ({
    control: await catalogOf(servers.control),
    remote: await catalogOf(servers.remote),
  });

  it("begins with everything it needs, and nothing that differs", async () => {
    catalogs = await bothCatalogs();
    resource = await Managed.create(provider, kind.name, kind.inputs(servers));
    expect(resource.id).toBe(kind.id(servers));
    expect(resource.outs).toMatchObject(kind.outs);
    expect(await resource.refresh()).toEqual({});
    expect(await resource.diff()).toEqual({ changes: "none", replaces: [], deleteBeforeReplace: false });
  });

  it("does not take over what exists, unless told", async () => {
    await expect(provider.create(resource.inputs)).rejects.toEqual({
      message: expect.stringContaining("adopt: true"),
    });
    const adopted = await provider.create({ ...resource.inputs, adopt: true });
    await provider.delete(adopted.id, adopted.outs);
    expect(await resource.refresh()).toEqual({});
  });

  it.each(kind.drifts.map((drift) => [drift.does, drift] as const))("shows and mends: %s", async (_, drift) => {
    await servers[drift.on].run(drift.does, drift.database);
    expect(await resource.refresh()).toEqual(drift.shows);
    expect(await resource.diff()).toMatchObject({ changes: "some", replaces: [] });
    await resource.update();
    expect(await resource.refresh()).toEqual({});
    expect(await resource.diff()).toMatchObject({ changes: "none" });
  });

  it("ends with the servers as they were", async () => {
    await resource.delete();
    expect(await bothCatalogs()).toEqual(catalogs);
  });

  it("ends a second time without complaint", async () => {
    await resource.delete();
  });

  it("is known to be gone when somebody took it away", async () => {
    if (kind.gone.does === "") return;
    const another = await Managed.create(provider, kind.name, kind.inputs(servers));
    await servers[kind.gone.on].run(kind.gone.does, kind.gone.database);
    expect(await another.refresh()).toBe("gone");
    await another.delete();
  });
});
