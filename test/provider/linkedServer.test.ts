import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CallFailure, type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import { checked, Managed } from "./managed";
import { catalogOf, startServers, type TestServers } from "./servers";

let servers: TestServers;
let provider: DynamicProvider;
const environment = "TEST_LINK_PASSWORD";
beforeAll(async () => {
  servers = await startServers();
  provider = await startDynamicProvider();
  for (const name of ["Orders", "Stock"]) await servers.remote.run(`CREATE DATABASE ${name};`);
  await servers.remote.run("CREATE LOGIN linked WITH PASSWORD = N'Secret-2', CHECK_POLICY = OFF;");
});
afterAll(async () => {
  await provider.stop();
  await servers.stop();
});

const link = (settings: Properties = {}): Properties => ({
  connection: servers.control.connection,
  name: "BRANCH",
  dataSource: `127.0.0.1,${servers.remote.connection.port}`,
  logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
  ...settings,
});
const createLink = (settings?: Properties, on = provider) => Managed.create(on, "linkedServer", link(settings));
const inputsOf = (settings?: Properties) => checked(provider, "linkedServer", link(settings));
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: CallFailure) => error,
  );
const linkedServers = () => servers.control.rows("SELECT data_source AS [to] FROM sys.servers WHERE is_linked = 1;");
const nameBehind = () =>
  servers.control.rows("EXEC BRANCH.master.sys.sp_executesql N'SELECT @@SERVERNAME AS name, SUSER_SNAME() AS login;';");

describe("a linked server that leads elsewhere", () => {
  const elsewhere = () => `localhost,${servers.remote.connection.port}`;

  it("is made anew under its name, with its options and mappings", async () => {
    const resource = await createLink({ queryTimeout: 7 });
    await resource.update(await inputsOf({ queryTimeout: 8, dataSource: elsewhere(), catalog: "Orders" }));
    expect(await linkedServers()).toEqual([{ to: elsewhere() }]);
    expect(await nameBehind()).toEqual([{ name: "REMOTE", login: "sa" }]);
    expect(await resource.refresh()).toEqual({});
    await resource.delete();
  });

  it("is what it was when the new one does not work", async () => {
    const resource = await createLink();
    const failure = await failureOf(resource.update(await inputsOf({ dataSource: "127.0.0.1,1", connectTimeout: 2 })));
    expect(failure?.message).toMatch(/call the linked server BRANCH failed/);
    expect(failure?.partial).toBeUndefined();
    expect(await nameBehind()).toEqual([{ name: "REMOTE", login: "sa" }]);
    expect(await resource.refresh()).toEqual({});
    await resource.delete();
  });

  it("behind Pulumi's back is seen, and led back", async () => {
    const resource = await createLink();
    await servers.control.run(`EXEC sp_dropserver 'BRANCH', 'droplogins';
EXEC sp_addlinkedserver 'BRANCH', '', 'MSOLEDBSQL', 'elsewhere,1';`);
    expect(await resource.refresh()).toMatchObject({ dataSource: "elsewhere,1" });
    await resource.update();
    expect(await nameBehind()).toEqual([{ name: "REMOTE", login: "sa" }]);
    expect(await resource.refresh()).toEqual({});
    await resource.delete();
  });

  it("is made when it was gone before, whatever became of the one before", async () => {
    const resource = await createLink();
    await servers.control.run("EXEC sp_dropserver 'BRANCH', 'droplogins';");
    await resource.update(await inputsOf({ dataSource: elsewhere() }));
    expect(await resource.refresh()).toEqual({});
    await resource.delete();
    expect(await linkedServers()).toEqual([]);
  });
});

