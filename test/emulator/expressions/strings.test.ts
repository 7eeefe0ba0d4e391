import { errorOf, evaluate, textOf } from "./evaluate";

describe("string functions", () => {
  test.each([
    ["LEN('abc  ')", "3"],
    ["DATALENGTH('abc  ')", "5"],
    ["DATALENGTH(N'abc')", "6"],
    ["DATALENGTH('€')", "1"],
    ["SUBSTRING('abcdef', -1, 3)", "a"],
    ["SUBSTRING(0x01020304, 2, 2)", "0x0203"],
    ["RIGHT(12345, 2)", "45"],
    ["CHARINDEX('b', 'aBc')", "2"],
    ["CHARINDEX('b', 'abcb', 3)", "4"],
    ["PATINDEX('%[0-9]%', 'abc5')", "4"],
    ["PATINDEX('a%', 'abc')", "1"],
    ["REPLACE('aBcb', 'b', 'X')", "aXcX"],
    ["REPLACE('aBc' COLLATE Latin1_General_BIN, 'b', 'X')", "aBc"],
    ["REPLACE('abc', '', 'x')", "abc"],
    ["STUFF('abcdef', 2, 3, 'XY')", "aXYef"],
    ["STUFF('abc', 4, 1, 'x')", null],
    ["STUFF('abc', 1, 1, NULL)", "bc"],
    ["REPLICATE('ab', 3)", "ababab"],
    ["REPLICATE('a', -1)", null],
    ["REVERSE('abc')", "cba"],
    ["TRIM('x' FROM 'xaxx')", "a"],
    ["LTRIM('  a ') + '|'", "a |"],
    ["UPPER(N'äß')", "Äß"],
    ["CONCAT('a', NULL, 1, 2.50)", "a12.50"],
    ["CONCAT_WS(',', 'a', NULL, 'b')", "a,b"],
    ["TRANSLATE('2*[3+4]/{7-2}', '[]{}', '()()')", "2*(3+4)/(7-2)"],
    ["STR(123.456, 10, 2)", "    123.46"],
    ["STR(123456, 3)", "***"],
    ["QUOTENAME('a]b')", "[a]]b]"],
    ["QUOTENAME('a''b', '''')", "'a''b'"],
    ["QUOTENAME('a', 'x')", null],
    ["PARSENAME('[x.y].z', 2)", "x.y"],
    ["PARSENAME('a.b.c.d.e', 1)", null],
    ["SOUNDEX('Smythe')", "S530"],
    ["CHAR(128)", "€"],
    ["ASCII('€')", "128"],
    ["UNICODE(N'ż')", "380"],
    ["STRING_ESCAPE('x' + CHAR(10) + '\"', 'json')", 'x\\n\\"'],
    [
      "FORMATMESSAGE('%s has %d rows, %5d|%-3d|%05d|%x', 'Table', 10, 7, 1, 42, 255)",
      "Table has 10 rows,     7|1  |00042|ff",
    ],
    ["FORMATMESSAGE('%+d %+d %s', 11, -11)", "+11 -11 (null)"],
  ])("%s", (expression, text) => {
    expect(textOf(expression)).toBe(text);
  });

  test.each([
    ["LEN()", 174],
    ["CHARINDEX('a')", 189],
    ["SUBSTRING(123, 1, 1)", 8116],
    ["SUBSTRING('abc', 1, -1)", 537],
    ["LEFT('abc', -1)", 537],
    ["RIGHT('abc', -1)", 536],
    ["TRANSLATE('a', 'ab', 'c')", 9828],
    ["FORMATMESSAGE('%d', 'x')", 2786],
    ["FORMATMESSAGE('%z', 1)", 2787],
    ["nosuch(1)", 195],
    ["dbo.nosuch(1)", 4121],
    ["COUNT(*)", 147],
    ["ROW_NUMBER()", 10753],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });

  test("results are as long as their arguments allow", () => {
    expect(evaluate("REPLACE('a', 'b', 'c')").type).toBe("varchar(8000)");
    expect(evaluate("REPLACE('a', N'b', 'c')").type).toBe("nvarchar(4000)");
    expect(evaluate("CONCAT('ab', N'c')").type).toBe("nvarchar(3)");
    expect(evaluate("LEN(CAST('a' AS varchar(max)))").type).toBe("bigint");
    expect(textOf("LEN(REPLICATE('a', 9000))")).toBe("8000");
  });
});

describe("FORMAT", () => {
  test.each([
    ["FORMAT(1234.5, 'N2')", "1,234.50"],
    ["FORMAT(1234.5, 'C', 'en-US')", "$1,234.50"],
    ["FORMAT(-5, 'C', 'en-US')", "-$5.00"],
    ["FORMAT(1234.5, 'C', 'de-DE')", "1.234,50 €"],
    ["FORMAT(0.256, 'P')", "25.60%"],
    ["FORMAT(5, 'D3')", "005"],
    ["FORMAT(255, 'X')", "FF"],
    ["FORMAT(1e10, 'E2')", "1.00E+010"],
    ["FORMAT(1234567.891, '#,##0.00')", "1,234,567.89"],
    ["FORMAT(123456789, '###-##-####')", "123-45-6789"],
    ["FORMAT(-3, '0;(0);zero')", "(3)"],
    ["FORMAT(0, '0;(0);zero')", "zero"],
    ["FORMAT(1.5, '0.###')", "1.5"],
    ["FORMAT(CAST('2024-03-05' AS date), 'D', 'en-US')", "Tuesday, March 5, 2024"],
    ["FORMAT(CAST('2024-03-05' AS date), 'd', 'de-DE')", "05.03.2024"],
    ["FORMAT(CAST('2024-03-05 14:07:09.123' AS datetime2), 'yyyy-MM-dd HH:mm:ss.fff')", "2024-03-05 14:07:09.123"],
    ["FORMAT(CAST('2024-03-05 04:07:09' AS datetime2), 'h:mm tt')", "4:07 AM"],
    ["FORMAT(CAST('14:07' AS time), 'hh\\:mm')", "14:07"],
    ["FORMAT(CAST('14:07' AS time), 'hh:mm')", null],
  ])("%s", (expression, text) => {
    expect(textOf(expression)).toBe(text);
  });

  test("takes numbers and dates only", () => {
    expect(errorOf("FORMAT('a', 'N')")).toBe(8116);
  });
});
