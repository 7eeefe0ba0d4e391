import { type CreateTable, parseBatch, parseModule } from "../../../src/emulator/tsql";
import { parseAs, parseOne } from "./batches";

function column(definition: string) {
  return (parseOne(`CREATE TABLE t (${definition})`) as CreateTable).columns[0];
}

describe("tables", () => {
  test.each([
    ["a int IDENTITY", { identity: { seed: { text: "1" }, increment: { text: "1" } } }],
    ["a int IDENTITY(-5, 2) NOT NULL", { identity: { seed: { kind: "unary" } }, nullable: false }],
    ["a varchar(10) COLLATE Latin1_General_BIN NULL", { collation: "Latin1_General_BIN", nullable: true }],
    [
      "a uniqueidentifier ROWGUIDCOL DEFAULT NEWID()",
      { rowGuid: true, constraints: [{ kind: "default", text: "NEWID()" }] },
    ],
    ["a int CONSTRAINT d DEFAULT ((1))", { constraints: [{ kind: "default", name: "d", column: "a", text: "((1))" }] }],
    ["a int CONSTRAINT n NOT NULL", { nullable: false, constraints: [] }],
    [
      "a int PRIMARY KEY NONCLUSTERED",
      { constraints: [{ kind: "primaryKey", clustered: false, columns: [{ name: "a" }] }] },
    ],
    ["a int CHECK (a > 0  AND a < 5)", { constraints: [{ kind: "check", text: "a > 0  AND a < 5" }] }],
    [
      "a int REFERENCES dbo.u (x) ON DELETE CASCADE ON UPDATE SET NULL",
      {
        constraints: [
          { kind: "foreignKey", columns: ["a"], referencedColumns: ["x"], onDelete: "cascade", onUpdate: "setNull" },
        ],
      },
    ],
    ["a AS (b + c) PERSISTED NOT NULL", { computed: { text: "(b + c)", persisted: true }, nullable: false }],
    ["a int INDEX ix UNIQUE", { indexes: [{ name: "ix", unique: true, columns: [{ name: "a" }] }] }],
    ["timestamp", { name: "timestamp", type: { name: "timestamp" } }],
    ["a int,", { name: "a" }],
  ])("a column %s", (definition, expected) => expect(column(definition)).toMatchObject(expected));

  test("constraints and indexes of a table", () => {
    const text = `CREATE TABLE t (a int, b int, CONSTRAINT pk PRIMARY KEY CLUSTERED (a DESC, b) WITH (FILLFACTOR = 80),
      UNIQUE (b), FOREIGN KEY (a, b) REFERENCES u, INDEX ix (b) WHERE b > 5) ON [PRIMARY]`;
    expect(parseAs("createTable", text)).toMatchObject({
      constraints: [
        { kind: "primaryKey", name: "pk", clustered: true, columns: [{ descending: true }, { descending: false }] },
        { kind: "unique", columns: [{ name: "b" }] },
        { kind: "foreignKey", referencedColumns: [] },
      ],
      indexes: [{ name: "ix", where: { text: "b > 5" } }],
    });
  });

  test.each([
    [
      "ADD a int, CONSTRAINT c CHECK (a > 0)",
      { kind: "add", columns: [{}], constraints: [{ name: "c" }], check: true },
    ],
    ["WITH NOCHECK ADD CHECK (a > 0)", { kind: "add", check: false }],
    ["ADD CONSTRAINT d DEFAULT 5 FOR a WITH VALUES", { constraints: [{ column: "a", text: "5", withValues: true }] }],
    ["ALTER COLUMN a varchar(20) NOT NULL", { kind: "alterColumn", type: { length: 20 }, nullable: false }],
    ["DROP COLUMN IF EXISTS a, b", { kind: "dropColumn", columns: ["a", "b"], ifExists: true }],
    ["DROP CONSTRAINT a, b", { kind: "dropConstraint", names: ["a", "b"] }],
    ["DROP a", { kind: "dropConstraint", names: ["a"] }],
    ["WITH CHECK CHECK CONSTRAINT ALL", { kind: "checkConstraint", enable: true, withCheck: true, names: "ALL" }],
    ["NOCHECK CONSTRAINT a", { kind: "checkConstraint", enable: false, names: ["a"] }],
    ["DISABLE TRIGGER a, b", { kind: "trigger", enable: false, names: ["a", "b"] }],
    ["REBUILD", { kind: "rebuild" }],
  ])("ALTER TABLE t %s", (text, action) => {
    expect(parseAs("alterTable", `ALTER TABLE t ${text}`)).toMatchObject({ action });
  });

  test("indexes", () => {
    expect(
      parseAs(
        "createIndex",
        "CREATE UNIQUE CLUSTERED INDEX i ON dbo.t (a, b DESC) WHERE a IS NOT NULL WITH (IGNORE_DUP_KEY = ON)",
      ),
    ).toMatchObject({
      unique: true,
      clustered: true,
      columns: [{ descending: false }, { descending: true }],
      where: { text: "a IS NOT NULL" },
      options: { IGNORE_DUP_KEY: "ON" },
    });
    expect(parseAs("dropIndex", "DROP INDEX IF EXISTS i ON t, u.j")).toMatchObject({
      ifExists: true,
      items: [
        { index: "i", table: { name: "t" } },
        { index: "j", table: { name: "u" } },
      ],
    });
  });
});

