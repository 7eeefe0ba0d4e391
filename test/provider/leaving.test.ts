import { type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import { Managed } from "./managed";
import { catalogOf, startServers, type TestServers } from "./servers";

let servers: TestServers;
let provider: DynamicProvider;
let before: object;

beforeEach(async () => {
  servers = await startServers();
  provider = await startDynamicProvider();
  for (const name of ["Orders", "Accounts"]) await servers.control.run(`CREATE DATABASE ${name};`);
  before = await catalogOf(servers.control);
});
afterEach(async () => {
  await provider.stop();
  await servers.stop();
});

const createJob = (settings: Properties = {}) =>
  Managed.create(provider, "backupJob", {
    connection: servers.control.connection,
    managementDatabase: "Mgmt",
    createDatabase: true,
    fullPath: "/backup",
    deleteHistory: true,
    ...settings,
  });

const joinDatabase = (database: string) =>
  Managed.create(provider, "customBackupDatabase", {
    connection: servers.control.connection,
    database,
    control: { connection: servers.control.connection, managementDatabase: "Mgmt" },
  });

const members = async () => {
  const rows = await servers.control.rows("SELECT DatabaseName AS name FROM dbo.admv_BackupDatabases;", "Mgmt");
  return (rows as { name: string }[]).map(({ name }) => name).sort();
};

const jobNames = () => servers.control.rows("SELECT JobName AS name FROM mssql_backup.Job;", "Mgmt");

test("a job that gets another name keeps every database that has joined, and leaves nothing in the end", async () => {
  const job = await createJob();
  const joined = [await joinDatabase("Orders"), await joinDatabase("Accounts")];
  await job.delete();
  expect(await members()).toEqual(["Accounts", "Mgmt", "Orders"]);
  const renamed = await createJob({ name: "Renamed" });
  expect(await jobNames()).toEqual([{ name: "Renamed" }]);
  for (const resource of [renamed, ...joined]) expect(await resource.refresh()).toEqual({});
  for (const resource of [...joined, renamed]) await resource.delete();
  expect(await catalogOf(servers.control)).toEqual(before);
});

test("the last database that leaves takes away what a job left for its sake", async () => {
  const job = await createJob();
  const joined = [await joinDatabase("Orders"), await joinDatabase("Accounts")];
  await job.delete();
  await joined[0]?.delete();
  expect(await members()).toEqual(["Accounts", "Mgmt"]);
  await joined[1]?.delete();
  expect(await catalogOf(servers.control)).toEqual(before);
});

test("the history stays when the job that left wanted it to", async () => {
  const job = await createJob({ deleteHistory: false });
  const joined = await joinDatabase("Orders");
  await job.delete();
  await joined.delete();
  const left = "SELECT name FROM sys.objects WHERE name IN (N'adm_BackupHistory', N'adm_OtherBackupDatabases');";
  expect(await servers.control.rows(left, "Mgmt")).toEqual([{ name: "adm_BackupHistory" }]);
});

test("a job that comes back decides anew whether the history stays", async () => {
  const job = await createJob();
  const joined = await joinDatabase("Orders");
  await job.delete();
  const another = await createJob({ deleteHistory: false });
  await joined.delete();
  await another.delete();
  const left = "SELECT name FROM sys.objects WHERE name = N'adm_BackupHistory';";
  expect(await servers.control.rows(left, "Mgmt")).toEqual([{ name: "adm_BackupHistory" }]);
});

test("the last of several jobs takes away the database that the first one made", async () => {
  const first = await createJob();
  const second = await createJob({ name: "Second" });
  await first.delete();
  expect(await jobNames()).toEqual([{ name: "Second" }]);
  await second.delete();
  expect(await catalogOf(servers.control)).toEqual(before);
});
