/** Registers functions that read the catalog: evaluated anew each time, with the session at hand. */
import type { ExecutionContext } from "../../engine/expressions/scope";
import { registerFunctions } from "../../engine/functions/registry";
import type { Activation } from "../../engine/session/activation";
import type { SessionRuntime } from "../../engine/session/runtime";
import type { SqlType, Value, Variant } from "../../engine/values";

export const NAME: SqlType = { kind: "nvarchar", length: 128 };
export const LONG_NAME: SqlType = { kind: "nvarchar", length: 776 };
export const VARIANT: SqlType = { kind: "sql_variant" };

export interface Call {
  session: SessionRuntime;
  context: ExecutionContext;
  activation: Activation;
}

export type Evaluate = (args: readonly Value[], call: Call) => Value | boolean | undefined;

/** `optional`: how many of the last parameters may be left out. */
export function define(
  name: string,
  parameters: readonly SqlType[],
  result: SqlType,
  evaluate: Evaluate,
  optional = 0,
): void {
  registerFunctions([
    {
      name,
      minArgs: parameters.length - optional,
      maxArgs: parameters.length,
      parameters,
      volatile: true,
      resolve: () => result,
      evaluate(args, context) {
        const activation = context as Activation;
        const value = evaluate(args, { session: activation.session, context, activation });
        return value === undefined ? null : typeof value === "boolean" ? Number(value) : value;
      },
    },
  ]);
}

export function textOf(value: Value | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

export function numberOf(value: Value | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

/** A property's value: ints, texts and flags as sql_variant. */
export function variant(value: number | string | bigint | boolean | null | undefined): Variant | null {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case "string":
      return { type: NAME, value };
    case "bigint":
      return { type: { kind: "bigint" }, value };
    default:
      return { type: { kind: "int" }, value: Number(value) };
  }
}

/** Properties by name, whatever the case. */
export function lookup<T>(properties: Readonly<Record<string, T>>): (name: string | undefined) => T | undefined {
  const byName = new Map(Object.entries(properties).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => (name === undefined ? undefined : byName.get(name.trimEnd().toLowerCase()));
}
