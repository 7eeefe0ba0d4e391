import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandLine } from "./commandLine";
import { inManagement, makeWorld, onRealServers, password, type World } from "./world";

const folder = mkdtempSync(join(tmpdir(), "command-test-"));
let world: World;
beforeAll(async () => {
  world = await makeWorld();
  writeFileSync(join(folder, "connection.json"), JSON.stringify(world.connections));
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

const line = new CommandLine(folder);
afterEach(() => line.kill());

const start = (args: string[], env?: Record<string, string>) => line.start(args, env);
const call = (...args: string[]) => start(args).ended;
const onFile = (...args: string[]) => call(...args, "--connection", "connection.json");

test("run, points and restore --plan tell what they did as JSON, and end with 0", async () => {
  const run = await onFile("run", "--json");
  expect(run).toMatchObject({ code: 0, stderr: "" });
  const { mark } = JSON.parse(run.stdout) as { mark: string };
  const points = await onFile("points", "--json");
  expect(points.code).toBe(0);
  expect(JSON.parse(points.stdout)).toMatchObject({ points: [{ mark, restorable: true }] });
  const plan = await onFile("restore", "--to", "latest", "--plan", "--json");
  expect(plan.code).toBe(0);
  expect(JSON.parse(plan.stdout)).toMatchObject({ mark, outcome: "planned" });
});

test("for a person, the same in words", async () => {
  const run = await onFile("run");
  expect(run.stdout).toMatch(/Run of Backup on .*: succeeded in [\s\S]*mark BTS_\S+: proven in 4 of 4 databases/);
  expect((await onFile("points", "--files")).stdout).toMatch(/restorable, all 4 databases[\s\S]*_Log_BTS/);
  expect((await onFile("restore", "--to", "latest", "--plan")).stdout).toContain("WITH RECOVERY;");
  expect(await onFile("doctor")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/reached by a linked server[\s\S]*Everything is ready for a run/),
  });
});

test("findings end with 3, on standard error, with server, database and number", async () => {
  await inManagement(
    world,
    "INSERT INTO dbo.adm_OtherBackupDatabases (DefaultDatabaseName, DatabaseName, ServerName, BTSServerName) VALUES (N'gone', N'gone', CONVERT(nvarchar(80), SERVERPROPERTY('ServerName')), N'x');",
  );
  const run = await onFile("run");
  const doctor = await onFile("doctor");
  await inManagement(world, "DELETE FROM dbo.adm_OtherBackupDatabases WHERE DatabaseName = N'gone';");
  for (const { code, stderr } of [run, doctor]) {
    expect(code).toBe(3);
    expect(stderr).toContain(`preflight: gone on ${world.controlName}: Database 'gone' does not exist.`);
    expect(stderr).toContain("(error 911)");
    expect(stderr).toContain("hint: ");
  }
});

test("wrong usage ends with 2, and says how it is right", async () => {
  expect(await call("run")).toMatchObject({ code: 2, stderr: expect.stringContaining("--connection FILE") });
  expect(await call("restore")).toMatchObject({ code: 2, stderr: expect.stringContaining("--to") });
  expect(await call("nonsense")).toMatchObject({ code: 2, stderr: expect.stringContaining("--help") });
  expect(await onFile("restore", "--to", "latest")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--replace"),
  });
});

test("a part or a job that is not there ends with 2, and says which are", async () => {
  expect(await onFile("run", "--only", "logs")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/'logs' is invalid. Allowed choices are full, log, clean[\s\S]*run --help/),
  });
  expect(await onFile("run", "--job", "Weekly")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/There is no job 'Weekly' in Mgmt_.*\. There is: 'Backup'\.\n {2}hint: --job/),
  });
  expect(await onFile("run", "--only", "clean", "--job", "BACKUP")).toMatchObject({ code: 0 });
  expect(await onFile("doctor", "--database", "master")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/There is no job in master on .*: declare one/),
  });
});

