import { parseAs, parseOne, refusalsIn } from "./batches";

describe("databases", () => {
  test("CREATE DATABASE with files", () => {
    const text = `CREATE DATABASE d CONTAINMENT = PARTIAL ON PRIMARY (NAME = a, FILENAME = N'x.mdf', SIZE = 8MB,
      MAXSIZE = UNLIMITED, FILEGROWTH = 10 %), FILEGROUP g (NAME = 'b', FILENAME = 'y.ndf')
      LOG ON (NAME = l, FILENAME = 'z.ldf') COLLATE Latin1_General_CI_AS`;
    expect(parseAs("createDatabase", text)).toMatchObject({
      containment: "PARTIAL",
      files: [
        { name: "a", filename: "x.mdf", size: "8MB", maxSize: "UNLIMITED", growth: "10%" },
        { name: "b", filegroup: "g" },
      ],
      logFiles: [{ name: "l" }],
      collation: "Latin1_General_CI_AS",
    });
  });

  test.each([
    [
      "SET RECOVERY FULL WITH ROLLBACK IMMEDIATE",
      { options: [{ name: "RECOVERY", value: "FULL" }], termination: { kind: "rollbackImmediate" } },
    ],
    [
      "SET SINGLE_USER WITH ROLLBACK AFTER 5 SECONDS",
      { options: [{ name: "SINGLE_USER" }], termination: { kind: "rollbackAfter", seconds: 5 } },
    ],
    [
      "SET READ_COMMITTED_SNAPSHOT ON, READ_ONLY WITH NO_WAIT",
      { options: [{ value: "ON" }, { name: "READ_ONLY" }], termination: { kind: "noWait" } },
    ],
    ["SET TARGET_RECOVERY_TIME = 60 SECONDS", { options: [{ value: "60 SECONDS" }] }],
    ["SET COMPATIBILITY_LEVEL = 150", { options: [{ name: "COMPATIBILITY_LEVEL", value: "150" }] }],
    ["MODIFY NAME = e", { kind: "rename", name: "e" }],
    ["COLLATE Latin1_General_BIN", { kind: "collate" }],
    ["ADD LOG FILE (NAME = x, FILENAME = 'y')", { kind: "addFile", log: true }],
    ["MODIFY FILE (NAME = a, NEWNAME = b)", { kind: "modifyFile", file: { newName: "b" } }],
    ["REMOVE FILE f", { kind: "removeFile", name: "f" }],
    ["ADD FILEGROUP g", { kind: "unsupported", what: "ALTER DATABASE … ADD FILEGROUP" }],
  ])("ALTER DATABASE d %s", (text, action) => {
    expect(parseAs("alterDatabase", `ALTER DATABASE d ${text}`)).toMatchObject({ database: "d", action });
  });

  test("ALTER DATABASE CURRENT", () => {
    expect(parseOne("ALTER DATABASE CURRENT SET OFFLINE")).toMatchObject({ database: { current: true } });
  });
});

