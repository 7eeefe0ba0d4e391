import { ScratchDatabase } from "./scratchDatabase";

let database: ScratchDatabase;

beforeAll(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    `CREATE TABLE customer (id int PRIMARY KEY, name nvarchar(20));
     CREATE TABLE orders (id int PRIMARY KEY, customer int, amount decimal(10, 2));
     INSERT customer VALUES (1, N'Ann'), (2, N'Bob'), (3, N'Cid');
     INSERT orders VALUES (10, 1, 5.5), (11, 1, 7.25), (12, 2, 3), (13, 9, 1)`,
    "CREATE TABLE big (id int PRIMARY KEY, v int); INSERT big SELECT value, value % 10 FROM GENERATE_SERIES(1, 2000)",
  );
});

afterAll(() => database.close());

describe("joins", () => {
  const cases: [name: string, sql: string, rows: unknown[][]][] = [
    [
      "an inner join by key",
      "SELECT c.name, o.amount FROM orders o JOIN customer c ON c.id = o.customer ORDER BY o.id",
      [
        ["Ann", "5.50"],
        ["Ann", "7.25"],
        ["Bob", "3.00"],
      ],
    ],
    [
      "a left join keeps rows without partner",
      "SELECT c.name, o.id FROM customer c LEFT JOIN orders o ON o.customer = c.id AND o.amount > 6 ORDER BY c.id",
      [
        ["Ann", 11],
        ["Bob", null],
        ["Cid", null],
      ],
    ],
    [
      "WHERE on the optional side comes after the join",
      "SELECT c.name FROM customer c LEFT JOIN orders o ON o.customer = c.id WHERE o.id IS NULL",
      [["Cid"]],
    ],
    [
      "a right join keeps the right side",
      "SELECT c.name, o.id FROM customer c RIGHT JOIN orders o ON o.customer = c.id ORDER BY o.id",
      [
        ["Ann", 10],
        ["Ann", 11],
        ["Bob", 12],
        [null, 13],
      ],
    ],
    [
      "a full join keeps both",
      "SELECT c.name, o.id FROM customer c FULL JOIN orders o ON o.customer = c.id ORDER BY o.id, c.name",
      [
        ["Cid", null],
        ["Ann", 10],
        ["Ann", 11],
        ["Bob", 12],
        [null, 13],
      ],
    ],
    [
      "a full join without equality",
      "SELECT a.x, b.y FROM (VALUES (1), (5)) a(x) FULL JOIN (VALUES (3), (9)) b(y) ON b.y > a.x AND b.y < 5 ORDER BY a.x, b.y",
      [
        [null, 9],
        [1, 3],
        [5, null],
      ],
    ],
    ["commas and WHERE", "SELECT COUNT(*) FROM customer c, orders o WHERE o.customer = c.id", [[3]]],
    ["a cross join", "SELECT COUNT(*) FROM customer CROSS JOIN orders", [[12]]],
    [
      "a join nested on the right",
      `SELECT c.id, o.id, p.id FROM customer c
       LEFT JOIN (orders o JOIN customer p ON p.id = o.customer) ON o.customer = c.id ORDER BY c.id, o.id`,
      [
        [1, 10, 1],
        [1, 11, 1],
        [2, 12, 2],
        [3, null, null],
      ],
    ],
    [
      "CROSS APPLY reads the left row",
      "SELECT c.name, x.amount FROM customer c CROSS APPLY (SELECT TOP 1 amount FROM orders o WHERE o.customer = c.id ORDER BY amount DESC) x",
      [
        ["Ann", "7.25"],
        ["Bob", "3.00"],
      ],
    ],
    [
      "OUTER APPLY keeps the left row",
      "SELECT c.id, x.n FROM customer c OUTER APPLY (SELECT o.id AS n FROM orders o WHERE o.customer = c.id AND o.id > 10) x ORDER BY c.id",
      [
        [1, 11],
        [2, 12],
        [3, null],
      ],
    ],
    [
      "APPLY over VALUES",
      "SELECT v.k, v.x FROM customer c CROSS APPLY (VALUES ('id', c.id), ('twice', c.id * 2)) v(k, x) WHERE c.id = 3",
      [
        ["id", 3],
        ["twice", 6],
      ],
    ],
    ["several matches by hash", "SELECT COUNT(*) FROM big a JOIN big b ON b.v = a.v", [[400_000]]],
    [
      "a correlated EXISTS",
      "SELECT name FROM customer c WHERE NOT EXISTS (SELECT * FROM orders WHERE customer = c.id)",
      [["Cid"]],
    ],
    [
      "a correlated scalar subquery",
      "SELECT id, (SELECT SUM(amount) FROM orders WHERE customer = c.id) FROM customer c ORDER BY id",
      [
        [1, "12.75"],
        [2, "3.00"],
        [3, null],
      ],
    ],
    [
      "a subquery two levels out",
      "SELECT id FROM customer c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer = c.id AND EXISTS (SELECT 1 FROM big WHERE id = o.id AND v = c.id))",
      [[1], [2]],
    ],
    ["an index seek converts what it compares", "SELECT name FROM customer WHERE id = '2'", [["Bob"]]],
    ["a fraction finds no integer key", "SELECT name FROM customer WHERE id = 1.5", []],
    ["a number beyond the key's type finds nothing", "SELECT name FROM customer WHERE id = 99999999999", []],
    ["NULL equals no key", "SELECT name FROM customer WHERE id = NULL", []],
    ["conditions without columns", "SELECT name FROM customer WHERE 1 = 0", []],
  ];

  test.each(cases)("%s", async (_, sql, rows) => {
    expect(await database.rows(sql)).toEqual(rows);
  });
});

describe("names in FROM", () => {
  const cases: [name: string, sql: string, error: number][] = [
    ["an unknown table", "SELECT * FROM nosuch", 208],
    ["an unknown column", "SELECT nope FROM customer", 207],
    ["an unknown qualifier", "SELECT x.id FROM customer", 4104],
    ["an ambiguous column", "SELECT id FROM customer, orders", 209],
    ["one table twice", "SELECT 1 FROM customer, customer", 1013],
    ["one alias twice", "SELECT 1 FROM customer a, orders a", 1011],
    [
      "a condition on a table joined later",
      "SELECT 1 FROM customer c JOIN orders o ON o.id = b.id JOIN big b ON b.id = c.id",
      4104,
    ],
    ["a derived table that reads its neighbour", "SELECT 1 FROM customer c, (SELECT c.id AS x) d", 4104],
    ["an unnamed derived column", "SELECT * FROM (SELECT 1) d", 8155],
    ["a derived column twice", "SELECT * FROM (SELECT 1 AS a, 2 AS a) d", 8156],
    ["too few names", "SELECT * FROM (SELECT 1 AS a, 2 AS b) d(x)", 8158],
    ["too many names", "SELECT * FROM (SELECT 1 AS a) d(x, y)", 8159],
    ["a star without FROM", "SELECT *", 263],
    ["a star of an unknown table", "SELECT z.* FROM customer", 107],
    ["an unknown hint", "SELECT * FROM customer WITH (NOSUCHHINT)", 321],
    ["conflicting hints", "SELECT * FROM customer WITH (NOLOCK, XLOCK)", 1047],
    ["VALUES of different widths", "SELECT * FROM (VALUES (1), (1, 2)) v(a)", 10709],
  ];

  test.each(cases)("%s is an error", async (_, sql, error) => {
    expect(await database.error(sql)).toBe(error);
  });
});
