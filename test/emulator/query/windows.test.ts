import { ScratchDatabase } from "./scratchDatabase";

let database: ScratchDatabase;

beforeAll(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    "CREATE TABLE t (id int PRIMARY KEY, g char(1), v int); INSERT t VALUES (1, 'a', 10), (2, 'a', 20), (3, 'b', 5), (4, 'a', 20)",
  );
});

afterAll(() => database.close());

const column = (rows: unknown[][], i = 1) => rows.map((row) => row[i]);

describe("window functions", () => {
  const cases: [expression: string, values: unknown[]][] = [
    ["ROW_NUMBER() OVER (ORDER BY id DESC)", [4, 3, 2, 1]],
    ["ROW_NUMBER() OVER (PARTITION BY g ORDER BY v DESC, id)", [3, 1, 1, 2]],
    ["RANK() OVER (ORDER BY v DESC)", [3, 1, 4, 1]],
    ["DENSE_RANK() OVER (ORDER BY v DESC)", [2, 1, 3, 1]],
    ["PERCENT_RANK() OVER (ORDER BY v)", [1 / 3, 2 / 3, 0, 2 / 3]],
    ["CUME_DIST() OVER (ORDER BY v)", [0.5, 1, 0.25, 1]],
    ["NTILE(3) OVER (ORDER BY id)", [1, 1, 2, 3]],
    ["LAG(v) OVER (ORDER BY id)", [null, 10, 20, 5]],
    ["LAG(v, 2, -1) OVER (ORDER BY id)", [-1, -1, 10, 20]],
    ["LEAD(v) OVER (PARTITION BY g ORDER BY id)", [20, 20, null, null]],
    ["FIRST_VALUE(id) OVER (PARTITION BY g ORDER BY v DESC, id)", [2, 2, 3, 2]],
    ["LAST_VALUE(id) OVER (ORDER BY id)", [1, 2, 3, 4]],
    ["LAST_VALUE(id) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)", [4, 4, 4, 4]],
    ["SUM(v) OVER ()", [55, 55, 55, 55]],
    ["SUM(v) OVER (PARTITION BY g)", [50, 50, 5, 50]],
    ["SUM(v) OVER (ORDER BY v)", [15, 55, 5, 55]],
    ["SUM(v) OVER (ORDER BY v, id ROWS UNBOUNDED PRECEDING)", [15, 35, 5, 55]],
    ["SUM(v) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)", [30, 35, 45, 25]],
    ["SUM(v) OVER (ORDER BY id ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING)", [25, 20, null, null]],
    ["COUNT(*) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)", [4, 3, 2, 1]],
    ["MAX(v) OVER (ORDER BY id RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)", [20, 20, 20, 20]],
    ["PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY v) OVER ()", [15, 15, 15, 15]],
    ["PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY v) OVER ()", [10, 10, 10, 10]],
  ];

  test.each(cases)("%s", async (expression, values) => {
    expect(column(await database.rows(`SELECT id, ${expression} FROM t ORDER BY id`))).toEqual(values);
  });

  test("a window over groups", async () => {
    const rows = await database.rows(
      "SELECT g, SUM(COUNT(*)) OVER (), RANK() OVER (ORDER BY SUM(v) DESC) FROM t GROUP BY g ORDER BY g",
    );
    expect(rows).toEqual([
      ["a", 4, 1],
      ["b", 4, 2],
    ]);
  });

  test("rows come in the window's order when nothing else orders them", async () => {
    expect(column(await database.rows("SELECT ROW_NUMBER() OVER (ORDER BY v, id DESC), id FROM t"))).toEqual([
      3, 1, 4, 2,
    ]);
  });

  test("a window in ORDER BY", async () => {
    expect(column(await database.rows("SELECT id FROM t ORDER BY ROW_NUMBER() OVER (ORDER BY id DESC)"), 0)).toEqual([
      4, 3, 2, 1,
    ]);
  });
});

describe("window mistakes", () => {
  const cases: [name: string, sql: string, error: number][] = [
    ["in WHERE", "SELECT id FROM t WHERE ROW_NUMBER() OVER (ORDER BY id) = 1", 4108],
    ["in a window", "SELECT SUM(ROW_NUMBER() OVER (ORDER BY id)) OVER () FROM t", 4109],
    ["without order", "SELECT ROW_NUMBER() OVER () FROM t", 4112],
    ["of an unknown function", "SELECT UPPER(g) OVER (ORDER BY id) FROM t", 4113],
    ["ordered by a number", "SELECT ROW_NUMBER() OVER (ORDER BY 1) FROM t", 5308],
    ["ordered by a constant", "SELECT ROW_NUMBER() OVER (ORDER BY 'x') FROM t", 5309],
    ["a ranking with a frame", "SELECT ROW_NUMBER() OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) FROM t", 10752],
    ["a frame without order", "SELECT SUM(v) OVER (ROWS UNBOUNDED PRECEDING) FROM t", 10756],
    ["DISTINCT", "SELECT COUNT(DISTINCT v) OVER () FROM t", 10759],
    ["RANGE with a number", "SELECT SUM(v) OVER (ORDER BY id RANGE 1 PRECEDING) FROM t", 4194],
  ];

  test.each(cases)("a window %s is an error", async (_, sql, error) => {
    expect(await database.error(sql)).toBe(error);
  });
});
