import { ScratchDatabase } from "./scratchDatabase";

let database: ScratchDatabase;

beforeAll(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    `CREATE TABLE sale (region varchar(5), year int, amount int);
     INSERT sale VALUES ('n', 1, 10), ('n', 2, 20), ('s', 1, 5), ('s', 2, NULL), ('n', 1, 10)`,
  );
});

afterAll(() => database.close());

describe("grouping", () => {
  const cases: [name: string, sql: string, rows: unknown[][]][] = [
    [
      "aggregates leave out NULL",
      "SELECT region, SUM(amount), COUNT(*), COUNT(amount), MIN(amount), AVG(amount) FROM sale GROUP BY region ORDER BY region",
      [
        ["n", 40, 3, 3, 10, 13],
        ["s", 5, 2, 1, 5, 5],
      ],
    ],
    ["no rows make one group without GROUP BY", "SELECT COUNT(*), SUM(amount) FROM sale WHERE 1 = 0", [[0, null]]],
    ["no rows make no group with it", "SELECT region, COUNT(*) FROM sale WHERE 1 = 0 GROUP BY region", []],
    ["HAVING", "SELECT region FROM sale GROUP BY region HAVING SUM(amount) > 10", [["n"]]],
    ["HAVING without GROUP BY", "SELECT COUNT(*) FROM sale HAVING COUNT(*) > 100", []],
    [
      "an expression of GROUP BY may stand in the select list",
      "SELECT year % 2 AS odd, COUNT(*) FROM sale GROUP BY year % 2 ORDER BY odd",
      [
        [0, 2],
        [1, 3],
      ],
    ],
    [
      "an aggregate may be ordered by without being selected",
      "SELECT region FROM sale GROUP BY region ORDER BY COUNT(*)",
      [["s"], ["n"]],
    ],
    ["DISTINCT aggregates", "SELECT COUNT(DISTINCT amount), SUM(DISTINCT amount) FROM sale", [[3, 35]]],
    ["texts group by their collation", "SELECT COUNT(*) FROM (VALUES ('a'), ('A'), ('a ')) v(x) GROUP BY x", [[3]]],
    [
      "ROLLUP",
      "SELECT region, year, SUM(amount), GROUPING(year) FROM sale GROUP BY ROLLUP (region, year)",
      [
        ["n", 1, 20, 0],
        ["n", 2, 20, 0],
        ["n", null, 40, 1],
        ["s", 1, 5, 0],
        ["s", 2, null, 0],
        ["s", null, 5, 1],
        [null, null, 45, 1],
      ],
    ],
    [
      "CUBE",
      "SELECT region, year, COUNT(*), GROUPING_ID(region, year) AS id FROM sale GROUP BY CUBE (region, year) ORDER BY id, region, year",
      [
        ["n", 1, 2, 0],
        ["n", 2, 1, 0],
        ["s", 1, 1, 0],
        ["s", 2, 1, 0],
        ["n", null, 3, 1],
        ["s", null, 2, 1],
        [null, 1, 3, 2],
        [null, 2, 2, 2],
        [null, null, 5, 3],
      ],
    ],
    [
      "GROUPING SETS",
      "SELECT region, year, COUNT(*) AS c FROM sale GROUP BY GROUPING SETS ((region), (year), ()) ORDER BY c, region",
      [
        [null, 2, 2],
        ["s", null, 2],
        [null, 1, 3],
        ["n", null, 3],
        [null, null, 5],
      ],
    ],
    [
      "STRING_AGG in an order of its own",
      "SELECT STRING_AGG(x, ',') WITHIN GROUP (ORDER BY x DESC) FROM (VALUES ('b'), ('a'), (NULL), ('c')) v(x)",
      [["c,b,a"]],
    ],
    [
      "PIVOT",
      "SELECT region, [1], [2], [3] FROM (SELECT region, year, amount FROM sale) s PIVOT (SUM(amount) FOR year IN ([1], [2], [3])) p ORDER BY region",
      [
        ["n", 20, 20, null],
        ["s", 5, null, null],
      ],
    ],
    [
      "UNPIVOT leaves out NULL",
      "SELECT id, name, value FROM (VALUES (1, 10, 20), (2, 30, NULL)) t(id, a, b) UNPIVOT (value FOR name IN (a, b)) u ORDER BY id, name",
      [
        [1, "a", 10],
        [1, "b", 20],
        [2, "a", 30],
      ],
    ],
    [
      "SELECT DISTINCT",
      "SELECT DISTINCT region, year % 1 FROM sale",
      [
        ["n", 0],
        ["s", 0],
      ],
    ],
  ];

  test.each(cases)("%s", async (_, sql, rows) => {
    expect(await database.rows(sql)).toEqual(rows);
  });

  test("a NULL left out of an aggregate is told once", async () => {
    const { messages } = await database.run("SELECT SUM(amount), MAX(amount) FROM sale");
    expect(messages).toEqual([8153]);
  });

  test("with ANSI_WARNINGS off it is not told", async () => {
    const { messages } = await database.run(
      "SET ANSI_WARNINGS OFF; SELECT SUM(amount) FROM sale; SET ANSI_WARNINGS ON",
    );
    expect(messages).toEqual([]);
  });
});

describe("grouping mistakes", () => {
  const cases: [name: string, sql: string, error: number][] = [
    ["a column outside GROUP BY", "SELECT region, year FROM sale GROUP BY region", 8120],
    ["a column beside an aggregate", "SELECT region, COUNT(*) FROM sale", 8120],
    ["a column in HAVING", "SELECT region FROM sale GROUP BY region HAVING year = 1", 8121],
    ["a column in ORDER BY", "SELECT region FROM sale GROUP BY region ORDER BY year", 8127],
    ["a constant in GROUP BY", "SELECT 1 FROM sale GROUP BY 1", 164],
    ["an aggregate in GROUP BY", "SELECT 1 FROM sale GROUP BY SUM(amount)", 144],
    ["an aggregate in WHERE", "SELECT region FROM sale WHERE SUM(amount) > 1 GROUP BY region", 147],
    ["an aggregate of an aggregate", "SELECT SUM(MAX(amount)) FROM sale", 130],
    ["an aggregate of a subquery", "SELECT SUM((SELECT 1)) FROM sale", 130],
    ["GROUPING of something else", "SELECT GROUPING(amount) FROM sale GROUP BY region", 8161],
    ["SUM of a text", "SELECT SUM(region) FROM sale", 8117],
  ];

  test.each(cases)("%s is an error", async (_, sql, error) => {
    expect(await database.error(sql)).toBe(error);
  });
});
