/** The key under which the engine keeps the text of the provider. */
export const providerKey = "__provider";

/** A bag of properties as it comes from the engine and goes back to it. */
export type Properties = Record<string, unknown>;

/**
 * Makes a value fit for the wire, on which only JSON travels: without `undefined` (which the engine refuses without
 * saying where), with bytes as `0x…`, dates in ISO form and bigint values as digits.
 */
export function toState(value: Properties): Properties {
  return onWire(value) as Properties;
}

function onWire(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString("hex").toUpperCase()}`;
  if (value instanceof Map) return onWire(Object.fromEntries(value));
  if (value instanceof Set || Array.isArray(value)) return [...value].map(onWire);
  if (typeof value === "object") {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined && typeof item !== "function");
    return Object.fromEntries(entries.map(([key, item]) => [key, onWire(item)]));
  }
  return value;
}
