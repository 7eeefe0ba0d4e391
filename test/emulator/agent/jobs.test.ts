import { ScratchDatabase } from "../query/scratchDatabase";

let database: ScratchDatabase;

beforeEach(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    "CREATE TABLE notes (line nvarchar(100))",
    "EXEC msdb.dbo.sp_add_job @job_name = N'nightly'",
    "EXEC msdb.dbo.sp_add_jobserver @job_name = N'nightly'",
  );
});

afterEach(() => database.close());

function addStep(name: string, command: string, more = ""): Promise<void> {
  const quoted = command.replaceAll("'", "''");
  return database.setUp(
    `EXEC msdb.dbo.sp_add_jobstep @job_name = N'nightly', @step_name = N'${name}', @command = N'${quoted}', @database_name = N'scratch'${more}`,
  );
}

/** Starts the job and waits for its last row; gives step, status and message of each. */
async function run(start = "EXEC msdb.dbo.sp_start_job N'nightly'"): Promise<unknown[][]> {
  await database.setUp(start);
  for (let i = 0; i < 200; i++) {
    const rows = await database.rows(
      "SELECT step_id, run_status, message FROM msdb.dbo.sysjobhistory ORDER BY instance_id",
    );
    if (rows.at(-1)?.[0] === 0) return rows;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the job does not end");
}

const outline = (rows: unknown[][]) => rows.map(([step, status]) => [step, status]);

describe("a job that runs", () => {
  test("follows its steps' outcomes", async () => {
    await addStep(
      "first",
      "INSERT notes VALUES (N'first'); RAISERROR(N'broken', 16, 1)",
      ", @on_fail_action = 4, @on_fail_step_id = 3",
    );
    await addStep("second", "INSERT notes VALUES (N'second')");
    await addStep("third", "INSERT notes VALUES (N'third')");
    const rows = await run();
    expect(outline(rows)).toEqual([
      [1, 0],
      [3, 1],
      [0, 1],
    ]);
    expect(rows[0]?.[2]).toBe("Executed as user: sa. broken [SQLSTATE 42000] (Error 50000).  The step failed.");
    expect(rows[2]?.[2]).toBe(
      "The job succeeded.  The Job was invoked by User sa.  The last step to run was step 3 (third).",
    );
    expect(await database.rows("SELECT line FROM notes ORDER BY line")).toEqual([["first"], ["third"]]);
  });

  test("ends with the last step's outcome where that leads on to nothing", async () => {
    await addStep("only", "SELECT 1/0", ", @on_fail_action = 3");
    expect(outline(await run())).toEqual([
      [1, 0],
      [0, 0],
    ]);
  });

  test("leaves its outcome on step, target and activity", async () => {
    await addStep("only", "PRINT 'done'");
    await run();
    expect(await database.rows("SELECT last_run_outcome FROM msdb.dbo.sysjobsteps")).toEqual([[1]]);
    expect(
      await database.rows(
        "SELECT last_run_outcome, CASE WHEN last_run_date > 20000101 THEN 1 END FROM msdb.dbo.sysjobservers",
      ),
    ).toEqual([[1, 1]]);
    expect(
      await database.rows(
        "SELECT last_executed_step_id, CASE WHEN stop_execution_date >= start_execution_date THEN 1 END FROM msdb.dbo.sysjobactivity",
      ),
    ).toEqual([[1, 1]]);
  });

  test("runs batches apart, and tokens with their values", async () => {
    await addStep(
      "only",
      "DECLARE @n nvarchar(100) = N'$(ESCAPE_SQUOTE(STEPNAME)) of $(ESCAPE_SQUOTE(JOBNAME))'; INSERT notes VALUES (@n)\nGO\nDECLARE @n int = 1",
    );
    expect(outline(await run())).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect(await database.rows("SELECT line FROM notes")).toEqual([["only of nightly"]]);
  });

  test("fails where a token is not escaped", async () => {
    await addStep("only", "SELECT '$(JOBID)'");
    expect((await run())[0]?.[2]).toBe(
      "Unable to start execution of step 1 (reason: Variable JOBID not found).  The step failed.",
    );
  });

  test("tries a step again as often as it is told", async () => {
    await addStep(
      "only",
      "INSERT notes VALUES (N'x'); IF (SELECT COUNT(*) FROM notes) < 3 RAISERROR(N'again', 16, 1)",
      ", @retry_attempts = 5",
    );
    expect(outline(await run())).toEqual([
      [1, 2],
      [1, 2],
      [1, 1],
      [0, 1],
    ]);
  });

  test("does not run what needs an operating system, and says so", async () => {
    await addStep("only", "dir", ", @subsystem = N'CmdExec'");
    const rows = await run();
    expect(outline(rows)).toEqual([
      [1, 0],
      [0, 0],
    ]);
    expect(rows[0]?.[2]).toContain("CmdExec");
  });

  test("runs as its owner, unless that is an administrator", async () => {
    await database.setUp(
      "CREATE LOGIN clerk WITH PASSWORD = 'Secret-1', CHECK_POLICY = OFF; CREATE USER clerk FOR LOGIN clerk; GRANT INSERT ON notes TO clerk",
      "EXEC msdb.dbo.sp_update_job @job_name = N'nightly', @owner_login_name = N'clerk'",
    );
    await addStep("only", "INSERT notes VALUES (SUSER_SNAME()); SELECT * FROM notes");
    const rows = await run();
    expect(rows[0]?.[2]).toContain("Executed as user: clerk. The SELECT permission was denied");
    expect(await database.rows("SELECT line FROM notes")).toEqual([["clerk"]]);
  });

  test("can be stopped, and cannot run twice at once", async () => {
    await addStep("only", "WAITFOR DELAY '00:01:00'");
    await database.setUp("EXEC msdb.dbo.sp_start_job N'nightly'");
    expect(await database.error("EXEC msdb.dbo.sp_start_job N'nightly'")).toBe(22022);
    expect(
      (await database.run("EXEC msdb.dbo.sp_help_job @job_name = N'nightly', @job_aspect = 'JOB'")).sets[0]?.[0]?.[25],
    ).toBe(1);
    const rows = await run("EXEC msdb.dbo.sp_stop_job N'nightly'");
    expect(outline(rows)).toEqual([
      [1, 3],
      [0, 3],
    ]);
    expect(await database.error("EXEC msdb.dbo.sp_stop_job N'nightly'")).toBe(22022);
  });

  test("is gone afterwards if it is told to be", async () => {
    await addStep("only", "SELECT 1");
    await database.setUp("EXEC msdb.dbo.sp_update_job @job_name = N'nightly', @delete_level = 1");
    await run();
    expect(await database.rows("SELECT COUNT(*) FROM msdb.dbo.sysjobs")).toEqual([[0]]);
  });
});

describe("definitions", () => {
  test.each([
    ["EXEC msdb.dbo.sp_add_job @job_name = N'nightly'", 14261],
    ["EXEC msdb.dbo.sp_add_job @job_name = N'x', @category_name = N'nosuch'", 14234],
    ["EXEC msdb.dbo.sp_add_job @job_name = N'x', @owner_login_name = N'nosuch'", 14234],
    ["EXEC msdb.dbo.sp_add_job @job_name = N'x', @notify_level_email = 7", 14266],
    ["EXEC msdb.dbo.sp_add_job @job_name = N'x', @notify_email_operator_name = N'nosuch'", 14234],
    ["EXEC msdb.dbo.sp_update_job @enabled = 0", 14294],
    ["EXEC msdb.dbo.sp_update_job @job_id = '00000000-0000-0000-0000-000000000000'", 14262],
    ["EXEC msdb.dbo.sp_add_jobstep @job_name = N'nightly', @step_name = N's', @subsystem = N'Nosuch'", 14234],
    ["EXEC msdb.dbo.sp_add_jobstep @job_name = N'nightly', @step_name = N's', @step_id = 3", 14266],
    ["EXEC msdb.dbo.sp_add_jobstep @job_name = N'nightly', @step_name = N's', @on_success_action = 4", 14235],
    ["EXEC msdb.dbo.sp_update_jobstep @job_name = N'nightly', @step_id = 1", 14528],
    ["EXEC msdb.dbo.sp_add_jobserver @job_name = N'nightly', @server_name = N'elsewhere'", 14262],
    ["EXEC msdb.dbo.sp_start_job N'nightly'", 22022],
    ["EXEC msdb.dbo.sp_add_schedule @schedule_name = N's'", 14266],
    [
      "EXEC msdb.dbo.sp_add_schedule @schedule_name = N's', @freq_type = 4, @freq_interval = 1, @active_start_date = 20260231",
      14287,
    ],
    [
      "EXEC msdb.dbo.sp_add_schedule @schedule_name = N's', @freq_type = 4, @freq_interval = 1, @active_start_date = 20260202, @active_end_date = 20260201",
      14288,
    ],
    [
      "EXEC msdb.dbo.sp_add_schedule @schedule_name = N's', @freq_type = 4, @freq_interval = 1, @freq_subday_type = 4, @freq_subday_interval = 0",
      14278,
    ],
    ["EXEC msdb.dbo.sp_attach_schedule @job_name = N'nightly', @schedule_name = N'nosuch'", 14262],
    ["EXEC msdb.dbo.sp_add_category @class = N'NOSUCH', @name = N'x'", 14233],
    ["EXEC msdb.dbo.sp_delete_category @class = N'JOB', @name = N'Database Maintenance'", 14276],
    ["EXEC msdb.dbo.sp_delete_operator N'nosuch'", 14262],
  ])("%s fails", async (batch, number) => {
    expect(await database.error(batch)).toBe(number);
  });

  test("a deleted step leaves none that leads to it", async () => {
    await addStep("one", "SELECT 1", ", @on_success_action = 4, @on_success_step_id = 2");
    await addStep("two", "SELECT 2");
    await addStep("three", "SELECT 3", ", @on_fail_action = 4, @on_fail_step_id = 1");
    await database.setUp("EXEC msdb.dbo.sp_delete_jobstep @job_name = N'nightly', @step_id = 2");
    expect(
      await database.rows(
        "SELECT step_id, step_name, on_success_action, on_success_step_id, on_fail_action, on_fail_step_id FROM msdb.dbo.sysjobsteps ORDER BY step_id",
      ),
    ).toEqual([
      [1, "one", 1, 0, 2, 0],
      [2, "three", 1, 0, 4, 1],
    ]);
  });

  test("an operator that goes is told of no job any more", async () => {
    await database.setUp(
      "EXEC msdb.dbo.sp_add_operator N'duty', @email_address = N'duty@example.com'",
      "EXEC msdb.dbo.sp_update_job @job_name = N'nightly', @notify_level_email = 2, @notify_email_operator_name = N'duty'",
      "EXEC msdb.dbo.sp_delete_operator N'duty'",
    );
    expect(await database.rows("SELECT notify_level_email, notify_email_operator_id FROM msdb.dbo.sysjobs")).toEqual([
      [0, 0],
    ]);
  });

  test("schedules say when they are due next", async () => {
    await database.setUp(
      "EXEC msdb.dbo.sp_add_jobschedule @job_name = N'nightly', @name = N'every day', @freq_type = 4, @freq_interval = 1, @active_start_date = 20991224, @active_start_time = 13000",
    );
    expect(await database.rows("SELECT next_run_date, next_run_time FROM msdb.dbo.sysjobschedules")).toEqual([
      [20991224, 13000],
    ]);
    await database.setUp(
      "EXEC msdb.dbo.sp_update_jobschedule @job_name = N'nightly', @name = N'every day', @enabled = 0",
    );
    expect(await database.rows("SELECT next_run_date, next_run_time FROM msdb.dbo.sysjobschedules")).toEqual([[0, 0]]);
    expect(await database.error("EXEC msdb.dbo.sp_delete_schedule @schedule_name = N'every day'")).toBe(14372);
    await database.setUp("EXEC msdb.dbo.sp_delete_jobschedule @job_name = N'nightly', @name = N'every day'");
    expect(await database.rows("SELECT COUNT(*) FROM msdb.dbo.sysschedules")).toEqual([[0]]);
  });

  test("roll back with their transaction", async () => {
    await database.run(
      "BEGIN TRANSACTION; EXEC msdb.dbo.sp_add_job @job_name = N'other'; EXEC msdb.dbo.sp_add_jobstep @job_name = N'other', @step_name = N's'; ROLLBACK",
    );
    expect(
      await database.rows(
        "SELECT (SELECT COUNT(*) FROM msdb.dbo.sysjobs), (SELECT COUNT(*) FROM msdb.dbo.sysjobsteps)",
      ),
    ).toEqual([[1, 0]]);
  });

  test("a proxy rests on a credential", async () => {
    expect(await database.error("EXEC msdb.dbo.sp_add_proxy N'shell', @credential_name = N'nosuch'")).toBe(14262);
    await database.setUp(
      "CREATE CREDENTIAL account WITH IDENTITY = N'DOMAIN\\backup', SECRET = N'x'",
      "EXEC msdb.dbo.sp_add_proxy N'shell', @credential_name = N'account'; EXEC msdb.dbo.sp_grant_proxy_to_subsystem @proxy_name = N'shell', @subsystem_name = N'CmdExec'",
    );
    await addStep("only", "dir", ", @subsystem = N'CmdExec', @proxy_name = N'shell'");
    expect(
      await database.rows(
        "SELECT p.name FROM msdb.dbo.sysjobsteps s JOIN msdb.dbo.sysproxies p ON p.proxy_id = s.proxy_id",
      ),
    ).toEqual([["shell"]]);
    expect(await database.error("EXEC msdb.dbo.sp_delete_proxy @proxy_name = N'shell'")).toBe(14518);
  });

  test("a proxy serves who was granted it, in subsystems that it was granted to", async () => {
    await database.setUp(
      "CREATE CREDENTIAL account WITH IDENTITY = N'DOMAIN\\backup', SECRET = N'x'",
      "EXEC msdb.dbo.sp_add_proxy N'shell', @credential_name = N'account'",
      "CREATE LOGIN clerk WITH PASSWORD = 'Secret-1', CHECK_POLICY = OFF",
    );
    const step = (subsystem: string) =>
      `EXEC msdb.dbo.sp_add_jobstep @job_name = N'nightly', @step_name = N's', @subsystem = N'${subsystem}', @command = N'x', @proxy_name = N'shell'`;
    expect(await database.error(step("TSQL"))).toBe(14517);
    expect(await database.error(step("CmdExec"))).toBe(14516);
    await database.setUp(
      "EXEC msdb.dbo.sp_grant_proxy_to_subsystem @proxy_name = N'shell', @subsystem_name = N'CmdExec'",
      "EXEC msdb.dbo.sp_update_job @job_name = N'nightly', @owner_login_name = N'clerk'",
    );
    expect(await database.error(step("CmdExec"))).toBe(14516);
    await database.setUp("EXEC msdb.dbo.sp_grant_login_to_proxy @login_name = N'clerk', @proxy_name = N'shell'");
    expect(await database.error(step("CmdExec"))).toBe(0);
    await database.setUp("EXEC msdb.dbo.sp_revoke_login_from_proxy @name = N'clerk', @proxy_name = N'shell'");
    expect(
      await database.error("EXEC msdb.dbo.sp_update_jobstep @job_name = N'nightly', @step_id = 1, @command = N'y'"),
    ).toBe(14516);
  });
});

describe("who may do what", () => {
  async function as(role: string | undefined, batch: string): Promise<number> {
    await database.setUp(
      "CREATE LOGIN clerk WITH PASSWORD = 'Secret-1', CHECK_POLICY = OFF",
      "USE msdb; CREATE USER clerk FOR LOGIN clerk",
      role === undefined ? "SELECT 1" : `ALTER ROLE ${role} ADD MEMBER clerk`,
    );
    const clerk = await database.as("clerk", "Secret-1");
    const error = await clerk.error(batch);
    await clerk.leave();
    return error;
  }

  test.each([
    [undefined, "EXEC msdb.dbo.sp_add_job @job_name = N'own'", 229],
    ["SQLAgentUserRole", "EXEC msdb.dbo.sp_add_job @job_name = N'own'", 0],
    ["SQLAgentUserRole", "EXEC msdb.dbo.sp_add_job @job_name = N'own', @owner_login_name = N'sa'", 14515],
    ["SQLAgentUserRole", "EXEC msdb.dbo.sp_help_job @job_name = N'nightly'", 14262],
    ["SQLAgentReaderRole", "EXEC msdb.dbo.sp_help_job @job_name = N'nightly'", 0],
    ["SQLAgentReaderRole", "EXEC msdb.dbo.sp_start_job @job_name = N'nightly'", 14393],
    ["SQLAgentReaderRole", "EXEC msdb.dbo.sp_delete_job @job_name = N'nightly'", 14525],
    ["SQLAgentOperatorRole", "EXEC msdb.dbo.sp_update_job @job_name = N'nightly', @enabled = 0", 0],
    ["SQLAgentOperatorRole", "EXEC msdb.dbo.sp_update_job @job_name = N'nightly', @description = N'mine'", 14525],
    ["SQLAgentOperatorRole", "EXEC msdb.dbo.sp_add_operator N'me'", 229],
  ])("%s: %s gives %p", async (role, batch, number) => {
    expect(await as(role, batch)).toBe(number);
  });

  test("users see their own jobs in the view", async () => {
    expect(
      await as(
        "SQLAgentUserRole",
        "EXEC msdb.dbo.sp_add_job @job_name = N'own'; IF (SELECT STRING_AGG(name, ',') FROM msdb.dbo.sysjobs_view) <> N'own' THROW 50001, 'others too', 1",
      ),
    ).toBe(0);
  });
});

describe("what is shown of jobs", () => {
  const column = (outcome: { columns: string[][]; sets: unknown[][][] }, set: number, name: string) => {
    const at = outcome.columns[set]?.indexOf(name) ?? -1;
    return outcome.sets[set]?.map((row) => row[at]);
  };

  test("sp_help_job gives a job with its steps, schedules and target", async () => {
    await addStep("only", "SELECT 1");
    await database.setUp(
      "EXEC msdb.dbo.sp_add_jobschedule @job_name = N'nightly', @name = N'daily', @freq_type = 4, @freq_interval = 1",
    );
    const outcome = await database.run("EXEC msdb.dbo.sp_help_job @job_name = N'nightly'");
    expect(column(outcome, 0, "category")).toEqual(["[Uncategorized (Local)]"]);
    expect(column(outcome, 0, "owner")).toEqual(["sa"]);
    expect(column(outcome, 1, "step_name")).toEqual(["only"]);
    expect(column(outcome, 2, "schedule_name")).toEqual(["daily"]);
    expect(column(outcome, 3, "server_name")).toEqual(["SCRATCH"]);
    expect(await database.error("EXEC msdb.dbo.sp_help_job @job_name = N'nightly', @job_aspect = 'NOSUCH'")).toBe(
      14266,
    );
  });

  test("sp_help_jobhistory gives jobs, or all of their steps", async () => {
    await addStep("only", "SELECT 1");
    await run();
    const full = await database.run("EXEC msdb.dbo.sp_help_jobhistory @mode = 'FULL', @oldest_first = 1");
    expect(column(full, 0, "step_id")).toEqual([1, 0]);
    const summary = await database.run("EXEC msdb.dbo.sp_help_jobhistory @job_name = N'nightly'");
    expect(column(summary, 0, "run_status")).toEqual([1]);
    expect((await database.rows("EXEC msdb.dbo.sp_help_jobhistory @run_status = 0")).length).toBe(0);
    expect((await database.rows("EXEC msdb.dbo.sp_help_jobactivity")).length).toBe(1);
  });
});
