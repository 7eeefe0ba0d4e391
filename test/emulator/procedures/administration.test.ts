import { ScratchDatabase } from "../query/scratchDatabase";

let database: ScratchDatabase;

beforeEach(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    "CREATE TABLE t (id int IDENTITY CONSTRAINT pk_t PRIMARY KEY, a int, b AS a + 1)",
    "CREATE INDEX ix ON t (a)",
    "CREATE LOGIN clerk WITH PASSWORD = 'Secret-1', CHECK_POLICY = OFF; CREATE USER clerk FOR LOGIN clerk",
  );
});

afterEach(() => database.close());

async function asClerk(batch: string): Promise<number[]> {
  const clerk = await database.as("clerk", "Secret-1");
  await clerk.run("USE scratch");
  const { errors } = await clerk.run(batch);
  await clerk.leave();
  return errors;
}

describe("sp_rename", () => {
  test("renames tables, columns, indexes, keys and types", async () => {
    await database.setUp(
      "CREATE TYPE code FROM int; CREATE TABLE plain (x int)",
      "EXEC sp_rename 'dbo.t', 'u'; EXEC sp_rename 'plain.x', 'y', 'COLUMN'; EXEC sp_rename 'u.ix', 'ixx', 'INDEX'; EXEC sp_rename 'pk_t', 'pk_u'; EXEC sp_rename 'code', 'kode', 'USERDATATYPE'",
    );
    expect(await database.rows("SELECT name FROM sys.objects WHERE type IN ('U', 'PK') ORDER BY name")).toEqual([
      ["pk_u"],
      ["plain"],
      ["u"],
    ]);
    expect(await database.rows("SELECT name FROM sys.indexes WHERE object_id = OBJECT_ID('u') ORDER BY name")).toEqual([
      ["ixx"],
      ["pk_u"],
    ]);
    expect(await database.rows("SELECT TYPE_ID('kode') - 256, COL_LENGTH('plain', 'y')")).toEqual([[1, 4]]);
  });

  test.each([
    ["EXEC sp_rename 'nosuch', 'x'", 15225],
    ["EXEC sp_rename 't.nosuch', 'x', 'COLUMN'", 15248],
    ["EXEC sp_rename 't.id', 'a', 'COLUMN'", 15335],
    ["EXEC sp_rename 't.a', 'x', 'COLUMN'", 15336],
    ["EXEC sp_rename 't', 'x', 'SOMETHING'", 15249],
    ["EXEC sp_rename NULL, 'x'", 15223],
  ])("%s fails", async (batch, number) => {
    expect(await database.error(batch)).toBe(number);
  });

  test("leaves a warning, and is undone with its transaction", async () => {
    const { messages } = await database.run("BEGIN TRANSACTION; EXEC sp_rename 't', 'u'; ROLLBACK");
    expect(messages).toContain(15477);
    expect(await database.rows("SELECT OBJECT_ID('u')")).toEqual([[null]]);
  });
});

test("errors are raised as RAISERROR does: the batch goes on, also under XACT_ABORT, and the return code is 1", async () => {
  const { errors, sets } = await database.run(
    "SET XACT_ABORT ON; BEGIN TRANSACTION; DECLARE @r int = 7; EXEC @r = sp_rename 'nosuch', 'x'; SELECT @r, @@ERROR, @@TRANCOUNT; ROLLBACK",
  );
  expect(errors).toEqual([15225]);
  expect(sets).toEqual([[[1, 15225, 1]]]);
  expect(
    await database.rows(
      "BEGIN TRY EXEC sp_rename 'nosuch', 'x' END TRY BEGIN CATCH SELECT ERROR_NUMBER(), ERROR_PROCEDURE() END CATCH",
    ),
  ).toEqual([[15225, "sp_rename"]]);
});

describe("sp_configure", () => {
  test("takes effect with RECONFIGURE", async () => {
    const read = () =>
      database.rows("SELECT value, value_in_use FROM sys.configurations WHERE name = 'backup checksum default'");
    await database.setUp("EXEC sp_configure 'backup checksum default', 1");
    expect(await read()).toEqual([[1, 0]]);
    await database.setUp("RECONFIGURE");
    expect(await read()).toEqual([[1, 1]]);
  });

  test.each([
    ["EXEC sp_configure 'nosuch', 1", 15123],
    ["EXEC sp_configure 'remote', 1", 15124],
    ["EXEC sp_configure 'backup checksum default', 2", 15129],
    ["EXEC sp_configure 'xp_cmdshell', 1", 15123],
    ["BEGIN TRANSACTION; RECONFIGURE", 574],
  ])("%s fails", async (batch, number) => {
    expect(await database.error(batch)).toBe(number);
  });

  test("is for those who may alter settings", async () => {
    expect(await asClerk("EXEC sp_configure 'backup checksum default', 1; RECONFIGURE")).toEqual([15247, 5812]);
  });
});

