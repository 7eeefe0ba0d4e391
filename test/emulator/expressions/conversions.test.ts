import { conversionBetween, convertForAssignment, systemType } from "../../../src/emulator/engine/types";
import type { SqlType } from "../../../src/emulator/engine/values";
import { errorOf, evaluate, textOf } from "./evaluate";

describe("CAST to numbers", () => {
  test.each([
    ["CAST(12.9 AS int)", "12"],
    ["CAST(-12.9 AS int)", "-12"],
    ["CAST(CAST(12.50 AS money) AS int)", "13"],
    ["CAST(1e10 AS bigint)", "10000000000"],
    ["CAST(' 5 ' AS int)", "5"],
    ["CAST('' AS int)", "0"],
    ["CAST('' AS float)", "0"],
    ["CAST('1e2' AS float)", "100"],
    ["CAST('$1,234.56' AS money)", "1234.5600"],
    ["CAST('-$5' AS money)", "-5.0000"],
    ["CAST(1.005 AS decimal(5,2))", "1.01"],
    ["CAST(-1.005 AS decimal(5,2))", "-1.01"],
    ["CAST(0.1e0 AS decimal(10,5))", "0.10000"],
    ["CAST('true' AS bit)", "1"],
    ["CAST(0.4 AS bit)", "1"],
    ["CAST(0xFFFFFFFF AS int)", "-1"],
    ["CAST(0x01FF AS tinyint)", "255"],
    ["CAST(1.1 AS real)", "1.100000023841858"],
  ])("%s", (expression, text) => {
    expect(textOf(expression)).toBe(text);
  });

  test.each([
    ["CAST('abc' AS int)", 245],
    ["CAST('5.0' AS int)", 245],
    ["CAST('99999999999' AS int)", 248],
    ["CAST('300' AS tinyint)", 244],
    ["CAST('40000' AS smallint)", 244],
    ["CAST('abc' AS bigint)", 8114],
    ["CAST('abc' AS decimal(5,2))", 8114],
    ["CAST('' AS decimal(5,2))", 8114],
    ["CAST('1e2' AS decimal(5,2))", 8114],
    ["CAST('abc' AS float)", 8114],
    ["CAST('abc' AS money)", 235],
    ["CAST('yes' AS bit)", 245],
    ["CAST(300 AS tinyint)", 220],
    ["CAST(3000000000 AS int)", 8115],
    ["CAST(3e9 AS int)", 232],
    ["CAST(123.456 AS decimal(4,2))", 8115],
    ["CAST(1e20 AS money)", 8115],
    ["CAST(0x01 AS float)", 529],
    ["CAST(1 AS nosuch)", 243],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });
});

describe("CAST and CONVERT to texts", () => {
  test.each([
    ["CAST(5 AS char(3)) + '|'", "5  |"],
    ["CAST('abcdef' AS varchar(3))", "abc"],
    ["CAST(123456 AS varchar(3))", "*"],
    ["CAST(1e0 AS varchar(20))", "1"],
    ["CAST(123456e0 AS varchar(20))", "123456"],
    ["CAST(1234567e0 AS varchar(20))", "1.23457e+006"],
    ["CAST(0.00001e0 AS varchar(20))", "1e-005"],
    ["CONVERT(varchar(30), 1234567.891e0, 1)", "1.2345679e+006"],
    ["CONVERT(varchar(30), 1234567.891e0, 2)", "1.234567891000000e+006"],
    ["CONVERT(varchar(20), $1234567.891)", "1234567.89"],
    ["CONVERT(varchar(20), $1234567.891, 1)", "1,234,567.89"],
    ["CONVERT(varchar(20), $1234567.891, 2)", "1234567.8910"],
    ["CONVERT(varchar(10), 0x0A1B, 1)", "0x0A1B"],
    ["CONVERT(varchar(10), 0x0A1B, 2)", "0A1B"],
    ["CAST(0x4100 AS nvarchar(5))", "A"],
    ["CAST(N'żółw' AS varchar(10))", "zó?w"],
    ["CAST(1.10 AS varchar(10))", "1.10"],
  ])("%s", (expression, text) => {
    expect(textOf(expression)).toBe(text);
  });

  test.each([
    ["CAST(123456 AS nvarchar(3))", 8115],
    ["CAST(123.45 AS varchar(3))", 8115],
    ["CAST($1 AS varchar(2))", 234],
    ["CAST(12345.678e0 AS varchar(3))", 232],
    ["CAST(NEWID() AS varchar(10))", 8170],
    ["CONVERT(varbinary(10), '0A1', 2)", 8114],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });

  test("CAST gives 30 characters where no length is said", () => {
    expect(evaluate("CAST('a' AS varchar)").type).toBe("varchar(30)");
  });
});

