import { ScratchDatabase } from "./scratchDatabase";

let database: ScratchDatabase;

beforeAll(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    "CREATE TABLE t (id int PRIMARY KEY, n varchar(10), v int); INSERT t VALUES (3, 'b', 1), (1, 'A', NULL), (2, 'a', 1)",
    "CREATE TABLE heap (v int); INSERT heap VALUES (3), (1), (2)",
    "CREATE TABLE down (id int, PRIMARY KEY (id DESC)); INSERT down VALUES (1), (3), (2)",
  );
});

afterAll(() => database.close());

describe("order of rows", () => {
  const cases: [name: string, sql: string, rows: unknown[][]][] = [
    ["a clustered key orders a scan", "SELECT id FROM t", [[1], [2], [3]]],
    ["descending where the key is", "SELECT id FROM down", [[3], [2], [1]]],
    ["a heap keeps insertion order", "SELECT v FROM heap", [[3], [1], [2]]],
    ["NULL comes first", "SELECT v FROM t ORDER BY v", [[null], [1], [1]]],
    ["NULL comes last descending", "SELECT v FROM t ORDER BY v DESC", [[1], [1], [null]]],
    ["an alias", "SELECT -id AS k FROM t ORDER BY k", [[-3], [-2], [-1]]],
    [
      "a position",
      "SELECT n, id FROM t ORDER BY 2 DESC",
      [
        ["b", 3],
        ["a", 2],
        ["A", 1],
      ],
    ],
    ["a column that is not selected", "SELECT n FROM t ORDER BY id", [["A"], ["a"], ["b"]]],
    ["an expression", "SELECT id FROM t ORDER BY id % 2, id DESC", [[2], [3], [1]]],
    ["a collation", "SELECT n FROM t ORDER BY n COLLATE Latin1_General_BIN", [["A"], ["a"], ["b"]]],
    [
      "a selected name wins over other tables' columns",
      "SELECT t.id FROM t JOIN down ON down.id = t.id ORDER BY id",
      [[1], [2], [3]],
    ],
    ["behind UNION", "SELECT id FROM t UNION ALL SELECT v FROM heap ORDER BY id DESC", [[3], [3], [2], [2], [1], [1]]],
    ["TOP", "SELECT TOP 2 id FROM t ORDER BY id DESC", [[3], [2]]],
    ["TOP of an expression", "DECLARE @n int = 1; SELECT TOP (@n + 1) id FROM t ORDER BY id", [[1], [2]]],
    ["TOP 0", "SELECT TOP 0 id FROM t", []],
    ["TOP PERCENT rounds up", "SELECT TOP 34 PERCENT id FROM t ORDER BY id", [[1], [2]]],
    ["WITH TIES", "SELECT TOP 1 WITH TIES id FROM t ORDER BY v DESC", [[2], [3]]],
    ["OFFSET and FETCH", "SELECT id FROM t ORDER BY id OFFSET 1 ROWS FETCH NEXT 1 ROW ONLY", [[2]]],
    ["ROWCOUNT", "SET ROWCOUNT 2; SELECT id FROM t ORDER BY id; SET ROWCOUNT 0", [[1], [2]]],
    [
      "a variable that collects",
      "DECLARE @s varchar(20) = ''; SELECT @s += n FROM t ORDER BY id DESC; SELECT @s",
      [["baA"]],
    ],
    [
      "a variable keeps its value without rows",
      "DECLARE @v int = 7; SELECT @v = id FROM t WHERE id = 99; SELECT @v",
      [[7]],
    ],
  ];

  test.each(cases)("%s", async (_, sql, rows) => {
    const { sets, errors } = await database.run(sql);
    expect(errors).toEqual([]);
    expect(sets.find((set) => set.length > 0 || rows.length === 0)).toEqual(rows);
  });
});

describe("ordering mistakes", () => {
  const cases: [name: string, sql: string, error: number][] = [
    ["a position out of range", "SELECT id FROM t ORDER BY 2", 108],
    ["a constant", "SELECT id FROM t ORDER BY 'x'", 408],
    ["one column twice", "SELECT id FROM t ORDER BY id, id", 169],
    ["an ambiguous alias", "SELECT id AS x, v AS x FROM t ORDER BY x", 209],
    ["an unselected column behind UNION", "SELECT id FROM t UNION SELECT v FROM heap ORDER BY v", 104],
    ["an unselected column with DISTINCT", "SELECT DISTINCT n FROM t ORDER BY id", 145],
    ["a derived table without TOP", "SELECT * FROM (SELECT id FROM t ORDER BY id) d", 1033],
    ["a subquery without TOP", "SELECT 1 WHERE 1 IN (SELECT id FROM t ORDER BY id)", 1033],
    ["a negative TOP", "SELECT TOP (-1) id FROM t", 127],
    ["more than all", "SELECT TOP (101) PERCENT id FROM t", 1031],
    ["WITH TIES without order", "SELECT TOP 1 WITH TIES id FROM t", 1062],
    ["a negative OFFSET", "SELECT id FROM t ORDER BY id OFFSET -1 ROWS", 10742],
    ["FETCH of nothing", "SELECT id FROM t ORDER BY id OFFSET 0 ROWS FETCH NEXT 0 ROWS ONLY", 10744],
    ["TOP and OFFSET", "SELECT TOP 1 id FROM t ORDER BY id OFFSET 1 ROWS", 10741],
    ["assignment and data together", "DECLARE @x int; SELECT @x = id, n FROM t", 141],
  ];

  test.each(cases)("%s is an error", async (_, sql, error) => {
    expect(await database.error(sql)).toBe(error);
  });
});
