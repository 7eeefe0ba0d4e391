import { parseConditionText, parseExpressionText, parseTypeName } from "../../../src/emulator/tsql";
import { structureOf, syntaxErrorOf } from "./batches";

describe("operators", () => {
  test.each([
    ["1 + 2 * 3", "(1 + (2 * 3))"],
    ["(1 + 2) * 3", "((1 + 2) * 3)"],
    ["10 - 2 - 3", "((10 - 2) - 3)"],
    ["2 * 3 % 4", "((2 * 3) % 4)"],
    ["1 + 2 & 2", "((1 + 2) & 2)"],
    ["a | b ^ c & d", "(((a | b) ^ c) & d)"],
    ["- -1", "--1"],
    ["~a * b", "(~a * b)"],
    ["a * -b + c", "((a * -b) + c)"],
    ["a COLLATE X + b", "((a COLLATE X) + b)"],
    ["a AT TIME ZONE 'x' AT TIME ZONE 'y'", "((a AT 'x') AT 'y')"],
    ["'a' + CAST(b AS int)", "('a' + cast)"],
    ["@x.query('a').value('b', 'int')", "@x.query('a').value('b', 'int')"],
    ["t.c.value('b', 'int')", "t.c.value('b', 'int')"],
    ["dbo.value(1)", "value(1)"],
  ])("%s is %s", (text, expected) => expect(structureOf(text)).toBe(expected));

  test("a sign takes in the factors that follow, as in SQL Server", () => {
    expect(structureOf("-100.0/-100.0*10")).toBe("-(100.0 / -(100.0 * 10))");
  });

  test("nesting has a limit", () => {
    expect(syntaxErrorOf(`SELECT ${"(".repeat(300)}1${")".repeat(300)}`)).toBeUndefined();
    expect(syntaxErrorOf(`SELECT ${"(".repeat(5000)}1${")".repeat(5000)}`)).toMatchObject({ number: 191 });
  });

  test("a long chain of operators is no nesting", () => {
    expect(syntaxErrorOf(`SELECT ${Array(5000).fill("'a'").join("+")}`)).toBeUndefined();
  });
});

describe("functions", () => {
  test.each([
    ["COUNT(*)", { name: { name: "COUNT" }, star: true, arguments: [] }],
    ["COUNT(DISTINCT a)", { distinct: true, arguments: [{ parts: ["a"] }] }],
    ["db.dbo.f(1, DEFAULT)", { name: { database: "db", schema: "dbo", name: "f" }, defaults: [1] }],
    ["CURRENT_TIMESTAMP", { name: { name: "CURRENT_TIMESTAMP" }, arguments: [] }],
    ["LEFT(a, 1)", { name: { name: "LEFT" }, arguments: [{ parts: ["a"] }, { text: "1" }] }],
    ["DATEADD(day, 1, x)", { arguments: [{ kind: "column", parts: ["day"] }, { text: "1" }, { parts: ["x"] }] }],
    ["TRIM('x' FROM b)", { trimSide: "both", arguments: [{ parts: ["b"] }, { value: "x" }] }],
    ["TRIM(LEADING 'x' FROM b)", { trimSide: "leading", arguments: [{ parts: ["b"] }, { value: "x" }] }],
    ["TRIM(b)", { arguments: [{ parts: ["b"] }] }],
    ["STRING_AGG(a, ',') WITHIN GROUP (ORDER BY b DESC)", { withinGroup: [{ descending: true }] }],
    ["FIRST_VALUE(a) IGNORE NULLS OVER (ORDER BY b)", { nulls: "ignore", over: { partitionBy: [] } }],
    ["JSON_OBJECT('a': 1 ABSENT ON NULL)", { nulls: "absentOnNull", arguments: [{ value: "a" }, { text: "1" }] }],
    [
      "SUM(a) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING)",
      { over: { frame: { unit: "rows", from: { kind: "preceding" }, to: { kind: "unboundedFollowing" } } } },
    ],
    [
      "SUM(a) OVER (ORDER BY c RANGE UNBOUNDED PRECEDING)",
      { over: { frame: { unit: "range", from: { kind: "unboundedPreceding" }, to: { kind: "currentRow" } } } },
    ],
  ])("%s", (text, expected) => expect(parseExpressionText(text)).toMatchObject({ kind: "call", ...expected }));

  test.each([
    ["CAST(a AS decimal(10, 2))", { form: "cast", try: false, type: { name: "decimal", precision: 10, scale: 2 } }],
    ["TRY_CAST(a AS int)", { form: "cast", try: true }],
    ["CONVERT(varchar(max), a, 121)", { form: "convert", try: false, type: { length: "max" }, style: { text: "121" } }],
    ["TRY_CONVERT(date, a)", { form: "convert", try: true }],
    ["PARSE(a AS date USING 'de')", { form: "parse", try: false, culture: { value: "de" } }],
  ])("%s", (text, expected) => expect(parseExpressionText(text)).toMatchObject({ kind: "cast", ...expected }));

  test("IIF is a searched CASE", () => {
    const iif = parseExpressionText("IIF(a = 1 AND b IS NULL, 2, 3)");
    expect(iif).toMatchObject({ kind: "case", branches: [{ when: { kind: "and" } }], otherwise: { text: "3" } });
    expect(iif).toHaveProperty("branches.0.then.text", "2");
  });

  test("NEXT VALUE FOR names a sequence", () => {
    expect(parseExpressionText("NEXT VALUE FOR dbo.s")).toMatchObject({
      kind: "nextValue",
      sequence: { schema: "dbo", name: "s" },
    });
  });
});

