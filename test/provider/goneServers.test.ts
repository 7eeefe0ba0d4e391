import { type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import { checked, type KindName } from "./managed";
import { catalogOf, startServers, type TestServers } from "./servers";

/** What is left to take away when one of the two servers is gone for good. */
describe.each(["control", "remote"] as const)("when the %s server is gone", (gone) => {
  const left = gone === "control" ? "remote" : "control";
  let servers: TestServers;
  let provider: DynamicProvider;
  let told: DynamicProvider;
  let before: object;
  let made: { kind: KindName; id: string; outs: Properties }[];
  /** As resources show it. */
  const name = () => `127.0.0.1,${servers[gone].connection.port}`;

  beforeAll(async () => {
    servers = await startServers();
    await servers.remote.run("CREATE DATABASE Orders;");
    await servers.remote.run("ALTER DATABASE Orders SET RECOVERY SIMPLE;");
    before = await catalogOf(servers[left]);
    provider = await startDynamicProvider();
    made = [];
    for (const [kind, program] of programs(servers)) {
      made.push({ kind, ...(await provider.create(await checked(provider, kind, program))) });
    }
    await servers[gone].stop();
    const list = `elsewhere\\INSTANCE; ${name()}`;
    told = await startDynamicProvider({ env: { MSSQL_BACKUP_GONE_SERVERS: list } });
  });
  afterAll(async () => {
    await Promise.all([provider.stop(), told.stop()]);
    await servers.stop();
  });

  /** The resources that connect to the one that is gone. */
  const onIt = () =>
    made.filter(({ outs }) => JSON.stringify(outs).includes(`"port":${servers[gone].connection.port},`));

  it("finds gone what was on it, once that is told", async () => {
    for (const { kind, id, outs } of made) {
      const found = await told.read(id, outs);
      if (kind !== "customBackupDatabase") expect(found.id).toBe(onIt().some((one) => one.id === id) ? "" : id);
      else if (gone === "control") expect(found.inputs).toMatchObject({ joined: false, setup: "builtIn" });
      else expect(found.inputs).toMatchObject({ joined: true, setup: "builtIn (the database is gone)" });
    }
  });

  it("says so, and how to go on without it", async () => {
    expect(onIt()).toHaveLength(gone === "control" ? 3 : 2);
    for (const { id, outs } of onIt()) {
      for (const call of [provider.delete(id, outs), provider.read(id, outs)]) {
        const { message } = await call.then(
          () => ({ message: "" }),
          (error: Error) => error,
        );
        expect(message).toContain(`failed on ${name()}`);
        expect(message).toContain(`MSSQL_BACKUP_GONE_SERVERS="${name()}"`);
        expect(message).toContain("pulumi state delete");
        expect(message).not.toContain("Secret");
      }
    }
  });

  it("takes away what is on the other server", async () => {
    for (const { id, outs } of made.toReversed()) await told.delete(id, outs);
    expect(await catalogOf(servers[left])).toEqual(before);
  });
});

function programs({ control, remote }: TestServers): [KindName, Properties][] {
  return [
    [
      "backupJob",
      {
        connection: control.connection,
        managementDatabase: "Mgmt",
        createDatabase: true,
        fullPath: "/backup",
        deleteHistory: true,
        agent: { connectionFile: "/connection.json" },
      },
    ],
    [
      "linkedServer",
      {
        connection: control.connection,
        name: "BRANCH",
        dataSource: `127.0.0.1,${remote.connection.port}`,
        logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
      },
    ],
    [
      "customBackupDatabase",
      {
        connection: remote.connection,
        database: "Orders",
        serverName: "BRANCH",
        setRecoveryModel: true,
        control: { connection: control.connection, managementDatabase: "Mgmt" },
      },
    ],
    [
      "backupUserLogin",
      {
        connection: remote.connection,
        loginName: "backup",
        password: "Secret-2",
        checkPolicy: false,
        databases: ["Orders"],
      },
    ],
  ];
}
