import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import type { BackupTopology, GetBackupStatusResult, GetRestorePointsResult } from "../../../src";
import { killLeftovers } from "../../support/command";
import { startTargets, type Targets } from "../../support/targets";
import { type BackupSet, deploySet, makeDatabases, topologyOf } from "../faults/set";

// As a program loads it.
const { getBackupStatus, getBackupStatusOutput, getRestorePoints, getRestorePointsOutput, getUserDatabases } =
  require("pulumi-mssql-backup") as typeof import("../../../src");

const names = {
  management: "Mgmt",
  control: ["Accounts"],
  remote: ["Stock"],
  link: "REMOTE",
  login: "functions_runner",
};

let targets: Targets;
let set: BackupSet;
beforeAll(async () => {
  targets = await startTargets();
  await makeDatabases(targets, names);
}, 60_000);
afterAll(async () => {
  try {
    await set?.stack.destroy();
  } finally {
    set?.remove();
    await targets?.stop();
    await killLeftovers();
  }
}, 60_000);

/** The set, with connections of their own for both servers. */
const asked = () => ({
  connection: targets.control.connection,
  managementDatabase: names.management,
  servers: { [names.link]: targets.remote.connection },
});
const status = (limits = {}) => getBackupStatus({ ...asked(), ...limits });
const memberOf = ({ members }: GetBackupStatusResult, name: string) =>
  members.find(({ database }) => database === name);

describe("before there is a management database", () => {
  test("a status says so, and is no error", async () => {
    const { exists, healthy, problems, members } = await status();
    expect({ exists, healthy, members }).toEqual({ exists: false, healthy: false, members: [] });
    expect(problems).toEqual([
      expect.stringMatching(/^The management database Mgmt on \S+ does not exist: a BackupJob/),
    ]);
  });

  test("restore points are an error that says what to do", async () => {
    await expect(getRestorePoints(asked())).rejects.toThrow(/Mgmt on \S+ does not exist(.|\n)*getRestorePointsOutput/);
  });

  test("the server's own databases are listed without SQL Server's", async () => {
    const { server, databases } = await getUserDatabases({ connection: targets.remote.connection });
    expect(server).not.toBe("");
    expect(databases).toContainEqual({ database: "Stock", state: "ONLINE", recoveryModel: "FULL", readOnly: false });
    expect(databases.map(({ database }) => database)).not.toEqual(expect.arrayContaining(["master"]));
    expect(databases.map(({ database }) => database)).not.toEqual(expect.arrayContaining(["msdb"]));
  });
});

test("a set without a run is told to have none", async () => {
  set = await deploySet(targets, names);
  const { exists, healthy, problems, members, fullDue } = await status();
  expect({ exists, healthy, problems }).toMatchObject({ exists: true, healthy: false });
  expect(problems).toContain("The job Backup has not run yet.");
  expect(members.map(({ database }) => database).sort()).toEqual(["Accounts", "Mgmt", "Stock"]);
  expect(fullDue?.members).toHaveLength(3);
  expect(await getRestorePoints(asked())).toEqual({ points: [] });
}, 60_000);

test("after a run each database has its backups and the mark, and the set a restore point", async () => {
  const { result } = await set.run();
  expect(result.outcome).toBe("succeeded");
  const found = await status({ maximumAgeMinutes: 5, maximumFullAgeMinutes: 5, maximumLogAgeMinutes: 5 });
  expect(found).toMatchObject({
    healthy: true,
    problems: [],
    job: "Backup",
    controlServer: result.controlServer,
    lastRun: { outcome: "succeeded", mark: result.mark, startedAt: expect.stringMatching(/Z$/), ageMinutes: 0 },
    newestRestorePoint: { mark: result.mark, ageMinutes: 0 },
    fullDue: { members: [], decision: "no full backup is due" },
    findings: [],
    withoutBase: [],
  });
  for (const member of result.members) {
    expect(memberOf(found, member.database)).toMatchObject({
      server: member.server,
      ownServerName: member.realServer,
      ready: true,
      state: "ONLINE",
      recoveryModel: "FULL",
      hasBase: true,
      fullDue: false,
      lastFull: { file: member.full?.file, ageMinutes: 0 },
      lastLog: { file: member.log?.file, at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) },
      lastMark: { mark: result.mark, lsn: member.markLsn },
    });
  }
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
}, 60_000);

