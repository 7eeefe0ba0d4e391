import { type AgentJob, parseAgentJob, type StoredAgentJob } from "../../../src/objects/agentJob";
import { agentJobDifferences, describeSchedule, storedSteps } from "../../../src/objects/agentJobDifferences";
import { alterAgentJob, createAgentJob, dropAgentJob } from "../../../src/objects/agentJobStatements";

const job: AgentJob = {
  name: "Backup",
  description: "d",
  category: "Database Maintenance",
  enabled: true,
  owner: "sa",
  steps: [
    { name: "one", subsystem: "TSQL", command: "EXEC a;", database: "M", goOnAfterFailure: true },
    { name: "two", subsystem: "CmdExec", command: "run", proxy: "shell", goOnAfterFailure: true },
  ],
  schedule: { everyMinutes: 15 },
};

const jobId = "5D1F0A3E-0000-0000-0000-000000000000";
const schedule = {
  scheduleId: 7,
  enabled: 1,
  shared: 0,
  freqType: 4,
  freqInterval: 1,
  subdayType: 4,
  subdayInterval: 15,
  startTime: 0,
  endTime: 235959,
  pending: 0,
  endDate: 99991231,
};

/** The job as msdb would show it. */
const stored = parseAgentJob([
  [
    {
      jobId,
      name: "Backup",
      description: "d",
      category: "Database Maintenance",
      enabled: true,
      owner: "sa",
      operator: null,
      startStep: 1,
      targeted: 1,
    },
  ],
  [
    {
      name: "one",
      subsystem: "TSQL",
      command: "EXEC a;",
      database: "M",
      proxy: null,
      onSuccess: 3,
      onFail: 3,
      successCode: 0,
    },
    {
      name: "two",
      subsystem: "CmdExec",
      command: "run",
      database: null,
      proxy: "shell",
      onSuccess: 1,
      onFail: 2,
      successCode: 0,
    },
  ],
  [schedule],
]) as StoredAgentJob;
const [one, two] = stored.steps as [StoredAgentJob["steps"][0], StoredAgentJob["steps"][0]];
const ownSchedule = stored.schedule as NonNullable<StoredAgentJob["schedule"]>;

const alteration = (found: Partial<StoredAgentJob>, wanted = job) =>
  alterAgentJob({ ...stored, ...found }, wanted)?.text.replace(/\s+/g, " ");

describe("an Agent job", () => {
  it("is the same when it is as it was made", () => {
    expect(agentJobDifferences(stored, job)).toEqual([]);
    expect(alterAgentJob(stored, job)).toBeUndefined();
  });

  it("is not there when msdb has no row of it", () => {
    expect(parseAgentJob([[], [], []])).toBeUndefined();
  });

  it("ends after its last step, whatever the others do", () => {
    expect(storedSteps(job.steps)).toEqual(stored.steps);
    const text = createAgentJob(job).text.replace(/\s+/g, " ");
    expect(text).toContain("@on_success_action = 3, @on_success_step_id = 0, @on_fail_action = 3");
    expect(text).toContain("@on_success_action = 1, @on_success_step_id = 0, @on_fail_action = 2");
  });

  it.each<[string, Partial<StoredAgentJob>, { part: string; found: unknown }[]]>([
    ["another name", { name: "x" }, [{ part: "name", found: "x" }]],
    ["an owner that is gone", { owner: "" }, [{ part: "owner", found: "(a login that is gone)" }]],
    ["an operator", { operator: "dba" }, [{ part: "operator", found: "dba" }]],
    ["another first step", { startStep: 2 }, [{ part: "start", found: 2 }]],
    ["no target", { targeted: false }, [{ part: "target", found: "(none)" }]],
    ["no proxy", { steps: [one, { ...two, proxy: undefined }] }, [{ part: "proxy", found: "(none)" }]],
    [
      "another command",
      { steps: [one, { ...two, command: "dir" }] },
      [{ part: "steps", found: "the step two runs dir" }],
    ],
    [
      "another way on",
      { steps: [{ ...one, onSuccess: 1 }, two] },
      [{ part: "steps", found: "the step one leads elsewhere when it succeeds" }],
    ],
    ["a step less", { steps: [two] }, [{ part: "steps", found: "the step one is missing" }]],
    ["a step more", { steps: [one, two, { ...two, name: "x" }] }, [{ part: "steps", found: "the step x was added" }]],
    ["another order", { steps: [two, one] }, [{ part: "steps", found: "the steps are in the order two, one" }]],
    ["no schedule", { schedule: undefined }, [{ part: "schedule", found: "no schedule" }]],
    ["another interval", { schedule: { ...ownSchedule, subdayInterval: 30 } }, [{ part: "schedule", found: 30 }]],
  ])("that has %s is known by it", (_, found, differences) => {
    expect(agentJobDifferences({ ...stored, ...found }, job)).toEqual(differences);
  });

  it.each<[Partial<typeof ownSchedule>, string | number]>([
    [{ subdayType: 8, subdayInterval: 2 }, 120],
    [{ enabled: false }, "15, disabled"],
    [{ startTime: 80000, endTime: 173000 }, "15, from 08:00:00 to 17:30:00"],
    [{ pending: true }, "15, not yet begun"],
    [{ endDate: 20301231 }, "15, until 20301231"],
    [{ freqInterval: 2 }, "every 15 minutes every 2 days"],
    [{ subdayType: 1 }, "once every day"],
    [{ freqType: 8 }, "weekly"],
  ])("has a schedule that is %j told as %j", (change, words) => {
    expect(describeSchedule({ ...ownSchedule, ...change })).toBe(words);
  });
});

