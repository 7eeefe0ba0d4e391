import { errorOf, evaluate } from "./evaluate";

describe("mathematical functions", () => {
  test.each([
    ["ABS(-2.50)", "numeric(3,2)", "2.50"],
    ["ABS('5')", "float", "5"],
    ["FLOOR(-1.5)", "numeric(2,0)", "-2"],
    ["CEILING(1.2)", "numeric(2,0)", "2"],
    ["CEILING($1.2)", "money", "2.0000"],
    ["FLOOR(7)", "int", "7"],
    ["SIGN(-2.5)", "numeric(2,1)", "-1.0"],
    ["ROUND(123.4567, 2)", "numeric(7,4)", "123.4600"],
    ["ROUND(123.4567, -2)", "numeric(7,4)", "100.0000"],
    ["ROUND(150.75, 0, 1)", "numeric(5,2)", "150.00"],
    ["ROUND(748.58, -4)", "numeric(5,2)", "0.00"],
    ["ROUND(15, -1)", "int", "20"],
    ["ROUND(1.005e0, 2)", "float", "1.01"],
    ["POWER(2, 10)", "int", "1024"],
    ["POWER(2, 0.5)", "int", "1"],
    ["POWER(1.5, 2)", "numeric(38,1)", "2.3"],
    ["SQRT(16)", "float", "4"],
    ["LOG(8, 2)", "float", "3"],
    ["RADIANS(180)", "int", "3"],
    ["DEGREES(PI())", "float", "180"],
    ["RAND(1)", "float", "0.7135919932129235"],
    ["RAND(100)", "float", "0.7154366573674853"],
    ["ISNUMERIC('$')", "int", "1"],
    ["ISNUMERIC('1e3')", "int", "1"],
    ["ISNUMERIC('abc')", "int", "0"],
    ["ISNUMERIC('')", "int", "0"],
    ["BIT_COUNT(7)", "bigint", "3"],
    ["LEFT_SHIFT(1, 4)", "int", "16"],
  ])("%s", (expression, type, text) => {
    expect(evaluate(expression)).toEqual({ type, text });
  });

  test.each([
    ["ROUND(748.58, -3)", 8115],
    ["POWER(2, 31)", 8115],
    ["SQRT(-1)", 3623],
    ["LOG(0)", 3623],
    ["ACOS(2)", 3623],
    ["ABS(CAST('2024-01-01' AS date))", 8116],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });
});
