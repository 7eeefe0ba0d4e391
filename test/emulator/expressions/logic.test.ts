import { errorOf, evaluate, test as holds, textOf } from "./evaluate";

describe("three-valued logic", () => {
  test.each([
    ["NULL = NULL", null],
    ["NULL <> 1", null],
    ["NOT (NULL = 1)", null],
    ["1 = 1 OR NULL = 1", true],
    ["1 = 0 AND NULL = 1", false],
    ["1 = 1 AND NULL = 1", null],
    ["NULL IS NULL", true],
    ["1 IN (1, NULL)", true],
    ["2 IN (1, NULL)", null],
    ["2 NOT IN (1, NULL)", null],
    ["7 IN (1, 2, 3, 4, 5, 6, 7)", true],
    ["'B' IN ('a', 'b', 'c', 'd', 'e', 'f')", true],
    ["5 NOT BETWEEN 1 AND NULL", null],
    ["0 BETWEEN 1 AND NULL", false],
    ["1 IS DISTINCT FROM NULL", true],
    ["NULL IS NOT DISTINCT FROM NULL", true],
  ])("%s: %s", (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  test("ANSI_NULLS OFF lets = find NULL when one side is a literal or a variable", () => {
    const variables = { "@n": { type: { kind: "int" as const }, value: null } };
    expect(holds("@n = NULL", { variables, ansiNulls: false })).toBe(true);
    expect(holds("1 <> NULL", { ansiNulls: false })).toBe(true);
    expect(holds("@n = NULL", { variables })).toBeNull();
  });
});

describe("comparisons between types", () => {
  test.each([
    ["'5' = 5", true],
    ["'5.0' = 5.0", true],
    ["0x41 = 0x4100", true],
    ["0x01 = 1", true],
    ["CAST(1 AS bigint) = 1", true],
    ["1.50 = 1.5", true],
    ["'2024-01-01' = CAST('2024-01-01' AS datetime)", true],
    ["CAST(1 AS sql_variant) = CAST(1.0 AS sql_variant)", true],
    ["CAST('a' AS sql_variant) < CAST(1 AS sql_variant)", true],
  ])("%s: %s", (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  test.each([
    ["CASE WHEN '5.0' = 5 THEN 1 END", 245],
    ["CASE WHEN NEWID() = 1 THEN 1 END", 206],
    ["CASE WHEN CAST('2024-01-01' AS date) = 1 THEN 1 END", 206],
    ["CASE WHEN CAST('a' AS text) = 'a' THEN 1 END", 402],
    ["CASE WHEN CAST('a' AS xml) = 'a' THEN 1 END", 305],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });

  test("uniqueidentifiers compare by their last group first", () => {
    const guid = (text: string) => `CAST('${text}' AS uniqueidentifier)`;
    expect(
      holds(`${guid("FFFFFFFF-FFFF-FFFF-FFFF-000000000000")} < ${guid("00000000-0000-0000-0000-000000000001")}`),
    ).toBe(true);
  });
});

describe("CASE and its short forms", () => {
  test.each([
    ["CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END", "varchar(3)", "two"],
    ["CASE NULL WHEN NULL THEN 'n' ELSE 'e' END", "varchar(1)", "e"],
    ["CASE WHEN 1 = 1 THEN 1 ELSE 2.5 END", "numeric(11,1)", "1.0"],
    ["IIF(1 = 0, 'a', NULL)", "varchar(1)", null],
    ["COALESCE(NULL, 1, 2.5)", "numeric(11,1)", "1.0"],
    ["ISNULL(CAST(NULL AS varchar(2)), 'abc')", "varchar(2)", "ab"],
    ["ISNULL(1, 2.5)", "int", "1"],
    ["NULLIF(1, 1)", "int", null],
    ["CHOOSE(2, 'a', 'bc')", "varchar(2)", "bc"],
    ["CHOOSE(5, 'a')", "varchar(1)", null],
    ["GREATEST(1, 2.5, 0)", "numeric(11,1)", "2.5"],
    ["LEAST('b', 'a')", "varchar(1)", "a"],
  ])("%s", (expression, type, text) => {
    expect(evaluate(expression)).toEqual({ type, text });
  });

  test("only what is needed is evaluated", () => {
    expect(textOf("CASE WHEN 1 = 1 THEN 1 ELSE 1 / 0 END")).toBe("1");
    expect(textOf("COALESCE(1, 1 / 0)")).toBe("1");
  });

  test.each([
    ["CASE WHEN 1 = 1 THEN NULL END", 8133],
    ["COALESCE(NULL, NULL)", 4127],
    ["NULLIF(NULL, 1)", 4151],
    ["@undeclared", 137],
    ["nosuch", 207],
    ["a.b", 4104],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });
});
