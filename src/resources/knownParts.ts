import * as pulumi from "@pulumi/pulumi";

/**
 * A value as far as it is known while the program runs. For what comes later stands the engine's own sign for a value
 * that is not known yet, which every check lets pass.
 */
export function knownParts(value: unknown): unknown {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return pulumi.runtime.unknownValue;
  if (Array.isArray(value)) return value.map(knownParts);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, knownParts(item)]));
}

/** Whether a value stands for one that is not known yet. */
export function isUnknown(value: unknown): boolean {
  return value === pulumi.runtime.unknownValue;
}
