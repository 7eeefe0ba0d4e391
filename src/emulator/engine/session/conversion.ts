/** Values on their way into variables, parameters and results. */
import { convertValue } from "../types";
import type { SqlType, Value } from "../values";
import type { Activation } from "./activation";

/** Implicit conversion; character and binary values are cut to the target's length, as variables and parameters do. */
export function convertArgument(value: Value, from: SqlType, to: SqlType, activation: Activation): Value {
  return convertValue(value, from, to, { settings: activation.session.settings });
}
