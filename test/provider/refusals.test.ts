import { type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import { checked, type KindName, Managed } from "./managed";
import { catalogOf, startServers, type TestServers } from "./servers";

describe("what a resource refuses", () => {
  let servers: TestServers;
  let provider: DynamicProvider;
  beforeAll(async () => {
    servers = await startServers();
    provider = await startDynamicProvider();
    await servers.control.run("CREATE DATABASE Simple;");
    await servers.control.run("ALTER DATABASE Simple SET RECOVERY SIMPLE;");
    await servers.control.run("CREATE DATABASE Plain;");
    await servers.control.run("CREATE DATABASE Joined;");
    await servers.control.run(
      `CREATE TABLE dbo.adm_OtherBackupDatabases (DefaultDatabaseName nvarchar(128) NOT NULL, DatabaseName nvarchar(128) NOT NULL,
  ServerName nvarchar(80) NOT NULL, BTSServerName nvarchar(80) NOT NULL);
INSERT INTO dbo.adm_OtherBackupDatabases VALUES (N'd', N'${"d".repeat(100)}', N'BRANCH', N'BRANCH');`,
      "Joined",
    );
    await Managed.create(provider, "backupJob", {
      connection: servers.control.connection,
      managementDatabase: "Mgmt",
      createDatabase: true,
      fullPath: "/backup",
    });
  });
  afterAll(async () => {
    await provider.stop();
    await servers.stop();
  });

  const joined = (database: string, managementDatabase = "Mgmt"): Properties => ({
    connection: servers.control.connection,
    database,
    control: { connection: servers.control.connection, managementDatabase },
  });

  it.each<[string, KindName, () => Properties, RegExp]>([
    [
      "a database that is not there",
      "customBackupDatabase",
      () => joined("Nowhere"),
      /Nowhere on 127\.0\.0\.1,\d+ does not exist/,
    ],
    [
      "a database in the simple recovery model",
      "customBackupDatabase",
      () => joined("Simple"),
      /is in the SIMPLE recovery model and should be in FULL\. Set setRecoveryModel/,
    ],
    [
      "a management database that is none",
      "customBackupDatabase",
      () => joined("Plain", "master"),
      /master on .* is no management database.*Declare a BackupJob/,
    ],
    [
      "a management database that is not there",
      "backupJob",
      () => ({ connection: servers.control.connection, managementDatabase: "Nowhere", fullPath: "/b" }),
      /Set createDatabase: true/,
    ],
    [
      "backups with a path that is too long, and a key that is not there, at once",
      "backupJob",
      () => ({
        connection: servers.control.connection,
        managementDatabase: "Joined",
        fullPath: `/${"f".repeat(120)}`,
        logPath: "/logs",
        encryption: { certificate: "BackupKey" },
      }),
      /fullPath: the full backup of d{100} on BRANCH would have a path of 266 characters; SQL Server takes 259\n +encryption\.certificate: there is no certificate BackupKey in master/,
    ],
    [
      "users in a database that is not there",
      "backupUserLogin",
      () => ({ connection: servers.control.connection, loginName: "u", password: "p", databases: ["Nowhere"] }),
      /these databases are not online: Nowhere \(does not exist\)/,
    ],
    [
      "a member of a role that is not there",
      "backupUserLogin",
      () => ({
        connection: servers.control.connection,
        loginName: "u",
        password: "Secret-2",
        databases: ["Plain", "Simple"],
        roles: ["BTS_BACKUP_USERS", "db_owner", "Nobody"],
      }),
      /cannot become a member of these roles on 127\.0\.0\.1,\d+, because they do not exist: Nobody in Plain, Nobody in Simple\./,
    ],
    [
      "a linked server that leads nowhere",
      "linkedServer",
      () => ({ connection: servers.control.connection, name: "L", dataSource: "127.0.0.1,1", connectTimeout: 2 }),
      /call the linked server L failed on/,
    ],
    [
      "a wrong password",
      "linkedServer",
      () => ({
        connection: { ...servers.control.connection, authentication: { type: "sql", user: "sa", password: "hunter2" } },
        name: "L",
        dataSource: "x",
      }),
      /18456[\s\S]*hint: check user name and password/,
    ],
  ])("%s, in words, and leaves the servers as they were", async (_, kind, inputs, message) => {
    const before = await catalogOf(servers.control);
    const failure = await provider.create(await checked(provider, kind, inputs())).then(
      () => undefined,
      (error) => error,
    );
    expect(failure?.message).toMatch(message);
    expect(failure?.message).not.toMatch(/hunter2|Secret-/);
    expect(failure?.partial).toBeUndefined();
    expect(await catalogOf(servers.control)).toEqual(before);
  });

  it.each(["a]b", "it's", 'with "quotes" and spaces', "-- comment", "x".repeat(128)])(
    "but not the database name %j",
    async (database) => {
      const quoted = `[${database.replaceAll("]", "]]")}]`;
      // With file names of its own: otherwise SQL Server adds to the name, and takes 123 characters only.
      const files = "ON (NAME = data, FILENAME = N'/data.mdf') LOG ON (NAME = log, FILENAME = N'/log.ldf')";
      await servers.control.run(`CREATE DATABASE ${quoted} ${database.length > 100 ? files : ""};`);
      const before = await catalogOf(servers.control);
      const resource = await Managed.create(provider, "customBackupDatabase", joined(database));
      expect(await resource.refresh()).toEqual({});
      const login = await Managed.create(provider, "backupUserLogin", {
        connection: servers.control.connection,
        loginName: database,
        password: "Secret-2",
        databases: [database],
      });
      expect(await login.refresh()).toEqual({});
      await login.delete();
      await resource.delete();
      expect(await catalogOf(servers.control)).toEqual(before);
    },
  );
});
