import { ScratchDatabase } from "./scratchDatabase";

let database: ScratchDatabase;

beforeEach(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    "CREATE TABLE t (id int PRIMARY KEY, v int, n varchar(5)); INSERT t VALUES (1, 10, 'a'), (2, 20, 'b'), (3, 30, NULL)",
    "CREATE TABLE u (id int, d int); INSERT u VALUES (1, 5), (3, 7), (3, 8), (4, 9)",
  );
});

afterEach(() => database.close());

const values = async () => (await database.rows("SELECT v FROM t ORDER BY id")).map(([v]) => v);

describe("UPDATE", () => {
  test("by key", async () => {
    await database.setUp("UPDATE t SET v = v + 1 WHERE id = 2");
    expect(await values()).toEqual([10, 21, 30]);
  });

  test("reads the row as it was for every column", async () => {
    await database.setUp("UPDATE t SET id = v, v = id");
    expect(await database.rows("SELECT id, v FROM t ORDER BY id")).toEqual([
      [10, 1],
      [20, 2],
      [30, 3],
    ]);
  });

  test("from a join, each row once", async () => {
    await database.setUp("UPDATE t SET v = t.v + u.d FROM t JOIN u ON u.id = t.id");
    expect(await values()).toEqual([15, 20, 37]);
  });

  test("of an alias", async () => {
    await database.setUp("UPDATE x SET v = 0 FROM t AS x LEFT JOIN u ON u.id = x.id WHERE u.id IS NULL");
    expect(await values()).toEqual([10, 0, 30]);
  });

  test("of a table that FROM does not name", async () => {
    await database.setUp("UPDATE t SET v = u.d FROM u WHERE u.id = t.id AND u.d = 5");
    expect(await values()).toEqual([5, 20, 30]);
  });

  test("by a correlated subquery", async () => {
    await database.setUp("UPDATE t SET v = (SELECT MAX(d) FROM u WHERE u.id = t.id)");
    expect(await values()).toEqual([5, null, 8]);
  });

  test("exchanges unique keys", async () => {
    await database.setUp("UPDATE t SET id = 4 - id");
    expect(await values()).toEqual([30, 20, 10]);
  });

  test("through a common table expression", async () => {
    await database.setUp("WITH last AS (SELECT TOP 1 * FROM t ORDER BY id DESC) UPDATE last SET v = -1");
    expect(await values()).toEqual([10, 20, -1]);
  });

  test("through a derived table", async () => {
    await database.setUp(
      "UPDATE d SET v = 0 FROM (SELECT v, ROW_NUMBER() OVER (ORDER BY id DESC) AS r FROM t) d WHERE r = 2",
    );
    expect(await values()).toEqual([10, 0, 30]);
  });

  test("TOP", async () => {
    await database.setUp("UPDATE TOP (2) t SET v = 0");
    expect(await values()).toEqual([0, 0, 30]);
  });

  test("sets variables row by row", async () => {
    expect(
      await database.rows("DECLARE @s int = 0, @l int; UPDATE t SET @s = v = @s + v, @l = id; SELECT @s, @l"),
    ).toEqual([[60, 3]]);
    expect(await values()).toEqual([10, 30, 60]);
  });

  test("compound operators read the target's column", async () => {
    await database.setUp(
      "CREATE TABLE w (id int, v int); INSERT w VALUES (1, 7); UPDATE t SET v += w.v FROM t JOIN w ON w.id = t.id",
    );
    await database.setUp("MERGE t USING w ON w.id = t.id WHEN MATCHED THEN UPDATE SET v *= w.v;");
    expect(await values()).toEqual([119, 20, 30]);
  });

  test("compound operators and DEFAULT", async () => {
    await database.setUp(
      "ALTER TABLE t ADD CONSTRAINT d DEFAULT 99 FOR v",
      "UPDATE t SET v *= 2 WHERE id = 1; UPDATE t SET v = DEFAULT, n = DEFAULT WHERE id = 2",
    );
    expect(await database.rows("SELECT v, n FROM t WHERE id < 3 ORDER BY id")).toEqual([
      [20, "a"],
      [99, null],
    ]);
  });

  test("OUTPUT shows before, after and the other tables' columns", async () => {
    expect(
      await database.rows(
        "UPDATE t SET v = d OUTPUT deleted.v, inserted.v, u.d FROM t JOIN u ON u.id = t.id WHERE t.id = 1",
      ),
    ).toEqual([[10, 5, 5]]);
  });

  test("changes all rows or none", async () => {
    expect(await database.error("UPDATE t SET n = REPLACE('xxxxxx', 'q', 'q') WHERE id > 0")).toBe(2628);
    expect(await database.error("UPDATE t SET v = 1 / (id - 2)")).toBe(8134);
    expect(await values()).toEqual([10, 20, 30]);
  });

  const mistakes: [name: string, sql: string, error: number][] = [
    ["an unknown column", "UPDATE t SET nope = 1", 207],
    ["a column twice", "UPDATE t SET v = 1, v = 2", 264],
    ["an aggregate", "UPDATE t SET v = SUM(v)", 157],
    ["a column of another table", "UPDATE t SET u.d = 1 FROM t JOIN u ON u.id = t.id", 4104],
    ["an ambiguous target", "UPDATE t SET v = 1 FROM t a, t b", 8154],
    ["a duplicate key", "UPDATE t SET id = 1", 2627],
    ["a NULL key", "UPDATE t SET id = NULL", 515],
    ["an undeclared variable", "UPDATE t SET @x = v", 137],
    ["an identity column", "CREATE TABLE i (id int IDENTITY); UPDATE i SET id = 1", 8102],
    ["a computed column", "CREATE TABLE c (a int, b AS a); UPDATE c SET b = 1", 271],
    ["a rowversion", "CREATE TABLE r (v rowversion); UPDATE r SET v = 0x01", 272],
  ];

  test.each(mistakes)("%s is an error", async (_, sql, error) => {
    expect(await database.error(sql)).toBe(error);
  });
});

