import { ScratchDatabase } from "../query/scratchDatabase";

let database: ScratchDatabase;

beforeAll(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    "CREATE SCHEMA [odd]]name]",
    "CREATE TABLE [odd]]name].[my.table] (id int IDENTITY (5, 2) CONSTRAINT pk PRIMARY KEY, name nvarchar(30) NOT NULL, amount decimal(10, 2) NULL)",
    "CREATE TABLE t (a int, b AS a * 2)",
    "CREATE INDEX ix ON t (a DESC)",
    "CREATE PROCEDURE p @x int AS SELECT @x",
    "CREATE TYPE code FROM varchar(8) NOT NULL",
    "CREATE LOGIN guestling WITH PASSWORD = 'Secret-1', CHECK_POLICY = OFF",
    "CREATE USER guestling FOR LOGIN guestling",
    "CREATE ROLE readers; ALTER ROLE readers ADD MEMBER guestling; GRANT SELECT ON t TO readers",
  );
});

afterAll(() => database.close());

async function value(expression: string): Promise<unknown> {
  return (await database.rows(`SELECT ${expression}`))[0]?.[0];
}

describe("OBJECT_ID", () => {
  test.each([
    ["t", true],
    ["dbo.t", true],
    ["scratch..t", true],
    ["scratch.dbo.t", true],
    ["[odd]]name].[my.table]", true],
    ['"odd]name"."my.table"', true],
    ["nosuch", false],
    ["nosuch.dbo.t", false],
    ["a.b.c.d.e", false],
    ["[t", false],
  ])("of %s", async (name, exists) => {
    expect((await value(`OBJECT_ID(N'${name}')`)) !== null).toBe(exists);
  });

  test("with a type finds only objects of that type", async () => {
    expect(await value("OBJECT_ID('t', 'V')")).toBeNull();
    expect(await value("OBJECT_ID('t', 'U')")).toBe(await value("OBJECT_ID('t')"));
    expect(await value("OBJECT_NAME(OBJECT_ID('[odd]]name].pk', 'PK'))")).toBe("pk");
  });

  test("finds temporary tables in tempdb only", async () => {
    await database.setUp("CREATE TABLE #mine (a int)");
    expect(await value("OBJECT_ID('#mine')")).toBeNull();
    expect(await value("OBJECT_ID('tempdb..#mine')")).not.toBeNull();
  });

  test("knows what the server ships", async () => {
    expect(await value("OBJECT_NAME(OBJECT_ID('sys.objects'))")).toBe("objects");
    expect(await value("OBJECT_ID('sp_executesql')")).toBeLessThan(0);
    expect(await value("OBJECT_ID('sp_nosuch')")).toBeNull();
  });

  test("gives NULL for what the user may not know of", async () => {
    const guest = await database.as("guestling", "Secret-1");
    const rows = await guest.rows(
      "USE scratch; SELECT CASE WHEN OBJECT_ID('t') IS NULL THEN 0 ELSE 1 END, OBJECT_ID('p')",
    );
    expect(rows).toEqual([[1, null]]);
    await guest.leave();
  });
});

test("names and ids lead to each other", async () => {
  expect(
    await database.rows(
      `SELECT OBJECT_NAME(OBJECT_ID('t')), OBJECT_SCHEMA_NAME(OBJECT_ID('[odd]]name].[my.table]')), SCHEMA_NAME(SCHEMA_ID('odd]name')),
        DB_NAME(DB_ID('scratch')), DB_NAME(), TYPE_NAME(TYPE_ID('code')), TYPE_NAME(TYPE_ID('int')), COL_NAME(OBJECT_ID('t'), 2), INDEX_COL('t', 2, 1)`,
    ),
  ).toEqual([["t", "odd]name", "odd]name", "scratch", "scratch", "code", "int", "b", "a"]]);
});

