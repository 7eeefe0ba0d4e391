import { openServer } from "../../src/sqlserver";
import { type DynamicProvider, startDynamicProvider } from "./dynamicProvider";
import { Managed } from "./managed";
import { startServers, type TestServer, type TestServers } from "./servers";

/** What keeps a login from being dropped: how it comes about, what delete says, and what it tells the reader to do. */
const holds: [what: string, does: string, database: string, says: RegExp, mends: string][] = [
  [
    "databases",
    "ALTER AUTHORIZATION ON DATABASE::Other TO runner;",
    "master",
    /error 15174[\s\S]*owns the databases Other\. ALTER AUTHORIZATION ON DATABASE/,
    "ALTER AUTHORIZATION ON DATABASE::Other TO sa;",
  ],
  [
    "Agent jobs",
    "EXEC msdb.dbo.sp_add_job @job_name = N'Nightly', @owner_login_name = N'runner';",
    "master",
    /error 15170[\s\S]*owns the Agent jobs Nightly\. EXEC msdb\.dbo\.sp_update_job/,
    "EXEC msdb.dbo.sp_update_job @job_name = N'Nightly', @owner_login_name = N'sa';",
  ],
  [
    "what it has granted",
    "ALTER SERVER ROLE securityadmin ADD MEMBER runner; CREATE LOGIN friend WITH PASSWORD = N'Secret-3'; EXECUTE AS LOGIN = N'runner'; GRANT VIEW SERVER STATE TO friend; REVERT;",
    "master",
    /error 15173[\s\S]*It has granted VIEW SERVER STATE to friend\. REVOKE/,
    "DROP LOGIN friend; ALTER SERVER ROLE securityadmin DROP MEMBER runner;",
  ],
  [
    "server roles",
    "CREATE SERVER ROLE Keepers AUTHORIZATION runner;",
    "master",
    /error 15141[\s\S]*It owns the server role Keepers\. ALTER AUTHORIZATION ON SERVER ROLE/,
    "DROP SERVER ROLE Keepers;",
  ],
  [
    "schemas",
    "ALTER AUTHORIZATION ON SCHEMA::Sales TO runner;",
    "Orders",
    /error 15138[\s\S]*owns the schemas Sales in Orders\. ALTER AUTHORIZATION ON SCHEMA/,
    "ALTER AUTHORIZATION ON SCHEMA::Sales TO dbo;",
  ],
  [
    "roles",
    "ALTER AUTHORIZATION ON ROLE::Sellers TO runner;",
    "Orders",
    /error 15421[\s\S]*owns the roles Sellers in Orders\. ALTER AUTHORIZATION ON ROLE/,
    "ALTER AUTHORIZATION ON ROLE::Sellers TO dbo;",
  ],
];

describe("a login that is held", () => {
  let servers: TestServers;
  let provider: DynamicProvider;
  let control: TestServer;
  let login: Managed;

  beforeAll(async () => {
    servers = await startServers();
    provider = await startDynamicProvider();
    control = servers.control;
    for (const name of ["Orders", "Other"]) await control.run(`CREATE DATABASE ${name};`);
    await control.run("CREATE ROLE BTS_BACKUP_USERS; CREATE ROLE Sellers;", "Orders");
    await control.run("CREATE SCHEMA Sales;", "Orders");
    login = await Managed.create(provider, "backupUserLogin", {
      connection: control.connection,
      loginName: "runner",
      password: "Secret-2",
      checkPolicy: false,
      databases: ["Orders"],
    });
  });
  afterAll(async () => {
    await provider.stop();
    await servers.stop();
  });

  it.each(holds)("by %s is not dropped, and says which", async (_, does, database, says, mends) => {
    await control.run(does, database);
    await expect(login.delete()).rejects.toEqual({ message: expect.stringMatching(says) });
    await control.run(mends, database);
    expect(await login.refresh()).toEqual({});
  });

  it("by a session is not dropped, and says who and since when", async () => {
    const user = { type: "sql" as const, user: "runner", password: "Secret-2" };
    const session = openServer({ ...control.connection, authentication: user });
    await session.execute({ text: "SELECT 1;" });
    await expect(login.delete()).rejects.toEqual({
      message: expect.stringMatching(
        /error 15434[\s\S]*These sessions use it: session \d+ of .+ on .+ since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\. .*KILL/,
      ),
    });
    await session.close();
    await login.delete();
  });
});
