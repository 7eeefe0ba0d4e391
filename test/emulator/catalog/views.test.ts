import { ScratchDatabase } from "../query/scratchDatabase";

let database: ScratchDatabase;

beforeAll(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    "CREATE TABLE parent (id int CONSTRAINT pk_parent PRIMARY KEY, code varchar(8) CONSTRAINT uq_code UNIQUE, note nvarchar(max) CONSTRAINT df_note DEFAULT N'none')",
    "CREATE TABLE child (pid int CONSTRAINT fk_child REFERENCES parent (id) ON DELETE CASCADE, n int CONSTRAINT ck_n CHECK (n > 0))",
    "CREATE INDEX ix_child ON child (n DESC) INCLUDE (pid) WHERE n > 5",
    "CREATE VIEW both_of_them AS SELECT p.id, c.n FROM parent p JOIN child c ON c.pid = p.id",
    "CREATE PROCEDURE touch @id int, @n int OUTPUT AS SET @n = @id",
    "CREATE FUNCTION twice (@n int) RETURNS int AS BEGIN RETURN @n * 2 END",
    "CREATE TRIGGER changed ON parent AFTER INSERT, UPDATE AS RETURN",
    "CREATE SEQUENCE numbers AS tinyint START WITH 3",
    "CREATE SYNONYM alias FOR dbo.parent",
    "CREATE LOGIN clerk WITH PASSWORD = 'Secret-1', CHECK_POLICY = OFF",
    "CREATE USER clerk FOR LOGIN clerk; GRANT SELECT ON child TO clerk",
  );
});

afterAll(() => database.close());

test("every object is in sys.objects under its type", async () => {
  expect(await database.rows("SELECT name, RTRIM(type) FROM sys.objects ORDER BY name")).toEqual([
    ["alias", "SN"],
    ["both_of_them", "V"],
    ["changed", "TR"],
    ["child", "U"],
    ["ck_n", "C"],
    ["df_note", "D"],
    ["fk_child", "F"],
    ["numbers", "SO"],
    ["parent", "U"],
    ["pk_parent", "PK"],
    ["touch", "P"],
    ["twice", "FN"],
    ["uq_code", "UQ"],
  ]);
});

test("columns carry their types", async () => {
  expect(
    await database.rows(
      "SELECT name, column_id, TYPE_NAME(user_type_id), max_length, is_nullable FROM sys.columns WHERE object_id = OBJECT_ID('parent') ORDER BY column_id",
    ),
  ).toEqual([
    ["id", 1, "int", 4, 0],
    ["code", 2, "varchar", 8, 1],
    ["note", 3, "nvarchar", -1, 1],
  ]);
});

test("indexes carry their keys, included columns and filter", async () => {
  expect(
    await database.rows(
      "SELECT name, type_desc, has_filter FROM sys.indexes WHERE object_id = OBJECT_ID('child') ORDER BY index_id",
    ),
  ).toEqual([
    [null, "HEAP", 0],
    ["ix_child", "NONCLUSTERED", 1],
  ]);
  expect(
    await database.rows(
      "SELECT COL_NAME(object_id, column_id), key_ordinal, is_descending_key, is_included_column FROM sys.index_columns WHERE object_id = OBJECT_ID('child') ORDER BY index_column_id",
    ),
  ).toEqual([
    ["n", 1, 1, 0],
    ["pid", 0, 0, 1],
  ]);
});

test("INFORMATION_SCHEMA says the same in the standard's words", async () => {
  expect(
    await database.rows("SELECT TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.TABLES ORDER BY TABLE_NAME"),
  ).toEqual([
    ["both_of_them", "VIEW"],
    ["child", "BASE TABLE"],
    ["parent", "BASE TABLE"],
  ]);
  expect(
    await database.rows(
      "SELECT CONSTRAINT_NAME, CONSTRAINT_TYPE FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS ORDER BY CONSTRAINT_NAME",
    ),
  ).toEqual([
    ["ck_n", "CHECK"],
    ["fk_child", "FOREIGN KEY"],
    ["pk_parent", "PRIMARY KEY"],
    ["uq_code", "UNIQUE"],
  ]);
  expect(
    await database.rows("SELECT UNIQUE_CONSTRAINT_NAME, DELETE_RULE FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS"),
  ).toEqual([["pk_parent", "CASCADE"]]);
  expect(
    await database.rows(
      "SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, COLUMN_DEFAULT, IS_NULLABLE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'parent' ORDER BY ORDINAL_POSITION",
    ),
  ).toEqual([
    ["id", "int", null, 10, null, "NO"],
    ["code", "varchar", 8, null, null, "YES"],
    ["note", "nvarchar", -1, null, "(N'none')", "YES"],
  ]);
  expect(
    await database.rows(
      "SELECT SPECIFIC_NAME, PARAMETER_NAME, PARAMETER_MODE FROM INFORMATION_SCHEMA.PARAMETERS ORDER BY SPECIFIC_NAME, ORDINAL_POSITION",
    ),
  ).toEqual([
    ["touch", "@id", "IN"],
    ["touch", "@n", "INOUT"],
    ["twice", "", "OUT"],
    ["twice", "@n", "IN"],
  ]);
});

