import { ScratchDatabase } from "./scratchDatabase";

let database: ScratchDatabase;

beforeAll(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    "CREATE TABLE c (id int PRIMARY KEY, name nvarchar(20)); INSERT c VALUES (1, N'A&B'), (2, NULL)",
    "CREATE TABLE o (id int PRIMARY KEY, cid int, d date); INSERT o VALUES (1, 1, '20240102'), (2, 1, '20240103'), (3, 2, NULL)",
    "CREATE FUNCTION dbo.above (@min int = 0) RETURNS TABLE AS RETURN (SELECT id, id * 10 AS ten FROM c WHERE id > @min)",
    "CREATE FUNCTION dbo.upto (@n int) RETURNS @r TABLE (i int) AS BEGIN DECLARE @i int = 1; WHILE @i <= @n BEGIN INSERT @r VALUES (@i); SET @i += 1 END; RETURN END",
  );
});

afterAll(() => database.close());

describe("table-valued functions", () => {
  const cases: [name: string, sql: string, rows: unknown[][]][] = [
    ["an inline function", "SELECT * FROM dbo.above(1)", [[2, 20]]],
    ["DEFAULT for its parameter", "SELECT COUNT(*) FROM dbo.above(DEFAULT)", [[2]]],
    ["applied to each row", "SELECT c.id, a.id FROM c CROSS APPLY dbo.above(c.id) a", [[1, 2]]],
    [
      "a function with statements",
      "SELECT c.id, u.i FROM c CROSS APPLY dbo.upto(c.id) u ORDER BY 1, 2",
      [
        [1, 1],
        [2, 1],
        [2, 2],
      ],
    ],
    ["STRING_SPLIT", "SELECT value FROM STRING_SPLIT('a,b,,c', ',')", [["a"], ["b"], [""], ["c"]]],
    [
      "STRING_SPLIT with ordinals",
      "SELECT * FROM STRING_SPLIT('x y', ' ', 1)",
      [
        ["x", 1],
        ["y", 2],
      ],
    ],
    ["STRING_SPLIT of NULL", "SELECT * FROM STRING_SPLIT(CAST(NULL AS varchar(5)), ',')", []],
    ["GENERATE_SERIES", "SELECT value FROM GENERATE_SERIES(5, 1, -2)", [[5], [3], [1]]],
    ["GENERATE_SERIES counts down by itself", "SELECT value FROM GENERATE_SERIES(2, 1)", [[2], [1]]],
    ["GENERATE_SERIES of decimals", "SELECT value FROM GENERATE_SERIES(0.0, 1.0, 0.5)", [["0.0"], ["0.5"], ["1.0"]]],
    [
      "OPENJSON of an object",
      `SELECT * FROM OPENJSON('{"a":1.50,"b":"x\\"y","c":[1, 2],"d":null,"e":true,"f":{}}')`,
      [
        ["a", "1.50", 2],
        ["b", 'x"y', 1],
        ["c", "[1, 2]", 4],
        ["d", null, 0],
        ["e", "true", 3],
        ["f", "{}", 5],
      ],
    ],
    ["OPENJSON by a path", `SELECT value FROM OPENJSON('{"a":{"b c":[7,8]}}', '$.a."b c"')`, [["7"], ["8"]]],
    [
      "OPENJSON WITH",
      `SELECT * FROM OPENJSON('[{"id":1,"sub":{"x":"q"}},{"id":2,"sub":null}]') WITH (id int, x varchar(5) '$.sub.x', sub nvarchar(max) AS JSON)`,
      [
        [1, "q", '{"x":"q"}'],
        [2, null, null],
      ],
    ],
  ];

  test.each(cases)("%s", async (_, sql, rows) => {
    expect(await database.rows(sql)).toEqual(rows);
  });

  const mistakes: [name: string, sql: string, error: number][] = [
    ["an unknown function", "SELECT * FROM dbo.nofunc(1)", 208],
    ["too few arguments", "SELECT * FROM dbo.above()", 313],
    ["too many arguments", "SELECT * FROM dbo.above(1, 2)", 8144],
    ["a long separator", "SELECT * FROM STRING_SPLIT('a', 'ab')", 214],
    ["a step of 0", "SELECT * FROM GENERATE_SERIES(1, 2, 0)", 4199],
    ["broken JSON", "SELECT * FROM OPENJSON('{a}')", 13609],
    ["a broken path", "SELECT * FROM OPENJSON('{}', 'a')", 13607],
    ["a strict path that leads nowhere", "SELECT * FROM OPENJSON('{}', 'strict $.a')", 13608],
  ];

  test.each(mistakes)("%s is an error", async (_, sql, error) => {
    expect(await database.error(sql)).toBe(error);
  });
});

