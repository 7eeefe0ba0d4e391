import { type RunPart, runJob } from "../../../src/job";
import { dropDatabase, inManagement, joinMember, makeDatabase, makeWorld, type World } from "./world";

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world?.close());

const run = (only?: RunPart) => runJob({ connections: world.connections, ...(only && { only }) });
const backups = () =>
  inManagement(
    world,
    "SELECT BackupType AS type, COUNT(*) AS n FROM dbo.adm_BackupHistory GROUP BY BackupType ORDER BY BackupType;",
  );
const age = () =>
  inManagement(world, "UPDATE dbo.adm_BackupHistory SET BackupDateTime = DATEADD(day, -30, BackupDateTime);");

test("full takes the fulls that are due, and neither mark nor log", async () => {
  const first = await run("full");
  expect(first).toMatchObject({ only: "full", outcome: "succeeded", findings: [] });
  expect(first.members.every((member) => member.full && !member.log)).toBe(true);
  expect(first).not.toHaveProperty("mark");
  expect(await backups()).toEqual([{ type: "db", n: 4 }]);
});

test("full with none due is done at once, and that is success", async () => {
  const result = await run("full");
  expect(result).toMatchObject({ outcome: "succeeded", fullDecision: "no full backup is due" });
  expect(await backups()).toEqual([{ type: "db", n: 4 }]);
});

test("log places a proven mark and takes the logs, and leaves a full that was asked for to the other part", async () => {
  await inManagement(world, "EXEC dbo.sp_ForceFullBackup;");
  const result = await run("log");
  expect(result).toMatchObject({ only: "log", outcome: "succeeded" });
  expect(result).not.toHaveProperty("fullDecision");
  expect(result.members.every((member) => member.log && member.markLsn && !member.full)).toBe(true);
  expect((await run("full")).fullDecision).toBe("full backup of all: a full backup was asked for");
});

test("log takes the full of a member that has none to stand on, whatever is due otherwise", async () => {
  const place = { ...world.places[1], database: `${world.management}_new` };
  await makeDatabase(place);
  await joinMember(world.control, world.management, world.controlName, place.database);
  const result = await run("log");
  expect(result).toMatchObject({
    outcome: "succeeded",
    fullDecision: "full backup of 1 of 5: SQL Server has no base for a log backup",
  });
  expect(result.members.filter((member) => member.full).map((member) => member.database)).toEqual([place.database]);
  await inManagement(world, `DELETE FROM dbo.adm_OtherBackupDatabases WHERE DatabaseName = N'${place.database}';`);
  await dropDatabase(place.server, place.database);
});

test("full that fails for one member is found, recorded, and due again; log goes on without it", async () => {
  const { server, database } = world.places[2];
  const rename = (from: string, to: string) =>
    server.execute({ text: `EXEC sp_rename N'dbo.${from}', N'${to}';` }, { database });
  await inManagement(world, "EXEC dbo.sp_ForceFullBackup;");
  await rename("sp_BackupBizTalk", "away");
  expect(await run("full")).toMatchObject({
    outcome: "incomplete",
    findings: [{ step: "full", server: world.remoteName, database }],
  });
  await rename("away", "sp_BackupBizTalk");
  expect((await run("log")).outcome).toBe("succeeded");
  expect((await run("full")).fullDecision).toBe("full backup of 1 of 4: the last full backup failed");
});

test("clean clears old history and MarkLog, and backs nothing up", async () => {
  await age();
  await inManagement(world, "EXEC dbo.sp_ForceFullBackup;");
  const { fullSetId } = await run("full");
  const { logSetId, mark } = await run("log");
  const result = await run("clean");
  expect(result).toMatchObject({ only: "clean", outcome: "succeeded", setsCleared: expect.any(Number) });
  expect(result.setsCleared).toBeGreaterThan(0);
  const sets = await inManagement(
    world,
    "SELECT DISTINCT CONVERT(int, BackupSetId) AS id FROM dbo.adm_BackupHistory ORDER BY id;",
  );
  expect(sets.map(({ id }) => id)).toEqual([fullSetId, logSetId]);
  for (const { server, database } of world.places) {
    expect(await server.rows({ text: "SELECT MarkName AS mark FROM dbo.MarkLog;" }, { database })).toEqual([{ mark }]);
  }
  expect(await run("clean")).toMatchObject({ outcome: "succeeded", setsCleared: 0 });
});

test("each part takes the lock and leaves its record", async () => {
  for (const only of ["full", "log", "clean"] as const) {
    const error = await world.control.withSession(async (session) => {
      const lock =
        "EXEC sp_getapplock @Resource = N'BTS_BackupJob_Lock', @LockMode = 'Exclusive', @LockOwner = 'Session';";
      await session.execute({ text: lock }, { database: world.management });
      return run(only).catch((thrown: unknown) => thrown);
    });
    expect(error).toMatchObject({ name: "LockHeldError" });
    await run(only);
    const [last] = await inManagement(
      world,
      "SELECT TOP (1) Outcome AS outcome FROM mssql_backup.Run ORDER BY RunId DESC;",
    );
    expect(last).toEqual({ outcome: "succeeded" });
  }
});
