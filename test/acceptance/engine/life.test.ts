import { catalogOf, startServers, type TestServers } from "../../provider/servers";
import { type Declared, makeStack, type TestStack } from "./stack";

/** What breaks whoever does not quote, at the full length of a name. */
const hard = (start: string, length = 128) => `${start}]'s "own" [x];--`.padEnd(length, " y").replace(/ $/, "y");
const names = {
  management: "Mgmt",
  job: hard("job"),
  agentJob: hard("agent"),
  // As long as adm_OtherBackupDatabases holds.
  link: hard("BRANCH", 80),
  local: `Ac]count's "x"`,
  remote: hard("Stock"),
  login: hard("runner"),
};
const quoted = (name: string) => `[${name.replaceAll("]", "]]")}]`;
const literal = (name: string) => `N'${name.replaceAll("'", "''")}'`;

const secrets = { login: "hunter2 it's", rotated: "hunter3", remote: "Secret-1" };

let servers: TestServers;
let stack: TestStack;
let before: object;
const bothCatalogs = async () => ({
  control: await catalogOf(servers.control),
  remote: await catalogOf(servers.remote),
});
const onControl = (text: string, database?: string) => servers.control.rows(text, database);
const onRemote = (text: string, database?: string) => servers.remote.rows(text, database);

beforeAll(async () => {
  servers = await startServers();
  stack = await makeStack();
  await createDatabases();
  before = await bothCatalogs();
});
afterAll(async () => {
  stack?.remove();
  await servers?.stop();
});

async function createDatabases(): Promise<void> {
  await servers.control.run(`CREATE DATABASE ${quoted(names.management)};`);
  await servers.control.run(`CREATE DATABASE ${quoted(names.local)};`);
  // With file names of its own: otherwise SQL Server adds to the name, and takes 123 characters only.
  await servers.remote.run(`CREATE DATABASE ${quoted(names.remote)}
ON (NAME = data, FILENAME = N'/data.mdf') LOG ON (NAME = log, FILENAME = N'/log.ldf');`);
  await servers.remote.run(`ALTER DATABASE ${quoted(names.remote)} SET RECOVERY SIMPLE;`);
}

type Changes = { readonly [Name in "job" | "link" | "local" | "remote" | "login"]?: object };

/** All four kinds of resources, with what differs from the first declaration. */
function declared(changes: Changes = {}): Declared {
  const control = { connection: servers.control.connection, managementDatabase: names.management };
  const { connection } = servers.remote;
  return {
    job: {
      kind: "BackupJob",
      args: {
        ...control,
        name: names.job,
        fullPath: "/backup",
        deleteHistory: true,
        agent: { name: names.agentJob, connectionFile: "/etc/connection.json" },
        ...changes.job,
      },
    },
    link: {
      kind: "LinkedServer",
      args: {
        connection: control.connection,
        name: names.link,
        dataSource: `127.0.0.1,${connection.port}`,
        logins: [{ remoteUser: "sa", remotePassword: secrets.remote }],
        ...changes.link,
      },
    },
    local: {
      kind: "CustomBackupDatabase",
      args: { connection: control.connection, database: names.local, control, ...changes.local },
      after: ["job"],
    },
    remote: {
      kind: "CustomBackupDatabase",
      args: {
        connection,
        database: names.remote,
        serverName: names.link,
        setRecoveryModel: true,
        control,
        ...changes.remote,
      },
      after: ["job"],
    },
    login: {
      kind: "BackupUserLogin",
      args: {
        connection,
        loginName: names.login,
        password: secrets.login,
        checkPolicy: false,
        databases: [names.remote],
        ...changes.login,
      },
      after: ["remote"],
    },
  };
}

/** The same for every resource. */
function all<T>(value: T): Record<keyof Changes, T> {
  return { job: value, link: value, local: value, remote: value, login: value };
}

const hasPassword = (login: string, password: string) =>
  onRemote(`SELECT PWDCOMPARE(${literal(password)}, password_hash) AS same FROM sys.sql_logins
WHERE name = ${literal(login)};`);

test("a preview plans everything and does nothing", async () => {
  stack.declare(declared());
  expect(await stack.preview()).toEqual(all("create"));
  expect(await bothCatalogs()).toEqual(before);
});

