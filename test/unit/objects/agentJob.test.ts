import { type AgentJob, alterAgentJob, createAgentJob, parseAgentJob } from "../../../src/objects/agentJob";

const job: AgentJob = {
  name: "Backup",
  description: "d",
  category: "Database Maintenance",
  enabled: true,
  owner: "sa",
  steps: [
    { name: "one", subsystem: "TSQL", command: "EXEC a;", database: "M", goOnAfterFailure: true },
    { name: "two", subsystem: "CmdExec", command: "run", goOnAfterFailure: false },
  ],
  schedule: { everyMinutes: 15, enabled: true },
};

/** The job as msdb would show it. */
const found = (changes: { enabled?: boolean; everyMinutes?: number; freqType?: number } = {}) =>
  parseAgentJob("Backup", [
    [
      {
        jobId: "1",
        description: "d",
        category: "Database Maintenance",
        enabled: changes.enabled ?? true,
        owner: "sa",
        operator: null,
      },
    ],
    [
      { name: "one", subsystem: "TSQL", command: "EXEC a;", database: "M", proxy: null, onFail: 3 },
      { name: "two", subsystem: "CmdExec", command: "run", database: "master", proxy: null, onFail: 2 },
    ],
    [{ enabled: 1, freqType: changes.freqType ?? 4, subdayType: 4, everyMinutes: changes.everyMinutes ?? 15 }],
  ]) as AgentJob;

describe("an Agent job", () => {
  it("is the same when it is as it was made", () => {
    expect(alterAgentJob(found(), job)).toBeUndefined();
  });

  it("keeps its id and history when its schedule changes", () => {
    const text = alterAgentJob(found({ everyMinutes: 30 }), job)?.text;
    expect(text).toContain("sp_add_jobschedule");
    expect(text).not.toMatch(/sp_delete_job\b|sp_add_job\b|jobstep/);
  });

  it("gets its schedule back when somebody made another kind of it", () => {
    expect(alterAgentJob(found({ freqType: 8 }), job)?.text).toContain("@freq_type = 4");
  });

  it("is switched on again without touching its steps", () => {
    const text = alterAgentJob(found({ enabled: false }), job)?.text;
    expect(text).toContain("sp_update_job");
    expect(text).not.toContain("jobstep");
  });

  it("ends after its last step, whatever the others do", () => {
    const text = createAgentJob(job).text.replace(/\s+/g, " ");
    expect(text).toContain("@command = @command0, @on_success_action = 3, @on_fail_action = 3, @database_name = N'M'");
    expect(text).toContain("@command = @command1, @on_success_action = 1, @on_fail_action = 2;");
  });

  it("is not there when msdb has no row of it", () => {
    expect(parseAgentJob("Backup", [[], [], []])).toBeUndefined();
  });
});