describe("a linked server in use", () => {
  let job: Managed;
  const members: Managed[] = [];
  const addMember = async (database: string) => {
    const control = { connection: servers.control.connection, managementDatabase: "Mgmt" };
    const inputs = { connection: servers.remote.connection, database, serverName: "BRANCH", control };
    members.push(await Managed.create(provider, "customBackupDatabase", inputs));
  };
  beforeAll(async () => {
    job = await Managed.create(provider, "backupJob", {
      connection: servers.control.connection,
      managementDatabase: "Mgmt",
      createDatabase: true,
      fullPath: "/backup",
      deleteHistory: true,
    });
  });
  beforeEach(() => addMember("Orders"));
  afterEach(async () => {
    for (const member of members.splice(0)) await member.delete();
  });
  afterAll(() => job.delete());

  it("is not deleted, and says who uses it and what to do", async () => {
    await addMember("Stock");
    const resource = await createLink();
    expect((await failureOf(resource.delete()))?.message).toMatch(
      /^The linked server BRANCH on 127\.0\.0\.1,\d+ is in use: through it the backup job reaches Orders, Stock \(members of the set of Mgmt\)\. .*CustomBackupDatabase.*DELETE FROM \[Mgmt\]\.\[dbo\]\.\[adm_OtherBackupDatabases\] WHERE ServerName = N'BRANCH';.*retainOnDelete/,
    );
    expect(await resource.refresh()).toEqual({});
    for (const member of members.splice(0)) await member.delete();
    await resource.delete();
    expect(await linkedServers()).toEqual([]);
  }, 20_000);

  it("is deleted once its members have left, for which it waits", async () => {
    const resource = await createLink();
    const deleted = resource.delete();
    await sleep(500);
    await members.pop()?.delete();
    await deleted;
    expect(await linkedServers()).toEqual([]);
  });

  it("is not held by a restored copy of the management database", async () => {
    const resource = await createLink();
    const { run } = servers.control;
    const folder = mkdtempSync(join(tmpdir(), "linked-server-test-"));
    const backup = `${folder}/Mgmt.bak`;
    await run(`BACKUP DATABASE Mgmt TO DISK = N'${backup}';`);
    await run(`RESTORE DATABASE Mgmt_copy FROM DISK = N'${backup}'
WITH MOVE N'Mgmt' TO N'/copy.mdf', MOVE N'Mgmt_log' TO N'/copy.ldf';`);
    for (const member of members.splice(0)) await member.delete();
    await resource.delete();
    expect(await linkedServers()).toEqual([]);
    await run("DROP DATABASE Mgmt_copy;");
    rmSync(folder, { recursive: true });
  });

  it("is deleted in a replacement: what is deleted first is made again", async () => {
    const own = await startDynamicProvider();
    try {
      const resource = await createLink({}, own);
      const renamed = await inputsOf({ connection: { ...servers.control.connection, host: "localhost" } });
      expect(await own.diff(resource.id, resource.outs, renamed)).toMatchObject({
        replaces: ["connection"],
        deleteBeforeReplace: true,
      });
      await resource.delete();
      const { id, outs } = await own.create(renamed);
      expect(await nameBehind()).toEqual([{ name: "REMOTE", login: "sa" }]);
      expect((await failureOf(own.delete(id, outs)))?.message).toMatch(/is in use/);
    } finally {
      await own.stop();
      await servers.control.run("EXEC sp_dropserver 'BRANCH', 'droplogins';");
    }
  }, 20_000);

  it("leads elsewhere without anybody leaving", async () => {
    const resource = await createLink();
    await resource.update(await inputsOf({ dataSource: `localhost,${servers.remote.connection.port}` }));
    expect(await nameBehind()).toEqual([{ name: "REMOTE", login: "sa" }]);
    expect(await members[0]?.refresh()).toEqual({});
    for (const member of members.splice(0)) await member.delete();
    await resource.delete();
  });

  it("that was there before is let go and stays", async () => {
    await servers.control.run(`EXEC sp_addlinkedserver 'BRANCH', '', 'MSOLEDBSQL', ${`'${link().dataSource}'`};`);
    const adopted = await createLink({ adopt: true });
    expect(await nameBehind()).toEqual([{ name: "REMOTE", login: "sa" }]);
    await adopted.delete();
    expect(await linkedServers()).toHaveLength(1);
    await servers.control.run("EXEC sp_dropserver 'BRANCH', 'droplogins';");
  });
});

