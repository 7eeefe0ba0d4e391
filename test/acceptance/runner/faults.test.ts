import { type Finding, failureReport, type RunResult, runJob } from "../../../src/job";
import { emulatedOnly, inManagement, joinMember, makeWorld, type World } from "./world";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world?.close());

const run = () => runJob({ connections: world.connections });
const where = ({ step, server, database, number }: Finding) => [step, server, database, number];
const backedUp = (result: RunResult) => result.members.filter((member) => member.log && member.markLsn).length;

test("members that cannot be backed up are found by name and number, and the others get their backups", async () => {
  const { control, remote, management, controlName, remoteName } = world;
  const simple = `${management}_simple`;
  const bare = `${management}_bare`;
  await control.execute({ text: `CREATE DATABASE [${simple}];` });
  await control.execute({ text: `ALTER DATABASE [${simple}] SET RECOVERY SIMPLE;` });
  await remote.execute({ text: `CREATE DATABASE [${bare}];` });
  await remote.execute({ text: `ALTER DATABASE [${bare}] SET RECOVERY FULL;` });
  await joinMember(control, management, controlName, simple);
  await joinMember(control, management, controlName, "no such database");
  await joinMember(control, management, remoteName, bare);
  await joinMember(control, management, "NOSUCHLINK", "x");

  const result = await run();
  expect(result.outcome).toBe("incomplete");
  expect(backedUp(result)).toBe(4);
  expect(result.findings.map(where)).toEqual(
    expect.arrayContaining([
      ["preflight", controlName, simple, 4208],
      ["preflight", controlName, "no such database", 911],
      ["preflight", remoteName, bare, 2812],
      ["preflight", "NOSUCHLINK", "x", 7202],
    ]),
  );
  const complete = await inManagement(world, "SELECT DISTINCT SetComplete AS complete FROM dbo.adm_BackupHistory;");
  expect(complete).toEqual([{ complete: false }]);
});

test("a path that cannot be written is found for every member, once", async () => {
  await inManagement(
    world,
    "UPDATE mssql_backup.Job SET FullPath = N'/nonexistent/folder', LogPath = N'/nonexistent/folder';",
  );
  const result = await run();
  expect(result.outcome).toBe("failed");
  expect(result.findings.map(({ step, number }) => [step, number])).toEqual(
    Array.from({ length: 4 }, () => ["full", 3201]),
  );
  expect(result.findings[0]?.messages?.map(({ number }) => number)).toContain(3013);
});

test("a full that fails does not cost the run its mark and log backups, and is due again", async () => {
  await run();
  await inManagement(world, "UPDATE mssql_backup.Job SET FullPath = N'/nonexistent/folder';");
  await inManagement(world, "EXEC dbo.sp_ForceFullBackup;");
  const result = await run();
  expect(result.findings.every(({ step }) => step === "full")).toBe(true);
  expect(backedUp(result)).toBe(4);
  await inManagement(world, `UPDATE mssql_backup.Job SET FullPath = N'${world.backups}';`);
  expect((await run()).members.every((member) => member.full)).toBe(true);
});

test("a full that failed for one member is due again for that member alone", async () => {
  await run();
  const { server, database } = world.places[2];
  const rename = (from: string, to: string) =>
    server.execute({ text: `EXEC sp_rename N'dbo.${from}', N'${to}';` }, { database });
  await inManagement(world, "EXEC dbo.sp_ForceFullBackup;");
  await rename("sp_BackupBizTalk", "away");
  expect((await run()).members.filter((member) => member.full)).toHaveLength(3);
  await rename("away", "sp_BackupBizTalk");
  const result = await run();
  expect(result.fullDecision).toBe("full backup of 1 of 4: the last full backup failed");
  expect(result.members.filter((member) => member.full).map((member) => member.database)).toEqual([database]);
});

test("a linked server that does not promote keeps its members out: a mark there would stand alone", async () => {
  const promote = (value: string) =>
    world.control.execute({
      text: `EXEC sp_serveroption N'${world.remoteName}', 'remote proc transaction promotion', '${value}';`,
    });
  await promote("false");
  const result = await run();
  expect(backedUp(result)).toBe(2);
  expect(result.findings.map(({ server }) => server)).toEqual([world.remoteName, world.remoteName]);
});

