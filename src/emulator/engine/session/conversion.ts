/** Values on their way into variables, parameters and results. */
import { convertValue, requireImplicit } from "../types";
import type { SqlType, Value } from "../values";
import type { Activation } from "./activation";

/** Implicit conversion (206 or 257 where there is none); character and binary values are cut to the target's length, as variables and parameters do. */
export function convertArgument(value: Value, from: SqlType, to: SqlType, activation: Activation): Value {
  requireImplicit(from, to);
  return convertValue(value, from, to, { settings: activation.session.settings });
}