describe("a linked server that somebody else makes at the same time", () => {
  it("is theirs, untouched", async () => {
    const wanted = await Promise.all([inputsOf({ queryTimeout: 1 }), inputsOf({ queryTimeout: 2 })]);
    const outcomes = await Promise.allSettled(wanted.map((inputs) => provider.create(inputs)));
    const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
    expect(outcomes[1 - winner]).toMatchObject({ reason: { message: expect.stringMatching(/exists/) } });
    expect(await servers.control.rows("SELECT query_timeout AS t FROM sys.servers WHERE is_linked = 1;")).toEqual([
      { t: winner + 1 },
    ]);
    const { id, outs } = (outcomes[winner] as PromiseFulfilledResult<{ id: string; outs: Properties }>).value;
    await provider.delete(id, outs);
  });
});

describe("a linked server that is tried", () => {
  it("in a distributed transaction is not made where there is no coordinator", async () => {
    const before = await catalogOf(servers.control);
    servers.control.faults.coordinatorAbsent = true;
    const failure = await failureOf(provider.create(await inputsOf({ testDistributedTransaction: true })));
    servers.control.faults.clear();
    expect(failure?.message).toMatch(/BRANCH in a distributed transaction failed.*8501[\s\S]*hint: start MSDTC/);
    expect(await catalogOf(servers.control)).toEqual(before);
  });

  it("in a distributed transaction leaves none open", async () => {
    const resource = await createLink({ testDistributedTransaction: true });
    expect(resource.outs).toMatchObject({ remoteServerName: "REMOTE" });
    for (const server of [servers.control, servers.remote]) {
      expect(await server.rows("SELECT * FROM sys.dm_tran_active_transactions WHERE transaction_type = 4;")).toEqual(
        [],
      );
    }
    await resource.delete();
  });

  it("not at all where nobody asks for it", async () => {
    const resource = await createLink({ dataSource: "nowhere", test: false });
    expect(resource.outs.remoteServerName ?? null).toBeNull();
    await resource.delete();
  });
});

describe("the password of a mapping", () => {
  const logins = [{ remoteUser: "linked", remotePassword: { env: environment } }];
  const withPassword = (password: string) => startDynamicProvider({ env: { [environment]: password } });

  it("that was rotated where it is taken from is noticed, and set", async () => {
    const before = await withPassword("Secret-2");
    const resource = await createLink({ logins }, before);
    expect(await resource.diff()).toMatchObject({ changes: "none" });
    await before.stop();
    await servers.remote.run("ALTER LOGIN linked WITH PASSWORD = N'Secret-3';");
    const after = await withPassword("Secret-3");
    expect(await after.diff(resource.id, resource.outs, resource.inputs)).toMatchObject({ changes: "some" });
    const outs = await after.update(resource.id, resource.outs, resource.inputs);
    expect(await nameBehind()).toEqual([{ name: "REMOTE", login: "linked" }]);
    expect(await after.diff(resource.id, outs, resource.inputs)).toMatchObject({ changes: "none" });
    expect(JSON.stringify(outs)).not.toContain("Secret-3");
    await after.delete(resource.id, outs);
    await after.stop();
  });
});

describe("a login that may not see every linked server", () => {
  it("is told so, instead of taking the linked server for gone", async () => {
    await servers.control.run("CREATE LOGIN clerk WITH PASSWORD = N'Secret-4', CHECK_POLICY = OFF;");
    const resource = await createLink({ logins: [], test: false });
    const authentication = { type: "sql", user: "clerk", password: "Secret-4" };
    const connection = { ...servers.control.connection, authentication };
    expect((await failureOf(provider.read(resource.id, { ...resource.outs, connection })))?.message).toMatch(
      /does not see every linked server.*Grant it ALTER ANY LINKED SERVER/,
    );
    await servers.control.run("GRANT ALTER ANY LINKED SERVER TO clerk;");
    expect(await provider.read(resource.id, { ...resource.outs, connection })).toMatchObject({ id: resource.id });
    await resource.delete();
  });
});