test("without the job that is named, the members are told and the runs are not", async () => {
  const { members, problems, job, lastRun, fullDue } = await status({ job: "Nightly" });
  expect(problems).toEqual([expect.stringMatching(/^There is no job 'Nightly' in Mgmt on .*There is: 'Backup'\.$/)]);
  expect(members.map(({ ready }) => ready)).toEqual([true, true, true]);
  expect({ job, lastRun, fullDue }).toEqual({});
}, 60_000);

test("restore points come newest first, as many as are wanted, up to a time", async () => {
  const { result: second } = await set.run();
  const { points } = await getRestorePoints(asked());
  expect(points).toHaveLength(2);
  expect(points[0]).toEqual({
    mark: second.mark,
    at: expect.stringMatching(/Z$/),
    restorable: true,
    members: expect.arrayContaining([
      { server: names.link, database: "Stock", restorable: true, logBackups: expect.any(Number) },
    ]),
  });
  expect((await getRestorePoints({ ...asked(), limit: 1 })).points).toEqual(points.slice(0, 1));
  const earlier = points[1]?.at ?? "";
  expect((await getRestorePoints({ ...asked(), before: earlier })).points).toEqual(points.slice(1));
  expect((await getRestorePoints({ ...asked(), before: "2020-01-01" })).points).toEqual([]);
}, 60_000);

test("a run for each step, as the Agent starts them, stands for one; clearing history is no backup", async () => {
  for (const part of ["full", "log"]) expect((await set.start("run", "--only", part).ended).code).toBe(0);
  const { lastRun } = await status();
  expect((await set.start("run", "--only", "clean").ended).code).toBe(0);
  const after = await status();
  expect(after.lastRun).toMatchObject({ outcome: "succeeded", startedAt: lastRun?.startedAt, mark: lastRun?.mark });
  expect(after.lastRun?.mark).toBe((await getRestorePoints({ ...asked(), limit: 1 })).points[0]?.mark);
}, 60_000);

test("a database that is out of reach is told, with what the newest mark lacks", async () => {
  await targets.remote.run("ALTER DATABASE Stock SET OFFLINE WITH ROLLBACK IMMEDIATE;");
  const { result } = await set.run();
  expect(result.outcome).toBe("incomplete");
  const found = await status();
  expect(memberOf(found, "Stock")).toMatchObject({ ready: false, state: "OFFLINE", problem: expect.any(String) });
  expect(found).toMatchObject({ healthy: false, lastRun: { outcome: "incomplete" } });
  expect(found.findings).toContainEqual(expect.objectContaining({ step: "preflight", database: "Stock" }));
  expect(found.problems).toContain(`The last run of Backup, at ${found.lastRun?.startedAt}, was incomplete.`);
  expect(found.problems.join("\n")).toContain("Stock on REMOTE: ");
  const [newest, before] = (await getRestorePoints({ ...asked(), limit: 2 })).points;
  expect(newest).toMatchObject({ mark: result.mark, restorable: false });
  expect(newest?.members).toContainEqual({
    server: names.link,
    database: "Stock",
    restorable: false,
    lacks: { problem: "markUnknown", reason: expect.stringContaining("the mark was not placed in it") },
  });
  expect(newest?.members.filter(({ restorable }) => restorable)).toHaveLength(2);
  expect(found.newestRestorePoint?.mark).toBe(before?.mark);
  await targets.remote.run("ALTER DATABASE Stock SET ONLINE;");
  expect((await set.run()).result.outcome).toBe("succeeded");
  expect((await status()).healthy).toBe(true);
}, 60_000);