describe("security", () => {
  test.each([
    [
      "CREATE LOGIN l WITH PASSWORD = N'x' MUST_CHANGE, SID = 0x0A, DEFAULT_DATABASE = [d b], CHECK_POLICY = OFF",
      {
        source: "password",
        options: [
          { name: "PASSWORD", value: { value: "x" } },
          { name: "MUST_CHANGE" },
          { name: "SID", value: { kind: "binary" } },
          { name: "DEFAULT_DATABASE", value: "d b" },
          { name: "CHECK_POLICY", value: "OFF" },
        ],
      },
    ],
    ["CREATE LOGIN l WITH PASSWORD = 0x0200 HASHED", { options: [{ value: { kind: "binary" } }, { name: "HASHED" }] }],
    ["CREATE LOGIN [a\\b] FROM WINDOWS WITH DEFAULT_DATABASE = d", { name: "a\\b", source: "windows" }],
    ["CREATE LOGIN [a@b] FROM EXTERNAL PROVIDER", { source: "external", options: [] }],
    ["ALTER LOGIN l DISABLE", { kind: "alterLogin", action: "disable" }],
    [
      "ALTER LOGIN l WITH PASSWORD = 'x' OLD_PASSWORD = 'y'",
      { action: "options", options: [{}, { name: "OLD_PASSWORD" }] },
    ],
    ["CREATE USER u FOR LOGIN l WITH DEFAULT_SCHEMA = s", { login: "l", defaultSchema: "s", withoutLogin: false }],
    ["CREATE USER u WITHOUT LOGIN", { withoutLogin: true }],
    ["ALTER USER u WITH NAME = v, DEFAULT_SCHEMA = NULL", { newName: "v", defaultSchema: null }],
    ["CREATE SERVER ROLE r AUTHORIZATION o", { kind: "createRole", server: true, owner: "o" }],
    ["ALTER ROLE r ADD MEMBER u", { kind: "alterRole", server: false, action: "add", member: "u" }],
    ["ALTER ROLE r WITH NAME = s", { action: "rename", member: "s" }],
    [
      "GRANT SELECT (a, b), UPDATE ON OBJECT::dbo.t TO u, PUBLIC WITH GRANT OPTION AS dbo",
      {
        permissions: [{ name: "SELECT", columns: ["a", "b"] }, { name: "UPDATE" }],
        on: { class: "OBJECT", name: { schema: "dbo", name: "t" } },
        principals: ["u", "PUBLIC"],
        grantOption: true,
        as: "dbo",
      },
    ],
    ["GRANT EXEC ON p TO u", { permissions: [{ name: "EXECUTE" }], on: { name: { name: "p" } } }],
    ["GRANT BACKUP DATABASE, BACKUP LOG TO r", { permissions: [{ name: "BACKUP DATABASE" }, { name: "BACKUP LOG" }] }],
    ["GRANT IMPERSONATE ON LOGIN::a TO b", { on: { class: "LOGIN" } }],
    ["GRANT CONTROL ON SERVER ROLE::a TO b", { on: { class: "SERVER ROLE" } }],
    ["DENY VIEW DEFINITION TO u CASCADE", { action: "deny", cascade: true }],
    [
      "REVOKE GRANT OPTION FOR ALL ON t FROM u",
      { action: "revoke", grantOptionFor: true, permissions: [{ name: "ALL" }] },
    ],
    ["ALTER AUTHORIZATION ON DATABASE::d TO sa", { class: "DATABASE", owner: "sa" }],
    ["ALTER AUTHORIZATION ON t TO SCHEMA OWNER", { class: "OBJECT", owner: "SCHEMA OWNER" }],
  ])("%s", (text, expected) => expect(parseOne(text)).toMatchObject(expected));
});

describe("backup and restore", () => {
  test("BACKUP with devices, mirrors and options", () => {
    const text = `BACKUP DATABASE @db TO DISK = @p, DISK = N'x' MIRROR TO DISK = 'y', dev WITH FORMAT, CHECKSUM, STATS = 10,
      ENCRYPTION (ALGORITHM = AES_256, SERVER CERTIFICATE = c), NAME = @n`;
    expect(parseAs("backup", text)).toMatchObject({
      what: "database",
      database: { variable: "@db" },
      devices: [{ type: "disk", path: { name: "@p" } }, { type: "disk" }],
      mirrors: [[{ type: "disk" }, { type: "logical", path: { value: "dev" } }]],
      options: [
        { name: "FORMAT" },
        { name: "CHECKSUM" },
        { name: "STATS", value: { text: "10" } },
        { name: "ENCRYPTION", arguments: { ALGORITHM: "AES_256", "SERVER CERTIFICATE": "c" } },
        { name: "NAME", value: { name: "@n" } },
      ],
    });
  });

  test.each([
    ["BACKUP LOG d TO DISK = 'x' WITH NORECOVERY", { what: "log", options: [{ name: "NORECOVERY" }] }],
    ["BACKUP DATABASE d FILE = 'a', FILEGROUP = 'b' TO dev", { files: ["FILE = 'a'", "FILEGROUP = 'b'"] }],
    [
      "BACKUP DATABASE d READ_WRITE_FILEGROUPS TO URL = 'x'",
      { files: ["READ_WRITE_FILEGROUPS"], devices: [{ type: "url" }] },
    ],
    [
      "RESTORE DATABASE d WITH RECOVERY",
      { what: "database", database: "d", devices: [], options: [{ name: "RECOVERY" }] },
    ],
    [
      "RESTORE LOG @d FROM DISK = 'x' WITH MOVE 'a' TO @b, STOPATMARK = 'm' AFTER '2024', FILE = 2",
      {
        what: "log",
        options: [
          { name: "MOVE", value: { value: "a" }, to: { name: "@b" } },
          { name: "STOPATMARK", value: { value: "m" }, after: { value: "2024" } },
          { name: "FILE", value: { text: "2" } },
        ],
      },
    ],
    ["RESTORE HEADERONLY FROM DISK = 'x' WITH FILE = 1", { what: "headeronly", options: [{}] }],
    ["RESTORE VERIFYONLY FROM DISK = 'a', DISK = 'b'", { what: "verifyonly", devices: [{}, {}] }],
    ["RESTORE DATABASE d FROM DATABASE_SNAPSHOT = 's'", { fromSnapshot: "s" }],
  ])("%s", (text, expected) => expect(parseOne(text)).toMatchObject(expected));
});

