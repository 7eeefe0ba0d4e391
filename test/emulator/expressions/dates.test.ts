import { errorOf, evaluate, textOf } from "./evaluate";

describe("texts to dates", () => {
  test.each([
    ["CAST('20240305' AS date)", "2024-03-05"],
    ["CAST('240305' AS date)", "2024-03-05"],
    ["CAST('2024' AS date)", "2024-01-01"],
    ["CAST('3/5/24' AS date)", "2024-03-05"],
    ["CAST('1/2/49' AS date)", "2049-01-02"],
    ["CAST('1/2/50' AS date)", "1950-01-02"],
    ["CAST('Mar 5 2024' AS date)", "2024-03-05"],
    ["CAST('5 March 2024' AS date)", "2024-03-05"],
    ["CAST('2024 Mar 5' AS date)", "2024-03-05"],
    ["CAST('' AS datetime)", "1900-01-01 00:00:00.000"],
    ["CAST('12:30' AS datetime)", "1900-01-01 12:30:00.000"],
    ["CAST('2024-03-05T14:07:09' AS datetime)", "2024-03-05 14:07:09.000"],
    ["CAST('2024-01-01 10:20:30:12' AS datetime)", "2024-01-01 10:20:30.013"],
    ["CAST('5 March 2024 2:07PM' AS datetime2(0))", "2024-03-05 14:07:00"],
    ["CAST('10:20:30.1234567 PM' AS time)", "22:20:30.1234567"],
    ["CAST('2024-03-05T10:11:12+02:00' AS datetimeoffset(0))", "2024-03-05 10:11:12 +02:00"],
    ["CONVERT(date, '13/01/2024', 103)", "2024-01-13"],
    ["CONVERT(date, '01.02.2024', 104)", "2024-02-01"],
    ["CONVERT(date, '2024.12.31', 102)", "2024-12-31"],
    ["CONVERT(date, '24/08/1445', 131)", "2024-03-05"],
  ])("%s", (expression, text) => {
    expect(textOf(expression)).toBe(text);
  });

  test.each([
    ["CAST('abc' AS date)", 241],
    ["CAST('abc' AS datetime)", 241],
    ["CAST('abc' AS smalldatetime)", 295],
    ["CAST('2024-02-30' AS date)", 241],
    ["CAST('2024-02-30' AS datetime)", 242],
    ["CAST('1700-01-01' AS datetime)", 242],
    ["CAST('2079-06-07' AS smalldatetime)", 296],
    ["CAST('2024-01-01 10:20:30.1234' AS datetime)", 241],
    ["CAST('25:00' AS time)", 241],
    ["CAST('2024-01-01T10:00:00+02:00' AS datetime)", 241],
    ["CONVERT(datetime, '13/01/2024', 101)", 242],
    ["CAST(50000000 AS datetime)", 8115],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });

  test("DATEFORMAT orders numeric dates; ISO dates are their own, but not for datetime", () => {
    const settings = { dateFormat: "dmy" };
    expect(textOf("CAST('01/02/2024' AS date)", { settings })).toBe("2024-02-01");
    expect(textOf("CAST('2024-01-02' AS date)", { settings })).toBe("2024-01-02");
    expect(textOf("CAST('2024-01-02' AS datetime)", { settings })).toBe("2024-02-01 00:00:00.000");
    expect(textOf("CAST('2024-01-02T00:00:00' AS datetime)", { settings })).toBe("2024-01-02 00:00:00.000");
  });

  test("names of months follow LANGUAGE", () => {
    const settings = { language: "Deutsch", dateFormat: "dmy" };
    expect(textOf("CAST('5 Dezember 2024' AS date)", { settings })).toBe("2024-12-05");
    expect(textOf("DATENAME(month, '20240305')", { settings })).toBe("März");
  });
});

describe("rounding", () => {
  test.each([
    ["CAST('2024-01-01T00:00:00.009' AS datetime)", "2024-01-01 00:00:00.010"],
    ["CAST('2024-01-01T00:00:00.998' AS datetime)", "2024-01-01 00:00:00.997"],
    ["CAST('2024-01-01T00:00:00.999' AS datetime)", "2024-01-01 00:00:01.000"],
    ["CAST('2024-01-01 12:30:29' AS smalldatetime)", "2024-01-01 12:30:00.000"],
    ["CAST('2024-01-01 12:30:30' AS smalldatetime)", "2024-01-01 12:31:00.000"],
    ["CAST('2024-01-01 12:00:00.5' AS datetime2(0))", "2024-01-01 12:00:01"],
    ["CAST(CAST('23:59:59.9999999' AS time) AS time(0))", "00:00:00"],
    ["CAST('9999-12-31 23:59:59.9999999' AS datetime2(0))", "9999-12-31 23:59:59"],
    ["CAST(CAST('2024-01-01T00:00:00.003' AS datetime) AS datetime2)", "2024-01-01 00:00:00.0033333"],
  ])("%s", (expression, text) => {
    expect(textOf(expression)).toBe(text);
  });
});