test.each([
  ["COL_LENGTH('t', 'a')", 4],
  ["COL_LENGTH('[odd]]name].[my.table]', 'name')", 60],
  ["COL_LENGTH('t', 'nosuch')", null],
  ["COLUMNPROPERTY(OBJECT_ID('[odd]]name].[my.table]'), 'id', 'IsIdentity')", 1],
  ["COLUMNPROPERTY(OBJECT_ID('[odd]]name].[my.table]'), 'amount', 'Precision')", 10],
  ["COLUMNPROPERTY(OBJECT_ID('[odd]]name].[my.table]'), 'name', 'CharMaxLen')", 30],
  ["COLUMNPROPERTY(OBJECT_ID('t'), 'b', 'IsComputed')", 1],
  ["COLUMNPROPERTY(OBJECT_ID('t'), 'b', 'NoSuchProperty')", null],
  ["OBJECTPROPERTY(OBJECT_ID('t'), 'isusertable')", 1],
  ["OBJECTPROPERTY(OBJECT_ID('p'), 'IsProcedure')", 1],
  ["OBJECTPROPERTY(OBJECT_ID('p'), 'TableHasIdentity')", null],
  ["OBJECTPROPERTYEX(OBJECT_ID('t'), 'BaseType')", "U "],
  ["INDEXPROPERTY(OBJECT_ID('t'), 'ix', 'IsUnique')", 0],
  ["INDEXKEY_PROPERTY(OBJECT_ID('t'), 2, 1, 'IsDescending')", 1],
  ["TYPEPROPERTY('nvarchar', 'Precision')", 4000],
  ["DATABASEPROPERTYEX('scratch', 'Recovery')", "FULL"],
  ["DATABASEPROPERTYEX('scratch', 'Updateability')", "READ_WRITE"],
  ["DATABASEPROPERTYEX('nosuch', 'Status')", null],
  ["FILE_NAME(1)", "scratch"],
  ["IS_SRVROLEMEMBER('sysadmin')", 1],
  ["IS_SRVROLEMEMBER('sysadmin', 'guestling')", 0],
  ["IS_SRVROLEMEMBER('nosuch')", null],
  ["IS_ROLEMEMBER('readers', 'guestling')", 1],
  ["IS_MEMBER('nosuch')", null],
  ["HAS_DBACCESS('scratch')", 1],
  ["HAS_DBACCESS('nosuch')", null],
  ["SUSER_SNAME(SUSER_SID('guestling'))", "guestling"],
  ["USER_NAME(USER_ID('guestling'))", "guestling"],
  ["PWDCOMPARE(N'x', PWDENCRYPT(N'x'))", 1],
  ["PWDCOMPARE(N'y', PWDENCRYPT(N'x'))", 0],
])("%s is %p", async (expression, expected) => {
  expect(await value(expression)).toEqual(expected);
});

test("identity functions follow the table", async () => {
  const table = "N'[odd]]name].[my.table]'";
  const read = () =>
    database.rows(`SELECT IDENT_SEED(${table}), IDENT_INCR(${table}), IDENT_CURRENT(${table}), IDENT_CURRENT('t')`);
  expect(await read()).toEqual([["5", "2", "5", null]]);
  await database.setUp("INSERT [odd]]name].[my.table] (name) VALUES ('a'), ('b')");
  expect(await read()).toEqual([["5", "2", "7", null]]);
});

test("a login, its user and what it may do", async () => {
  const guest = await database.as("guestling", "Secret-1");
  await guest.run("USE scratch");
  expect(
    await guest.rows(
      `SELECT SUSER_SNAME(), SYSTEM_USER, ORIGINAL_LOGIN(), USER_NAME(), CURRENT_USER, USER, IS_MEMBER('readers'), IS_MEMBER('db_owner'),
        HAS_PERMS_BY_NAME('t', 'OBJECT', 'SELECT'), HAS_PERMS_BY_NAME('t', 'OBJECT', 'INSERT'), HAS_PERMS_BY_NAME(NULL, NULL, 'CONTROL SERVER'),
        HAS_PERMS_BY_NAME('nosuch', 'OBJECT', 'SELECT')`,
    ),
  ).toEqual([["guestling", "guestling", "guestling", "guestling", "guestling", "guestling", 1, 0, 1, 0, 0, null]]);
  expect(await guest.rows("SELECT permission_name FROM sys.fn_my_permissions('dbo.t', 'OBJECT')")).toEqual([
    ["SELECT"],
  ]);
  await guest.leave();
});

test("CURSOR_STATUS follows a cursor through its life", async () => {
  const { sets } = await database.run(`
    SELECT CURSOR_STATUS('global', 'c');
    DECLARE c CURSOR GLOBAL STATIC FOR SELECT 1;
    SELECT CURSOR_STATUS('global', 'c');
    OPEN c;
    SELECT CURSOR_STATUS('global', 'c'), @@CURSOR_ROWS;
    CLOSE c; DEALLOCATE c;`);
  expect(sets).toEqual([[[-3]], [[-1]], [[1, 1]]]);
});