test("up makes everything", async () => {
  expect(await stack.up()).toEqual(all("create"));
  expect(await stack.ids()).toMatchObject({
    job: `127.0.0.1,${servers.control.connection.port}/${names.management}/${names.job}`,
    login: `127.0.0.1,${servers.remote.connection.port}/${names.login}`,
  });
  expect(await onControl("SELECT DatabaseName AS name FROM dbo.admv_BackupDatabases;", names.management)).toHaveLength(
    3,
  );
  expect(await hasPassword(names.login, secrets.login)).toEqual([{ same: 1 }]);
  // Through the link, so that it is known to work.
  expect(
    await onControl(`EXEC ${quoted(names.link)}.master.sys.sp_executesql N'SELECT @@SERVERNAME AS name;';`),
  ).toEqual([{ name: "REMOTE" }]);
});

test("no password stands in the state, nor in its history", () => {
  const files = stack.stateFiles();
  expect(files.join("\n")).toContain("ciphertext");
  for (const file of files) expect(file).not.toMatch(/hunter|Secret-/);
});

test("a second up changes nothing", async () => {
  expect(await stack.up()).toEqual(all("same"));
});

/** What the third declaration changes, and how the servers show it. */
const changed: Changes = {
  job: { compression: true, frequency: "w", agent: { name: names.agentJob, connectionFile: "/c", everyMinutes: 30 } },
  link: { queryTimeout: 9, dataAccess: false, catalog: "master" },
  local: { defaultDatabaseName: "alias" },
  remote: { recoveryModel: "BULK_LOGGED" },
  login: { password: secrets.rotated, enabled: false, serverRoles: ["dbcreator"] },
};

async function whatShowsChanges(): Promise<object> {
  return {
    job: await onControl("SELECT Compression AS compression, Frequency AS frequency FROM mssql_backup.Job;", "Mgmt"),
    agent: await onControl("SELECT freq_subday_interval AS minutes FROM msdb.dbo.sysschedules;"),
    link: await onControl(
      `SELECT query_timeout AS timeout, is_data_access_enabled AS data, catalog FROM sys.servers WHERE name = ${literal(names.link)};`,
    ),
    local: await onControl(
      `SELECT DefaultDatabaseName AS name FROM dbo.adm_OtherBackupDatabases WHERE DatabaseName = ${literal(names.local)};`,
      "Mgmt",
    ),
    remote: await onRemote(
      `SELECT recovery_model_desc AS model FROM sys.databases WHERE name = ${literal(names.remote)};`,
    ),
    login: await onRemote(
      `SELECT is_disabled AS disabled, IS_SRVROLEMEMBER('dbcreator', name) AS role FROM sys.server_principals WHERE name = ${literal(names.login)};`,
    ),
    password: await hasPassword(names.login, secrets.rotated),
  };
}

const asChanged = {
  job: [{ compression: true, frequency: "w" }],
  agent: [{ minutes: 30 }],
  link: [{ timeout: 9, data: false, catalog: "master" }],
  local: [{ name: "alias" }],
  remote: [{ model: "BULK_LOGGED" }],
  login: [{ disabled: true, role: 1 }],
  password: [{ same: 1 }],
};

test("changed properties are changed in place", async () => {
  stack.declare(declared(changed));
  expect(await stack.up()).toEqual(all("update"));
  expect(await whatShowsChanges()).toEqual(asChanged);
});

/** What somebody does behind Pulumi's back, and the line that shows it. */
const drifts: { does: string; on: "control" | "remote"; database?: string; shows: RegExp }[] = [
  {
    does: `EXEC sp_serveroption ${literal(names.link)}, 'rpc out', 'false';`,
    on: "control",
    shows: /~ rpcOut *: false => true/,
  },
  {
    does: "UPDATE mssql_backup.Job SET FullPath = N'/elsewhere';",
    on: "control",
    database: names.management,
    shows: /~ fullPath *: "\/elsewhere" => "\/backup"/,
  },
  {
    does: `EXEC msdb.dbo.sp_update_job @job_name = ${literal(names.agentJob)}, @enabled = 0;`,
    on: "control",
    shows: /~ enabled *: false => true/,
  },
  {
    does: "DROP PROCEDURE dbo.sp_ForceFullBackup;",
    on: "control",
    database: names.management,
    shows: /~ setup *: "builtIn \(dbo\.sp_ForceFullBackup is missing\)" => "builtIn"/,
  },
  {
    does: `DELETE FROM dbo.adm_OtherBackupDatabases WHERE DatabaseName = ${literal(names.local)};`,
    on: "control",
    database: names.management,
    shows: /~ joined *: false => true/,
  },
  {
    does: `ALTER DATABASE ${quoted(names.remote)} SET RECOVERY SIMPLE;`,
    on: "remote",
    shows: /~ recoveryModel *: "SIMPLE" => "BULK_LOGGED"/,
  },
  {
    does: "DROP PROCEDURE dbo.sp_SetMarkRemote;",
    on: "remote",
    database: names.remote,
    shows: /~ setup *: "builtIn \(sp_SetMarkRemote is missing\)" => "builtIn"/,
  },
  { does: `ALTER LOGIN ${quoted(names.login)} ENABLE;`, on: "remote", shows: /~ enabled *: true => false/ },
  {
    does: `ALTER LOGIN ${quoted(names.login)} WITH PASSWORD = N'another', CHECK_POLICY = OFF;`,
    on: "remote",
    shows: /\+ password *: "\(changed on the server\)"/,
  },
  {
    does: `ALTER ROLE BTS_BACKUP_USERS DROP MEMBER ${quoted(names.login)};`,
    on: "remote",
    database: names.remote,
    shows: /\(not in BTS_BACKUP_USERS\)" =>/,
  },
];