describe("modules", () => {
  test("the stored text is the batch, and lines count from its beginning", () => {
    const text = "-- first\nCREATE PROCEDURE dbo.p @a int = -5, @b varchar(max) = abc OUT\nAS\n  SELECT 1;\n";
    const procedure = parseModule(text);
    expect(procedure).toMatchObject({
      mode: "create",
      name: { schema: "dbo", name: "p" },
      text,
      span: { line: 2, start: 9 },
      module: {
        parameters: [
          { name: "@a", default: { kind: "unary" }, output: false },
          { name: "@b", default: { value: "abc" }, output: true },
        ],
        body: [{ kind: "select", span: { line: 4 } }],
      },
    });
  });

  test.each([
    [
      "CREATE OR ALTER PROC p WITH RECOMPILE, EXECUTE AS OWNER AS RETURN",
      { mode: "createOrAlter", executeAs: "owner", options: ["RECOMPILE"] },
    ],
    ["ALTER PROC p WITH EXECUTE AS 'u' AS RETURN", { mode: "alter", executeAs: { user: "u" } }],
    ["CREATE PROC p @t dbo.tt READONLY AS RETURN", { module: { parameters: [{ readonly: true }] } }],
    ["CREATE PROC p AS", { module: { kind: "procedure", body: [] } }],
    [
      "CREATE FUNCTION f (@a int) RETURNS int WITH SCHEMABINDING AS BEGIN RETURN @a END",
      {
        options: ["SCHEMABINDING"],
        module: { kind: "scalarFunction", returns: { name: "int" }, body: [{ kind: "return" }] },
      },
    ],
    [
      "CREATE FUNCTION f () RETURNS TABLE AS RETURN (SELECT 1 a)",
      { module: { kind: "inlineFunction", query: { kind: "select" } } },
    ],
    [
      "CREATE FUNCTION f () RETURNS TABLE RETURN (WITH c AS (SELECT 1 a) SELECT a FROM c)",
      { module: { query: { with: [{}] } } },
    ],
    [
      "CREATE FUNCTION f () RETURNS @t TABLE (a int) AS BEGIN INSERT @t VALUES (1) RETURN END",
      { module: { kind: "tableFunction", variable: "@t", table: { columns: [{}] }, body: [{}, {}] } },
    ],
    [
      "CREATE VIEW v (a) WITH SCHEMABINDING AS WITH c AS (SELECT 1 a) SELECT a FROM c WITH CHECK OPTION",
      { module: { kind: "view", columns: ["a"], checkOption: true } },
    ],
    [
      "CREATE TRIGGER tr ON dbo.t AFTER INSERT, UPDATE AS IF UPDATE(a) PRINT 'x'",
      { module: { on: { name: "t" }, timing: "after", events: ["INSERT", "UPDATE"] } },
    ],
    ["CREATE TRIGGER tr ON t INSTEAD OF DELETE AS RETURN", { module: { timing: "insteadOf", events: ["DELETE"] } }],
    [
      "CREATE TRIGGER tr ON DATABASE FOR CREATE_TABLE AS RETURN",
      { module: { on: "DATABASE", events: ["CREATE_TABLE"] } },
    ],
  ])("%s", (text, expected) => expect(parseModule(text)).toMatchObject(expected));

  test("a cursor parameter is a cursor variable", () => {
    expect(parseModule("CREATE PROC p @c CURSOR VARYING OUTPUT AS SET @c = d").module).toMatchObject({
      body: [{ kind: "setCursor" }],
    });
  });

  test("a text that defines no module is no module", () => {
    expect(() => parseModule("SELECT 1")).toThrow("does not define a module");
  });
});

describe("other objects", () => {
  test.each([
    [
      "CREATE SCHEMA s AUTHORIZATION u CREATE TABLE t (a int) GRANT SELECT ON t TO x",
      { owner: "u", elements: [{}, {}] },
    ],
    ["ALTER SCHEMA a TRANSFER TYPE::b.c", { kind: "alterSchemaTransfer", class: "type", object: { name: "c" } }],
    ["CREATE TYPE x FROM varchar(10) NOT NULL", { from: { length: 10 }, notNull: true }],
    ["CREATE TYPE x AS TABLE (a int)", { table: { columns: [{}] } }],
    [
      "CREATE SEQUENCE s AS bigint START WITH 5 INCREMENT BY -1 NO MINVALUE CYCLE NO CACHE",
      { options: { minimum: null, cycle: true, cache: null } },
    ],
    ["ALTER SEQUENCE s RESTART", { kind: "alterSequence", options: { restart: true } }],
    ["CREATE SYNONYM a FOR srv.db.dbo.t", { target: { server: "srv" } }],
    ["DISABLE TRIGGER ALL ON DATABASE", { kind: "enableTrigger", enable: false, triggers: "ALL", on: "DATABASE" }],
    ["DROP TABLE IF EXISTS a, dbo.b", { object: "table", ifExists: true, names: [{}, { schema: "dbo" }] }],
    ["DROP TRIGGER a ON ALL SERVER", { object: "ddlTrigger" }],
    ["DROP SERVER ROLE r", { object: "serverRole" }],
    ["DROP DATABASE a, b", { object: "database", names: [{}, {}] }],
  ])("%s", (text, expected) => expect(parseOne(text)).toMatchObject(expected));

  test("several in one batch", () => {
    expect(parseBatch("DROP VIEW v DROP PROC p DROP USER u DROP LOGIN l").statements.map((s) => s.kind)).toEqual(
      Array(4).fill("drop"),
    );
  });
});