test("a sequence's numbers are of its own type", async () => {
  expect(
    await database.rows(
      "SELECT minimum_value, maximum_value, SQL_VARIANT_PROPERTY(start_value, 'BaseType') FROM sys.sequences",
    ),
  ).toEqual([[0, 255, "tinyint"]]);
});

test("users see what they have a permission on", async () => {
  const clerk = await database.as("clerk", "Secret-1");
  await clerk.run("USE scratch");
  expect(await clerk.rows("SELECT name FROM sys.objects ORDER BY name")).toEqual([["child"], ["ck_n"], ["fk_child"]]);
  expect(await clerk.rows("SELECT name FROM sys.server_principals WHERE type = 'S' ORDER BY name")).toEqual([
    ["clerk"],
    ["sa"],
  ]);
  expect(await clerk.rows("SELECT COUNT(*) FROM sys.dm_exec_sessions")).toEqual([[1]]);
  expect((await clerk.run("SELECT * FROM sys.dm_tran_locks")).errors).toEqual([300, 297]);
  await clerk.leave();
});

test("sessions, locks and texts of what runs", async () => {
  const clerk = await database.as("clerk", "Secret-1");
  await clerk.run("USE scratch; EXEC sp_getapplock N'the lock', 'Exclusive', 'Session'");
  expect(
    await database.rows(
      `SELECT l.resource_type, l.resource_description, l.request_mode, l.request_owner_type, s.login_name FROM sys.dm_tran_locks l
        JOIN sys.dm_exec_sessions s ON s.session_id = l.request_session_id WHERE l.resource_type = 'APPLICATION'`,
    ),
  ).toEqual([["APPLICATION", expect.stringMatching(/^0:\[the lock\]:/), "X", "SESSION", "clerk"]]);
  await clerk.leave();
  const text = "SELECT t.text FROM sys.dm_exec_requests r CROSS APPLY sys.dm_exec_sql_text(r.sql_handle) t";
  expect(await database.rows(text)).toEqual([[text]]);
});

test("a rolled back definition leaves no trace", async () => {
  await database.setUp("BEGIN TRANSACTION; CREATE TABLE gone (a int PRIMARY KEY); ROLLBACK");
  expect(await database.rows("SELECT COUNT(*) FROM sys.objects WHERE name = 'gone'")).toEqual([[0]]);
});

test("views of what the emulator has none of are empty, and unknown ones are unknown", async () => {
  expect(await database.rows("SELECT COUNT(*) FROM sys.availability_groups")).toEqual([[0]]);
  expect(await database.error("SELECT * FROM sys.nosuch")).toBe(208);
});

test("every system view can be read", async () => {
  const views = await database.rows("SELECT SCHEMA_NAME(schema_id), name FROM sys.system_views WHERE schema_id <> 1");
  expect(views.length).toBeGreaterThan(100);
  for (const [schema, name] of views) {
    const { errors, texts } = await database.run(`SELECT * FROM [${schema}].[${name}]`);
    expect([name, errors, texts]).toEqual([name, [], []]);
  }
});

test("an owner gives a database away only to a login that it may impersonate", async () => {
  const give = "EXECUTE AS LOGIN = 'clerk'; ALTER AUTHORIZATION ON DATABASE::given TO sa; REVERT";
  await database.setUp("CREATE DATABASE given", "ALTER AUTHORIZATION ON DATABASE::given TO clerk");
  expect(await database.error(give)).toBe(15151);
  await database.setUp("USE master; GRANT IMPERSONATE ON LOGIN::sa TO clerk; USE scratch", give);
  expect(await database.rows("SELECT SUSER_SNAME(owner_sid) FROM sys.databases WHERE name = 'given'")).toEqual([
    ["sa"],
  ]);
});

test("what was received is counted, for those who may view the server's state", async () => {
  const counter = (name: string) =>
    `SELECT cntr_value, cntr_type FROM sys.dm_os_performance_counters WHERE object_name LIKE '%Statistics%' AND counter_name = '${name}'`;
  const [[before] = []] = await database.rows(counter("Batch Requests/sec"));
  await database.rows("SELECT 1");
  await database.rows("SELECT 1; SELECT 2");
  expect(await database.rows(counter("Batch Requests/sec"))).toEqual([[Number(before) + 3, 272696576]]);
  const [[users] = []] = await database.rows(counter("User Connections"));
  expect(users).toBeGreaterThan(0);
  await expect(
    database.rows(`EXECUTE AS USER = 'clerk'; ${counter("Logins/sec")}`).finally(() => database.rows("REVERT")),
  ).rejects.toThrow("VIEW SERVER STATE permission was denied");
});