test("a preview that refreshes shows what somebody changed on the servers, old and new", async () => {
  for (const { does, on, database } of drifts) await servers[on].run(does, database);
  const text = await stack.previewDrift();
  for (const { shows } of drifts) expect(text).toMatch(shows);
  expect(text).toMatch(/~ 5 to update/);
  expect(text).not.toMatch(/hunter|Secret-|another/);
});

test("up mends it", async () => {
  expect(await stack.up({ refresh: true })).toEqual(all("update"));
  expect(await whatShowsChanges()).toEqual(asChanged);
  const text = await stack.previewDrift();
  expect(text).toMatch(/\d+ unchanged/);
  expect(text).not.toMatch(/to update|to replace|to create/);
});

test("what cannot be altered is replaced", async () => {
  stack.declare(
    declared({
      ...changed,
      job: { ...changed.job, name: "renamed" },
      link: { ...changed.link, name: "OTHER" },
      remote: { ...changed.remote, serverName: "OTHER" },
      login: { ...changed.login, loginName: "runner" },
    }),
  );
  expect(await stack.up()).toEqual({
    // The job alone can: it is renamed with its records.
    job: "update",
    local: "same",
    link: "replace",
    remote: "replace",
    login: "replace",
  });
  expect(await onControl("SELECT ServerName AS name FROM dbo.adm_OtherBackupDatabases ORDER BY name;", "Mgmt")).toEqual(
    [{ name: "CONTROL" }, { name: "OTHER" }],
  );
  expect(await onControl("SELECT JobName AS name FROM mssql_backup.Job;", "Mgmt")).toEqual([{ name: "renamed" }]);
  expect(await onControl("SELECT name FROM sys.servers WHERE is_linked = 1;")).toEqual([{ name: "OTHER" }]);
  expect(await onRemote("SELECT name FROM sys.sql_logins WHERE name LIKE N'runner%';")).toEqual([{ name: "runner" }]);
  expect(await onRemote("SELECT name FROM sys.database_principals WHERE name LIKE N'runner%';", names.remote)).toEqual([
    { name: "runner" },
  ]);
});

test("destroy leaves both servers as they were", async () => {
  expect(await stack.destroy()).toEqual(all("delete"));
  expect(await bothCatalogs()).toEqual(before);
});

test("what is gone is known to be gone, and destroy ends well", async () => {
  stack.declare(declared());
  await stack.up();
  await servers.control.run(`EXEC sp_dropserver ${literal(names.link)}, 'droplogins';`);
  await servers.control.run(`EXEC msdb.dbo.sp_delete_job @job_name = ${literal(names.agentJob)};`);
  await servers.remote.run(`DROP LOGIN ${quoted(names.login)};`);
  for (const name of [names.management, names.local]) await drop(servers.control, name);
  await drop(servers.remote, names.remote);
  expect(await stack.previewDrift()).toMatch(/\+ 5 to create/);
  expect(await stack.destroy()).toEqual(all("delete"));
  await createDatabases();
  expect(await bothCatalogs()).toEqual(before);
});

async function drop(server: TestServers["control"], database: string): Promise<void> {
  await server.run(`ALTER DATABASE ${quoted(database)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE;`);
  await server.run(`DROP DATABASE ${quoted(database)};`);
}