describe("DELETE", () => {
  test("by key, by join, by TOP", async () => {
    await database.setUp("DELETE t WHERE id = 1");
    expect(await values()).toEqual([20, 30]);
    await database.setUp("DELETE x FROM t x JOIN u ON u.id = x.id");
    expect(await values()).toEqual([20]);
    await database.setUp("DELETE TOP (1) FROM t");
    expect(await values()).toEqual([]);
  });

  test("through a common table expression", async () => {
    await database.setUp("WITH r AS (SELECT ROW_NUMBER() OVER (ORDER BY v DESC) AS rn FROM t) DELETE r WHERE rn > 1");
    expect(await values()).toEqual([30]);
  });

  test("OUTPUT", async () => {
    expect(await database.rows("DELETE t OUTPUT deleted.* WHERE id = 3")).toEqual([[3, 30, null]]);
  });

  test("WHERE CURRENT OF", async () => {
    await database.setUp(
      `DECLARE c CURSOR FOR SELECT id FROM t; DECLARE @id int; OPEN c; FETCH NEXT FROM c INTO @id; FETCH NEXT FROM c INTO @id;
       UPDATE t SET v = 0 WHERE CURRENT OF c; FETCH NEXT FROM c INTO @id; DELETE t WHERE CURRENT OF c; CLOSE c; DEALLOCATE c`,
    );
    expect(await values()).toEqual([10, 0]);
  });
});

describe("MERGE", () => {
  test("updates, inserts and deletes", async () => {
    const rows = await database.rows(
      `MERGE t USING (VALUES (1, 100), (9, 900)) AS s(id, v) ON t.id = s.id
       WHEN MATCHED AND s.v > 50 THEN UPDATE SET v = s.v
       WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)
       WHEN NOT MATCHED BY SOURCE AND t.id = 2 THEN DELETE
       OUTPUT $action, inserted.id, deleted.id, s.v;`,
    );
    expect(rows).toEqual([
      ["UPDATE", 1, 1, 100],
      ["INSERT", 9, null, 900],
      ["DELETE", null, 2, null],
    ]);
    expect(await database.rows("SELECT id, v FROM t ORDER BY id")).toEqual([
      [1, 100],
      [3, 30],
      [9, 900],
    ]);
  });

  test("the first clause whose condition holds", async () => {
    await database.setUp(
      "MERGE t USING t AS s ON s.id = t.id WHEN MATCHED AND t.id = 1 THEN DELETE WHEN MATCHED THEN UPDATE SET v = t.v + s.v;",
    );
    expect(await values()).toEqual([40, 60]);
  });

  test("one target row for two source rows is an error", async () => {
    expect(await database.error("MERGE t USING u ON u.id = t.id WHEN MATCHED THEN UPDATE SET v = u.d;")).toBe(8672);
  });

  test("a target column in INSERT's values is an error", async () => {
    expect(
      await database.error("MERGE t USING u ON u.id = t.id WHEN NOT MATCHED THEN INSERT (id) VALUES (t.id);"),
    ).toBe(4104);
  });
});