describe("DBCC", () => {
  test("CHECKIDENT continues after the new value, but a table without rows begins with it", async () => {
    await database.setUp(
      "CREATE TABLE fresh (id int IDENTITY, x int); DBCC CHECKIDENT ('fresh', RESEED, 50)",
      "INSERT fresh (x) VALUES (1)",
    );
    expect(await database.rows("SELECT id FROM fresh")).toEqual([[50]]);
    await database.setUp("DBCC CHECKIDENT ('fresh', RESEED, 90)", "INSERT fresh (x) VALUES (1)");
    expect(await database.rows("SELECT MAX(id) FROM fresh")).toEqual([[91]]);
    await database.setUp(
      "SET IDENTITY_INSERT t ON; INSERT t (id, a) VALUES (500, 1); SET IDENTITY_INSERT t OFF; DBCC CHECKIDENT (t, RESEED, 3); DBCC CHECKIDENT (t)",
      "INSERT t (a) VALUES (2)",
    );
    expect(await database.rows("SELECT MAX(id) FROM t")).toEqual([[501]]);
  });

  test.each([
    ["DBCC CHECKIDENT ('nosuch')", 2501],
    ["CREATE TABLE plain (x int); DBCC CHECKIDENT ('plain')", 7997],
    ["DBCC CHECKDB ('nosuch')", 2520],
    ["DBCC PAGE (1, 1, 1)", 49999],
  ])("%s fails", async (batch, number) => {
    expect(await database.error(batch)).toBe(number);
  });

  test("CHECKDB says that nothing is wrong, or nothing at all", async () => {
    expect((await database.run("DBCC CHECKDB")).messages).toEqual([8989, 2528]);
    expect((await database.run("DBCC CHECKDB WITH NO_INFOMSGS")).messages).toEqual([]);
    expect(await asClerk("DBCC CHECKDB")).toEqual([7983]);
  });

  test("OPENTRAN finds the transaction that is open in the database", async () => {
    expect((await database.run("DBCC OPENTRAN")).messages).toContain(7969);
    expect(
      (await database.run("BEGIN TRANSACTION; INSERT t (a) VALUES (1); DBCC OPENTRAN; ROLLBACK")).messages,
    ).toContain(7968);
  });

  test("USEROPTIONS shows what is set", async () => {
    expect(await database.rows("SET XACT_ABORT ON; SET LOCK_TIMEOUT 30; DBCC USEROPTIONS")).toEqual(
      expect.arrayContaining([
        ["xact_abort", "SET"],
        ["lock_timeout", "30"],
      ]),
    );
  });
});

describe("KILL", () => {
  test("ends another session and undoes its work", async () => {
    const clerk = await database.as("sa", "Scratch-1");
    const [[id]] = (await clerk.rows("USE scratch; SELECT @@SPID")) as [[number]];
    await clerk.run("BEGIN TRANSACTION; INSERT t (a) VALUES (1)");
    await database.setUp(`KILL ${id}`);
    expect(await database.rows("SELECT COUNT(*) FROM t")).toEqual([[0]]);
    expect(await database.error(`KILL ${id}`)).toBe(6106);
  });

  test("spares the own session and the server's", async () => {
    expect(await database.error("DECLARE @k nvarchar(20) = CONCAT(N'KILL ', @@SPID); EXEC (@k)")).toBe(6104);
    expect(await database.error("KILL 5")).toBe(6107);
    expect(await asClerk("KILL 51")).toEqual([6102]);
  });
});

