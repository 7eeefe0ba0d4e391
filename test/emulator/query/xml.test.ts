import { ScratchDatabase } from "./scratchDatabase";

let database: ScratchDatabase;

beforeAll(async () => {
  database = await ScratchDatabase.open();
});

afterAll(() => database.close());

const DOCUMENT = `<r><a id="1">x</a><a id="2">y<b>z</b></a><c/><d k="v" n="5">&lt;&amp;</d></r>`;

describe("xml methods", () => {
  const cases: [expression: string, value: unknown][] = [
    ["@x.value('(/r/a)[1]', 'varchar(10)')", "x"],
    ["@x.value('(/r/a/@id)[2]', 'int')", 2],
    ["@x.value('/r[1]/a[2]/b[1]', 'char(2)')", "z "],
    ["@x.value('(//a[@id=\"2\"])[1]', 'varchar(10)')", "yz"],
    ["@x.value('(/r/a[@id=\"2\"]/text())[1]', 'varchar(10)')", "y"],
    ["@x.value('(/r/d)[1]', 'varchar(10)')", "<&"],
    ["@x.value('(/r/d[@n > 4]/@k)[1]', 'varchar(10)')", "v"],
    ["@x.value('(/r/d[@n > 4 and @k = \"w\"]/@k)[1]', 'varchar(10)')", null],
    ["@x.value('count(/r/a)', 'int')", 2],
    ["@x.value('count(//*)', 'int')", 6],
    ["@x.value('sum(/r/a/@id)', 'int')", 3],
    ["@x.value('local-name(/r[1]/*[3])', 'varchar(10)')", "c"],
    ["@x.value('(/r/a[last()]/b/../@id)[1]', 'int')", 2],
    ["@x.value('(/nothing)[1]', 'int')", null],
    ["@x.exist('/r/c')", 1],
    ["@x.exist('/r/e')", 0],
    ["@x.exist('/r/a[@id=sql:variable(\"@n\")]')", 1],
    ["CAST(@x.query('/r/a[2]') AS varchar(100))", '<a id="2">y<b>z</b></a>'],
    ["CAST(@x.query('/r/d/text()') AS varchar(100))", "&lt;&amp;"],
    ["CAST(NULL AS xml).value('(/a)[1]', 'int')", null],
  ];

  test.each(cases)("%s", async (expression, value) => {
    expect(await database.rows(`DECLARE @x xml = '${DOCUMENT}', @n int = 2; SELECT ${expression}`)).toEqual([[value]]);
  });

  test("nodes() makes rows whose methods start at the node", async () => {
    const rows = await database.rows(
      `DECLARE @x xml = '<r><p n="a"><q>1</q></p><p n="b"><q>2</q><q>3</q></p></r>';
       SELECT p.c.value('@n', 'char(1)'), q.c.value('.', 'int') FROM @x.nodes('/r/p') p(c) CROSS APPLY p.c.nodes('q') q(c)`,
    );
    expect(rows).toEqual([
      ["a", 1],
      ["b", 2],
      ["b", 3],
    ]);
  });

  test("FOR XML PATH and value() join texts without escapes", async () => {
    const sql =
      "SELECT STUFF((SELECT ',' + v FROM (VALUES ('a&b'), ('c')) x(v) FOR XML PATH(''), TYPE).value('.', 'nvarchar(max)'), 1, 1, '')";
    expect(await database.rows(sql)).toEqual([["a&b,c"]]);
  });

  const mistakes: [name: string, sql: string, error: number][] = [
    ["value() of what may be several", "@x.value('/r/a', 'int')", 2389],
    ["a path that is no literal", "@x.value(@p, 'int')", 8172],
    ["a method of an int", "@n.value('.', 'int')", 258],
    ["a broken path", "@x.query('/r[')", 2209],
    ["modify()", "@x.modify('delete /r')", 49999],
    ["FLWOR", "@x.query('for $a in /r return $a')", 49999],
  ];

  test.each(mistakes)("%s is an error", async (_, expression, error) => {
    expect(await database.error(`DECLARE @x xml = '<r/>', @n int, @p varchar(9); SELECT ${expression}`)).toBe(error);
  });

  test("a column of nodes() cannot be selected itself", async () => {
    expect(await database.error("DECLARE @x xml = '<r/>'; SELECT c FROM @x.nodes('/r') t(c)")).toBe(493);
  });
});
