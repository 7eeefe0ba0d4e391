/** Values on their way into variables, parameters and results. */
import { SqlError } from "../errors";
import { convertValue, requireImplicit } from "../types";
import type { SqlType, Value } from "../values";
import type { Activation } from "./activation";

/** Implicit conversion (206 or 257 where there is none); character and binary values are cut to the target's length, as variables and parameters do. */
export function convertArgument(value: Value, from: SqlType, to: SqlType, activation: Activation): Value {
  requireImplicit(from, to);
  return convertValue(value, from, to, { settings: activation.session.settings });
}

/** Where a value does not convert to a parameter's type, SQL Server says only so (8114), not what was wrong with it. */
export function convertParameter(value: Value, from: SqlType, to: SqlType, activation: Activation): Value {
  requireImplicit(from, to);
  try {
    return convertArgument(value, from, to, activation);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new SqlError(8114, `Error converting data type ${from.kind} to ${to.kind}.`, 5);
  }
}