describe("server", () => {
  test.each([
    [
      "DBCC CHECKDB (N'x', REPAIR_REBUILD) WITH NO_INFOMSGS",
      { command: "CHECKDB", arguments: [{ value: "x" }, { value: "REPAIR_REBUILD" }], options: ["NO_INFOMSGS"] },
    ],
    ["DBCC OPENTRAN", { command: "OPENTRAN", arguments: [], options: [] }],
    ["KILL 53", { kind: "kill", sessionId: { text: "53" } }],
    ["RECONFIGURE WITH OVERRIDE", { kind: "reconfigure" }],
    ["SHUTDOWN WITH NOWAIT", { kind: "shutdown", nowait: true }],
  ])("%s", (text, expected) => expect(parseOne(text)).toMatchObject(expected));
});

describe("what the emulator does not do is refused by name", () => {
  test.each<[text: string, what: string[]]>([
    ["CREATE ENDPOINT e STATE = STARTED", ["CREATE ENDPOINT"]],
    ["ALTER AVAILABILITY GROUP g FAILOVER", ["ALTER AVAILABILITY GROUP"]],
    [
      "CREATE MASTER KEY ENCRYPTION BY PASSWORD = 'x'; CREATE FULLTEXT CATALOG c",
      ["CREATE MASTER KEY", "CREATE FULLTEXT CATALOG"],
    ],
    ["DROP ASSEMBLY a\nSELECT 1", ["DROP ASSEMBLY"]],
    ["BULK INSERT t FROM 'x'", ["BULK INSERT"]],
    ["INSERT BULK t (a int)", ["INSERT BULK"]],
    ["BEGIN CONVERSATION TIMER (@h) TIMEOUT = 5", ["Service Broker (BEGIN CONVERSATION)"]],
    ["BEGIN SELECT 1 END CONVERSATION @h END", ["Service Broker (END CONVERSATION)"]],
    ["SELECT * FROM t WHERE CONTAINS(a, 'x')", ["full-text search (CONTAINS)"]],
    ["SELECT * FROM OPENROWSET(BULK 'x', SINGLE_CLOB) q", ["OPENROWSET"]],
    ["SELECT * FROM t TABLESAMPLE (10 PERCENT)", ["TABLESAMPLE"]],
    ["SELECT SUM(a) OVER w FROM t WINDOW w AS (PARTITION BY b)", ["named windows (WINDOW clause)"]],
    ["SET @x.modify('delete /a')", ["SET @x.modify"]],
    ["CREATE TABLE t (a int) WITH (MEMORY_OPTIMIZED = ON)", ["CREATE TABLE … WITH (MEMORY_OPTIMIZED)"]],
    ["CREATE TABLE t (a int) ON archive", ["filegroup archive"]],
    ["ALTER TABLE t SWITCH TO u", ["ALTER TABLE … SWITCH"]],
    ["INSERT t SELECT a FROM (DELETE u OUTPUT deleted.a) x", ["DELETE … OUTPUT as a table source"]],
    ["CREATE DATABASE d ON (FILENAME = 'x') FOR ATTACH", ["CREATE DATABASE … FOR ATTACH"]],
    ["CREATE PROC p AS EXTERNAL NAME a.b.c", ["CLR procedures"]],
    ["KILL 5 WITH STATUSONLY", ["KILL … WITH STATUSONLY"]],
  ])("%s", (text, what) => expect(refusalsIn(text)).toEqual(what));

  test("it is the statement with the refused part that is refused, not one within it", () => {
    expect(parseOne("IF EXISTS (SELECT 1) AND CONTAINS(a, 'x') SELECT 1")).toMatchObject({ kind: "unsupported" });
    expect(parseOne("CREATE PROC p WITH NATIVE_COMPILATION AS SELECT 1")).toMatchObject({ kind: "unsupported" });
    const branch = parseAs("if", "IF 1 = 1 KILL 5 WITH STATUSONLY ELSE SELECT 1");
    expect([branch.then.kind, branch.otherwise?.kind]).toEqual(["unsupported", "select"]);
  });
});
