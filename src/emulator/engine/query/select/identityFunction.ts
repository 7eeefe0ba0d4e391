/** IDENTITY(type, seed, increment), which numbers the rows of SELECT … INTO. */
import type { Expression, FunctionCall } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Scope } from "../../expressions/scope";
import type { OutputColumn } from "../compiledQuery";

export function isIdentityCall(expression: Expression): expression is FunctionCall {
  return expression.kind === "call" && !expression.name.schema && expression.name.name.toUpperCase() === "IDENTITY";
}

export interface IdentityColumn {
  /** The values come when the rows are stored. */
  compiled: Compiled;
  source: NonNullable<OutputColumn["identitySource"]>;
}

/** `into`: the statement stores its rows in a new table; nothing else may number them. */
export function compileIdentityCall(call: FunctionCall, scope: Scope, into: boolean): IdentityColumn {
  if (!into) {
    throw new SqlError(
      177,
      "The IDENTITY function can only be used when the SELECT statement has an INTO clause.",
      1,
      15,
    );
  }
  const [typed, seed, increment] = call.arguments.map((argument) => compileExpression(argument, scope));
  if (!typed) throw new SqlError(174, "The identity function requires 1 to 3 argument(s).", 1, 15);
  const { type } = typed;
  return {
    compiled: { type, nullable: false, evaluate: () => null },
    source: { seed: constant(seed), increment: constant(increment), made: true },
  };
}

function constant(expression: Compiled | undefined): bigint {
  if (!expression) return 1n;
  if (expression.constant) {
    const value = expression.evaluate({ tuple: [], slots: [], parent: null, context: undefined as never });
    if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
    if (typeof value === "bigint") return value;
  }
  throw new SqlError(
    8108,
    "Cannot add identity column, using the SELECT INTO statement, with that seed or increment.",
    1,
    16,
  );
}
