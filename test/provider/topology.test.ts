import { isSecret, register, unwrapped } from "./program";

const plain = (host: string) => ({ host, authentication: { type: "sql" as const, user: "sa", password: "hunter2" } });

async function registerTopology(extra: object = {}) {
  const { BackupTopology } = require("pulumi-mssql-backup");
  let connectionFile: unknown;
  const registered = await register(async () => {
    const topology = new BackupTopology("shop", {
      control: plain("sql1"),
      managementDatabase: "Mgmt",
      servers: { BRANCH: { connection: { ...plain("sql2"), port: 1500 } } },
      databases: [{ database: "Accounts" }, { database: "Orders", server: "BRANCH" }],
      job: { fullPath: "/backup" },
      ...extra,
    });
    connectionFile = await new Promise((resolve) => {
      topology.connectionFile.apply((text: string) => resolve(JSON.parse(text)));
    });
  });
  return { registered, connectionFile, byName: new Map(registered.map((resource) => [resource.name, resource])) };
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
