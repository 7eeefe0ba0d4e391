import { ScratchDatabase } from "./scratchDatabase";

let database: ScratchDatabase;

beforeAll(async () => {
  database = await ScratchDatabase.open();
});

afterAll(() => database.close());

describe("set operations", () => {
  const cases: [name: string, sql: string, rows: unknown[][]][] = [
    ["UNION drops duplicates", "SELECT 2 UNION SELECT 1 UNION SELECT 2", [[1], [2]]],
    ["UNION ALL keeps them", "SELECT 2 UNION ALL SELECT 1 UNION ALL SELECT 2", [[2], [1], [2]]],
    ["EXCEPT", "SELECT x FROM (VALUES (1), (2), (2), (3)) v(x) EXCEPT SELECT 3", [[1], [2]]],
    ["INTERSECT binds closer", "SELECT 1 UNION SELECT 2 INTERSECT SELECT 2", [[1], [2]]],
    ["parentheses", "(SELECT 1 UNION SELECT 2) EXCEPT SELECT 2", [[1]]],
    ["NULLs are one", "SELECT NULL UNION SELECT NULL", [[null]]],
    ["types widen", "SELECT 1 AS a UNION ALL SELECT 2.5 ORDER BY a", [["1.0"], ["2.5"]]],
    ["an untyped NULL gives way", "SELECT 'a' AS a UNION ALL SELECT NULL ORDER BY a", [[null], ["a"]]],
    ["a text converts to a number", "SELECT 1 UNION ALL SELECT '2'", [[1], [2]]],
  ];

  test.each(cases)("%s", async (_, sql, rows) => {
    expect(await database.rows(sql)).toEqual(rows);
  });

  test("different widths are an error", async () => {
    expect(await database.error("SELECT 1 UNION SELECT 1, 2")).toBe(205);
  });

  test("collations that differ are an error", async () => {
    await database.setUp("CREATE TABLE c (a varchar(5) COLLATE Latin1_General_CS_AS, b varchar(5))");
    expect(await database.error("SELECT a FROM c UNION SELECT b FROM c")).toBe(468);
    expect(await database.error("SELECT a FROM c UNION ALL SELECT b FROM c")).toBe(457);
    expect(await database.error("SELECT a COLLATE Latin1_General_BIN FROM c UNION SELECT b FROM c")).toBe(0);
  });

  test("a text that is no number is an error when it comes", async () => {
    expect(await database.error("SELECT 1 UNION ALL SELECT 'x'")).toBe(245);
  });
});

describe("common table expressions", () => {
  const cases: [name: string, sql: string, rows: unknown[][]][] = [
    [
      "each sees those before it",
      "WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT x, y FROM a, b",
      [[1, 2]],
    ],
    ["a column list", "WITH a (p, q) AS (SELECT 1, 2) SELECT q, p FROM a", [[2, 1]]],
    [
      "recursion",
      "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 4) SELECT i FROM n",
      [[1], [2], [3], [4]],
    ],
    [
      "recursion goes into depth, the last row first",
      `WITH tree (id, parent) AS (SELECT * FROM (VALUES (1, 0), (2, 1), (3, 1), (4, 2), (5, 3)) v(a, b)),
            walk AS (SELECT id FROM tree WHERE parent = 0 UNION ALL SELECT tree.id FROM tree JOIN walk ON tree.parent = walk.id)
       SELECT id FROM walk`,
      [[1], [2], [3], [5], [4]],
    ],
    [
      "a recursion cut by TOP",
      "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT TOP 3 i FROM n",
      [[1], [2], [3]],
    ],
    [
      "a recursion without limit",
      "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT COUNT(*) FROM n OPTION (MAXRECURSION 0)",
      [[500]],
    ],
    ["in a subquery", "WITH a AS (SELECT 5 AS x) SELECT (SELECT x FROM a), 1 WHERE EXISTS (SELECT * FROM a)", [[5, 1]]],
  ];

  test.each(cases)("%s", async (_, sql, rows) => {
    expect(await database.rows(sql)).toEqual(rows);
  });

  const mistakes: [name: string, sql: string, error: number][] = [
    ["one name twice", "WITH a AS (SELECT 1 AS x), a AS (SELECT 2 AS x) SELECT * FROM a", 239],
    ["an unnamed column", "WITH a AS (SELECT 1) SELECT 1", 8155],
    ["too deep a recursion", "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n", 530],
    ["recursion without UNION ALL", "WITH n AS (SELECT 1 AS i UNION SELECT i + 1 FROM n) SELECT i FROM n", 252],
    ["recursion without anchor", "WITH n AS (SELECT i FROM n UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", 246],
    ["types that grow", "WITH n AS (SELECT 'a' AS s UNION ALL SELECT s + 'b' FROM n) SELECT s FROM n", 240],
    [
      "an aggregate in the recursive part",
      "WITH n AS (SELECT 1 AS i UNION ALL SELECT MAX(i) FROM n) SELECT i FROM n",
      467,
    ],
    ["TOP in the recursive part", "WITH n AS (SELECT 1 AS i UNION ALL SELECT TOP 1 i FROM n) SELECT i FROM n", 461],
    [
      "DISTINCT in the recursive part",
      "WITH n AS (SELECT 1 AS i UNION ALL SELECT DISTINCT i FROM n) SELECT i FROM n",
      460,
    ],
    ["a limit beyond the limit", "SELECT 1 OPTION (MAXRECURSION 40000)", 310],
  ];

  test.each(mistakes)("%s is an error", async (_, sql, error) => {
    expect(await database.error(sql)).toBe(error);
  });
});
