import { throughLink } from "../../../src/objects/instance";
import { nvarchar } from "../../../src/sqlserver";

describe("a statement through a linked server", () => {
  test("runs in the database there and keeps its parameters", () => {
    const statement = {
      text: "SELECT @a, @b;",
      parameters: { a: nvarchar("x"), b: { type: "int", value: 1 } as const },
    };
    expect(throughLink("lin]k", "d b", statement)).toEqual({
      text: "EXEC [lin]]k].[d b].[sys].[sp_executesql] @remote_statement, @remote_parameters, @a = @a, @b = @b;",
      parameters: {
        ...statement.parameters,
        remote_statement: { type: "nvarchar", value: "SELECT @a, @b;" },
        remote_parameters: { type: "nvarchar", value: "@a nvarchar(4000), @b int" },
      },
    });
  });

  test("declares no parameters where there are none", () => {
    expect(throughLink("l", "d", { text: "SELECT 1;" }).text).toBe(
      "EXEC [l].[d].[sys].[sp_executesql] @remote_statement;",
    );
  });
});
