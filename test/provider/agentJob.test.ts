import { type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import { Managed } from "./managed";
import { catalogOf, startServers, type TestServers } from "./servers";

let servers: TestServers;
let provider: DynamicProvider;
let before: object;

beforeAll(async () => {
  servers = await startServers();
  provider = await startDynamicProvider();
  await servers.control.run(`CREATE LOGIN clerk WITH PASSWORD = N'Secret-2', CHECK_POLICY = OFF;
CREATE CREDENTIAL account WITH IDENTITY = N'CORP\\backup', SECRET = N'x';
EXEC msdb.dbo.sp_add_operator N'duty', @email_address = N'duty@example.com';
EXEC msdb.dbo.sp_add_proxy N'shell', @credential_name = N'account';
EXEC msdb.dbo.sp_grant_proxy_to_subsystem @proxy_name = N'shell', @subsystem_name = N'CmdExec';
EXEC msdb.dbo.sp_grant_login_to_proxy @login_name = N'clerk', @proxy_name = N'shell';
EXEC msdb.dbo.sp_add_proxy N'other shell', @credential_name = N'account';
EXEC msdb.dbo.sp_grant_proxy_to_subsystem @proxy_name = N'other shell', @subsystem_name = N'CmdExec';`);
  before = await catalogOf(servers.control);
});
afterAll(async () => {
  await provider.stop();
  await servers.stop();
});

const inputs = (agent?: object, others: Properties = {}): Properties => ({
  connection: servers.control.connection,
  managementDatabase: "Mgmt",
  createDatabase: true,
  fullPath: "/backup",
  deleteHistory: true,
  ...(agent && { agent: { name: "Night", connectionFile: "/c.json", ...agent } }),
  ...others,
});
const rows = (text: string) => servers.control.rows(text);

/** What must outlive every change: the ids, and that something has happened. */
const lasting = async () => ({
  job: await rows("SELECT job_id FROM msdb.dbo.sysjobs;"),
  schedule: await rows("SELECT schedule_id FROM msdb.dbo.sysschedules WHERE name = N'MarkAndBackupLogSched';"),
  history: await rows("SELECT instance_id FROM msdb.dbo.sysjobhistory ORDER BY instance_id;"),
});

describe("an Agent job that the program changes", () => {
  let job: Managed;
  let ids: object;
  beforeAll(async () => {
    job = await Managed.create(provider, "backupJob", inputs({}));
    await rows("EXEC msdb.dbo.sp_start_job N'Night';");
    for (let tries = 0; tries < 100; tries += 1) {
      const [{ runs }] = (await rows("SELECT COUNT(*) AS runs FROM msdb.dbo.sysjobhistory WHERE step_id = 0;")) as [
        { runs: number },
      ];
      if (runs > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    ids = await lasting();
    expect(ids).toMatchObject({ job: [{}], schedule: [{}], history: expect.arrayContaining([{ instance_id: 1 }]) });
  });
  afterAll(async () => {
    await job.delete();
    expect(await catalogOf(servers.control)).toEqual(before);
  });

  const changed = async (agent: object, others: Properties = {}) => {
    const { inputs: wanted, failures } = await provider.check({
      ...inputs(agent, others),
      __provider: job.inputs.__provider,
    });
    expect(failures).toEqual([]);
    await job.update(wanted);
    expect(await job.refresh()).toEqual({});
    expect(await lasting()).toEqual(ids);
  };

  test("runs at another interval, by the same schedule", async () => {
    await changed({ everyMinutes: 90 });
    expect(await rows("SELECT freq_subday_interval AS minutes FROM msdb.dbo.sysschedules;")).toEqual([{ minutes: 90 }]);
  });

  test("keeps the schedules that somebody else has attached", async () => {
    await rows(
      "EXEC msdb.dbo.sp_add_jobschedule @job_name = N'Night', @name = N'mine', @freq_type = 4, @freq_interval = 1;",
    );
    await changed({ everyMinutes: 30 });
    expect(await rows("SELECT name FROM msdb.dbo.sysschedules ORDER BY name;")).toEqual([
      { name: "MarkAndBackupLogSched" },
      { name: "mine" },
    ]);
  });

  test("changes its steps where they stand", async () => {
    const uids = "SELECT step_uid FROM msdb.dbo.sysjobsteps ORDER BY step_id;";
    const steps = await rows(uids);
    await changed({ connectionFile: "/another.json" }, { compression: true });
    expect(await rows(uids)).toEqual(steps);
    expect(await rows("SELECT command FROM msdb.dbo.sysjobsteps WHERE step_id IN (1, 2) ORDER BY step_id;")).toEqual([
      { command: "EXEC dbo.sp_SetBackupCompression @bCompression = 1;" },
      { command: "mssql-backup run --only full --job Backup --connection /another.json --database Mgmt" },
    ]);
  });

  test("gets an owner with the proxy that may serve him, and back", async () => {
    await changed({ owner: "clerk", proxy: "shell", operator: "duty" });
    // The clerk may not use the other proxy, nor may there ever be a moment in which he would.
    await changed({ proxy: "other shell" });
    await changed({ owner: "clerk", proxy: "shell" });
    await changed({});
  });

  test("gets another name", async () => {
    await changed({ name: "Day" });
    expect(await rows("SELECT name FROM msdb.dbo.sysjobs;")).toEqual([{ name: "Day" }]);
  });

  test("is renamed back, although somebody has given it a third name", async () => {
    await rows("EXEC msdb.dbo.sp_update_job @job_name = N'Day', @new_name = N'third';");
    await changed({});
    expect(await rows("SELECT name FROM msdb.dbo.sysjobs;")).toEqual([{ name: "Night" }]);
  });

  test("carries out a job that gets another name, with its records", async () => {
    const run =
      "INSERT INTO mssql_backup.Run (JobName, StartedAt, Outcome) VALUES (N'Backup', '2026-01-01', 'succeeded');";
    await servers.control.run(run, "Mgmt");
    await changed({}, { name: "Renamed" });
    expect(await servers.control.rows("SELECT JobName AS name FROM mssql_backup.Job;", "Mgmt")).toEqual([
      { name: "Renamed" },
    ]);
    expect(await servers.control.rows("SELECT JobName AS name FROM mssql_backup.Run;", "Mgmt")).toEqual([
      { name: "Renamed" },
    ]);
    await changed({});
  });

  test("leaves its schedule to another job that runs by it", async () => {
    await rows(`EXEC msdb.dbo.sp_add_job @job_name = N'mine';
EXEC msdb.dbo.sp_attach_schedule @job_name = N'mine', @schedule_name = N'MarkAndBackupLogSched';`);
    await job.update({ ...job.inputs, agent: { ...(job.inputs.agent as object), everyMinutes: 5 } });
    expect(await job.refresh()).toEqual({});
    const minutesOf = (name: string) =>
      rows(`SELECT c.freq_subday_interval AS minutes FROM msdb.dbo.sysjobs AS j
JOIN msdb.dbo.sysjobschedules AS s ON s.job_id = j.job_id JOIN msdb.dbo.sysschedules AS c ON c.schedule_id = s.schedule_id
WHERE j.name = N'${name}' AND c.name = N'MarkAndBackupLogSched';`);
    expect(await minutesOf("mine")).toEqual([{ minutes: 15 }]);
    expect(await minutesOf("Night")).toEqual([{ minutes: 5 }]);
    await rows("EXEC msdb.dbo.sp_delete_job @job_name = N'mine';");
  });

  test("goes with its own schedule, and comes again, while the job stays", async () => {
    await rows("EXEC msdb.dbo.sp_delete_schedule @schedule_name = N'mine', @force_delete = 1;");
    const { agent, ...without } = job.inputs;
    await job.update(without);
    expect(await rows("SELECT name FROM msdb.dbo.sysjobs UNION ALL SELECT name FROM msdb.dbo.sysschedules;")).toEqual(
      [],
    );
    expect(await job.refresh()).toEqual({});
    await job.update({ ...without, agent });
    expect(await job.refresh()).toEqual({});
  });

  test("takes the place of another one only when told, and never of one that is another job's", async () => {
    await rows("EXEC msdb.dbo.sp_add_job @job_name = N'theirs';");
    const renamed = { ...job.inputs, agent: { ...(job.inputs.agent as object), name: "theirs" } };
    await expect(job.update(renamed)).rejects.toMatchObject({ message: expect.stringContaining("adopt: true") });
    expect(await rows("SELECT name FROM msdb.dbo.sysjobs ORDER BY name;")).toEqual([
      { name: "Night" },
      { name: "theirs" },
    ]);
    await rows("EXEC msdb.dbo.sp_delete_job @job_name = N'theirs';");
  });
});

describe("before it changes anything, a job refuses", () => {
  const nothing = () => catalogOf(servers.control);

  test.each<[string, object, RegExp[]]>([
    ["an owner that is not there", { owner: "nobody" }, [/agent\.owner: there is no login nobody/]],
    ["an owner who needs a proxy", { owner: "clerk" }, [/agent\.owner: clerk is not a member of sysadmin/]],
    [
      "everything that is wrong, at once",
      { owner: "nobody", operator: "nobody", proxy: "none" },
      [/agent\.owner: /, /agent\.operator: there is no operator nobody/, /agent\.proxy: there is no proxy none/],
    ],
    [
      "a proxy that the owner may not use",
      { owner: "clerk", proxy: "other shell" },
      [/agent\.proxy: the owner clerk may not use other shell.*sp_grant_login_to_proxy/],
    ],
  ])("%s", async (_, agent, messages) => {
    const state = await nothing();
    const failure = await Managed.create(provider, "backupJob", inputs(agent)).then(
      () => undefined,
      (error) => error,
    );
    for (const message of messages) expect(failure?.message).toMatch(message);
    expect(await nothing()).toEqual(state);
  });

  test("a proxy that may run no command lines, or is switched off", async () => {
    await rows(`EXEC msdb.dbo.sp_revoke_proxy_from_subsystem @proxy_name = N'other shell', @subsystem_name = N'CmdExec';
EXEC msdb.dbo.sp_update_proxy @proxy_name = N'other shell', @enabled = 0;`);
    await expect(Managed.create(provider, "backupJob", inputs({ proxy: "other shell" }))).rejects.toMatchObject({
      message: expect.stringMatching(/other shell is disabled\n.*sp_grant_proxy_to_subsystem/),
    });
  });

  test("a login that may not look into msdb, in words", async () => {
    await servers.control.run(`CREATE LOGIN creator WITH PASSWORD = N'Secret-2', CHECK_POLICY = OFF;
ALTER SERVER ROLE dbcreator ADD MEMBER creator;`);
    const connection = {
      ...servers.control.connection,
      authentication: { type: "sql", user: "creator", password: "Secret-2" },
    };
    await expect(Managed.create(provider, "backupJob", inputs({}, { connection }))).rejects.toMatchObject({
      message: expect.stringMatching(/may not manage Agent jobs on .*leave "agent" out[\s\S]*229/),
    });
    // Without an Agent job it needs no such right.
    const job = await Managed.create(provider, "backupJob", inputs(undefined, { connection }));
    expect(await job.refresh()).toEqual({});
    await job.delete();
    expect((await nothing()).databases).toEqual((before as Properties).databases);
  });
});

test("a state of an earlier version is previewed unchanged, refreshed and destroyed, also where it breaks a later rule", async () => {
  const job = await Managed.create(provider, "backupJob", inputs({}));
  const { setup, ...agent } = job.outs.agent as Properties;
  const { agentJobId, ...made } = job.outs.made as Properties;
  const recorded = { ...job.outs, agent, made, frequency: "h", backupHour: 3 };
  const program = { ...job.inputs, frequency: "h", backupHour: 3 };
  expect(await provider.diff(job.id, recorded, program)).toMatchObject({ changes: "none" });
  const { props } = await provider.read(job.id, recorded);
  expect(props).toMatchObject({ findings: {} });
  await provider.delete(job.id, recorded);
  expect((await catalogOf(servers.control)).jobs).toEqual((before as Properties).jobs);
});
