import { catalogOf, startServers, type TestServers } from "../../provider/servers";
import { type Declaration, type Declared, makeStack, type TestStack } from "./stack";

jest.setTimeout(180_000);

let servers: TestServers;
let stack: TestStack;
beforeEach(async () => {
  servers = await startServers();
  stack = await makeStack();
});
afterEach(async () => {
  delete process.env.MSSQL_BACKUP_GONE_SERVERS;
  stack?.remove();
  await servers?.stop();
});

const members = ["Kept", "Stripped", "Offline", "Dropped"];
const bothCatalogs = async () => [await catalogOf(servers.control), await catalogOf(servers.remote)];
const createDatabases = async (server: "control" | "remote", ...names: string[]) => {
  for (const name of names) await servers[server].run(`CREATE DATABASE ${name};`);
};

function job(name: string): Declaration {
  const args = {
    connection: servers.control.connection,
    managementDatabase: name,
    createDatabase: true,
    fullPath: "/backup",
    deleteHistory: true,
    agent: { connectionFile: "/connection.json" },
  };
  return { kind: "BackupJob", args };
}

function member(database: string, on: "control" | "remote", managementDatabase: string): Declaration {
  const args = {
    connection: servers[on].connection,
    database,
    setRecoveryModel: true,
    recoveryModel: "BULK_LOGGED",
    control: { connection: servers.control.connection, managementDatabase },
  };
  return { kind: "CustomBackupDatabase", args, after: [managementDatabase] };
}

function link(name: string): Declaration {
  const args = {
    connection: servers.control.connection,
    name,
    dataSource: `127.0.0.1,${servers.remote.connection.port}`,
    logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
  };
  return { kind: "LinkedServer", args };
}

function login(loginName: string, on: "control" | "remote", databases: string[]): Declaration {
  const args = { connection: servers[on].connection, loginName, password: "Login-1", checkPolicy: false, databases };
  return { kind: "BackupUserLogin", args, after: databases };
}

const unordered = (declared: Declared): Declared =>
  Object.fromEntries(Object.entries(declared).map(([name, { kind, args }]) => [name, { kind, args }]));

const allOf = <T>(declared: Declared, value: T) =>
  Object.fromEntries(Object.keys(declared).map((name) => [name, value]));

test("destroy takes away what is left of what somebody has dropped, whatever goes first", async () => {
  await createDatabases("control", ...members);
  await createDatabases("remote", "Orders");
  const before = await bothCatalogs();
  const declared: Declared = {
    Mgmt: job("Mgmt"),
    MgmtOffline: job("MgmtOffline"),
    MgmtDropped: job("MgmtDropped"),
    ...Object.fromEntries(members.map((name) => [name, member(name, "control", "Mgmt")])),
    // A member of a set whose management database goes.
    Orders: member("Orders", "remote", "MgmtDropped"),
    linkKept: link("linkKept"),
    linkDropped: link("linkDropped"),
    loginKept: login("loginKept", "remote", ["Orders"]),
    loginDropped: login("loginDropped", "remote", ["Orders"]),
    loginWithoutUser: login("loginWithoutUser", "remote", ["Orders"]),
    everywhere: login("everywhere", "control", members),
  };
  stack.declare(declared);
  await stack.up();
  stack.declare(unordered(declared));
  expect(await stack.up()).toEqual(allOf(declared, "same"));

  const onControl: [string, string?][] = [
    [
      "DROP PROCEDURE dbo.sp_SetMark; DROP TABLE dbo.MarkLog; ALTER ROLE BTS_BACKUP_USERS DROP MEMBER everywhere;",
      "Stripped",
    ],
    ["DROP ROLE BTS_BACKUP_USERS;", "Stripped"],
    ["ALTER DATABASE Stripped SET RECOVERY SIMPLE;"],
    ["DELETE FROM dbo.adm_OtherBackupDatabases WHERE DatabaseName = N'Stripped';", "Mgmt"],
    ["DELETE FROM mssql_backup.Job; DROP PROCEDURE dbo.sp_ForceFullBackup;", "Mgmt"],
    ["ALTER DATABASE Offline SET OFFLINE WITH ROLLBACK IMMEDIATE;"],
    ["ALTER DATABASE MgmtOffline SET OFFLINE WITH ROLLBACK IMMEDIATE;"],
    ["ALTER DATABASE Dropped SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE Dropped;"],
    ["ALTER DATABASE MgmtDropped SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE MgmtDropped;"],
    ["EXEC sp_dropserver N'linkDropped', 'droplogins';"],
    ["EXEC msdb.dbo.sp_delete_job @job_name = N'Backup SQL Server (Mgmt)';"],
  ];
  for (const [text, database] of onControl) await servers.control.run(text, database);
  await servers.remote.run("DROP LOGIN loginDropped;");
  await servers.remote.run("DROP USER loginWithoutUser;", "Orders");

  expect(await stack.destroy()).toEqual(allOf(declared, "delete"));
  for (const name of ["Offline", "MgmtOffline"]) {
    // What is in a database that is offline stays in it.
    await servers.control.run(`ALTER DATABASE ${name} SET ONLINE; DROP DATABASE ${name};`);
  }
  await createDatabases("control", "Offline", "Dropped");
  await servers.control.run("ALTER DATABASE Stripped SET RECOVERY FULL;");
  expect(await bothCatalogs()).toEqual(before);
});

describe.each(["control", "remote"] as const)("when the %s server is gone", (gone) => {
  const left = gone === "control" ? "remote" : "control";

  test("destroy says how to go on without it, and then takes away what is on the other", async () => {
    await createDatabases("control", "Accounts");
    await createDatabases("remote", "Stock");
    const before = await catalogOf(servers[left]);
    stack.declare({
      Mgmt: job("Mgmt"),
      Accounts: member("Accounts", "control", "Mgmt"),
      Stock: member("Stock", "remote", "Mgmt"),
      link: link("link"),
      controlLogin: login("runner", "control", ["Accounts"]),
      remoteLogin: login("runner", "remote", ["Stock"]),
    });
    await stack.up();
    const name = `127.0.0.1,${servers[gone].connection.port}`;
    await servers[gone].stop();

    const failure = await stack.destroy().then(
      () => "",
      (error: Error) => error.message,
    );
    expect(failure).toContain(`failed on ${name}`);
    expect(failure).toContain(`MSSQL_BACKUP_GONE_SERVERS="${name}"`);
    expect(failure).not.toMatch(/Secret-|Login-1/);

    process.env.MSSQL_BACKUP_GONE_SERVERS = name;
    await stack.destroy();
    expect(await stack.ids()).toEqual({});
    expect(await catalogOf(servers[left])).toEqual(before);
  });
});
