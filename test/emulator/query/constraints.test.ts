import { ScratchDatabase } from "./scratchDatabase";

let database: ScratchDatabase;

beforeEach(async () => {
  database = await ScratchDatabase.open();
});

afterEach(() => database.close());

describe("foreign keys", () => {
  const tables = (actions: string) => [
    "CREATE TABLE p (id int PRIMARY KEY); INSERT p VALUES (1), (2), (3)",
    `CREATE TABLE c (id int PRIMARY KEY, pid int DEFAULT 3 CONSTRAINT fk REFERENCES p (id) ${actions}); INSERT c VALUES (10, 1), (11, 1), (12, 2), (13, NULL)`,
  ];
  const children = async () => database.rows("SELECT id, pid FROM c ORDER BY id");

  test("a child needs its parent, a parent keeps its children", async () => {
    await database.setUp(...tables(""));
    const insert = await database.run("INSERT c VALUES (14, 9)");
    expect(insert.texts).toEqual([
      `The INSERT statement conflicted with the FOREIGN KEY constraint "fk". The conflict occurred in database "scratch", table "dbo.p", column 'id'.`,
    ]);
    const remove = await database.run("DELETE p WHERE id = 1");
    expect(remove.texts).toEqual([
      `The DELETE statement conflicted with the REFERENCE constraint "fk". The conflict occurred in database "scratch", table "dbo.c", column 'pid'.`,
    ]);
    expect(await database.error("UPDATE p SET id = 5 WHERE id = 1")).toBe(547);
    expect(await database.error("UPDATE c SET pid = 9")).toBe(547);
    expect(await database.error("DELETE p WHERE id = 3")).toBe(0);
  });

  test("keys may be exchanged as long as every child has a parent in the end", async () => {
    await database.setUp(...tables(""), "UPDATE p SET id = 3 - id WHERE id < 3");
    expect(await database.error("UPDATE p SET id = id + 1")).toBe(547);
  });

  test("CASCADE", async () => {
    await database.setUp(
      ...tables("ON DELETE CASCADE ON UPDATE CASCADE"),
      "UPDATE p SET id = id + 100; DELETE p WHERE id = 101",
    );
    expect(await children()).toEqual([
      [12, 102],
      [13, null],
    ]);
  });

  test("SET NULL and SET DEFAULT", async () => {
    await database.setUp(
      ...tables("ON DELETE SET NULL ON UPDATE SET DEFAULT"),
      "DELETE p WHERE id = 1; UPDATE p SET id = 9 WHERE id = 2",
    );
    expect(await children()).toEqual([
      [10, null],
      [11, null],
      [12, 3],
      [13, null],
    ]);
  });

  test("a table may refer to itself", async () => {
    await database.setUp(
      "CREATE TABLE s (id int PRIMARY KEY, up int REFERENCES s (id)); INSERT s VALUES (2, 1), (1, NULL), (3, 2)",
    );
    expect(await database.error("DELETE s WHERE id = 1")).toBe(547);
    expect(await database.error("DELETE s")).toBe(0);
  });

  test("cascades go on through tables and fire their triggers", async () => {
    await database.setUp(
      `CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a (id) ON DELETE CASCADE);
       CREATE TABLE c (b int REFERENCES b (id) ON DELETE CASCADE); CREATE TABLE log (n int);
       INSERT a VALUES (1); INSERT b VALUES (1, 1), (2, 1); INSERT c VALUES (1), (2), (2)`,
      "CREATE TRIGGER tr ON c AFTER DELETE AS INSERT log SELECT COUNT(*) FROM deleted",
      "DELETE a",
    );
    expect(await database.rows("SELECT (SELECT COUNT(*) FROM c), n FROM log")).toEqual([[0, 3]]);
  });

  test("existing rows are checked when the key is added", async () => {
    await database.setUp("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (pid int); INSERT c VALUES (1)");
    expect(await database.error("ALTER TABLE c ADD FOREIGN KEY (pid) REFERENCES p (id)")).toBe(547);
  });
});

