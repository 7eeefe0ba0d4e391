import { rmSync, writeFileSync } from "node:fs";
import { failureReport, runJob } from "../../../src/job";
import { listPoints, type RestoreGoal, type RestoreRequest, restore } from "../../../src/restore";
import { markName } from "../../../src/sqlserver";
import { balances, dropDatabase, emulatedOnly, inManagement, makeWorld, transfer, type World } from "./world";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world?.close());

const run = () => runJob({ connections: world.connections });
const latest: RestoreGoal = { kind: "latest" };
const restoreTo = (goal: RestoreGoal, options: Partial<RestoreRequest> = {}) =>
  restore({ connections: world.connections, goal, planOnly: false, replace: true, ...options });
const drop = async (...places: World["places"][number][]) => {
  for (const { server, database } of places) await dropDatabase(server, database);
};

/** Two marks with a transfer across the servers after each: 1900 and 2100 at the second, 1800 and 2200 at the end. */
async function twoMarks() {
  const [, sales, stock] = world.places;
  const first = await run();
  await transfer(sales, stock, 100);
  const second = await run();
  await transfer(sales, stock, 100);
  return { first, second };
}
const atStart = [2000, 2000, 2000, 2000];
const atSecond = [2000, 1900, 2100, 2000];

test("databases dropped on both servers come back, and all are at the newest mark that all have", async () => {
  const { second } = await twoMarks();
  await drop(world.places[1], world.places[3]);
  const result = await restoreTo(latest);
  expect(result).toMatchObject({ outcome: "restored", mark: second.mark, findings: [] });
  expect(result.databases.every(({ outcome }) => outcome === "proven")).toBe(true);
  expect(await balances(world.places)).toEqual(atSecond);
});

test("a named mark, and the newest before a time", async () => {
  const { first, second } = await twoMarks();
  const points = await listPoints({ connections: world.connections, limit: 10 });
  expect(points.map(({ mark, restorable }) => [mark, restorable])).toEqual([
    [second.mark, true],
    [first.mark, true],
  ]);
  await restoreTo({ kind: "mark", mark: markName(first.mark ?? "") });
  expect(await balances(world.places)).toEqual(atStart);
  // The points after the one restored to are still there: their files are.
  const before = await restoreTo({ kind: "before", time: points[0]?.at ?? "" });
  expect(before.mark).toBe(second.mark);
  expect(await balances(world.places)).toEqual(atSecond);
});

test("a restored management database tells of no run that is still going on", async () => {
  await twoMarks();
  await restoreTo(latest);
  const runs = await inManagement(world, "SELECT Outcome FROM mssql_backup.Run ORDER BY RunId;");
  expect(runs.map(({ Outcome }) => Outcome)).toEqual(["succeeded", "failed"]);
});

test("the run after a restore takes a full, and its point can be restored like those before", async () => {
  const { second } = await twoMarks();
  await restoreTo(latest);
  const [, sales, stock] = world.places;
  await transfer(stock, sales, 600);
  const third = await run();
  expect(third).toMatchObject({
    outcome: "succeeded",
    fullDecision: "full backup of all: a full backup was asked for",
  });
  const sets = await inManagement(
    world,
    "SELECT DISTINCT CONVERT(varchar(20), BackupSetId) AS id FROM dbo.adm_BackupHistory;",
  );
  expect(sets).toHaveLength(5);
  await transfer(sales, stock, 50);
  expect((await restoreTo(latest)).mark).toBe(third.mark);
  expect(await balances(world.places)).toEqual([2000, 2500, 1500, 2000]);
  expect((await restoreTo({ kind: "mark", mark: markName(second.mark ?? "") })).outcome).toBe("restored");
  expect(await balances(world.places)).toEqual(atSecond);
});

test("databases that exist are not overwritten without leave, and a plan touches nothing", async () => {
  await twoMarks();
  await drop(world.places[1]);
  const refused = await restoreTo(latest, { replace: false }).catch((error: unknown) => failureReport(error));
  expect(refused).toMatchObject({
    kind: "OverwriteRefusedError",
    message: expect.stringContaining(world.places[2].database),
  });
  const plan = await restoreTo(latest, { planOnly: true, replace: false });
  expect(plan.outcome).toBe("planned");
  const phases = plan.statements.map(({ phase }) => phase);
  expect(phases.lastIndexOf("restore")).toBeLessThan(phases.indexOf("recover"));
  expect(await balances([world.places[2], world.places[3]])).toEqual([2200, 2000]);
});

test("under new names the originals stay as they are", async () => {
  await twoMarks();
  const result = await restoreTo(latest, { replace: false, rename: [{ from: "*", to: "*_copy" }] });
  expect(result.outcome).toBe("restored");
  const copies = world.places.map((place) => ({ ...place, database: `${place.database}_copy` }));
  expect(await balances(copies)).toEqual(atSecond);
  expect(await balances(world.places)).toEqual([2000, 1800, 2200, 2000]);
  await drop(...copies);
  expect((await run()).fullDecision).toBe("no full backup is due");
});

