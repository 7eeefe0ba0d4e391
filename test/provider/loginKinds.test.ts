import { openServer } from "../../src/sqlserver";
import { type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import { checked, Managed } from "./managed";
import { catalogOf, startServers, type TestServer, type TestServers } from "./servers";

describe("logins of every kind", () => {
  let servers: TestServers;
  let provider: DynamicProvider;
  let control: TestServer;

  beforeAll(async () => {
    servers = await startServers();
    provider = await startDynamicProvider();
    control = servers.control;
    for (const name of ["Orders", "Stock"]) await control.run(`CREATE DATABASE ${name};`);
  });
  afterAll(async () => {
    await provider.stop();
    await servers.stop();
  });

  const create = (program: Properties) =>
    Managed.create(provider, "backupUserLogin", { connection: control.connection, ...program });
  const types = async (loginName: string) => {
    const text = (view: string) => `SELECT type FROM ${view} WHERE name = N'${loginName}';`;
    const rows = [
      ...(await control.rows(text("sys.server_principals"))),
      ...(await control.rows(text("sys.database_principals"), "Orders")),
    ] as { type: string }[];
    return rows.map(({ type }) => type).join("");
  };

  // sys.server_principals, sys.database_principals: U and G are of Windows, E and X of Microsoft Entra.
  it.each([
    ["CORP\\backup", "windows", "UU"],
    ["CORP\\Backup Admins", "windows", "GG"],
    ["BUILTIN\\Administrators", "windows", "GG"],
    ["backup@example.com", "external", "EE"],
    ["Backup operators", "external", "XX"],
  ])("%s (%s) lives as any other", async (loginName, type, expected) => {
    const before = await catalogOf(control);
    const login = await create({ loginName, type, databases: ["Orders"], rights: "backup", defaultDatabase: "tempdb" });
    expect(await types(loginName)).toBe(expected);
    expect(await login.refresh()).toEqual({});
    await control.run(`ALTER LOGIN [${loginName}] WITH DEFAULT_DATABASE = master; ALTER LOGIN [${loginName}] DISABLE;`);
    expect(await login.refresh()).toEqual({ defaultDatabase: "master", enabled: false });
    await login.update();
    expect(await login.refresh()).toEqual({});
    await login.delete();
    expect(await catalogOf(control)).toEqual(before);
  });

  it.each<[string, Properties, RegExp]>([
    ["a Windows account", { loginName: "BUILTIN\\Nobody", type: "windows" }, /error 15401[\s\S]*check the spelling/],
    [
      "a default database",
      { loginName: "u", password: "Secret-2", defaultDatabase: "Nowhere" },
      /error 15010[\s\S]*hint:/,
    ],
    [
      "a language",
      { loginName: "u", password: "Secret-2", defaultLanguage: "Klingon" },
      /error 15033[\s\S]*syslanguages/,
    ],
    ["the password's strength", { loginName: "u", password: "weak" }, /error 15116[\s\S]*checkPolicy/],
  ])("%s that the server does not accept is refused, and leaves nothing", async (_, program, says) => {
    const before = await catalogOf(control);
    const inputs = await checked(provider, "backupUserLogin", {
      connection: control.connection,
      databases: ["Orders"],
      ...program,
    });
    await expect(provider.create(inputs)).rejects.toEqual({ message: expect.stringMatching(says) });
    expect(await catalogOf(control)).toEqual(before);
  });

  it("gives rights at the server from whatever database the connection names", async () => {
    const login = await create({
      connection: { ...control.connection, database: "Orders" },
      loginName: "elsewhere",
      password: "Secret-2",
      serverPermissions: ["VIEW SERVER STATE"],
    });
    expect(await login.refresh()).toEqual({});
    await login.delete();
  });

  it("tells a rotated password by what was set last, where the login may not see hashes", async () => {
    await control.run(
      "CREATE LOGIN deployer WITH PASSWORD = N'Pipeline-1'; GRANT ALTER ANY LOGIN TO deployer; GRANT VIEW ANY DEFINITION TO deployer;",
    );
    const authentication = { type: "sql" as const, user: "deployer", password: "Pipeline-1" };
    const login = await create({
      connection: { ...control.connection, authentication },
      loginName: "hidden",
      password: "Secret-2",
    });
    expect(await login.refresh()).toEqual({});
    expect(await login.diff()).toMatchObject({ changes: "none" });
    await login.update({ ...login.inputs, password: "Secret-3" });
    const session = openServer({
      ...control.connection,
      authentication: { type: "sql", user: "hidden", password: "Secret-3" },
    });
    expect(await session.rows({ text: "SELECT SUSER_SNAME() AS name;" })).toEqual([{ name: "hidden" }]);
    await session.close();
    await login.delete();
  });

  it("shows databases that went offline or away, and goes without them", async () => {
    const login = await create({ loginName: "left", password: "Secret-2", databases: ["Orders", "Stock"] });
    await control.run("ALTER DATABASE Orders SET OFFLINE;");
    await control.run("DROP DATABASE Stock;");
    expect(await login.refresh()).toEqual({ databases: ["Orders (OFFLINE)", "Stock (does not exist)"] });
    await expect(login.update()).rejects.toEqual({
      message: expect.stringContaining("not online: Orders (OFFLINE), Stock (does not exist)"),
    });
    await login.delete();
    await control.run("ALTER DATABASE Orders SET ONLINE;");
    expect(await control.rows("SELECT name FROM sys.server_principals WHERE name = N'left';")).toEqual([]);
  });
});