test("while another run holds the lock nothing is done, and the holder is told", async () => {
  const error = await world.control.withSession(async (session) => {
    const lock =
      "EXEC sp_getapplock @Resource = N'BTS_BackupJob_Lock', @LockMode = 'Exclusive', @LockOwner = 'Session';";
    await session.execute({ text: lock }, { database: world.management });
    return run().catch((thrown: unknown) => thrown);
  });
  expect(failureReport(error)).toMatchObject({
    kind: "LockHeldError",
    message: expect.stringContaining(world.management),
  });
  expect(await inManagement(world, "SELECT * FROM dbo.adm_BackupHistory;")).toEqual([]);
  expect((await run()).outcome).toBe("succeeded");
});

test("of two runs at once one is carried out, the other is told which", async () => {
  let second: Promise<unknown> | undefined;
  const first = await runJob({
    connections: world.connections,
    report: ({ kind }) => {
      if (kind === "members") second ??= run().catch((thrown: unknown) => thrown);
    },
  });
  expect(first.outcome).toBe("succeeded");
  expect(failureReport(await second)).toMatchObject({
    kind: "LockHeldError",
    server: world.controlName,
    message: expect.stringMatching(/held by (the run of Backup that began on|session \d+ of)/),
  });
});

test.each(["members", "fullDue", "backupDone", "markPlaced", "markProven"])(
  "interrupted at %s, the next run works",
  async (moment) => {
    const abort = new AbortController();
    const interrupted = runJob({
      connections: world.connections,
      signal: abort.signal,
      report: ({ kind }) => {
        if (kind === moment) abort.abort();
      },
    });
    await expect(interrupted).rejects.toThrow();
    expect(await inManagement(world, "SELECT Outcome AS outcome FROM mssql_backup.Run;")).toEqual([
      { outcome: "cancelled" },
    ]);
    const next = await run();
    expect(next).toMatchObject({ outcome: "succeeded" });
    expect(backedUp(next)).toBe(4);
  },
);

test("what cannot be reached or does not exist is told with server, database and number", async () => {
  const { connections } = world;
  const failure = (changed: Partial<typeof connections>) =>
    runJob({ connections: { ...connections, ...changed } }).then(
      () => undefined,
      (error: unknown) => failureReport(error),
    );
  const wrong = { type: "sql", user: "sa", password: "wrong" } as const;
  expect(await failure({ control: { ...connections.control, authentication: wrong } })).toMatchObject({
    number: 18456,
  });
  expect(await failure({ control: { ...connections.control, port: 1 } })).toMatchObject({
    server: expect.stringContaining(",1"),
    hint: expect.any(String),
  });
  expect(await failure({ managementDatabase: "Nowhere" })).toMatchObject({ number: 911, database: "Nowhere" });
});

emulatedOnly("a remote server that stops", () => {
  const stopRemote = () => world.emulators[1]?.close();

  test.each(["fullDue", "markPlaced"])("at %s costs its own members their backups, not the others", async (moment) => {
    let stopped: Promise<void> | undefined;
    const result = await runJob({
      connections: world.connections,
      report: ({ kind }) => {
        if (kind === moment) stopped ??= stopRemote();
      },
    });
    await stopped;
    expect(result.outcome).toBe("incomplete");
    const local = result.members.filter((member) => member.server === world.controlName);
    expect(local.every((member) => member.full && member.log && member.markLsn)).toBe(true);
    expect(new Set(result.findings.map(({ server }) => server))).toEqual(new Set([world.remoteName]));
  });

  test("before a run is found in the preflight", async () => {
    await stopRemote();
    const result = await run();
    expect(backedUp(result)).toBe(2);
    const databases = world.places.slice(2).map(({ database }) => database);
    expect(result.findings.map(where).sort()).toEqual(
      databases.map((database) => ["preflight", world.remoteName, database, 10061]).sort(),
    );
    for (const { hint } of result.findings) expect(hint).toContain("SQL Server runs there");
  });
});

emulatedOnly("an absent coordinator of distributed transactions", () => {
  test("leaves the mark to the control server's members, and says who it kept out", async () => {
    for (const { faults } of world.emulators) faults.coordinatorAbsent = true;
    const result = await run();
    expect(result.outcome).toBe("incomplete");
    expect(result.members.filter((member) => member.markLsn)).toHaveLength(2);
    expect(result.members.filter((member) => member.log)).toHaveLength(4);
    expect(result.findings.every(({ step, server }) => step === "mark" && server === world.remoteName)).toBe(true);
  });
});

emulatedOnly("a deadlock while the mark is placed", () => {
  test("is tried again", async () => {
    world.emulators[0]?.faults.deadlock({ matching: "WITH MARK" });
    expect((await run()).outcome).toBe("succeeded");
  });
});
