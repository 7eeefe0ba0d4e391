import { agentArguments, bizTalkSettings } from "../../../src/adopt/agent";
import type { StoredAgentJob } from "../../../src/objects/agentJob";
import { storedSteps } from "../../../src/objects/agentJobDifferences";
import { agentJobOf } from "../../../src/providers/agentJobSteps";
import { backupJobSchema } from "../../../src/providers/backupJobArguments";

const agent = {
  name: "Night",
  enabled: true,
  everyMinutes: 30,
  owner: "sa",
  proxy: "runner",
  runner: "/opt/mssql-backup",
  connectionFile: 'C:\\my "files"\\c.json',
};
const settings = backupJobSchema.parse({
  connection: { host: "h", authentication: { type: "azure-active-directory-default" } },
  managementDatabase: "M",
  name: 'the "job"',
  fullPath: "/b",
  agent,
});
const job = { jobName: settings.name, compression: false };
const wanted = agentJobOf(settings);
const schedule = {
  scheduleId: 1,
  enabled: true,
  shared: false,
  freqType: 4,
  freqInterval: 1,
  subdayType: 4,
  subdayInterval: 30,
  startTime: 0,
  endTime: 235959,
  pending: false,
  endDate: 99991231,
};
const made = {
  ...wanted,
  jobId: "1",
  startStep: 1,
  targeted: true,
  steps: storedSteps(wanted?.steps ?? []),
  schedule,
} as StoredAgentJob;

test("the arguments of an Agent job are found in its steps", () => {
  expect(agentArguments(job, "M", made)).toEqual(agent);
});

test("an Agent job that is not wholly ours is nobody's", () => {
  expect(agentArguments({ ...job, jobName: "other" }, "M", made)).toBeUndefined();
  expect(agentArguments(job, "M", { ...made, steps: made.steps.slice(0, 3) })).toBeUndefined();
  expect(agentArguments(job, "M", { ...made, description: "mine" })).toBeUndefined();
  expect(agentArguments(job, "M", { ...made, schedule: { ...schedule, enabled: false } })).toBeUndefined();
});

test("what BizTalk's own job says about full backups is read from its step", () => {
  const command =
    "exec [dbo].[sp_BackupAllFull_Schedule] 'd' /* Frequency */, 'BTS' /* Name */, '\\\\files\\bts' /* location of backup files */";
  const steps = storedSteps([{ name: "BackupFull", subsystem: "TSQL", command, goOnAfterFailure: false }]);
  expect(bizTalkSettings({ steps })).toEqual({
    frequency: "d",
    logMarkName: "BTS",
    fullPath: "\\\\files\\bts",
  });
  expect(bizTalkSettings(made)).toBeUndefined();
});
