import { ScratchDatabase } from "./scratchDatabase";

let database: ScratchDatabase;

beforeEach(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    `CREATE TABLE t (id int IDENTITY(10, 5) PRIMARY KEY, n varchar(5) NOT NULL, v int DEFAULT 7, twice AS v * 2, thrice AS v * 3 PERSISTED)`,
    "CREATE TABLE plain (a int, b int)",
  );
});

afterEach(() => database.close());

describe("INSERT", () => {
  test("fills identity, defaults and computed columns", async () => {
    await database.setUp("INSERT t (n) VALUES ('a'), ('b'); INSERT t (v, n) VALUES (DEFAULT, 'c'), (1, 'd')");
    expect(await database.rows("SELECT * FROM t")).toEqual([
      [10, "a", 7, 14, 21],
      [15, "b", 7, 14, 21],
      [20, "c", 7, 14, 21],
      [25, "d", 1, 2, 3],
    ]);
  });

  test("without a list takes all columns but identity and computed ones", async () => {
    await database.setUp("INSERT t VALUES ('a', 1); INSERT INTO plain SELECT v, id FROM t");
    expect(await database.rows("SELECT * FROM plain")).toEqual([[1, 10]]);
  });

  test("DEFAULT VALUES", async () => {
    await database.setUp("INSERT plain DEFAULT VALUES");
    expect(await database.rows("SELECT * FROM plain")).toEqual([[null, null]]);
  });

  test("reads all rows before it stores the first", async () => {
    await database.setUp(
      "INSERT plain VALUES (1, 1), (2, 2)",
      "INSERT plain SELECT a + 10, (SELECT COUNT(*) FROM plain) FROM plain",
    );
    expect(await database.rows("SELECT * FROM plain WHERE a > 10")).toEqual([
      [11, 2],
      [12, 2],
    ]);
  });

  test("stores all rows or none", async () => {
    expect(await database.error("INSERT t (n) VALUES ('a'), (NULL)")).toBe(515);
    expect(await database.rows("SELECT COUNT(*) FROM t")).toEqual([[0]]);
  });

  test("identity values are not given back", async () => {
    await database.error("INSERT t (n) VALUES (NULL)");
    await database.setUp("INSERT t (n) VALUES ('a')");
    expect(await database.rows("SELECT id FROM t")).toEqual([[15]]);
  });

  test("IDENTITY_INSERT moves the counter on", async () => {
    await database.setUp(
      "SET IDENTITY_INSERT t ON; INSERT t (id, n) VALUES (100, 'a'); SET IDENTITY_INSERT t OFF; INSERT t (n) VALUES ('b')",
    );
    expect(await database.rows("SELECT id FROM t")).toEqual([[100], [105]]);
  });

  test("OUTPUT shows what was stored", async () => {
    expect(
      await database.rows("INSERT t (n) OUTPUT inserted.id, inserted.twice, inserted.n + '!' VALUES ('a'), ('b')"),
    ).toEqual([
      [10, 14, "a!"],
      [15, 14, "b!"],
    ]);
  });

  test("OUTPUT INTO", async () => {
    await database.setUp("INSERT t (n, v) OUTPUT inserted.id, inserted.v INTO plain VALUES ('a', 3)");
    expect(await database.rows("SELECT * FROM plain")).toEqual([[10, 3]]);
  });

  test("TOP limits the rows of a SELECT", async () => {
    await database.setUp("INSERT TOP (2) plain (a) SELECT value FROM GENERATE_SERIES(1, 9)");
    expect(await database.rows("SELECT a FROM plain")).toEqual([[1], [2]]);
  });

  test("several rows have a common type first", async () => {
    expect(await database.error("INSERT t (n) VALUES (1), ('x')")).toBe(245);
    await database.setUp("INSERT t (n) VALUES (1), (22)");
    expect(await database.rows("SELECT n FROM t")).toEqual([["1"], ["22"]]);
  });

  test("IGNORE_DUP_KEY leaves duplicates out and tells once", async () => {
    await database.setUp("CREATE TABLE u (a int); CREATE UNIQUE INDEX ux ON u (a) WITH (IGNORE_DUP_KEY = ON)");
    const { messages, errors } = await database.run("INSERT u VALUES (1), (1), (1), (2)");
    expect([errors, messages]).toEqual([[], [3604]]);
    expect(await database.rows("SELECT a FROM u")).toEqual([[1], [2]]);
  });

  test("SELECT INTO makes a table of the query's columns", async () => {
    await database.setUp(
      "INSERT t (n) VALUES ('a')",
      "SELECT id, n AS name, twice INTO copy FROM t",
      "INSERT copy (name, twice) VALUES ('b', 1)",
    );
    expect(await database.rows("SELECT * FROM copy")).toEqual([
      [10, "a", 14],
      [15, "b", 1],
    ]);
  });

  test("IDENTITY numbers the rows of SELECT INTO in their order", async () => {
    await database.setUp(
      "SELECT IDENTITY(int, 10, 5) AS n, value AS v INTO numbered FROM GENERATE_SERIES(1, 3) ORDER BY value DESC; INSERT numbered (v) VALUES (0)",
    );
    expect(await database.rows("SELECT n, v FROM numbered ORDER BY n")).toEqual([
      [10, 3],
      [15, 2],
      [20, 1],
      [25, 0],
    ]);
    expect(await database.error("SELECT IDENTITY(int) AS n")).toBe(177);
  });

  test("rowversions grow", async () => {
    await database.setUp("CREATE TABLE r (a int, v rowversion); INSERT r (a) VALUES (1), (2)");
    expect(await database.rows("SELECT a FROM r ORDER BY v DESC")).toEqual([[2], [1]]);
  });

  const mistakes: [name: string, sql: string, error: number][] = [
    ["an unknown table", "INSERT nosuch VALUES (1)", 208],
    ["an unknown database", "INSERT nowhere.dbo.t VALUES (1)", 208],
    ["an unknown column", "INSERT t (x) VALUES (1)", 207],
    ["a column twice", "INSERT t (n, n) VALUES ('a', 'b')", 264],
    ["more columns than values", "INSERT t (n, v) VALUES ('a')", 109],
    ["fewer columns than values", "INSERT t (n) VALUES ('a', 1)", 110],
    ["a list of the wrong length", "INSERT plain VALUES (1)", 213],
    ["a SELECT that is too narrow", "INSERT t (n, v) SELECT 'a'", 120],
    ["a SELECT that is too wide", "INSERT t (n) SELECT 'a', 1", 121],
    ["rows of different widths", "INSERT plain VALUES (1, 2), (3)", 10709],
    ["a computed column", "INSERT t (n, twice) VALUES ('a', 1)", 271],
    ["an identity value", "INSERT t (id, n) VALUES (1, 'a')", 544],
    ["an identity value without list", "INSERT t VALUES (1, 'a', 1)", 8101],
    ["no identity value under IDENTITY_INSERT", "SET IDENTITY_INSERT t ON; INSERT t (n) VALUES ('a')", 545],
    [
      "a default identity value under IDENTITY_INSERT",
      "SET IDENTITY_INSERT t ON; INSERT t (id, n) VALUES (NULL, 'a')",
      339,
    ],
    ["a text that is too long", "INSERT t (n) VALUES ('abcdef')", 2628],
    ["a NULL where none may be", "INSERT t (n) VALUES (NULL)", 515],
    ["a rowversion", "CREATE TABLE r (a int, v rowversion); INSERT r (a, v) VALUES (1, 0x01)", 273],
    ["types that do not convert", "INSERT plain (a) VALUES (CAST('20240101' AS date))", 206],
    ["SELECT INTO an unnamed column", "SELECT 1 INTO x", 1038],
    ["SELECT INTO one name twice", "SELECT 1 AS a, 2 AS a INTO x", 2705],
    ["SELECT INTO a table that is there", "SELECT 1 AS a INTO plain", 2714],
  ];

  test.each(mistakes)("%s is an error", async (_, sql, error) => {
    expect(await database.error(sql)).toBe(error);
  });
});
