import { parseBatch } from "../../../src/emulator/tsql";
import { parseAs, parseOne } from "./batches";

function kindsOf(text: string): string[] {
  return parseBatch(text).statements.map((statement) => statement.kind);
}

describe("statements follow each other without semicolons", () => {
  test.each<[text: string, kinds: string[]]>([
    ["SELECT 1 SELECT 2;;SELECT 3", ["select", "select", "select"]],
    ["DECLARE @a int SET @a = 1 IF @a = 1 SET @a = 2 ELSE SET @a = 3 PRINT @a", ["declare", "set", "if", "print"]],
    ["BEGIN TRAN INSERT t VALUES (1) COMMIT TRAN SELECT 1", ["beginTransaction", "insert", "commit", "select"]],
    ["RETURN SELECT 1", ["return", "select"]],
    ["RETURN a: SELECT 1", ["return", "label", "select"]],
    ["EXEC p SELECT 1", ["execute", "select"]],
    ["EXEC p 1, @x OUT SELECT 1", ["execute", "select"]],
    ["sp_help 'x' SELECT 1", ["execute", "select"]],
    ["KILL 5 USE d CHECKPOINT RECONFIGURE", ["kill", "use", "checkpoint", "reconfigure"]],
  ])("%s", (text, kinds) => expect(kindsOf(text)).toEqual(kinds));
});