test.each([
  ["an unknown part", ["run", "--only", "logs"]],
  ["an unknown flag", ["points", "--nonsense"]],
  ["a flag that is missing", ["restore"]],
  ["no servers", ["doctor"]],
])("as JSON %s is an error like others, on standard output alone", async (_what, args) => {
  const { code, stdout, stderr } = await call(...args, "--json");
  expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({
    error: { kind: "UsageError", message: expect.stringMatching(/^(?!error:)./) },
  });
});

test("a server that does not answer ends with 1; as JSON the error has its parts", async () => {
  const connections = { ...world.connections, control: { ...world.connections.control, port: 1 } };
  writeFileSync(join(folder, "nobody.json"), JSON.stringify(connections));
  const { code, stdout } = await call("run", "--json", "--connection", "nobody.json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { kind: "SqlServerError", server: expect.any(String), hint: expect.any(String) },
  });
});

test("a lock that another run holds ends with 4", async () => {
  const { code, stderr } = await world.control.withSession(async (session) => {
    const lock =
      "EXEC sp_getapplock @Resource = N'BTS_BackupJob_Lock', @LockMode = 'Exclusive', @LockOwner = 'Session';";
    await session.execute({ text: lock }, { database: world.management });
    return onFile("run");
  });
  expect(code).toBe(4);
  expect(stderr).toContain("BTS_BackupJob_Lock");
});

test("Ctrl-C ends a run with 130, and the next run works", async () => {
  for (const { faults } of world.emulators) faults.latency = onRealServers ? 0 : 50;
  const { child, ended } = start(["run", "--connection", "connection.json"]);
  await until(
    async () =>
      (await inManagement(world, "SELECT 1 AS x FROM mssql_backup.Run WHERE Outcome = 'running';")).length > 0,
  );
  child.kill("SIGINT");
  expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining("Interrupted.") });
  for (const { faults } of world.emulators) faults.latency = 0;
  const outcomes = await inManagement(
    world,
    "SELECT TOP (1) Outcome AS outcome FROM mssql_backup.Run ORDER BY RunId DESC;",
  );
  expect(outcomes).toEqual([{ outcome: "cancelled" }]);
  expect((await onFile("run")).code).toBe(0);
});

test("the emulator tells when it is ready, serves, and ends with Ctrl-C", async () => {
  const { child, ended } = start(["emulator", "ONE", "TWO", "--json"], { MSSQL_BACKUP_PASSWORD: password });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  const { servers } = JSON.parse(String(line)) as { servers: { name: string; port: number }[] };
  expect(servers.map(({ name }) => name)).toEqual(["ONE", "TWO"]);
  const env = {
    MSSQL_BACKUP_PASSWORD: password,
    MSSQL_BACKUP_SERVER: `127.0.0.1,${servers[0]?.port}`,
    MSSQL_BACKUP_USER: "sa",
  };
  const run = await start(["run", "--no-encrypt"], env).ended;
  expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("error 911") });
  child.kill("SIGINT");
  expect((await ended).code).toBe(0);
});

test("the emulator runs scripts before it is ready, and does not start with one that fails", async () => {
  writeFileSync(join(folder, "two.sql"), "CREATE DATABASE Sales\nGO\nUSE Sales\n");
  const { child, ended } = start(["emulator", "ONE", "TWO", "--script", "TWO=two.sql", "--json"]);
  await once(child.stdout as NodeJS.ReadableStream, "data");
  child.kill("SIGINT");
  expect((await ended).code).toBe(0);
  writeFileSync(join(folder, "bad.sql"), "USE Nowhere\n");
  const failed = await start(["emulator", "ONE", "--script", "bad.sql"]).ended;
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/bad\.sql failed on ONE:\nMsg 911,/) });
  const missing = await start(["emulator", "ONE", "--script", "none.sql"]).ended;
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("none.sql") });
});

async function until(met: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await met()); await sleep(10)) {
    if (Date.now() > deadline) throw new Error("what was waited for did not come");
  }
}
