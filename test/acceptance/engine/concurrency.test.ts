import { catalogOf, startServers, type TestServers } from "../../provider/servers";
import { type Declaration, type Declared, makeStack, type TestStack } from "./stack";

jest.setTimeout(180_000);

let servers: TestServers;
let stacks: TestStack[];
beforeEach(async () => {
  servers = await startServers();
  stacks = [];
});
afterEach(async () => {
  for (const stack of stacks) stack.remove();
  await servers.stop();
});

const newStack = async (): Promise<TestStack> => {
  const stack = await makeStack();
  stacks.push(stack);
  return stack;
};
const bothCatalogs = async () => [await catalogOf(servers.control), await catalogOf(servers.remote)];
const set = () => ({ connection: servers.control.connection, managementDatabase: "Mgmt" });

function job(name: string): Declaration {
  return {
    kind: "BackupJob",
    args: { ...set(), name, createDatabase: true, fullPath: "/backup", deleteHistory: true },
  };
}

function member(database: string): Declaration {
  const args = { connection: servers.control.connection, database, control: set() };
  return { kind: "CustomBackupDatabase", args, after: ["job"] };
}

function login(loginName: string, databases: string[]): Declaration {
  const args = {
    connection: servers.control.connection,
    loginName,
    password: "Login-1",
    checkPolicy: false,
    databases,
  };
  return { kind: "BackupUserLogin", args };
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

test("two stacks at once in one management database, with a hundred resources, do not disturb each other", async () => {
  const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
  await servers.control.run("CREATE DATABASE Shared;");
  for (const number of numbers) {
    await servers.control.run(`CREATE DATABASE First${number}; CREATE DATABASE Second${number};`);
  }
  const before = await bothCatalogs();
  const declaredBy = (prefix: string): Declared => ({
    job: job(`${prefix} job`),
    ...Object.fromEntries(
      numbers.flatMap((number) => [
        [`member${number}`, member(`${prefix}${number}`)],
        // All of them in one database, where each makes the role of those who back up if nobody has.
        [`login${number}`, login(`${prefix} login ${number}`, ["Shared"])],
        [`owner${number}`, login(`${prefix} owner ${number}`, [`${prefix}${number}`])],
        [`link${number}`, link(`${prefix} link ${number}`)],
      ]),
    ),
  });
  const [first, second] = [await newStack(), await newStack()];
  first.declare(declaredBy("First"));
  second.declare(declaredBy("Second"));
  for (const steps of await Promise.all([first.up(), second.up()])) {
    expect(Object.values(steps)).toHaveLength(1 + 4 * numbers.length);
    expect(new Set(Object.values(steps))).toEqual(new Set(["create"]));
  }
  expect(await servers.control.rows("SELECT JobName FROM mssql_backup.Job ORDER BY JobName;", "Mgmt")).toEqual([
    { JobName: "First job" },
    { JobName: "Second job" },
  ]);
  expect(await servers.control.rows("SELECT DatabaseName FROM dbo.adm_OtherBackupDatabases;", "Mgmt")).toHaveLength(24);

  await first.destroy();
  expect(await second.previewDrift()).not.toMatch(/to (?:create|update|replace)/);
  await second.destroy();
  expect(await bothCatalogs()).toEqual(before);
});

test("what exists already is not taken over unasked, and the error says how to adopt it", async () => {
  await servers.control.run("CREATE DATABASE Orders;");
  const existing: Declared = {
    job: job("Backup"),
    Orders: member("Orders"),
    runner: login("runner", []),
    BRANCH: link("BRANCH"),
  };
  const owner = await newStack();
  owner.declare(existing);
  await owner.up();

  const stranger = await newStack();
  const where = `127\\.0\\.0\\.1,${servers.control.connection.port}`;
  const told = {
    job: new RegExp(`The job Backup exists already in Mgmt on ${where}\\. Set adopt: true`),
    Orders: /Orders .*joined to the backup set already.*Set adopt: true/s,
    runner: new RegExp(`The login runner exists already on ${where}\\. Set adopt: true`),
    BRANCH: new RegExp(`The linked server BRANCH exists already on ${where}\\. Set adopt: true`),
  };
  for (const [name, says] of Object.entries(told)) {
    const { kind, args } = existing[name] as Declaration;
    stranger.declare({ [name]: { kind, args } });
    await expect(stranger.up()).rejects.toThrow(says);
  }
  expect(Object.keys(await stranger.ids()).filter((name) => name in existing)).toEqual([]);

  const adopted = Object.entries(existing).map(([name, { kind, args }]) => [
    name,
    { kind, args: { ...args, adopt: true } },
  ]);
  stranger.declare(Object.fromEntries(adopted));
  await stranger.up();
  await stranger.destroy();
  // What another stack made is still there, and as it was.
  expect(await owner.previewDrift()).not.toMatch(/to (?:create|update|replace)/);
});