describe("queries", () => {
  test("select items: star, alias before and after, assignment", () => {
    expect(parseOne("SELECT *, t.*, a AS 'x', b y, z = c, @v += d")).toMatchObject({
      query: {
        body: {
          items: [
            { kind: "star" },
            { kind: "star", qualifier: ["t"] },
            { kind: "expression", alias: "x" },
            { kind: "expression", alias: "y" },
            { kind: "expression", alias: "z" },
            { kind: "assign", variable: "@v", operator: "+=" },
          ],
        },
      },
    });
  });

  test("INTERSECT binds tighter than UNION and EXCEPT", () => {
    expect(parseOne("SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 3 EXCEPT SELECT 4")).toMatchObject({
      query: {
        body: {
          operator: "except",
          left: { operator: "unionAll", right: { operator: "intersect" } },
        },
      },
    });
  });

  test("a query in parentheses keeps its ORDER BY", () => {
    expect(parseOne("(SELECT TOP 1 a FROM t ORDER BY a) UNION SELECT 2 ORDER BY 1")).toMatchObject({
      query: { body: { left: { kind: "query", orderBy: [{}] } }, orderBy: [{}] },
    });
  });

  test("TOP, DISTINCT, INTO, GROUP BY, HAVING, OFFSET, OPTION", () => {
    expect(parseOne("SELECT DISTINCT TOP (5) PERCENT WITH TIES a INTO #x FROM t GROUP BY a HAVING 1=1")).toMatchObject({
      into: { name: "#x" },
      query: { body: { distinct: true, top: { percent: true, withTies: true }, groupBy: [{}], having: {} } },
    });
    expect(
      parseOne("SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH NEXT 2 ROWS ONLY OPTION (RECOMPILE, MAXRECURSION 0)"),
    ).toMatchObject({
      query: { offset: { text: "5" }, fetch: { text: "2" } },
      options: [{ name: "RECOMPILE" }, { name: "MAXRECURSION", value: { text: "0" } }],
    });
  });

  test.each([
    ["GROUP BY a WITH ROLLUP", [{ kind: "rollup", sets: [[{}]] }]],
    ["GROUP BY ROLLUP (a, (b, c))", [{ kind: "rollup", sets: [[{}], [{}, {}]] }]],
    ["GROUP BY CUBE ((a + b) * 2)", [{ kind: "cube", sets: [[{ kind: "binaryOperation" }]] }]],
    ["GROUP BY GROUPING SETS ((a, b), c, ())", [{ kind: "groupingSets", sets: [[{}, {}], [{}], []] }]],
    ["GROUP BY GROUPING SETS (ROLLUP (a, b))", [{ kind: "groupingSets", sets: [[{}, {}], [{}], []] }]],
    ["GROUP BY GROUPING SETS (CUBE (a, b))", [{ kind: "groupingSets", sets: [[{}, {}], [{}], [{}], []] }]],
  ])("%s", (text, groupBy) => {
    expect(parseAs("select", `SELECT 1 FROM t ${text}`).query.body).toMatchObject({ groupBy });
  });

  test.each([
    [
      "t AS x WITH (UPDLOCK, INDEX(ix))",
      { name: { name: "t" }, alias: "x", hints: [{ name: "UPDLOCK" }, { name: "INDEX" }] },
    ],
    ["t (NOLOCK)", { kind: "table", hints: [{ name: "NOLOCK" }] }],
    ["t x (NOLOCK)", { kind: "table", alias: "x", hints: [{ name: "NOLOCK" }] }],
    ["@t x", { kind: "tableVariable", name: "@t", alias: "x" }],
    ["srv.db.dbo.t", { name: { server: "srv", database: "db", schema: "dbo", name: "t" } }],
    ["db..t", { name: { database: "db", schema: "", name: "t" } }],
    ["(SELECT 1) x (a)", { kind: "derived", alias: "x", columns: ["a"] }],
    [
      "(VALUES (1, 2), (3, 4)) AS v (a, b)",
      {
        kind: "values",
        rows: [
          [{}, {}],
          [{}, {}],
        ],
        columns: ["a", "b"],
      },
    ],
    ["dbo.f(1, DEFAULT) AS x (a)", { kind: "function", defaults: [1], alias: "x", columns: ["a"] }],
    [
      "OPENJSON(@j, '$.a') WITH (x int '$.x', y nvarchar(max) AS JSON) j",
      { kind: "function", withColumns: [{ name: "x", path: "$.x" }, { asJson: true }] },
    ],
    ["OPENQUERY(srv, 'SELECT 1') q", { kind: "openquery", server: "srv", query: "SELECT 1", alias: "q" }],
    ["@x.nodes('/a') AS n (c)", { kind: "methodTable", target: { kind: "variable" }, alias: "n", columns: ["c"] }],
    ["t.c.nodes('/a') n (d)", { kind: "methodTable", target: { parts: ["t", "c"] } }],
    ["s PIVOT (SUM(v) FOR k IN ([a], [b])) p", { kind: "pivot", column: ["k"], values: ["a", "b"], alias: "p" }],
    ["s UNPIVOT (v FOR k IN (a, b)) u", { kind: "unpivot", valueColumn: "v", nameColumn: "k", columns: ["a", "b"] }],
    ["a JOIN b JOIN c ON 1=1 ON 2=2", { kind: "join", join: "inner", right: { kind: "join" } }],
    ["a LEFT OUTER HASH JOIN b ON 1=1 CROSS JOIN c", { join: "cross", left: { join: "left" } }],
    ["(a FULL JOIN b ON 1=1) RIGHT JOIN c ON 1=1", { join: "right", left: { join: "full" } }],
    ["a CROSS APPLY f(a.x) b OUTER APPLY (SELECT 1 y) c", { join: "outerApply", left: { join: "crossApply" } }],
  ])("FROM %s", (text, source) => {
    expect(parseAs("select", `SELECT * FROM ${text}`).query.body).toMatchObject({ from: [source] });
  });

  test.each([
    [
      "FOR JSON PATH, ROOT('r'), INCLUDE_NULL_VALUES",
      { kind: "json", mode: "path", root: "r", includeNullValues: true },
    ],
    ["FOR JSON AUTO, WITHOUT_ARRAY_WRAPPER", { kind: "json", mode: "auto", withoutArrayWrapper: true }],
    ["FOR XML PATH('x'), TYPE, ROOT", { kind: "xml", mode: "path", element: "x", type: true, root: true }],
    ["FOR XML RAW, ELEMENTS", { kind: "xml", mode: "raw", elements: true }],
  ])("%s", (text, forClause) => {
    expect(parseAs("select", `SELECT a FROM t ${text}`).query).toMatchObject({ forClause });
  });

  test("common table expressions stand before every kind of statement", () => {
    for (const [text, kind] of [
      ["SELECT * FROM c", "select"],
      ["INSERT t SELECT * FROM c", "insert"],
      ["UPDATE c SET a = 1", "update"],
      ["DELETE c", "delete"],
      ["MERGE t USING c ON 1 = 1 WHEN MATCHED THEN DELETE;", "merge"],
    ]) {
      expect(parseOne(`WITH c (a) AS (SELECT 1), d AS (SELECT 2 b) ${text}`)).toMatchObject({
        kind,
        with: [{ name: "c", columns: ["a"] }, { name: "d" }],
      });
    }
  });
});