describe("what alters an Agent job", () => {
  it("changes its schedule where it stands", () => {
    const text = alteration({ schedule: { ...ownSchedule, subdayInterval: 30 } });
    expect(text).toContain("sp_update_schedule @schedule_id = 7, @enabled = 1");
    expect(text).not.toMatch(/sp_delete|sp_add|jobstep|sp_update_job\b/);
  });

  it("leaves a schedule to the other jobs that run by it, and makes another", () => {
    const text = alteration({ schedule: { ...ownSchedule, subdayInterval: 30, shared: true } });
    expect(text).toMatch(/sp_detach_schedule .* @delete_unused_schedule = 0; .*sp_add_schedule .*sp_attach_schedule/);
    expect(text).not.toContain("sp_update_schedule");
  });

  it("gives it a new name in place", () => {
    const text = alteration({ name: "former" });
    expect(text).toContain("sp_update_job @job_id = @job, @new_name = @name");
    expect(text).not.toMatch(/jobstep|schedule/);
  });

  it("changes the one step that differs, where it stands", () => {
    const text = alteration({ steps: [one, { ...two, command: "dir" }] });
    expect(text).toMatch(/sp_update_jobstep @job_id = @job, @step_id = 2, .*@proxy_name = N'shell';/);
    expect(text).not.toMatch(/sp_delete_jobstep|sp_add_jobstep|@step_id = 1/);
  });

  it("adds a step that is missing at its place, and drops one that is too many", () => {
    const text = alteration({ steps: [{ ...two, name: "x" }, two] });
    expect(text).toMatch(
      /sp_delete_jobstep @job_id = @job, @step_id = 1; EXEC msdb.dbo.sp_add_jobstep @job_id = @job, @step_id = 1/,
    );
    expect(text).not.toContain("sp_update_jobstep");
  });

  it("makes all steps anew only when their order differs", () => {
    const text = alteration({ steps: [two, one] });
    expect(text).toMatch(/sp_delete_jobstep @job_id = @job, @step_id = 0;.*sp_add_jobstep .*sp_add_jobstep/);
  });

  it("lets no new owner meet a proxy that may not be his", () => {
    const text = alteration({ owner: "clerk" });
    expect(text).toMatch(/@step_id = 2, @proxy_name = N''; .*sp_update_job @job_id.*@proxy_name = N'shell'/);
  });

  it("drops the job with its own schedule, and no other", () => {
    const { text } = dropAgentJob({ name: "Backup", jobId });
    expect(text).toMatch(/sp_detach_schedule .*@delete_unused_schedule = 1/);
    expect(text).toMatch(/sp_delete_job .*@delete_unused_schedule = 0/);
  });
});
