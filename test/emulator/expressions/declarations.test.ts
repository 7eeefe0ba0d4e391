import { SqlError } from "../../../src/emulator/engine/errors";
import { resolveTypeName, type TypeUse, typeDeclaration } from "../../../src/emulator/engine/types";
import { parseTypeName } from "../../../src/emulator/tsql";

const resolver = { resolveType: () => undefined, collation: "Latin1_General_CI_AS" };

function declare(text: string, use: TypeUse = "declaration"): string | number {
  try {
    return typeDeclaration(resolveTypeName(parseTypeName(text), resolver, use));
  } catch (error) {
    if (error instanceof SqlError) return error.number;
    throw error;
  }
}

describe("declared types", () => {
  test.each([
    ["decimal", "decimal(18,0)"],
    ["numeric(5)", "numeric(5,0)"],
    ["varchar", "varchar(1)"],
    ["nvarchar(max)", "nvarchar(max)"],
    ["datetime2", "datetime2(7)"],
    ["float(24)", "real"],
    ["float(25)", "float"],
    ["sysname", "nvarchar(128)"],
    ["rowversion", "timestamp"],
  ])("%s is %s", (text, declaration) => {
    expect(declare(text)).toBe(declaration);
  });

  test.each([
    ["varchar(9000)", 131],
    ["nvarchar(5000)", 2717],
    ["varchar(0)", 1001],
    ["decimal(39, 2)", 2750],
    ["decimal(5, 6)", 2751],
    ["int(5)", 2716],
    ["datetime2(8)", 1002],
    ["nosuch", 2715],
    ["geography", 49999],
  ])("%s raises %i", (text, number) => {
    expect(declare(text)).toBe(number);
  });

  test("CAST has a longer default, and an error of its own for unknown types", () => {
    expect(declare("varchar", "cast")).toBe("varchar(30)");
    expect(declare("nosuch", "cast")).toBe(243);
  });
});