describe("data modification", () => {
  test.each([
    [
      "INSERT INTO t (a, b) VALUES (1, DEFAULT), (2, 3)",
      {
        columns: ["a", "b"],
        source: {
          rows: [
            [{}, { kind: "default" }],
            [{}, {}],
          ],
        },
      },
    ],
    ["INSERT t DEFAULT VALUES", { source: { kind: "defaultValues" } }],
    ["INSERT t (SELECT 1)", { source: { kind: "query" } }],
    ["INSERT TOP (5) t SELECT 1 OPTION (MAXDOP 1)", { top: { percent: false }, options: [{ name: "MAXDOP" }] }],
    ["INSERT t (a) EXEC p 1", { columns: ["a"], source: { kind: "execute", statement: { kind: "execute" } } }],
    ["INSERT @t EXEC ('SELECT 1') AT srv", { target: { kind: "tableVariable" }, source: { statement: { at: "srv" } } }],
    ["INSERT t OUTPUT inserted.a INTO @x (c) VALUES (1)", { output: [{ into: { name: "@x" }, intoColumns: ["c"] }] }],
  ])("%s", (text, expected) => expect(parseAs("insert", text)).toMatchObject(expected));

  test.each([
    [
      "SET a = 1, t.b += 2",
      [
        { column: ["a"], operator: "=" },
        { column: ["t", "b"], operator: "+=" },
      ],
    ],
    ["SET @x = a + 1", [{ variable: "@x", value: { kind: "binaryOperation" } }]],
    ["SET @x = t.a = DEFAULT", [{ variable: "@x", column: ["t", "a"], value: { kind: "default" } }]],
    ["SET @x = a += 2", [{ variable: "@x", column: ["a"], operator: "+=" }]],
  ])("UPDATE t %s", (text, assignments) => {
    expect(parseAs("update", `UPDATE t ${text}`)).toMatchObject({ assignments });
  });

  test("UPDATE and DELETE with TOP, OUTPUT, FROM, WHERE", () => {
    expect(
      parseOne(
        "UPDATE TOP (10) PERCENT x WITH (ROWLOCK) SET a = 1 OUTPUT deleted.* FROM t x JOIN u ON 1=1 WHERE b = 2",
      ),
    ).toMatchObject({
      top: { percent: true },
      target: { hints: [{}] },
      output: [{}],
      from: [{ kind: "join" }],
      where: {},
    });
    expect(parseOne("DELETE TOP (1) FROM t WHERE CURRENT OF GLOBAL c")).toMatchObject({
      kind: "delete",
      currentOf: { name: "c", global: true, variable: false },
    });
    expect(parseOne("DELETE x FROM t AS x")).toMatchObject({ target: { name: { name: "x" } }, from: [{ alias: "x" }] });
  });

  test("MERGE", () => {
    const text = `MERGE INTO t WITH (HOLDLOCK) AS a USING (VALUES (1)) b (x) ON a.x = b.x
      WHEN MATCHED AND a.y = 1 THEN UPDATE SET y = 2
      WHEN NOT MATCHED THEN INSERT (x) VALUES (DEFAULT)
      WHEN NOT MATCHED BY SOURCE THEN DELETE OUTPUT $action, inserted.x;`;
    expect(parseOne(text)).toMatchObject({
      kind: "merge",
      target: { name: { name: "t" }, alias: "a", hints: [{ name: "HOLDLOCK" }] },
      source: { kind: "values" },
      clauses: [
        { when: "matched", condition: {}, action: { kind: "update" } },
        { when: "notMatchedByTarget", action: { kind: "insert", columns: ["x"], values: [{ kind: "default" }] } },
        { when: "notMatchedBySource", action: { kind: "delete" } },
      ],
      output: [{ items: [{ expression: { parts: ["$action"] } }, {}] }],
    });
    expect(parseOne("MERGE t USING s ON 1 = 1 WHEN MATCHED THEN DELETE;")).not.toHaveProperty("target.alias");
  });
});