describe("check constraints", () => {
  beforeEach(() =>
    database.setUp(
      "CREATE TABLE t (a int, b int, CONSTRAINT one CHECK (a > 0), CONSTRAINT two CHECK (a < b)); INSERT t VALUES (1, 5), (NULL, NULL)",
    ),
  );

  test("what is unknown passes", async () => {
    expect(await database.rows("SELECT COUNT(*) FROM t")).toEqual([[2]]);
  });

  test("the message names the column when there is but one", async () => {
    const { texts } = await database.run("INSERT t VALUES (0, 1); INSERT t VALUES (9, 1)");
    expect(texts).toEqual([
      `The INSERT statement conflicted with the CHECK constraint "one". The conflict occurred in database "scratch", table "dbo.t", column 'a'.`,
      `The INSERT statement conflicted with the CHECK constraint "two". The conflict occurred in database "scratch", table "dbo.t".`,
    ]);
  });

  test("an update of other columns is not checked", async () => {
    await database.setUp(
      "CREATE TABLE u (a int, b int); INSERT u VALUES (-1, 1)",
      "ALTER TABLE u WITH NOCHECK ADD CHECK (a > 0)",
    );
    expect(await database.error("UPDATE u SET b = 2")).toBe(0);
    expect(await database.error("UPDATE u SET a = -2")).toBe(547);
  });

  test("computed columns are checked", async () => {
    await database.setUp("CREATE TABLE v (a int, b AS a + 1, CHECK (b < 10))");
    expect(await database.error("INSERT v VALUES (9)")).toBe(547);
  });
});

describe("unique keys", () => {
  test("messages tell kind, object and values", async () => {
    await database.setUp(
      "CREATE TABLE t (a int CONSTRAINT pk PRIMARY KEY, b varchar(5), c int, CONSTRAINT uq UNIQUE (b, c)); CREATE UNIQUE INDEX ux ON t (c)",
    );
    await database.setUp("INSERT t VALUES (1, 'x', NULL)");
    const { texts } = await database.run(
      "INSERT t VALUES (1, 'y', 2); INSERT t VALUES (2, 'X ', NULL); INSERT t VALUES (3, 'z', NULL)",
    );
    expect(texts).toEqual([
      "Violation of PRIMARY KEY constraint 'pk'. Cannot insert duplicate key in object 'dbo.t'. The duplicate key value is (1).",
      "Violation of UNIQUE KEY constraint 'uq'. Cannot insert duplicate key in object 'dbo.t'. The duplicate key value is (X , <NULL>).",
      "Cannot insert duplicate key row in object 'dbo.t' with unique index 'ux'. The duplicate key value is (<NULL>).",
    ]);
  });

  test("a filtered index looks only at its rows", async () => {
    await database.setUp(
      "CREATE TABLE t (a int, active bit); CREATE UNIQUE INDEX ux ON t (a) WHERE active = 1",
      "INSERT t VALUES (1, 1), (1, 0), (1, 0)",
    );
    expect(await database.error("INSERT t VALUES (1, 1)")).toBe(2601);
    expect(await database.error("UPDATE t SET active = 1")).toBe(2601);
  });
});

describe("computed columns", () => {
  test("added to a table get their values, and can be indexed", async () => {
    await database.setUp(
      "CREATE TABLE t (a int, b int); INSERT t VALUES (5, 1), (6, 2)",
      "ALTER TABLE t ADD total AS a + b, product AS a * b PERSISTED, version rowversion",
      "CREATE INDEX ix ON t (total); CREATE UNIQUE INDEX ux ON t (product)",
    );
    expect(await database.rows("SELECT a, product, DATALENGTH(version) FROM t WHERE total = 8")).toEqual([[6, 12, 8]]);
    await database.setUp("UPDATE t SET a = 10 WHERE total = 8");
    expect(await database.rows("SELECT a, product FROM t WHERE total = 12")).toEqual([[10, 20]]);
    expect(await database.error("INSERT t (a, b) VALUES (5, 1)")).toBe(2601);
  });

  test("that cannot be computed fail where they are read", async () => {
    await database.setUp("CREATE TABLE t (a int, b AS 1 / a); INSERT t (a) VALUES (0)");
    expect(await database.error("SELECT b FROM t")).toBe(8134);
  });

  test("follow a function that is altered", async () => {
    await database.setUp("CREATE FUNCTION dbo.f (@x int) RETURNS int AS BEGIN RETURN @x * 2 END");
    await database.setUp("CREATE TABLE t (a int, b AS dbo.f(a)); INSERT t (a) VALUES (10)");
    await database.setUp("ALTER FUNCTION dbo.f (@x int) RETURNS int AS BEGIN RETURN @x * 3 END");
    expect(await database.rows("SELECT b FROM t")).toEqual([[30]]);
  });
});
