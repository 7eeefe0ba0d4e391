import { compareModule, moduleIn, normalizeModule } from "../../../src/objects/installation";

const text = "-- mssql-backup member procedure, version 3\nCREATE OR ALTER PROCEDURE dbo.sp_X\nAS\nRETURN 0;";
const ourModule = { name: "sp_X", text, version: 3, normalized: normalizeModule(text) };
const onServer = (version: string, body = "RETURN 1;") =>
  `-- mssql-backup member procedure${version}\nCREATE PROCEDURE dbo.sp_X\nAS\n${body}`;

test.each([
  ["nothing", undefined, "missing"],
  ["the same, in other white space", onServer(", version 3", "  RETURN 0;\n"), "same"],
  ["another text of this version", onServer(", version 3"), "changed"],
  ["another text without a version", onServer(""), "changed"],
  ["an earlier version", onServer(", version 2"), "older"],
  ["a later version", onServer(", version 10"), "newer"],
  ["somebody else's", "CREATE PROCEDURE dbo.sp_X AS RETURN 0;", "foreign"],
  ["one that cannot be read", null, "foreign"],
] as const)("of a procedure that is there as %s", (_, definition, condition) => {
  expect(compareModule(ourModule, definition)).toBe(condition);
});

test("a batch is known by what it makes", () => {
  expect(moduleIn(text)).toBe("sp_X");
  expect(moduleIn("GRANT EXECUTE ON dbo.sp_X TO BTS_BACKUP_USERS;")).toBeUndefined();
});