describe("control of flow", () => {
  test("ELSE belongs to the nearest IF", () => {
    const outer = parseAs("if", "IF 1=1 IF 2=2 PRINT 'a' ELSE PRINT 'b'");
    expect(outer.otherwise).toBeUndefined();
    expect(outer.then).toMatchObject({ kind: "if", otherwise: { kind: "print" } });
  });

  test("TRY and CATCH", () => {
    expect(parseOne("BEGIN TRY SELECT 1; SELECT 2 END TRY BEGIN CATCH THROW END CATCH")).toMatchObject({
      kind: "tryCatch",
      try: [{}, {}],
      catch: [{ kind: "throw" }],
    });
  });

  test.each([
    ["RAISERROR (N'x %d', 16, -1, @a, 5) WITH LOG, NOWAIT", { arguments: [{}, {}], options: ["log", "nowait"] }],
    ["THROW 50000, @m, 1", { number: { text: "50000" }, message: { name: "@m" } }],
    ["WAITFOR DELAY '00:00:01'", { form: "delay" }],
    ["WAITFOR TIME @t", { form: "time" }],
    ["RETURN (SELECT 1)", { value: { kind: "subquery" } }],
    ["RETURN -1", { value: { kind: "unary" } }],
    ["DECLARE @a int = 1, @b AS dbo.tt", { declarations: [{ initial: {} }, { type: { schema: "dbo", name: "tt" } }] }],
    ["DECLARE @t TABLE (a int PRIMARY KEY, CHECK (a > 0))", { declarations: [{ table: { constraints: [{}] } }] }],
    ["SET @a *= 2", { kind: "set", operator: "*=" }],
    ["SET NOCOUNT, XACT_ABORT ON", { kind: "setOption", options: ["NOCOUNT", "XACT_ABORT"], on: true }],
    ["SET LOCK_TIMEOUT -1", { kind: "setValue", option: "LOCK_TIMEOUT", value: { kind: "unary" } }],
    ["SET DATEFORMAT dmy", { kind: "setValue", value: { kind: "string", value: "dmy" } }],
    ["SET IDENTITY_INSERT dbo.t OFF", { kind: "setIdentityInsert", on: false }],
    ["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", { kind: "setIsolation", level: "REPEATABLE READ" }],
    ["SET STATISTICS IO, TIME ON", { kind: "setStatistics", options: ["IO", "TIME"] }],
    ["EXECUTE AS USER = 'x' WITH NO REVERT", { kind: "executeAs", principal: "user", noRevert: true }],
    ["EXECUTE AS CALLER", { kind: "executeAs", principal: "caller" }],
  ])("%s", (text, expected) => expect(parseOne(text)).toMatchObject(expected));
});

