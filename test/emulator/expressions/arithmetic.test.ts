import { errorOf, evaluate, textOf } from "./evaluate";

describe("types and values of literals", () => {
  test.each([
    ["1", "int", "1"],
    ["2147483648", "numeric(10,0)", "2147483648"],
    ["99999999999999999999", "numeric(20,0)", "99999999999999999999"],
    ["1.50", "numeric(3,2)", "1.50"],
    [".5", "numeric(1,1)", "0.5"],
    ["-0.001", "numeric(3,3)", "-0.001"],
    ["1e3", "float", "1000"],
    ["$1.5", "money", "1.5000"],
    ["'abc'", "varchar(3)", "abc"],
    ["N'abc'", "nvarchar(3)", "abc"],
    ["0xABC", "varbinary(2)", "0x0ABC"],
    ["''", "varchar(1)", ""],
  ])("%s is %s", (expression, type, text) => {
    expect(evaluate(expression)).toEqual({ type, text });
  });
});

describe("types and values of arithmetic", () => {
  test.each([
    ["10 / 4", "int", "2"],
    ["-5 % 3", "int", "-2"],
    ["2.0 / 3", "numeric(7,6)", "0.666666"],
    ["10 / 4.0", "numeric(9,6)", "2.500000"],
    ["1.5 * 1.5", "numeric(5,2)", "2.25"],
    ["1.5 + 1", "numeric(3,1)", "2.5"],
    ["CAST(1 AS bigint) + 1", "bigint", "2"],
    ["CAST(10 AS money) / 3", "money", "3.3333"],
    ["1e0 / 4", "float", "0.25"],
    ["'5' + 3", "int", "8"],
    ["CAST(1 AS tinyint) + CAST(2 AS smallint)", "smallint", "3"],
    ["CAST(1 AS decimal(38,20)) * CAST(1 AS decimal(38,20))", "decimal(38,6)", "1.000000"],
    ["CAST(0.0000009000 AS decimal(30,20)) * CAST(1 AS decimal(30,20))", "decimal(38,17)", "0.00000090000000000"],
    ["CAST(0.0000009000 AS decimal(30,10)) * CAST(1 AS decimal(30,10))", "decimal(38,6)", "0.000001"],
    ["CAST(1 AS decimal(38,10)) + CAST(1 AS decimal(38,2))", "decimal(38,2)", "2.00"],
    ["7.5 % 2", "numeric(2,1)", "1.5"],
    ["5 & 3", "int", "1"],
    ["5 | 3", "int", "7"],
    ["5 ^ 3", "int", "6"],
    ["~5", "int", "-6"],
    ["~CAST(1 AS bit)", "bit", "0"],
    ["0x01 + 0x02", "varbinary(2)", "0x0102"],
    ["1 + 0x02", "int", "3"],
    ["N'a' + 'b'", "nvarchar(2)", "ab"],
    ["- -1", "int", "1"],
    ["1 + NULL", "int", null],
  ])("%s is %s", (expression, type, text) => {
    expect(evaluate(expression)).toEqual({ type, text });
  });

  test.each([
    ["2147483647 + 1", 8115],
    ["CAST(9223372036854775807 AS bigint) + 1", 8115],
    ["CAST(255 AS tinyint) + CAST(1 AS tinyint)", 8115],
    ["1 / 0", 8134],
    ["1.0 % 0", 8134],
    ["1e0 / 0", 8134],
    ["CAST(1 AS bit) + CAST(1 AS bit)", 8117],
    ["'a' - 'b'", 8117],
    ["-NULL", 8117],
    ["-'a'", 8117],
    ["1.5 & 1", 402],
    ["1e0 % 2", 402],
    ["'a' + 0x41", 402],
    ["NEWID() + 1", 206],
    ["'a' + 1", 245],
    ["1e308 * 10", 8115],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });

  test("with ARITHABORT and ANSI_WARNINGS off, overflow and division by zero give NULL", () => {
    const settings = { arithAbort: false, ansiWarnings: false };
    expect(textOf("1 / 0", { settings })).toBeNull();
    expect(textOf("2147483647 + 1", { settings })).toBeNull();
    expect(textOf("CAST(300 AS tinyint)", { settings })).toBeNull();
    expect(errorOf("1 / 0", { settings: { ...settings, ansiWarnings: true } })).toBe(8134);
  });

  test("an int variable widens a division more than a literal of one digit", () => {
    const variables = { "@i": { type: { kind: "int" as const }, value: 3 } };
    expect(evaluate("2.0 / @i", { variables })).toEqual({ type: "numeric(13,12)", text: "0.666666666666" });
  });
});

describe("datetime arithmetic", () => {
  test.each([
    ["CAST('2024-01-31' AS datetime) + 1", "datetime", "2024-02-01 00:00:00.000"],
    ["CAST('2024-01-31' AS datetime) - 1.5", "datetime", "2024-01-29 12:00:00.000"],
    ["CAST('2024-01-02' AS datetime) - CAST('2024-01-01' AS datetime)", "datetime", "1900-01-02 00:00:00.000"],
    ["CAST('2024-01-31' AS smalldatetime) - 1", "smalldatetime", "2024-01-30 00:00:00.000"],
  ])("%s", (expression, type, text) => {
    expect(evaluate(expression)).toEqual({ type, text });
  });

  test.each([
    ["CAST('2024-01-01' AS date) + 1", 206],
    ["CAST('2024-01-01' AS datetime2) + 1", 206],
    ["CAST('2024-01-01' AS date) - CAST('2024-01-01' AS date)", 8117],
    ["CAST('2024-01-01' AS datetime) + CAST('12:00' AS time)", 402],
    ["'a' + CAST('2024-01-01' AS date)", 402],
    ["CAST('9999-12-31' AS datetime) + 1", 517],
    ["CAST('2024-01-01' AS datetime) * 2", 8117],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });
});

describe("concatenation", () => {
  test("NULL makes NULL, unless CONCAT_NULL_YIELDS_NULL is off", () => {
    expect(textOf("'a' + NULL")).toBeNull();
    expect(textOf("'a' + CAST(NULL AS varchar(5))", { concatNullYieldsNull: false })).toBe("a");
  });

  test("is cut at 8,000 bytes unless one side is max", () => {
    expect(textOf("CAST(LEN(REPLICATE('a', 8000) + 'b') AS varchar(10))")).toBe("8000");
    expect(textOf("CAST(LEN(REPLICATE(CAST('a' AS varchar(max)), 8000) + 'b') AS varchar(10))")).toBe("8001");
  });
});