test("a whole server's databases can be restored on the other", async () => {
  await twoMarks();
  const serverMap = { [world.remoteName]: world.controlName };
  const moved = world.places.map((place) => ({ ...place, server: world.control, database: `${place.database}_here` }));
  const result = await restoreTo(latest, { serverMap, rename: [{ from: "*", to: "*_here" }], replace: false });
  expect(result.databases.map(({ target }) => target?.server)).toEqual(
    Array.from({ length: 4 }, () => world.controlName),
  );
  expect(await balances(moved)).toEqual(atSecond);
  await drop(...moved);
});

test("a mark whose log backup failed for one member is restorable by that member's next log", async () => {
  const [, sales, stock] = world.places;
  await run();
  await transfer(sales, stock, 100);
  const rename = (from: string, to: string) =>
    stock.server.execute({ text: `EXEC sp_rename N'dbo.${from}', N'${to}';` }, { database: stock.database });
  await rename("sp_BackupBizTalkLog", "away");
  await rename("away", "sp_BackupBizTalkLog");
  await rename("sp_BackupBizTalk", "away");
  const failed = await run();
  expect(failed).toMatchObject({ outcome: "incomplete", findings: [{ step: "log", database: stock.database }] });
  const [before] = await listPoints({ connections: world.connections, limit: 1 });
  expect(before).toMatchObject({ mark: failed.mark, restorable: false });
  await rename("away", "sp_BackupBizTalk");
  await transfer(sales, stock, 100);
  await run();
  await restoreTo({ kind: "mark", mark: markName(failed.mark ?? "") });
  expect(await balances(world.places)).toEqual(atSecond);
});

test("a management database that is lost is read from its own backups, and restored with the others", async () => {
  const { second } = await twoMarks();
  await drop(world.places[0], world.places[2]);
  const result = await restoreTo(latest);
  expect(result).toMatchObject({ outcome: "restored", mark: second.mark });
  expect(await balances(world.places)).toEqual(atSecond);
  const databases = await world.control.rows<{ name: string }>({ text: "SELECT name FROM sys.databases;" });
  expect(databases.filter(({ name }) => name.startsWith(`${world.management}_copy`))).toEqual([]);
  expect((await run()).outcome).toBe("succeeded");
});

test("what msdb has forgotten is read from the files", async () => {
  const { second } = await twoMarks();
  for (const { server, database } of world.places) {
    const forget =
      "EXEC msdb.dbo.sp_delete_database_backuphistory @database_name = @database; DELETE FROM msdb.dbo.logmarkhistory WHERE database_name = @database;";
    await server.execute({ text: forget, parameters: { database: { type: "nvarchar", value: database } } });
  }
  expect((await restoreTo(latest)).mark).toBe(second.mark);
  expect(await balances(world.places)).toEqual(atSecond);
});

emulatedOnly("backup files that are damaged", () => {
  test("are gone round by an older point, and told", async () => {
    const { first, second } = await twoMarks();
    writeFileSync(second.members[1]?.log?.file ?? "", "junk");
    const result = await restoreTo(latest);
    expect(result).toMatchObject({
      mark: first.mark,
      outcome: "restored",
      findings: [{ step: "files", number: 3241 }],
    });
    expect(await balances(world.places)).toEqual(atStart);
  });

  test("leave a named mark out of reach, with what it lacks and nothing touched", async () => {
    const { second } = await twoMarks();
    rmSync(second.members[2]?.log?.file ?? "");
    const refused = restoreTo({ kind: "mark", mark: markName(second.mark ?? "") });
    await expect(refused).rejects.toThrow(second.members[2]?.database);
    expect(await balances(world.places)).toEqual([2000, 1800, 2200, 2000]);
  });

  test("in the middle of a restore leave nothing recovered, and a second try works", async () => {
    await twoMarks();
    const remote = world.emulators[1];
    remote?.faults.dropConnection({ matching: "RESTORE LOG" });
    const failed = await restoreTo(latest);
    expect(failed.outcome).toBe("failed");
    expect(failed.databases.filter(({ outcome }) => outcome === "atMark").length).toBeGreaterThan(1);
    const states = await world.control.rows({
      text: "SELECT state_desc AS state FROM sys.databases WHERE name IN (@a, @b);",
      parameters: {
        a: { type: "nvarchar", value: world.places[0].database },
        b: { type: "nvarchar", value: world.places[1].database },
      },
    });
    expect(states).toEqual([{ state: "RESTORING" }, { state: "RESTORING" }]);
    const again = await restoreTo(latest);
    expect(again.outcome).toBe("restored");
    expect(await balances(world.places)).toEqual(atSecond);
  });
});

test("without a run there is no point", async () => {
  expect(await listPoints({ connections: world.connections, limit: 10 })).toEqual([]);
  await expect(restoreTo(latest)).rejects.toThrow("There is no mark yet");
  await expect(restoreTo({ kind: "mark", mark: markName("BTS_no") })).rejects.toThrow("No run placed a mark BTS_no");
});
