import { catalogOf, startServers, type TestServers } from "../../provider/servers";
import { type Declaration, makeStack, type TestStack } from "./stack";

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
