import { SqlError } from "../../../src/emulator/engine/errors";
import { findAggregate, isAggregateName } from "../../../src/emulator/engine/functions/aggregates";
import { systemType, typeDeclaration } from "../../../src/emulator/engine/types";
import type { SqlType, Value } from "../../../src/emulator/engine/values";

const type = (name: string): SqlType => systemType(name) as SqlType;

function aggregate(name: string, argument: SqlType, values: Value[], ...more: Value[]) {
  const call = findAggregate(name)?.resolve([argument]);
  if (!call) throw new Error(`no ${name}`);
  const accumulator = call.start();
  for (const value of values) accumulator.add(value, ...more);
  return { type: typeDeclaration(call.type), result: accumulator.result() };
}

describe("aggregates", () => {
  const decimal: SqlType = { kind: "decimal", precision: 10, scale: 1 };
  test.each<[string, SqlType, Value[], string, Value]>([
    ["COUNT", type("int"), [1, null, 2], "int", 2],
    ["COUNT_BIG", type("int"), [1, null], "bigint", 1n],
    ["SUM", type("tinyint"), [200, 100], "int", 300],
    ["SUM", type("bigint"), [1n, 2n], "bigint", 3n],
    ["SUM", decimal, [15n, 10n], "decimal(38,1)", 25n],
    ["SUM", type("int"), [], "int", null],
    ["AVG", type("int"), [1, 2, null], "int", 1],
    ["AVG", decimal, [10n, 10n, 30n], "decimal(38,6)", 1666666n],
    ["MIN", type("varchar"), ["b", "A"], "varchar(1)", "A"],
    ["MAX", type("varchar"), ["b", "A", null], "varchar(1)", "b"],
    ["STDEVP", type("float"), [1], "float", 0],
    ["STDEV", type("float"), [1], "float", null],
    ["VAR", type("float"), [1, 2, 3], "float", 1],
    ["CHECKSUM_AGG", type("int"), [1, 3], "int", 2],
    ["APPROX_COUNT_DISTINCT", type("int"), [1, 1, 2, null], "bigint", 2n],
  ])("%s of %o", (name, argument, values, resultType, result) => {
    expect(aggregate(name, argument, values)).toEqual({ type: resultType, result });
  });

  test("STRING_AGG leaves out NULLs and takes the separator from each row after the first", () => {
    expect(aggregate("STRING_AGG", type("varchar"), ["a", null, "b"], ", ").result).toBe("a, b");
    expect(aggregate("STRING_AGG", type("int"), [], ",").type).toBe("nvarchar(4000)");
  });

  test("sums that leave their type are an overflow", () => {
    expect(() => aggregate("SUM", type("int"), [2147483647, 1])).toThrow(/overflow/);
  });

  test.each(["SUM", "AVG", "MIN"])("%s takes no bits", (name) => {
    expect(() => aggregate(name, type("bit"), [])).toThrow(SqlError);
  });

  test("names are found in any case; GROUPING is one of them", () => {
    expect(isAggregateName("count")).toBe(true);
    expect(isAggregateName("Grouping")).toBe(true);
    expect(isAggregateName("LEN")).toBe(false);
  });
});