test("where another job than ours backs up, its history and the marks tell the restore points", async () => {
  // The time of a mark is that in its name then, which is that of its run's beginning.
  const restorable = async () => {
    const { points } = await getRestorePoints(asked());
    return points.filter((point) => point.restorable).map(({ at: _at, ...point }) => point);
  };
  const before = await restorable();
  const ours = ["Drill", "RestorePointMember", "RestorePoint", "RunStep", "Run", "Job"];
  const move = async (from: string, to: string) => {
    for (const table of ours) await targets.control.run(`ALTER SCHEMA ${to} TRANSFER ${from}.${table};`, "Mgmt");
  };
  await targets.control.run("CREATE SCHEMA hidden;", "Mgmt");
  await move("mssql_backup", "hidden");
  expect(await restorable()).toEqual(before);
  expect((await status()).problems).toContainEqual(expect.stringContaining("no job"));
  await move("hidden", "mssql_backup");
  await targets.control.run("DROP SCHEMA hidden;", "Mgmt");
}, 60_000);

describe("in a program", () => {
  test("the output forms wait for what they depend on, and take secrets from the stack's configuration", async () => {
    const { stack } = set;
    const topology = { kind: "BackupTopology", args: topologyOf(targets, names) } as const;
    await targets.control.run("CREATE DATABASE Orders;");
    const added = {
      kind: "CustomBackupDatabase",
      args: {
        connection: targets.control.connection,
        database: "Orders",
        setRecoveryModel: true,
        control: { connection: targets.control.connection, managementDatabase: names.management },
      },
      after: ["set"],
    } as const;
    await stack.configure("shop:controlPassword", process.env.TEST_CONTROL_PASSWORD ?? "");
    const byConfiguration = {
      ...targets.control.connection,
      authentication: { type: "sql", user: userOf(targets), password: { config: "shop:controlPassword" } },
    } as const;
    // Called where the value is known, in a preview as well.
    const seen: Record<string, GetBackupStatusResult | GetRestorePointsResult> = {};
    const noted = <T extends GetBackupStatusResult | GetRestorePointsResult>(name: string, value: T): T => {
      seen[name] = value;
      return value;
    };
    stack.declare({ set: topology, added }, async (made) => {
      const { managementDatabase } = (made.set as BackupTopology).job;
      const args = { ...asked(), connection: byConfiguration, managementDatabase };
      const later = getBackupStatusOutput(args, { dependsOn: Object.values(made) });
      const points = getRestorePointsOutput({ ...args, limit: 1 });
      noted("atOnce", await getBackupStatus({ ...asked(), connection: byConfiguration }));
      return {
        later: later.apply((value) => noted("later", value)),
        points: points.apply((value) => noted("points", value)),
      };
    });
    await stack.preview();
    expect(seen).toEqual({
      atOnce: expect.objectContaining({ exists: true, healthy: true }),
      points: { points: [expect.objectContaining({ restorable: true })] },
    });
    await stack.up();
    const later = seen.later as GetBackupStatusResult;
    expect(later.members).toHaveLength(4);
    expect(memberOf(later, "Orders")).toMatchObject({ ready: true, fullDue: true });
  }, 60_000);

  test("a process ends by itself after the answer, and one that does not ask loads no driver", () => {
    const program = `const { getBackupStatus } = require("pulumi-mssql-backup");
const heavy = () => Object.keys(require.cache).filter((file) => /node_modules.(mssql|tedious|zod|luxon)./.test(file)).length > 0;
console.log(heavy());
getBackupStatus(${JSON.stringify(asked())}).then(({ exists }) => console.log(exists, heavy()));`;
    const cwd = resolve(__dirname, "../../..");
    const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", program], {
      cwd,
      env: process.env,
      encoding: "utf8",
      timeout: 20_000,
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: "false\ntrue true\n", stderr: "", status: 0 });
  });
});

function userOf({ control }: Targets): string {
  const { authentication } = control.connection;
  return authentication.type === "sql" ? authentication.user : "";
}
