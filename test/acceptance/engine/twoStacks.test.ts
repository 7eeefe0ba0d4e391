import { catalogOf, startServers, type TestServers } from "../../provider/servers";
import { makeStack, type TestStack } from "./stack";

let servers: TestServers;
let stacks: readonly [TestStack, TestStack];

beforeAll(async () => {
  servers = await startServers();
  stacks = [await makeStack(), await makeStack()];
  for (const [index, stack] of stacks.entries()) stack.declare({ job: job(`Job ${index}`), database: joined(index) });
  for (const index of stacks.keys()) await servers.control.run(`CREATE DATABASE Orders${index};`);
});
afterAll(async () => {
  for (const stack of stacks ?? []) stack.remove();
  await servers?.stop();
});

const control = () => ({ connection: servers.control.connection, managementDatabase: "Mgmt" });

const job = (name: string) => ({
  kind: "BackupJob" as const,
  args: {
    ...control(),
    createDatabase: true,
    fullPath: "/backup",
    deleteHistory: true,
    name,
    agent: { name, connectionFile: "/etc/connection.json" },
  },
});

const joined = (index: number) => ({
  kind: "CustomBackupDatabase" as const,
  args: { connection: servers.control.connection, database: `Orders${index}`, control: control() },
  after: ["job"],
});

test("two stacks that share a management database come and go at once, and neither sees the other", async () => {
  const before = await catalogOf(servers.control);
  const each = (steps: string) => Array.from(stacks, () => ({ job: steps, database: steps }));
  expect(await Promise.all(stacks.map((stack) => stack.up()))).toEqual(each("create"));
  expect(
    await servers.control.rows("SELECT DatabaseName AS name FROM dbo.admv_BackupDatabases ORDER BY 1;", "Mgmt"),
  ).toEqual([{ name: "Mgmt" }, { name: "Orders0" }, { name: "Orders1" }]);
  expect(await Promise.all(stacks.map((stack) => stack.up({ refresh: true })))).toEqual(each("same"));
  expect(await Promise.all(stacks.map((stack) => stack.destroy()))).toEqual(each("delete"));
  expect(await catalogOf(servers.control)).toEqual(before);
});