describe("calls", () => {
  test.each([
    [
      "EXEC @rc = dbo.p;2 @a = 1, @b = @c OUTPUT, @d = DEFAULT WITH RECOMPILE",
      {
        returnInto: "@rc",
        procedure: { schema: "dbo", name: "p" },
        number: 2,
        recompile: true,
        arguments: [
          { name: "@a", output: false },
          { name: "@b", value: { name: "@c" }, output: true },
          { name: "@d", value: { kind: "default" } },
        ],
      },
    ],
    ["EXEC @p 1", { procedure: { variable: "@p" }, arguments: [{}] }],
    ["EXEC srv.db..p", { procedure: { server: "srv", database: "db", schema: "", name: "p" } }],
    ["EXEC p word, -1", { arguments: [{ value: { kind: "string", value: "word" } }, { value: { kind: "unary" } }] }],
    ["sp_help t", { procedure: { name: "sp_help" }, arguments: [{ value: { value: "t" } }] }],
    ["{call p (1, 2)}", { procedure: { name: "p" }, arguments: [{}, {}] }],
  ])("%s", (text, expected) => expect(parseAs("execute", text)).toMatchObject(expected));

  test("EXEC of a text", () => {
    expect(parseAs("executeText", "EXEC ('a' + @b, 1, @c OUTPUT) AS LOGIN = 'x' AT [srv]")).toMatchObject({
      text: { operator: "+" },
      arguments: [{ output: false }, { output: true }],
      as: { principal: "login", name: "x" },
      at: "srv",
    });
  });
});

describe("cursors", () => {
  test.each([
    ["DECLARE c CURSOR LOCAL FAST_FORWARD FOR SELECT 1", { name: "c", cursor: { options: ["LOCAL", "FAST_FORWARD"] } }],
    [
      "DECLARE c INSENSITIVE SCROLL CURSOR FOR SELECT 1 FOR READ ONLY",
      { cursor: { options: ["INSENSITIVE", "SCROLL", "READ_ONLY"] } },
    ],
    [
      "DECLARE c CURSOR FOR WITH x AS (SELECT 1 a) SELECT a FROM x FOR UPDATE OF a",
      { cursor: { select: { with: [{}] }, forUpdate: ["a"] } },
    ],
  ])("%s", (text, expected) => expect(parseAs("declareCursor", text)).toMatchObject(expected));

  test.each([
    ["FETCH NEXT FROM c INTO @a, @b", { orientation: "next", into: ["@a", "@b"] }],
    ["FETCH ABSOLUTE -1 FROM @c", { orientation: "absolute", offset: {}, cursor: { name: "@c", variable: true } }],
    ["FETCH c", { orientation: "next", cursor: { name: "c", global: false } }],
    ["FETCH LAST FROM GLOBAL c", { orientation: "last", cursor: { name: "c", global: true } }],
  ])("%s", (text, expected) => expect(parseAs("fetch", text)).toMatchObject(expected));

  test("a cursor variable is set to a cursor, another variable to a column", () => {
    const [, first, second, third] = parseBatch(
      "DECLARE @c CURSOR SET @C = d SET @c = CURSOR FOR SELECT 1 SET @x = d",
    ).statements;
    expect(first).toMatchObject({ kind: "setCursor", cursor: "d" });
    expect(second).toMatchObject({ kind: "setCursor", cursor: { select: {} } });
    expect(third).toMatchObject({ kind: "set", value: { kind: "column" } });
  });
});

describe("transactions", () => {
  test.each([
    ["BEGIN TRAN", { kind: "beginTransaction", distributed: false }],
    ["BEGIN TRANSACTION t WITH MARK 'd'", { name: { text: "t" }, mark: { description: { value: "d" } } }],
    ["BEGIN TRAN @t WITH MARK", { name: { variable: "@t" }, mark: {} }],
    ["BEGIN TRANSACTION WITH MARK", { mark: {} }],
    ["BEGIN DISTRIBUTED TRAN x", { distributed: true, name: { text: "x" } }],
    ["COMMIT WORK", { kind: "commit" }],
    ["COMMIT TRAN t", { kind: "commit", name: { text: "t" } }],
    ["ROLLBACK TRANSACTION @t", { kind: "rollback", name: { variable: "@t" } }],
    ["SAVE TRAN s", { kind: "saveTransaction", name: { text: "s" } }],
  ])("%s", (text, expected) => expect(parseOne(text)).toMatchObject(expected));
});
