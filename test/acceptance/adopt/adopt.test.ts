import { catalogOf, startServers, type TestServers } from "../../provider/servers";
import { makeStack, type TestStack } from "../engine/stack";
import { makeBizTalkGroup } from "./bizTalkGroup";
import { ImportedProject } from "./project";

jest.setTimeout(180_000);

const secrets = {
  MSSQL_BACKUP_PASSWORD: "Secret-1",
  ESB_SA_PASSWORD: "Secret-1",
  BRANCH_SA_PASSWORD: "Secret-1",
  SVC_BACKUP_PASSWORD: "Secret-2",
  RUNNER_PASSWORD: "Secret-3",
};

let servers: TestServers;
let project: ImportedProject;
let stack: TestStack | undefined;
const catalogs = async () => [await catalogOf(servers.control), await catalogOf(servers.remote)];

beforeEach(async () => {
  servers = await startServers();
  project = new ImportedProject(secrets);
});
afterEach(async () => {
  project.remove();
  stack?.remove();
  stack = undefined;
  await servers.stop();
});

/** The whole way: types, import, preview and refresh that find nothing, destroy that leaves everything. */
async function adopts(resources: number): Promise<void> {
  const before = await catalogs();
  expect(await project.typeErrors()).toBe("");
  expect(await project.pulumi("stack", "init", "dev")).toMatchObject({ code: 0 });
  const file = ["--file", "import.json", "--generate-code=false", "--protect=false"];
  expect(await project.pulumi("import", ...file, "--yes", "--skip-preview")).toMatchObject({ code: 0 });
  const preview = await project.pulumi("preview", "--diff", "--expect-no-changes");
  // The stack itself is one more.
  const unchanged = expect.stringMatching(new RegExp(`\\b${resources + 1} unchanged`));
  expect(preview).toMatchObject({ code: 0, stdout: unchanged });
  const refresh = await project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes", "--diff");
  expect(refresh).toMatchObject({ code: 0, stdout: unchanged });
  const afterwards = await project.pulumi("preview", "--diff", "--expect-no-changes");
  expect(afterwards).toMatchObject({ code: 0, stdout: unchanged });
  expect(await project.pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
  expect(await catalogs()).toEqual(before);
}

test("a BizTalk group is adopted as it is", async () => {
  await makeBizTalkGroup(servers);
  const ended = await project.import(servers.control);
  expect(ended).toMatchObject({ code: 3, stdout: expect.stringContaining("Wrote 5 resources") });
  const program = project.text("index.ts");
  expect(program).toContain(`const esb = new LinkedServer("esb", {
  connection: control,
  name: "ESB",
  dataSource: "127.0.0.1,${servers.remote.connection.port}",
  queryTimeout: 1200,
  logins: [{ remoteUser: "sa", remotePassword: { env: "ESB_SA_PASSWORD" } }],
  adopt: true,
});`);
  expect(program).toContain(`new CustomBackupDatabase("esbExceptions", {
  connection: esbServer,
  database: "ESB.Exceptions",
  serverName: esb.name,
  defaultDatabaseName: "EsbExceptionDb",
  control: set,
  adopt: true,
});`);
  expect(program).toContain(`new BackupUserLogin("corpBizTalkBackup", {
  connection: control,
  loginName: "CORP\\\\BizTalk Backup",
  type: "windows",
  databases: ["BizTalkMsgBoxDb"],
  roles: ["BTS_BACKUP_USERS", "db_backupoperator"],
  allowBackup: false,
  adopt: true,
});`);
  const readme = project.text("README.md");
  for (const member of ["BizTalkMgmtDb of CONTROL", "BizTalkMsgBoxDb of CONTROL", "BizTalkDTADb of ESB"]) {
    expect(readme).toContain(`- ${member}\n`);
  }
  expect(readme).toContain("BAMArchive of CONTROL.** It is in the SIMPLE recovery model");
  expect(readme).toContain("The server NOWHERE");
  expect(readme).toContain("`Backup BizTalk Server (BizTalkMgmtDb)`, enabled, owned by sa, every 15 minutes");
  expect(readme).toContain('logMarkName: "GRP"');
  for (const file of ["index.ts", "import.json", "README.md"]) expect(project.text(file)).not.toContain("Secret-");
  await adopts(5);
});

test("what our own resources made is adopted by another stack", async () => {
  const { control, remote } = servers;
  await control.run("CREATE DATABASE Orders;");
  await remote.run("CREATE DATABASE Orders;");
  stack = await makeStack();
  const set = { connection: control.connection, managementDatabase: "Mgmt" };
  stack.declare({
    job: {
      kind: "BackupJob",
      args: {
        ...set,
        name: "night run",
        createDatabase: true,
        fullPath: "/backup",
        logPath: "/logs",
        backupHour: 2,
        agent: { connectionFile: "/etc/a file.json", everyMinutes: 30 },
      },
    },
    weekly: {
      kind: "BackupJob",
      args: { ...set, name: "weekly", createDatabase: true, fullPath: "/weekly", frequency: "w" },
      after: ["job"],
    },
    link: {
      kind: "LinkedServer",
      args: {
        connection: control.connection,
        name: "BRANCH",
        dataSource: `127.0.0.1,${remote.connection.port}`,
        logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
      },
    },
    local: {
      kind: "CustomBackupDatabase",
      args: { connection: control.connection, database: "Orders", control: set },
      after: ["job"],
    },
    remote: {
      kind: "CustomBackupDatabase",
      args: {
        connection: remote.connection,
        database: "Orders",
        serverName: "BRANCH",
        defaultDatabaseName: "BranchOrders",
        control: set,
      },
      after: ["job", "link"],
    },
    login: {
      kind: "BackupUserLogin",
      args: {
        connection: remote.connection,
        loginName: "runner",
        password: "Secret-3",
        checkPolicy: false,
        databases: ["Orders"],
        serverPermissions: ["VIEW SERVER STATE"],
      },
      after: ["remote"],
    },
  });
  await stack.up();
  const all = await project.import(control, "--database", "Mgmt", "--out", `${project.folder}-all`, "--json");
  expect(JSON.parse(all.stdout)).toMatchObject({
    resources: expect.arrayContaining([
      { kind: "BackupJob", name: "nightRun", id: expect.stringMatching(/\/Mgmt\/night run$/) },
      { kind: "BackupJob", name: "weekly", id: expect.stringMatching(/\/Mgmt\/weekly$/) },
    ]),
    remarks: [],
  });
  expect(await project.import(control, "--database", "Mgmt", "--job", "monthly")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("no job monthly in the management database (there: night run, weekly)"),
  });
  expect(await project.import(control, "--database", "Mgmt", "--job", "night run")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Wrote 5 resources"),
  });
  expect(project.text("index.ts")).toContain(`const nightRun = new BackupJob("nightRun", {
  connection: control,
  managementDatabase: "Mgmt",
  name: "night run",
  fullPath: "/backup",
  logPath: "/logs",
  backupHour: 2,`);
  await adopts(5);
});

test.each([
  { version: "v3.253.9", says: "needs Pulumi 3.254.0 or later; this is 3.253.9" },
  { version: undefined, says: "needs Pulumi 3.254.0 or later; none was found here" },
])("an import with Pulumi $version tells that it needs a later one", async ({ version, says }) => {
  await makeBizTalkGroup(servers);
  project.installPulumi(version);
  expect(await project.import(servers.control)).toMatchObject({ code: 3, stderr: expect.stringContaining(says) });
  expect(project.written).toBe(true);
});

describe("bad input", () => {
  test.each([
    { args: ["--server", "127.0.0.1,1"], code: 1, says: /127\.0\.0\.1,1/ },
    { args: ["--database", "Nothing"], code: 1, says: /Nothing on .* does not exist/ },
    { args: ["--database", "master"], code: 1, says: /no management database/ },
    { args: ["--out", "."], code: 2, says: /is not empty/ },
  ])("$args", async ({ args, code, says }) => {
    const ended = await project.import(servers.control, ...args);
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(says) });
    expect(project.written).toBe(false);
  });
});
