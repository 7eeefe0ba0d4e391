import { parseBatch, SyntaxError as TsqlSyntaxError } from "../../../src/emulator/tsql";
import { syntaxErrorOf } from "./batches";

const tooLong = "x".repeat(129);

describe("syntax errors carry SQL Server's number, text and line", () => {
  test.each<[text: string, number: number, line: number, message: string | RegExp]>([
    ["SELECT * FROM order", 156, 1, "Incorrect syntax near the keyword 'order'."],
    ["CREATE TABLE table (a int)", 156, 1, "Incorrect syntax near the keyword 'table'."],
    ["SELECT 1\nSELECT 1 AS from", 156, 2, "Incorrect syntax near the keyword 'from'."],
    ["SELECT a b c", 102, 1, "Incorrect syntax near 'c'."],
    ["SELECT 1,\n\n,2", 102, 3, "Incorrect syntax near ','."],
    ["SELECT * FROM", 102, 1, "Incorrect syntax near 'FROM'."],
    ["SELECT 'a' 'b' 'c'", 102, 1, "Incorrect syntax near 'c'."],
    ["SET @@rowcount = 5", 102, 1, "Incorrect syntax near '@@rowcount'."],
    [
      `SELECT 1 AS ${tooLong}`,
      103,
      1,
      /^The identifier that starts with 'x{128}' is too long. Maximum length is 128.$/,
    ],
    [`CREATE DATABASE [${tooLong}]`, 103, 1, /^The identifier that starts with 'x{128}' is too long/],
    [`\nDECLARE @${tooLong} int`, 103, 2, /^The identifier that starts with '@x{127}' is too long/],
    ["SELECT 1\nSELECT 'abc", 105, 2, "Unclosed quotation mark after the character string 'abc'."],
    ["SELECT [abc", 105, 1, "Unclosed quotation mark after the character string 'abc'."],
    ["SELECT 1 /* a /* b */", 113, 1, "Missing end comment mark '*/'."],
    ["SELECT 1\nCREATE PROC p AS SELECT 1", 111, 2, /^'CREATE\/ALTER PROCEDURE' must be the first statement/],
    ["SELECT 1; CREATE VIEW v AS SELECT 1 a", 111, 1, "'CREATE VIEW' must be the first statement in a query batch."],
    ["SELECT 1; ALTER TRIGGER t ON u FOR INSERT AS RETURN", 111, 1, /^'ALTER TRIGGER' must be/],
    ["SELECT 1; CREATE SCHEMA s", 111, 1, "'CREATE SCHEMA' must be the first statement in a query batch."],
    ["IF 1 = 1 CREATE VIEW v AS SELECT 1 a", 156, 1, "Incorrect syntax near the keyword 'VIEW'."],
    [
      "SELECT * FROM a.b.c.d.e",
      117,
      1,
      /^The object name 'a.b.c.d.e' contains more than the maximum number of prefixes/,
    ],
    ["EXEC p @a = 1, 2", 119, 1, /^Must pass parameter number 2 and subsequent parameters as '@name = value'/],
    ["a:\na: PRINT 1", 132, 2, /^The label 'a' has already been declared/],
    ["PRINT 1\nGOTO Nowhere", 133, 2, /^A GOTO statement references the label 'Nowhere' but the label has not been/],
    ["BREAK", 135, 1, "Cannot use a BREAK statement outside the scope of a WHILE statement."],
    ["IF 1 = 1\n  CONTINUE", 136, 2, "Cannot use a CONTINUE statement outside the scope of a WHILE statement."],
    ["SELECT a FROM t FETCH NEXT 5 ROWS ONLY", 153, 1, "Invalid usage of the option NEXT in the FETCH statement."],
    ["SELECT DATEADD(foo, 1, x)", 155, 1, "'foo' is not a recognized dateadd option."],
    ["BACKUP DATABASE d TO DISK = 'x' WITH FOO", 155, 1, "'FOO' is not a recognized BACKUP option."],
    ["RESTORE DATABASE d FROM DISK = 'x' WITH FOO", 155, 1, "'FOO' is not a recognized RESTORE option."],
    ["DROP INDEX i", 159, 1, "Must specify the table name and index name for the DROP INDEX statement."],
    ["SELECT 1e999", 168, 1, /^The floating point value '1e999' is out of the range/],
    ["CREATE TABLE t (a)", 173, 1, "The definition for column 'a' must include a data type."],
    ["EXEC p 1 OUTPUT", 179, 1, "Cannot use the OUTPUT option when passing a constant to a stored procedure."],
    ["SET BANANA ON", 195, 1, "'BANANA' is not a recognized SET option."],
    ["SET BANANA", 102, 1, "Incorrect syntax near 'BANANA'."],
    ["SET NOCOUNT maybe", 102, 1, "Incorrect syntax near 'NOCOUNT'."],
    ["SELECT 1\nWITH c AS (SELECT 1 a) SELECT a FROM c", 319, 2, /^Incorrect syntax near the keyword 'with'. If this/],
    ["SELECT * FROM t WITH (FOO)", 321, 1, /^"FOO" is not a recognized table hints option/],
    [
      "SELECT * FROM t WITH c AS (SELECT 1 a) SELECT 1",
      336,
      1,
      /^Incorrect syntax near 'c'. If this is intended to be/,
    ],
    ["DROP FOO x", 343, 1, "Unknown object type 'FOO' used in a CREATE, DROP, or ALTER statement."],
    [`SELECT ${"9".repeat(39)}`, 1007, 1, /is out of the range for numeric representation \(maximum precision 38\)/],
    ["SELECT * FROM t WITH NOLOCK", 1018, 1, /^Incorrect syntax near 'NOLOCK'. If this is intended as a part of a/],
    ["SELECT DATEPART('year', x)", 1023, 1, "Invalid parameter 1 specified for datepart."],
    ["SELECT 1 AS []", 1038, 1, /^An object or column name is missing or empty/],
    ["DECLARE c SCROLL CURSOR STATIC FOR SELECT 1", 1049, 1, /^Mixing old and new syntax/],
    ["IF 1 PRINT 'x'", 4145, 1, /^An expression of non-boolean type .*, near 'PRINT'.$/],
    ["SELECT * FROM t WHERE a", 4145, 1, /non-boolean type/],
    [
      "MERGE t USING s ON 1 = 1 WHEN MATCHED THEN DELETE WHEN MATCHED AND 1 = 1 THEN UPDATE SET a = 1;",
      5324,
      1,
      /^In a MERGE statement, a 'WHEN MATCHED' clause with a search condition cannot appear after/,
    ],
    ["THROW", 10704, 1, /^To rethrow an error, a THROW statement must be used inside a CATCH block/],
    ["SELECT * FROM (VALUES (1, 2), (3)) v (a, b)", 10709, 1, /^The number of columns for each row/],
    ["MERGE t USING s ON 1 = 1 WHEN MATCHED THEN INSERT VALUES (1);", 10710, 1, /^An action of type 'INSERT' is not/],
    [
      "MERGE t USING s ON 1 = 1 WHEN MATCHED THEN DELETE SELECT 1",
      10713,
      1,
      /must be terminated by a semi-colon \(;\)/,
    ],
    [
      "MERGE t USING s ON 1=1 WHEN MATCHED AND 1=1 THEN DELETE WHEN MATCHED THEN DELETE;",
      10714,
      1,
      /^An action of type 'WHEN MATCHED' cannot appear more than once in a 'DELETE' clause/,
    ],
    [
      "SELECT a FROM t FOR JSON PATH, ROOT('x'), WITHOUT_ARRAY_WRAPPER",
      13620,
      1,
      /cannot be used together in FOR JSON/,
    ],
    ["DECLARE @t TABLE (a int CONSTRAINT c PRIMARY KEY)", 156, 1, "Incorrect syntax near the keyword 'CONSTRAINT'."],
    ["DECLARE @a int, @t TABLE (a int)", 156, 1, "Incorrect syntax near the keyword 'TABLE'."],
    ["SELECT * FROM @t WITH (NOLOCK)", 319, 1, /keyword 'with'/],
  ])("%s", (text, number, line, message) => {
    const error = syntaxErrorOf(text);
    expect(error).toMatchObject({ number, line, name: "SyntaxError" });
    if (typeof message === "string") expect(error?.message).toBe(message);
    else expect(error?.message).toMatch(message);
  });

  test.each([
    ["SELECT a b c", 15, 1],
    [`SELECT ${tooLong}`, 15, 4],
    ["SET BANANA ON", 15, 5],
    ["SET BANANA 5", 15, 7],
    ["SELECT * FROM (VALUES (1, 2), (3)) v (a, b)", 16, 1],
    ["BACKUP DATABASE d TO DISK = 'x' WITH FOO = 5", 15, 2],
  ])("%s has severity %i and state %i", (text, severity, state) => {
    expect(syntaxErrorOf(text)).toMatchObject({ severity, state });
  });

  test("they are errors of their own class", () => {
    expect(() => parseBatch("SELECT")).toThrow(TsqlSyntaxError);
  });
});

describe("what is no error", () => {
  test.each([
    ["BREAK in a loop", "WHILE 1 = 1 BEGIN IF 1 = 1 BREAK ELSE CONTINUE END"],
    ["THROW in CATCH", "BEGIN TRY SELECT 1 END TRY BEGIN CATCH ROLLBACK; THROW; END CATCH"],
    ["GOTO a label further down, in other letters", "GOTO Done PRINT 1 done: PRINT 2"],
    ["a common table expression first in a block", "BEGIN WITH c AS (SELECT 1 a) SELECT a FROM c END"],
    ["semicolons before ELSE", "IF 1 = 1 SELECT 1; ELSE SELECT 2"],
    ["an empty CATCH", "BEGIN TRY SELECT 1 END TRY BEGIN CATCH END CATCH"],
    ["words that are not reserved, as names", "SELECT value, type, name, date, offset, next, rows FROM window, cube"],
  ])("%s", (_, text) => expect(syntaxErrorOf(text)).toBeUndefined());
});
