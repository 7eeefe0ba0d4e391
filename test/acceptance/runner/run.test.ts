import { existsSync } from "node:fs";
import { type RunEvent, runJob } from "../../../src/job";
import { inManagement, joinMember, makeDatabase, makeWorld, onRealServers, type World } from "./world";

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world?.close());

const run = (report?: (event: RunEvent) => void) =>
  runJob({ connections: world.connections, ...(report && { report }) });

test("the first run takes a full of every member, marks all of them at once, and takes their logs", async () => {
  const result = await run();
  expect(result).toMatchObject({ outcome: "succeeded", findings: [], controlServer: world.controlName });
  expect(result.members).toHaveLength(4);
  for (const member of result.members) {
    expect(member).toMatchObject({
      full: { file: expect.any(String) },
      log: { file: expect.any(String) },
      markLsn: expect.any(String),
    });
    expect(member.full?.file).toBe(
      `${world.backups}/${member.realServer}_${member.database}_Full_${/BTS_[\d_]+/.exec(member.full?.file ?? "")?.[0]}.bak`,
    );
    expect(member.log?.file).toBe(`${world.backups}/${member.realServer}_${member.database}_Log_${result.mark}.bak`);
    if (!onRealServers) expect(existsSync(member.log?.file ?? "")).toBe(true);
  }
});

test("the mark is in the history of both servers, with the LSN that the run recorded", async () => {
  const result = await run();
  for (const { server, serverName, database } of world.places) {
    const text =
      "SELECT CONVERT(varchar(25), lsn) AS lsn, description FROM msdb.dbo.logmarkhistory WHERE mark_name = @mark AND database_name = @database;";
    const parameters = {
      mark: { type: "nvarchar", value: result.mark ?? "" },
      database: { type: "nvarchar", value: database },
    } as const;
    const rows = await server.rows<{ lsn: string; description: string }>({ text, parameters });
    const member = result.members.find((each) => each.server === serverName && each.database === database);
    expect(rows).toEqual([{ lsn: member?.markLsn, description: result.mark }]);
  }
  const points = await inManagement(
    world,
    "SELECT MarkName AS mark, Complete AS complete FROM mssql_backup.RestorePoint;",
  );
  expect(points).toContainEqual({ mark: result.mark, complete: true });
});

test("a later run of the same day takes the mark and the logs only", async () => {
  const result = await run();
  expect(result.fullDecision).toBe("no full backup is due");
  expect(result.fullSetId).toBeUndefined();
  expect(result.members.every((member) => member.log && !member.full)).toBe(true);
});

test("the history has the rows that log shipping reads: one set, one time, complete", async () => {
  const result = await run();
  const rows = await inManagement(
    world,
    `SELECT MarkName AS mark, DatabaseName AS [database], ServerName AS server, BackupType AS type, SetComplete AS complete,
      BackupFileLocation AS location, COUNT(*) OVER () AS n, MIN(BackupDateTime) OVER () AS first, MAX(BackupDateTime) OVER () AS last
    FROM dbo.adm_BackupHistory WHERE BackupSetId = ${result.logSetId} ORDER BY BackupId;`,
  );
  expect(rows).toHaveLength(4);
  for (const row of rows) {
    expect(row).toMatchObject({ mark: result.mark, type: "lg", complete: true, location: world.backups });
    expect(row.first).toEqual(row.last);
  }
  const [next] = await inManagement(
    world,
    "SELECT CONVERT(varchar(20), NextBackupSetId) AS id FROM dbo.adm_BackupSetId;",
  );
  expect(Number(next?.id)).toBe((result.logSetId ?? 0) + 1);
});

test("a forced full is taken once", async () => {
  await inManagement(world, "EXEC dbo.sp_ForceFullBackup;");
  const forced = await run();
  expect(forced.fullDecision).toBe("full backup of all: a full backup was asked for");
  const fulls = await inManagement(
    world,
    `SELECT MarkName AS mark, SetComplete AS complete FROM dbo.adm_BackupHistory WHERE BackupSetId = ${forced.fullSetId};`,
  );
  expect(fulls).toEqual(Array.from({ length: 4 }, () => ({ mark: null, complete: true })));
  expect((await run()).fullSetId).toBeUndefined();
});

test("a member whose log chain was broken gets a full of its own in the same run, the others do not", async () => {
  const { server, database } = world.places[2];
  for (const model of ["SIMPLE", "FULL"])
    await server.execute({ text: `ALTER DATABASE [${database}] SET RECOVERY ${model};` });
  const result = await run();
  expect(result).toMatchObject({
    outcome: "succeeded",
    fullDecision: "full backup of 1 of 4: SQL Server has no base for a log backup",
  });
  expect(result.members.filter((member) => member.full).map((member) => member.database)).toEqual([database]);
});

test("a database that joins is backed up from the next run on", async () => {
  const place = { ...world.places[1], database: `${world.management}_new` };
  await makeDatabase(place);
  await joinMember(world.control, world.management, world.controlName, place.database);
  const result = await run();
  expect(result).toMatchObject({ outcome: "succeeded" });
  expect(result.members).toHaveLength(5);
});

test("history older than the job keeps goes, with its rows in MarkLog; what kept logs stand on stays", async () => {
  await inManagement(world, "UPDATE dbo.adm_BackupHistory SET BackupDateTime = DATEADD(day, -30, BackupDateTime);");
  await inManagement(world, "EXEC dbo.sp_ForceFullBackup;");
  const events: RunEvent[] = [];
  const result = await run((event) => events.push(event));
  expect(result).toMatchObject({ outcome: "succeeded" });
  expect(events.map(({ kind }) => kind)).toContain("historyCleared");
  const sets = await inManagement(
    world,
    "SELECT DISTINCT CONVERT(varchar(20), BackupSetId) AS id FROM dbo.adm_BackupHistory ORDER BY id;",
  );
  expect(sets.map(({ id }) => Number(id))).toEqual([result.fullSetId, result.logSetId]);
  for (const { server, database } of world.places) {
    expect(await server.rows({ text: "SELECT MarkName AS mark FROM dbo.MarkLog;" }, { database })).toEqual([
      { mark: result.mark },
    ]);
  }
});

test("every run has its record", async () => {
  const runs = await inManagement(world, "SELECT DISTINCT Outcome AS outcome FROM mssql_backup.Run;");
  expect(runs).toEqual([{ outcome: "succeeded" }]);
  const steps = await inManagement(
    world,
    "SELECT DISTINCT Step AS step FROM mssql_backup.RunStep WHERE Succeeded = 1 ORDER BY step;",
  );
  expect(steps.map(({ step }) => step)).toEqual(expect.arrayContaining(["full", "log", "mark", "proof"]));
});
