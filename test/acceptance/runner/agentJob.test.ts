import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "../../../src/providers/backupJob";
import { closeServers } from "../../../src/providers/servers";
import { CommandLine, command } from "./commandLine";
import { emulatedOnly, inManagement, makeWorld, type World } from "./world";

const jobName = "Nightly run of Müller & Söhne";
const agentName = "Backup beside others";

emulatedOnly("the Agent job that a BackupJob registers", () => {
  const folder = mkdtempSync(join(tmpdir(), "agent-test "));
  const connectionFile = join(folder, "connection file.json");
  const line = new CommandLine(folder);
  let world: World;

  beforeAll(async () => {
    world = await makeWorld();
    writeFileSync(connectionFile, JSON.stringify(world.connections));
    const bin = join(folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "mssql-backup"), `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`);
    chmodSync(join(bin, "mssql-backup"), 0o755);
    // Beside the job that is there already, so that each step must name its own.
    await create({
      connection: world.connections.control,
      managementDatabase: world.management,
      name: jobName,
      fullPath: world.backups,
      agent: { name: agentName, connectionFile },
    });
  });
  afterEach(() => line.kill());
  afterAll(async () => {
    await closeServers();
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Step {
    readonly name: string;
    readonly subsystem: string;
    readonly command: string;
    readonly database: string | null;
  }

  const steps = (): Promise<Step[]> =>
    world.control.rows<Step>({
      text: `SELECT s.step_name AS name, s.subsystem AS subsystem, s.command AS command, s.database_name AS [database]
FROM msdb.dbo.sysjobsteps AS s JOIN msdb.dbo.sysjobs AS j ON j.job_id = s.job_id
WHERE j.name = N'${agentName}' ORDER BY s.step_id;`,
    });

  /** Carries out a step as the Agent would: T-SQL in its database, a command line by the shell. */
  async function carryOut(step: Step): Promise<string> {
    if (step.subsystem === "TSQL") {
      await world.control.execute({ text: step.command }, step.database === null ? {} : { database: step.database });
      return "";
    }
    const { code, stdout, stderr } = await line.shell(step.command, {
      PATH: `${join(folder, "bin")}:${process.env.PATH}`,
    }).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  }

  test("does the whole job by its steps, each by the command line that stands in msdb", async () => {
    const told: Record<string, string> = {};
    for (const step of await steps()) told[step.name] = await carryOut(step);
    const head = `Run of ${jobName} (only`;
    expect(told).toEqual({
      "Set Compression Option": "",
      BackupFull: expect.stringMatching(/\(only full\)[\s\S]*full backups: 4 of 4/),
      MarkAndBackupLog: expect.stringMatching(
        /\(only log\)[\s\S]*proven in 4 of 4 databases[\s\S]*log backups: 4 of 4/,
      ),
      "Clear Backup History": expect.stringContaining("old backup sets cleared from the history: 0"),
    });
    for (const name of ["BackupFull", "MarkAndBackupLog", "Clear Backup History"]) expect(told[name]).toContain(head);
    const runs = await inManagement(
      world,
      "SELECT JobName AS job, Outcome AS outcome FROM mssql_backup.Run ORDER BY RunId;",
    );
    expect(runs).toEqual(Array.from({ length: 3 }, () => ({ job: jobName, outcome: "succeeded" })));
  });

  test("fails at a step whose connection file is gone, and says so", async () => {
    const text = readFileSync(connectionFile, "utf8");
    rmSync(connectionFile);
    const [, full] = await steps();
    const { code, stderr } = await line.shell(full?.command ?? "", {
      PATH: `${join(folder, "bin")}:${process.env.PATH}`,
    }).ended;
    writeFileSync(connectionFile, text);
    expect(code).toBe(2);
    expect(stderr).toContain(connectionFile);
  });
});
