import { type DynamicProvider, startDynamicProvider } from "./dynamicProvider";
import { Managed } from "./managed";
import { catalogOf, startServers, type TestServers } from "./servers";

const roleQuery = "SELECT name FROM sys.database_principals WHERE type = 'R' AND name = N'BTS_BACKUP_USERS';";

describe("the role BTS_BACKUP_USERS of a database that nothing has set up", () => {
  let servers: TestServers;
  let provider: DynamicProvider;
  let before: object;

  beforeAll(async () => {
    servers = await startServers();
    provider = await startDynamicProvider();
    await Managed.create(provider, "backupJob", {
      connection: servers.control.connection,
      managementDatabase: "Mgmt",
      createDatabase: true,
      fullPath: "/backup",
    });
    await servers.control.run("CREATE DATABASE Orders;");
    before = await catalogOf(servers.control);
  });
  afterAll(async () => {
    await provider.stop();
    await servers.stop();
  });
  afterEach(async () => {
    expect(await catalogOf(servers.control)).toEqual(before);
  });

  const makeLogin = (loginName = "runner", databases = ["Orders"]) =>
    Managed.create(provider, "backupUserLogin", {
      connection: servers.control.connection,
      loginName,
      password: "Secret-2",
      databases,
    });
  const join = () =>
    Managed.create(provider, "customBackupDatabase", {
      connection: servers.control.connection,
      database: "Orders",
      control: { connection: servers.control.connection, managementDatabase: "Mgmt" },
    });
  const rolesInOrders = () => servers.control.rows(roleQuery, "Orders");

  it("is made for a login, and goes with it", async () => {
    const login = await makeLogin();
    expect(await login.refresh()).toEqual({});
    expect(await rolesInOrders()).toHaveLength(1);
    await login.delete();
  });

  it.each<[string, string[], string[]]>([
    ["login, database; taken away in reverse", ["login", "database"], ["database", "login"]],
    ["login, database; taken away in the same order", ["login", "database"], ["login", "database"]],
    ["database, login; taken away in reverse", ["database", "login"], ["login", "database"]],
    ["two logins; the one that made it leaves first", ["login", "other"], ["login", "other"]],
  ])("serves all, and goes with the last of them: %s", async (_, coming, leaving) => {
    const make = { login: () => makeLogin(), other: () => makeLogin("other"), database: join };
    const made: Record<string, Managed> = {};
    const unchanged = async () => {
      for (const resource of Object.values(made)) expect(await resource.refresh()).toEqual({});
    };
    for (const name of coming) {
      made[name] = await make[name as keyof typeof make]();
      await unchanged();
    }
    for (const name of leaving) {
      await made[name]?.delete();
      delete made[name];
      await unchanged();
    }
  });

  it("stays when somebody has put it to use", async () => {
    const login = await makeLogin();
    await servers.control.run("GRANT VIEW DEFINITION TO BTS_BACKUP_USERS;", "Orders");
    await login.delete();
    expect(await rolesInOrders()).toHaveLength(1);
    await servers.control.run("DROP ROLE BTS_BACKUP_USERS;", "Orders");
  });

  it("stays when somebody else made it", async () => {
    await servers.control.run("CREATE ROLE BTS_BACKUP_USERS;", "Orders");
    const login = await makeLogin();
    await login.delete();
    expect(await rolesInOrders()).toHaveLength(1);
    await servers.control.run("DROP ROLE BTS_BACKUP_USERS;", "Orders");
  });

  it("goes when the login's databases become others", async () => {
    const login = await makeLogin();
    await login.update({ ...login.inputs, databases: [] });
    expect(await rolesInOrders()).toEqual([]);
    await login.update({ ...login.inputs, databases: ["Orders"] });
    await login.update({ ...login.inputs, roles: ["db_datareader"] });
    expect(await rolesInOrders()).toEqual([]);
    expect(await login.refresh()).toEqual({});
    await login.delete();
  });

  it("is made for logins that come at once", async () => {
    const logins = await Promise.all(["a", "b", "c", "d"].map((name) => makeLogin(name)));
    for (const login of logins) expect(await login.refresh()).toEqual({});
    await Promise.all(logins.map((login) => login.delete()));
  });
});