describe("FOR JSON", () => {
  const cases: [name: string, sql: string, json: string][] = [
    ["PATH", "SELECT id, name AS [n.x] FROM c ORDER BY id FOR JSON PATH", '[{"id":1,"n":{"x":"A&B"}},{"id":2}]'],
    ["INCLUDE_NULL_VALUES", "SELECT name FROM c WHERE id = 2 FOR JSON PATH, INCLUDE_NULL_VALUES", '[{"name":null}]'],
    ["WITHOUT_ARRAY_WRAPPER", "SELECT id FROM c ORDER BY id FOR JSON PATH, WITHOUT_ARRAY_WRAPPER", '{"id":1},{"id":2}'],
    ["ROOT", "SELECT 1 AS a FOR JSON PATH, ROOT('r')", '{"r":[{"a":1}]}'],
    [
      "AUTO nests by table",
      "SELECT c.id, o.d FROM c JOIN o ON o.cid = c.id ORDER BY c.id, o.id FOR JSON AUTO",
      '[{"id":1,"o":[{"d":"2024-01-02"},{"d":"2024-01-03"}]},{"id":2,"o":[{}]}]',
    ],
    [
      "values by type",
      "SELECT CAST(1 AS bit) a, CAST(2.50 AS decimal(5, 2)) b, CAST(1.5 AS float) c, N'/\"\\' d, 0x0102 e, CAST('2024-01-02T03:04:05' AS datetime) f FOR JSON PATH",
      '[{"a":true,"b":2.50,"c":1.500000000000000e+000,"d":"\\/\\"\\\\","e":"AQI=","f":"2024-01-02T03:04:05"}]',
    ],
    [
      "a nested FOR JSON is not quoted",
      "SELECT id, (SELECT o.id FROM o WHERE o.cid = c.id FOR JSON PATH) AS list FROM c WHERE id = 2 FOR JSON PATH",
      '[{"id":2,"list":[{"id":3}]}]',
    ],
  ];

  test.each(cases)("%s", async (_, sql, json) => {
    expect(await database.rows(sql)).toEqual([[json]]);
  });

  test("long texts come in rows of 2033 characters", async () => {
    const rows = await database.rows("SELECT value AS v FROM GENERATE_SERIES(1, 500) FOR JSON PATH");
    expect(rows[0]?.[0]).toHaveLength(2033);
    expect(JSON.parse(rows.map(([part]) => part).join(""))).toHaveLength(500);
  });

  test("an unnamed column is an error", async () => {
    expect(await database.error("SELECT 1 FOR JSON PATH")).toBe(13605);
  });

  test("one property twice is an error", async () => {
    expect(await database.error("SELECT 1 AS a, 2 AS a FOR JSON PATH")).toBe(13601);
  });
});

describe("FOR XML", () => {
  const cases: [name: string, sql: string, xml: string][] = [
    ["RAW", "SELECT id, name FROM c ORDER BY id FOR XML RAW", '<row id="1" name="A&amp;B"/><row id="2"/>'],
    [
      "RAW with ELEMENTS",
      "SELECT id, name FROM c ORDER BY id FOR XML RAW('x'), ELEMENTS",
      "<x><id>1</id><name>A&amp;B</name></x><x><id>2</id></x>",
    ],
    [
      "PATH",
      "SELECT id AS [@id], name AS [n/x] FROM c ORDER BY id FOR XML PATH('c'), ROOT('r')",
      '<r><c id="1"><n><x>A&amp;B</x></n></c><c id="2"/></r>',
    ],
    ["a joined list", "SELECT ',' + CAST(id AS varchar(5)) FROM c ORDER BY id FOR XML PATH('')", ",1,2"],
    [
      "AUTO",
      "SELECT c.id, o.id AS oid FROM c JOIN o ON o.cid = c.id ORDER BY c.id, o.id FOR XML AUTO",
      '<c id="1"><o oid="1"/><o oid="2"/></c><c id="2"><o oid="3"/></c>',
    ],
  ];

  test.each(cases)("%s", async (_, sql, xml) => {
    expect(await database.rows(sql)).toEqual([[xml]]);
  });

  test("no rows are NULL in a subquery", async () => {
    expect(await database.rows("SELECT (SELECT id FROM c WHERE 1 = 0 FOR XML PATH('')), 1")).toEqual([[null, 1]]);
  });
});
