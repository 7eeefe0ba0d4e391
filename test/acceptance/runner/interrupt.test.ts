import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandLine } from "./commandLine";
import { balances, emulatedOnly, inManagement, makeWorld, type World } from "./world";

emulatedOnly("Ctrl-C", () => {
  const folder = mkdtempSync(join(tmpdir(), "interrupt-test-"));
  const line = new CommandLine(folder);
  let world: World;

  beforeAll(async () => {
    world = await makeWorld();
    writeFileSync(join(folder, "connection.json"), JSON.stringify(world.connections));
  });
  afterEach(() => line.kill());
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (...args: string[]) => line.start([...args, "--connection", "connection.json"]);
  const call = (...args: string[]) => start(...args).ended;
  const slow = (ms: number) => {
    for (const { faults } of world.emulators) faults.latency = ms;
  };
  const isRunning = async () =>
    (await inManagement(world, "SELECT 1 AS x FROM mssql_backup.Run WHERE Outcome = 'running';")).length > 0;
  const isRestoring = async () => {
    const text = "SELECT 1 AS x FROM sys.databases WHERE state_desc <> N'ONLINE';";
    return (await world.remote.rows({ text })).length > 0;
  };

  test("twice ends a run at once, and the next run closes its record and works", async () => {
    slow(50);
    const { child, ended } = start("run");
    await until(isRunning);
    child.kill("SIGINT");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining("run again") });
    slow(0);
    // The servers notice that the sessions are gone, and free the lock, a moment later.
    await until(async () => (await call("run")).code === 0);
    expect(await isRunning()).toBe(false);
  });

  test("as JSON is an error of its own kind", async () => {
    slow(50);
    const { child, ended } = start("run", "--json");
    await until(isRunning);
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    slow(0);
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toEqual({
      error: { kind: "Interrupted", message: "Interrupted.", hint: expect.stringContaining("run again") },
    });
  });

  test("in the middle of a restore says how the databases are left, and the same command finishes the work", async () => {
    const before = await balances(world.places);
    slow(20);
    const { child, ended } = start("restore", "--to", "latest", "--replace");
    await until(isRestoring);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    slow(0);
    expect(code).toBe(130);
    expect(stderr).toMatch(/Interrupted\.\n {2}hint: .*OFFLINE or RESTORING; run the same command again/);
    expect(await call("restore", "--to", "latest", "--replace")).toMatchObject({ code: 0 });
    expect(await balances(world.places)).toEqual(before);
  });
});

async function until(met: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await met()); await sleep(10)) {
    if (Date.now() > deadline) throw new Error("what was waited for did not come");
  }
}
