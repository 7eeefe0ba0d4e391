import { makeBizTalkGroup } from "../acceptance/adopt/bizTalkGroup";
import { type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import { Managed } from "./managed";
import { catalogOf, startServers, type TestServers } from "./servers";

const database = "BizTalkMgmtDb";
const bizTalkJob = "Backup BizTalk Server (BizTalkMgmtDb)";

let servers: TestServers;
let provider: DynamicProvider;
let before: object;

beforeAll(async () => {
  servers = await startServers();
  provider = await startDynamicProvider();
  await makeBizTalkGroup(servers);
  for (const statement of [
    "CREATE TABLE dbo.adm_BackupSettings (UseCompression bit NOT NULL, ForceFull bit NOT NULL);",
    "INSERT INTO dbo.adm_BackupSettings VALUES (1, 0);",
    "CREATE TABLE dbo.adm_BackupSetId (NextBackupSetId bigint NULL);",
    "INSERT INTO dbo.adm_BackupSetId VALUES (42);",
    `CREATE TABLE dbo.adm_BackupHistory (BackupId bigint IDENTITY(1, 1) NOT NULL, BackupSetId bigint NOT NULL, MarkName nvarchar(32) NULL,
  DatabaseName nvarchar(128) NOT NULL, BackupFileName nvarchar(500) NOT NULL, BackupFileLocation nvarchar(3000) NOT NULL,
  BackupType char(2) NOT NULL, BackupDateTime datetime NOT NULL, SetComplete bit NOT NULL, ServerName nvarchar(128) NULL);`,
    "INSERT INTO dbo.adm_BackupHistory VALUES (41, NULL, N'BizTalkMsgBoxDb', N'a.bak', N'/bts', 'db', '2026-01-01', 1, N'CONTROL');",
    "CREATE PROCEDURE dbo.sp_SetBackupCompression @bCompression bit AS UPDATE dbo.adm_BackupSettings SET UseCompression = @bCompression;",
  ]) {
    await servers.control.run(statement, database);
  }
  before = await everything();
});
afterAll(async () => {
  await provider.stop();
  await servers.stop();
});

const everything = async () => ({ catalog: await catalogOf(servers.control), bizTalks: await bizTalks() });

/** Everything of BizTalk's in its database: what there is, since when, and what it holds. */
async function bizTalks(): Promise<object> {
  const rows = (text: string) => servers.control.rows(text, database);
  const objects = (await rows(`SELECT name, type, create_date, modify_date FROM sys.objects
WHERE schema_id = SCHEMA_ID(N'dbo') AND is_ms_shipped = 0 ORDER BY name;`)) as { name: string; type: string }[];
  const data: Record<string, object[]> = {};
  for (const { name } of objects.filter(({ type }) => type.trim() === "U"))
    data[name] = await rows(`SELECT * FROM dbo.${name};`);
  const columns = await rows(`SELECT o.name AS [table], c.name, c.system_type_id, c.max_length, c.is_nullable
FROM sys.columns AS c JOIN sys.objects AS o ON o.object_id = c.object_id WHERE o.schema_id = SCHEMA_ID(N'dbo') ORDER BY 1, c.column_id;`);
  return { objects, columns, data };
}

const inputs = (others: Properties = {}): Properties => ({
  connection: servers.control.connection,
  managementDatabase: database,
  fullPath: "/backup",
  agent: { connectionFile: "/c.json" },
  ...others,
});
const create = (others?: Properties) => Managed.create(provider, "backupJob", inputs(others));
const isBizTalkJobEnabled = async () =>
  servers.control.rows(`SELECT enabled FROM msdb.dbo.sysjobs WHERE name = N'${bizTalkJob}';`);

test("a job is refused while BizTalk's own would run beside it", async () => {
  await expect(create()).rejects.toMatchObject({
    message: expect.stringMatching(/Backup BizTalk Server .* is enabled .*disableBizTalkJob: true/),
  });
  expect(await everything()).toEqual(before);
});

test("nothing of BizTalk's is changed by a job beside it, from its beginning to its end", async () => {
  const { bizTalks: own } = before as { bizTalks: object };
  const job = await create({ disableBizTalkJob: true, compression: false });
  expect(await bizTalks()).toEqual(own);
  expect(await isBizTalkJobEnabled()).toEqual([{ enabled: 0 }]);
  expect(await job.refresh()).toEqual({});
  await job.update({
    ...job.inputs,
    compression: true,
    frequency: "w",
    agent: { ...(job.inputs.agent as object), everyMinutes: 5 },
  });
  expect(await bizTalks()).toEqual(own);
  await job.delete();
  expect(await isBizTalkJobEnabled()).toEqual([{ enabled: 1 }]);
  // The runs that it has carried out are history, which only goes when that is asked for.
  const again = await create({ disableBizTalkJob: true, deleteHistory: true });
  await again.delete();
  expect(await everything()).toEqual(before);
});

test("BizTalk's own job is shown when somebody switches it on again, whoever had switched it off", async () => {
  await servers.control.run(`EXEC msdb.dbo.sp_update_job @job_name = N'${bizTalkJob}', @enabled = 0;`);
  const job = await create({ deleteHistory: true });
  await servers.control.run(`EXEC msdb.dbo.sp_update_job @job_name = N'${bizTalkJob}', @enabled = 1;`);
  expect(await job.refresh()).toEqual({ disableBizTalkJob: `${bizTalkJob} is enabled` });
  await expect(job.update()).rejects.toMatchObject({ message: expect.stringContaining("disableBizTalkJob: true") });
  await job.delete();
  expect(await everything()).toEqual(before);
});

test("no job takes the name of BizTalk's own, and none disables one that is not there", async () => {
  const { failures } = await provider.check({
    ...inputs({ agent: { name: bizTalkJob, connectionFile: "/c.json" } }),
    __provider: 'exports.handler = () => require("pulumi-mssql-backup/providers/backupJob");\n',
  });
  expect(failures).toEqual([{ property: "", reason: "agent.name: must not be the name of BizTalk's own job" }]);
  await expect(
    create({ managementDatabase: "Own", createDatabase: true, disableBizTalkJob: true }),
  ).rejects.toMatchObject({
    message: expect.stringMatching(/no Agent job Backup BizTalk Server \(Own\).*leave it out/),
  });
  expect(await everything()).toEqual(before);
});