describe("binaries", () => {
  test.each([
    ["CAST(256 AS binary(2))", "0x0100"],
    ["CAST(-1 AS binary(4))", "0xFFFFFFFF"],
    ["CAST('a' AS varbinary(5))", "0x61"],
    ["CAST(N'a' AS varbinary(5))", "0x6100"],
    ["CAST('ab' AS binary(4))", "0x61620000"],
    ["CAST(1.5 AS varbinary(20))", "0x020100010F000000"],
    ["CAST(CAST('2024-01-01' AS datetime) AS binary(8))", "0x0000B0EA00000000"],
    ["CAST(CAST('2024-01-01' AS date) AS varbinary(5))", "0x45460B"],
    ["CONVERT(varbinary(10), '0x0A1B', 1)", "0x0A1B"],
  ])("%s", (expression, text) => {
    expect(textOf(expression)).toBe(text);
  });

  test("a uniqueidentifier stores its first three groups lowest byte first", () => {
    const guid = "CAST('6f9619ff-8b86-d011-b42d-00c04fc964ff' AS uniqueidentifier)";
    expect(textOf(`CAST(${guid} AS binary(16))`)).toBe("0xFF19966F868B11D0B42D00C04FC964FF");
    expect(textOf(`CAST(CAST(${guid} AS binary(16)) AS uniqueidentifier)`)).toBe(
      "6F9619FF-8B86-D011-B42D-00C04FC964FF",
    );
    expect(errorOf("CAST('abc' AS uniqueidentifier)")).toBe(8169);
  });
});

describe("TRY_ forms", () => {
  test("give NULL for values that do not convert", () => {
    expect(textOf("TRY_CAST('abc' AS int)")).toBeNull();
    expect(textOf("TRY_CAST('20240230' AS date)")).toBeNull();
    expect(textOf("TRY_CONVERT(decimal(4,1), '1x')")).toBeNull();
    expect(textOf("TRY_PARSE('x' AS int)")).toBeNull();
    expect(textOf("TRY_CAST('12' AS int)")).toBe("12");
  });

  test("still fail where no such conversion exists", () => {
    expect(errorOf("TRY_CAST(4 AS date)")).toBe(529);
  });

  test("PARSE reads numbers and dates as a culture writes them", () => {
    expect(textOf("PARSE('€345,98' AS money USING 'de-DE')")).toBe("345.9800");
    expect(textOf("PARSE('Monday, 13 December 2010' AS date USING 'en-US')")).toBe("2010-12-13");
    expect(errorOf("PARSE('x' AS int)")).toBe(9819);
    expect(errorOf("PARSE('1' AS int USING 'x-nowhere-at-all')")).toBe(9818);
  });
});

describe("which conversions exist", () => {
  const type = (name: string): SqlType => systemType(name) as SqlType;
  test.each([
    ["varchar", "int", "implicit"],
    ["varchar", "varbinary", "explicit"],
    ["money", "varchar", "explicit"],
    ["int", "date", "none"],
    ["int", "datetime", "implicit"],
    ["datetime", "int", "explicit"],
    ["sql_variant", "int", "explicit"],
    ["int", "sql_variant", "implicit"],
    ["binary", "float", "none"],
    ["binary", "date", "explicit"],
    ["date", "time", "none"],
    ["uniqueidentifier", "int", "none"],
    ["xml", "varchar", "explicit"],
    ["nvarchar", "timestamp", "none"],
  ])("%s to %s: %s", (from, to, expected) => {
    expect(conversionBetween(type(from), type(to))).toBe(expected);
  });
});

describe("assignment to a column", () => {
  const target = { table: "d.dbo.t", column: "c" };
  const varchar = (length: number): SqlType => ({ kind: "varchar", length });

  test("refuses what would be cut, naming table, column and what fits", () => {
    expect(() => convertForAssignment("abcd", varchar(4), varchar(3), target)).toThrow(
      "String or binary data would be truncated in table 'd.dbo.t', column 'c'. Truncated value: 'abc'.",
    );
  });

  test("cuts blanks and zeros without a word", () => {
    expect(convertForAssignment("abc   ", varchar(6), varchar(3), target)).toBe("abc");
    const binary: SqlType = { kind: "varbinary", length: 2 };
    expect(convertForAssignment(Uint8Array.of(1, 2, 0), { kind: "varbinary", length: 3 }, binary, target)).toEqual(
      Uint8Array.of(1, 2),
    );
  });

  test("cuts anything when ANSI_WARNINGS is off", () => {
    const settings = { dateFormat: "mdy", language: "us_english", ansiWarnings: false };
    expect(convertForAssignment("abcd", varchar(4), varchar(3), { ...target, settings })).toBe("abc");
  });
});
