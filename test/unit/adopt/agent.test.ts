import { agentArguments, bizTalkSettings } from "../../../src/adopt/agent";
import type { AgentJob } from "../../../src/objects/agentJob";
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
const made = agentJobOf(settings) as AgentJob;

test("the arguments of an Agent job are found in its steps", () => {
  expect(agentArguments(job, "M", made)).toEqual(agent);
});

test("an Agent job that is not wholly ours is nobody's", () => {
  expect(agentArguments({ ...job, jobName: "other" }, "M", made)).toBeUndefined();
  expect(agentArguments(job, "M", { ...made, steps: made.steps.slice(0, 3) })).toBeUndefined();
  expect(agentArguments(job, "M", { ...made, description: "mine" })).toBeUndefined();
  expect(agentArguments(job, "M", { ...made, schedule: { everyMinutes: 30, enabled: false } })).toBeUndefined();
});

test("what BizTalk's own job says about full backups is read from its step", () => {
  const command =
    "exec [dbo].[sp_BackupAllFull_Schedule] 'd' /* Frequency */, 'BTS' /* Name */, '\\\\files\\bts' /* location of backup files */";
  const step = { name: "BackupFull", subsystem: "TSQL" as const, command, goOnAfterFailure: false };
  expect(bizTalkSettings({ ...made, steps: [step] })).toEqual({
    frequency: "d",
    logMarkName: "BTS",
    fullPath: "\\\\files\\bts",
  });
  expect(bizTalkSettings(made)).toBeUndefined();
});
