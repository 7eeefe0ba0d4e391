import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../../src/emulator";
import { connectTds, firstError, type TdsClient } from "../../../src/emulator/tds/client";

const saPassword = "Secret-1";
const open: { close(): unknown }[] = [];
let dataDirectory: string;

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "agent-"));
});

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
  await rm(dataDirectory, { recursive: true });
});

async function start(options: Partial<EmulatorOptions> = {}): Promise<{ emulator: Emulator; client: TdsClient }> {
  const emulator = await startEmulator({ serverName: "CONTROL", saPassword, dataDirectory, ...options });
  open.push(emulator);
  const client = await connectTds({ host: emulator.host, port: emulator.port, user: "sa", password: saPassword });
  open.push(client);
  return { emulator, client };
}

async function rows(client: TdsClient, text: string): Promise<unknown[][]> {
  const response = await client.batch(text);
  const error = firstError(response);
  if (error) throw new Error(error.message);
  return response.results.at(-1)?.rows ?? [];
}

const everySecond = `
  EXEC msdb.dbo.sp_add_job @job_name = N'ticking';
  EXEC msdb.dbo.sp_add_jobstep @job_name = N'ticking', @step_name = N'tick', @command = N'SELECT 1';
  EXEC msdb.dbo.sp_add_jobserver @job_name = N'ticking';
  EXEC msdb.dbo.sp_add_jobschedule @job_name = N'ticking', @name = N'every second', @freq_type = 4, @freq_interval = 1,
    @freq_subday_type = 2, @freq_subday_interval = 1;`;

const outcomes = "SELECT message FROM msdb.dbo.sysjobhistory WHERE step_id = 0";

async function firstOutcome(client: TdsClient): Promise<unknown> {
  for (let i = 0; i < 100; i++) {
    const [outcome] = await rows(client, outcomes);
    if (outcome) return outcome[0];
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the schedule starts nothing");
}

test("schedules start jobs where the emulator is told so", async () => {
  const { client } = await start({ agentSchedules: true });
  await rows(client, everySecond);
  expect(await firstOutcome(client)).toMatch(
    /^The job succeeded\. {2}The Job was invoked by Schedule 1 \(every second\)\./,
  );
});

test("otherwise jobs wait for sp_start_job", async () => {
  const { client } = await start();
  await rows(client, everySecond);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await rows(client, outcomes)).toEqual([]);
});

test("jobs, schedules and history are there again after a restart; what ran has been stopped", async () => {
  const first = await start();
  await rows(first.client, everySecond);
  await rows(
    first.client,
    "EXEC msdb.dbo.sp_add_jobstep @job_name = N'ticking', @step_name = N'long', @command = N'WAITFOR DELAY ''01:00:00'''",
  );
  await rows(first.client, "EXEC msdb.dbo.sp_start_job N'ticking', @step_name = N'long'");
  await first.emulator.close();
  const second = await start();
  expect(await rows(second.client, "SELECT name FROM msdb.dbo.sysjobs")).toEqual([["ticking"]]);
  expect(await rows(second.client, "SELECT name FROM msdb.dbo.sysschedules")).toEqual([["every second"]]);
  expect(await rows(second.client, "SELECT step_id, run_status FROM msdb.dbo.sysjobhistory ORDER BY step_id")).toEqual([
    [0, 3],
    [2, 3],
  ]);
});