describe("extended properties", () => {
  const onColumn =
    "@level0type = 'SCHEMA', @level0name = 'dbo', @level1type = 'TABLE', @level1name = 't', @level2type = 'COLUMN', @level2name = 'a'";

  test("are added, changed, listed and dropped", async () => {
    await database.setUp(
      `EXEC sp_addextendedproperty 'note', 'first', ${onColumn}`,
      `EXEC sp_updateextendedproperty 'note', 'second', ${onColumn}`,
    );
    expect(
      await database.rows(
        "SELECT objtype, objname, name, value FROM fn_listextendedproperty(DEFAULT, 'schema', 'dbo', 'table', 't', 'column', DEFAULT)",
      ),
    ).toEqual([["COLUMN", "a", "note", "second"]]);
    await database.setUp(`EXEC sp_dropextendedproperty 'note', ${onColumn}`);
    expect(await database.rows("SELECT COUNT(*) FROM sys.extended_properties")).toEqual([[0]]);
  });

  test("are there once, on what exists", async () => {
    await database.setUp("EXEC sp_addextendedproperty 'note', 1");
    expect(await database.error("EXEC sp_addextendedproperty 'note', 1")).toBe(15233);
    expect(await database.error(`EXEC sp_dropextendedproperty 'note', ${onColumn}`)).toBe(15217);
    expect(await database.error("EXEC sp_addextendedproperty 'note', 1, 'SCHEMA', 'dbo', 'TABLE', 'nosuch'")).toBe(
      15135,
    );
  });

  test("go with their object", async () => {
    await database.setUp(`EXEC sp_addextendedproperty 'note', 1, ${onColumn}`, "DROP TABLE t");
    expect(await database.rows("SELECT COUNT(*) FROM sys.extended_properties")).toEqual([[0]]);
  });

  it("go with the role or user that has them", async () => {
    const onRole = "@level0type = 'USER', @level0name = 'readers'";
    await database.setUp("CREATE ROLE readers", `EXEC sp_addextendedproperty 'note', 1, ${onRole}`);
    const counted = "SELECT COUNT(*) FROM sys.extended_properties WHERE class = 4";
    expect(await database.rows(counted)).toEqual([[1]]);
    await database.setUp("DROP ROLE readers");
    expect(await database.rows(counted)).toEqual([[0]]);
  });

  it("go with the schema that has them, and so do the permissions on it", async () => {
    const onSchema = "@level0type = 'SCHEMA', @level0name = 'records'";
    await database.setUp("CREATE SCHEMA records", `EXEC sp_addextendedproperty 'note', 1, ${onSchema}`);
    await database.setUp("GRANT SELECT ON SCHEMA::records TO public");
    const counted = `SELECT (SELECT COUNT(*) FROM sys.extended_properties WHERE class = 3),
  (SELECT COUNT(*) FROM sys.database_permissions WHERE class = 3)`;
    expect(await database.rows(counted)).toEqual([[1, 1]]);
    await database.setUp("DROP SCHEMA records");
    expect(await database.rows(counted)).toEqual([[0, 0]]);
  });
});

test("the session's context can be made read-only", async () => {
  await database.setUp("EXEC sp_set_session_context N'key', 5, @read_only = 1");
  expect(await database.rows("SELECT CONVERT(int, SESSION_CONTEXT(N'key'))")).toEqual([[5]]);
  expect(await database.error("EXEC sp_set_session_context N'key', 6")).toBe(15664);
});

test("an orphaned user is found and given its login again", async () => {
  await database.setUp("DROP LOGIN clerk; CREATE LOGIN clerk WITH PASSWORD = 'Secret-2', CHECK_POLICY = OFF");
  expect(
    await database.rows(
      "SELECT 1 WHERE EXISTS (SELECT * FROM sys.database_principals u JOIN sys.server_principals l ON l.sid = u.sid WHERE u.name = 'clerk')",
    ),
  ).toEqual([]);
  expect((await database.rows("EXEC sp_change_users_login 'Report'")).map(([name]) => name)).toEqual(["clerk"]);
  await database.setUp("EXEC sp_change_users_login 'Update_One', 'clerk', 'clerk'");
  expect(await database.rows("EXEC sp_change_users_login 'Report'")).toEqual([]);
});

test("what the emulator does not have is refused by name", async () => {
  const { errors, texts } = await database.run("EXEC xp_cmdshell 'dir'");
  expect(errors).toEqual([49999]);
  expect(texts[0]).toContain("xp_cmdshell");
});

test("logins are of the kind of their accounts, and start where there is something to start in", async () => {
  await database.setUp(
    "CREATE LOGIN [CORP\\clerk] FROM WINDOWS",
    "CREATE LOGIN [CORP\\Domain Admins] FROM WINDOWS",
    "CREATE LOGIN [clerk@example.com] FROM EXTERNAL PROVIDER",
    "CREATE LOGIN clerks FROM EXTERNAL PROVIDER",
    "CREATE LOGIN english WITH PASSWORD = 'Secret-1', DEFAULT_LANGUAGE = English",
  );
  expect(
    await database.rows(
      "SELECT type, default_language_name FROM sys.server_principals WHERE name LIKE 'CORP%' OR name IN ('clerk@example.com', 'clerks', 'english') ORDER BY type",
    ),
  ).toEqual([
    ["E", "us_english"],
    ["G", "us_english"],
    ["S", "us_english"],
    ["U", "us_english"],
    ["X", "us_english"],
  ]);
  expect(await database.error("CREATE LOGIN [BUILTIN\\nobody] FROM WINDOWS")).toBe(15401);
  expect(await database.error("CREATE LOGIN nobody FROM WINDOWS")).toBe(15407);
  expect(await database.error("ALTER LOGIN english WITH DEFAULT_LANGUAGE = Klingon")).toBe(15033);
  expect(await database.error("ALTER LOGIN english WITH DEFAULT_DATABASE = nosuch")).toBe(15010);
  expect(await database.error("CREATE SERVER ROLE keepers AUTHORIZATION nobody")).toBe(15151);
});