describe("conditions", () => {
  test.each([
    ["a = 1 OR b = 2 AND NOT c = 3", { kind: "or", right: { kind: "and", right: { kind: "not" } } }],
    ["(a = 1 OR b = 2) AND c = 3", { kind: "and", left: { kind: "or" } }],
    ["(a + 1) * 2 > 3", { kind: "comparison", operator: ">", left: { kind: "binaryOperation", operator: "*" } }],
    ["((a)) = 1", { kind: "comparison", left: { kind: "column" } }],
    ["((SELECT 1) + 1) * 2 > 3", { kind: "comparison", left: { operator: "*" } }],
    ["(SELECT 1) = 1", { kind: "comparison", left: { kind: "subquery" } }],
    ["a !< 1", { operator: ">=" }],
    ["a !> 1", { operator: "<=" }],
    ["a != 1", { operator: "<>" }],
    ["a < = 1", { operator: "<=" }],
    ["a < > 1", { operator: "<>" }],
    ["a NOT IN (1, 2)", { kind: "in", negated: true, list: [{ text: "1" }, { text: "2" }] }],
    ["a IN (SELECT b FROM t)", { kind: "in", negated: false, list: { kind: "query" } }],
    ["a IN ((SELECT 1), 2)", { kind: "in", list: [{ kind: "subquery" }, { kind: "integer" }] }],
    ["a NOT BETWEEN 1 AND 2 AND b = 3", { kind: "and", left: { kind: "between", negated: true } }],
    ["a LIKE 'x!%' ESCAPE '!'", { kind: "like", escape: { value: "!" } }],
    ["a LIKE 'x' {escape '!'}", { kind: "like", escape: { value: "!" } }],
    ["a IS NOT NULL", { kind: "isNull", negated: true }],
    ["a IS DISTINCT FROM b", { kind: "isDistinct", negated: false }],
    ["a > ALL (SELECT 1)", { kind: "quantified", quantifier: "all" }],
    ["a = SOME (SELECT 1)", { kind: "quantified", quantifier: "any" }],
    ["EXISTS (SELECT 1)", { kind: "exists" }],
    ["UPDATE(a)", { kind: "updateFunction", column: "a" }],
  ])("%s", (text, expected) => expect(parseConditionText(text)).toMatchObject(expected));
});

describe("type names", () => {
  test.each([
    ["INT", { name: "int" }],
    ["integer", { name: "int" }],
    ["[int]", { name: "int" }],
    ["sys.int", { name: "int" }],
    ["dec(5)", { name: "decimal", precision: 5 }],
    ["numeric(7,3)", { name: "numeric", precision: 7, scale: 3 }],
    ["double precision", { name: "float", precision: 53 }],
    ["float(24)", { name: "float", precision: 24 }],
    ["char varying(5)", { name: "varchar", length: 5 }],
    ["national character varying(10)", { name: "nvarchar", length: 10 }],
    ["national text", { name: "ntext" }],
    ["binary varying(max)", { name: "varbinary", length: "max" }],
    ["datetime2(3)", { name: "datetime2", scale: 3 }],
    ["dbo.Phone", { name: "Phone", schema: "dbo" }],
    ["Phone", { name: "Phone" }],
  ])("%s", (text, expected) => {
    const { span, ...type } = parseTypeName(text);
    expect(type).toEqual(expected);
    expect(text.slice(span.start, span.end)).toBe(text);
  });
});