describe("CONVERT's styles", () => {
  test.each([
    [0, "Mar  5 2024  2:07PM"],
    [1, "03/05/24"],
    [2, "24.03.05"],
    [3, "05/03/24"],
    [4, "05.03.24"],
    [5, "05-03-24"],
    [6, "05 Mar 24"],
    [7, "Mar 05, 24"],
    [8, "14:07:09"],
    [9, "Mar  5 2024  2:07:09:123PM"],
    [10, "03-05-24"],
    [11, "24/03/05"],
    [12, "240305"],
    [13, "05 Mar 2024 14:07:09:123"],
    [14, "14:07:09:123"],
    [20, "2024-03-05 14:07:09"],
    [21, "2024-03-05 14:07:09.123"],
    [22, "03/05/24  2:07:09 PM"],
    [23, "2024-03-05"],
    [101, "03/05/2024"],
    [112, "20240305"],
    [126, "2024-03-05T14:07:09.123"],
    [131, "24/08/1445  2:07:09:123PM"],
  ])("%i", (style, text) => {
    expect(textOf(`CONVERT(varchar(40), CAST('2024-03-05T14:07:09.123' AS datetime), ${style})`)).toBe(text);
  });

  test.each([
    ["CONVERT(varchar(20), CAST('17:30:00' AS time), 100)", "5:30PM"],
    ["CAST(CAST('2024-03-05' AS date) AS varchar(20))", "2024-03-05"],
    ["CAST(CAST('2024-03-05 10:11:12.1234567' AS datetime2) AS varchar(40))", "2024-03-05 10:11:12.1234567"],
    ["CONVERT(varchar(40), CAST('2024-01-01 12:00:00.5 +02:00' AS datetimeoffset(1)), 127)", "2024-01-01T10:00:00.5Z"],
    [
      "CONVERT(varchar(40), CAST('2024-01-01 12:00:00.5 +02:00' AS datetimeoffset(1)), 126)",
      "2024-01-01T12:00:00.5+02:00",
    ],
  ])("%s", (expression, text) => {
    expect(textOf(expression)).toBe(text);
  });

  test("what does not exist is an error", () => {
    expect(errorOf("CONVERT(varchar(30), GETDATE(), 99)")).toBe(281);
    expect(errorOf("CONVERT(varchar(30), CAST('12:00' AS time), 101)")).toBe(8114);
  });
});

describe("date functions", () => {
  test.each([
    ["DATEADD(month, 1, '2024-01-31')", "datetime", "2024-02-29 00:00:00.000"],
    ["DATEADD(year, -1, CAST('2024-02-29' AS date))", "date", "2023-02-28"],
    ["DATEADD(day, 1.9, CAST('2024-01-31' AS date))", "date", "2024-02-01"],
    ["DATEADD(hour, 1, CAST('23:30' AS time(0)))", "time(0)", "00:30:00"],
    ["DATEADD(ms, 2, CAST('2024-01-01' AS datetime))", "datetime", "2024-01-01 00:00:00.003"],
    ["DATEDIFF(day, '2024-01-01', '2024-12-31')", "int", "365"],
    ["DATEDIFF(year, '2023-12-31', '2024-01-01')", "int", "1"],
    ["DATEDIFF(week, '2024-01-06', '2024-01-07')", "int", "1"],
    ["DATEDIFF_BIG(second, '1900-01-01', '2100-01-01')", "bigint", "6311433600"],
    ["DATEPART(week, '2024-01-07')", "int", "2"],
    ["DATEPART(iso_week, '2023-01-01')", "int", "52"],
    ["DATEPART(weekday, '2024-03-05')", "int", "3"],
    ["DATEPART(ns, CAST('00:00:00.1234567' AS time))", "int", "123456700"],
    ["DATEPART(tz, CAST('2024-01-01 00:00 +02:00' AS datetimeoffset))", "int", "120"],
    ["DATENAME(weekday, '2024-03-05')", "nvarchar(30)", "Tuesday"],
    ["EOMONTH('2024-01-31', -2)", "date", "2023-11-30"],
    ["DATEFROMPARTS(2024, 2, 29)", "date", "2024-02-29"],
    ["TIMEFROMPARTS(1, 2, 3, 4, 1)", "time(1)", "01:02:03.4"],
    ["DATETIME2FROMPARTS(2024, 1, 2, 3, 4, 5, 6, 2)", "datetime2(2)", "2024-01-02 03:04:05.06"],
    [
      "SWITCHOFFSET(CAST('2024-01-01 12:00:00 +02:00' AS datetimeoffset(0)), '-05:00')",
      "datetimeoffset(0)",
      "2024-01-01 05:00:00 -05:00",
    ],
    [
      "TODATETIMEOFFSET(CAST('2024-01-01 12:00' AS datetime2(0)), 60)",
      "datetimeoffset(0)",
      "2024-01-01 12:00:00 +01:00",
    ],
    [
      "CAST('2024-07-01 12:00' AS datetime2(0)) AT TIME ZONE 'Central European Standard Time'",
      "datetimeoffset(0)",
      "2024-07-01 12:00:00 +02:00",
    ],
    ["DATETRUNC(month, CAST('2024-03-15' AS date))", "date", "2024-03-01"],
    ["DATE_BUCKET(week, 1, CAST('2024-03-15' AS date))", "date", "2024-03-11"],
    ["YEAR(0)", "int", "1900"],
    ["ISDATE('20240230')", "int", "0"],
  ])("%s", (expression, type, text) => {
    expect(evaluate(expression)).toEqual({ type, text });
  });

  test.each([
    ["DATEADD(hour, 1, CAST('2024-01-01' AS date))", 9810],
    ["DATEADD(year, 10000, CAST('2024-01-01' AS date))", 517],
    ["DATEDIFF(second, '1900-01-01', '2100-01-01')", 535],
    ["DATEPART(year, CAST('12:00' AS time))", 9810],
    ["DATEFROMPARTS(2024, 2, 30)", 289],
    ["SWITCHOFFSET('2024-01-01 12:00 +02:00', '+25:00')", 9812],
    ["CAST('2024-01-01' AS datetime2) AT TIME ZONE 'Nowhere'", 9820],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });
});
