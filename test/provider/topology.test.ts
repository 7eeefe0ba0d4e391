import { type Output, runtime, secret } from "@pulumi/pulumi";
import { isSecret, register, unwrapped } from "./program";

const isSecretOutput = (output: Output<unknown>) => (output as unknown as { isSecret: Promise<boolean> }).isSecret;
const plain = (host: string) => ({ host, authentication: { type: "sql" as const, user: "sa", password: "hunter2" } });

const known = <T>(output: Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

async function registerTopology(extra: object = {}) {
  const { BackupTopology } = require("pulumi-mssql-backup");
  let connectionFile: unknown;
  let map: unknown;
  let overview = "";
  const registered = await register(async () => {
    const topology = new BackupTopology("shop", {
      control: plain("sql1"),
      managementDatabase: "Mgmt",
      servers: { BRANCH: { connection: { ...plain("sql2"), port: 1500 } } },
      databases: [{ database: "Accounts" }, { database: "Orders", server: "BRANCH" }],
      job: { fullPath: "/backup" },
      ...extra,
    });
    connectionFile = JSON.parse(await known(topology.connectionFile));
    map = await known(topology.map);
    overview = await known(topology.overview);
  });
  return {
    registered,
    connectionFile,
    map,
    overview,
    byName: new Map(registered.map((resource) => [resource.name, resource])),
  };
}

describe("a topology", () => {
  it("declares the job, a link for each other server, and every database", async () => {
    const { registered } = await registerTopology();
    expect(registered.map(({ name }) => name).sort()).toEqual([
      "shop",
      "shop-Accounts",
      "shop-BRANCH",
      "shop-BRANCH-Orders",
      "shop-job",
    ]);
  });

  it("joins a remote database under the name of its link, and a local one under the server's own", async () => {
    const { byName } = await registerTopology();
    expect(byName.get("shop-BRANCH-Orders")?.inputs).toMatchObject({ serverName: "BRANCH" });
    expect(byName.get("shop-Accounts")?.inputs).not.toHaveProperty("serverName");
    expect(byName.get("shop-BRANCH")?.inputs).toMatchObject({ name: "BRANCH", dataSource: "sql2,1500" });
  });

  it("gives the login users on every server, in the management database too", async () => {
    const { byName } = await registerTopology({
      login: { loginName: "runner", password: { env: "PW" }, controlServerRoles: ["sysadmin"] },
    });
    expect(unwrapped(byName.get("shop-login")?.inputs)).toMatchObject({
      databases: ["Mgmt", "Accounts"],
      serverRoles: ["sysadmin"],
    });
    expect(unwrapped(byName.get("shop-BRANCH-login")?.inputs)).toMatchObject({
      databases: ["Orders"],
      connection: { host: "sql2" },
    });
    expect(byName.get("shop-BRANCH-login")?.inputs).not.toHaveProperty("serverRoles");
  });

  it("hands the runner a connection file under its own login", async () => {
    const { connectionFile } = await registerTopology({ login: { loginName: "runner", password: { env: "PW" } } });
    const authentication = { type: "sql", user: "runner", password: { env: "PW" } };
    expect(connectionFile).toEqual({
      control: { host: "sql1", authentication },
      managementDatabase: "Mgmt",
      servers: { BRANCH: { host: "sql2", port: 1500, authentication } },
    });
  });

  it("draws a map of itself, as a tree and by server", async () => {
    const { map, overview } = await registerTopology({ login: { loginName: "runner", password: { env: "PW" } } });
    expect(map).toEqual({ control: ["Mgmt", "Accounts"], BRANCH: ["Orders"] });
    expect(overview).toBe(`3 databases on 2 servers, marked and backed up together by the job Backup, login runner
├─ control server sql1,1433
│  ├─ Mgmt (management database)
│  └─ Accounts
└─ BRANCH, a linked server to sql2,1500
   └─ Orders`);
  });

  it("keeps a server that is called control apart from the control server in its map", async () => {
    const { map } = await registerTopology({
      servers: { control: { connection: plain("sql2") } },
      databases: [{ database: "Orders", server: "control" }],
    });
    expect(map).toEqual({ "(control server)": ["Mgmt"], control: ["Orders"] });
  });

  it("is no secret as a map, whatever its connections hold", async () => {
    const { BackupTopology } = require("pulumi-mssql-backup");
    let secrets: boolean[] = [];
    await register(async () => {
      const topology = new BackupTopology("shop", {
        control: { ...plain("sql1"), authentication: secret({ type: "sql", user: "sa", password: "hunter2" }) },
        managementDatabase: "Mgmt",
        databases: [{ database: "Accounts" }],
        job: { fullPath: "/backup" },
      });
      secrets = await Promise.all([topology.map, topology.overview, topology.connectionFile].map(isSecretOutput));
    });
    expect(secrets).toEqual([false, false, true]);
  });

  it("refuses a description that cannot be before anything is registered", async () => {
    const broken = { databases: [{ database: "Accounts", recoveryModel: "SIMPLE" }, { database: "accounts" }] };
    let registered: unknown[] = [];
    await expect(
      registerTopology(broken).then((topology) => {
        registered = topology.registered;
      }),
    ).rejects.toThrow(/databases\[1\]: accounts is described already[\s\S]*databases\[0\]\.recoveryModel: must be/);
    expect(registered).toEqual([]);
  });

  it.each([[300, 20]])(
    "of %d databases on %d servers is declared as quickly as its children",
    async (databases, servers) => {
      const many = (count: number) => ({
        servers: Object.fromEntries(
          Array.from({ length: servers }, (_, index) => [`S${index}`, { connection: plain(`host${index}`) }]),
        ),
        databases: Array.from({ length: count }, (_, index) => ({
          database: `D${index}`,
          server: `S${index % servers}`,
        })),
        login: { loginName: "runner", password: { env: "PW" } },
      });
      // The time of the processor, which does not depend on what else the machine does.
      const timed = async (count: number) => {
        const start = process.cpuUsage();
        const { registered } = await registerTopology(many(count));
        const { user, system } = process.cpuUsage(start);
        return { each: (user + system) / count, registered };
      };
      const few = await timed(databases / 4);
      const all = await timed(databases);
      expect(all.registered).toHaveLength(1 + 1 + databases + servers + (servers + 1));
      expect(all.each).toBeLessThan(2 * few.each);
    },
    60_000,
  );

  it("writes out for the runner what only the stack's configuration holds, as a secret", async () => {
    const authentication = { type: "sql", user: "sa", password: { config: "project:password" } };
    runtime.setAllConfig({ "project:password": "hunter2" });
    const { connectionFile, registered } = await registerTopology({ control: { host: "sql1", authentication } });
    expect(connectionFile).toMatchObject({ control: { authentication: { user: "sa", password: "hunter2" } } });
    const database = registered.find(({ name }) => name === "shop-Accounts");
    expect(database?.inputs).toMatchObject({ connection: { authentication } });
  });

  it("marks passwords that are written out as secrets", async () => {
    const { registered } = await registerTopology();
    const clear = registered.flatMap(({ name, inputs }) =>
      Object.entries(inputs)
        .filter(([, value]) => !isSecret(value) && JSON.stringify(value ?? null).includes("hunter2"))
        .map(([key]) => `${name}.${key}`),
    );
    expect(clear).toEqual([]);
  });
});
