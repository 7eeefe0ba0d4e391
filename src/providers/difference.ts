import { containsUnknown } from "./unknowns";
import { type Properties, providerKey } from "./wire";

export interface DiffResult {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** How the properties of a resource are compared. */
export interface Comparison {
  /** The inputs by name; what else is in the outputs does not count. */
  readonly properties: readonly string[];
  /** Properties whose change asks for another object. */
  readonly replacing: readonly string[];
  /** Brings a property into the form in which two are compared, such as the elements of a set in order. */
  readonly normalize?: Readonly<Record<string, (value: unknown) => unknown>>;
  /** Whether the new object would have the place of the old one, so that the old one has to go first. */
  readonly samePlace: (olds: Properties, news: Properties) => boolean;
}

/**
 * What `read` found amiss that no value of the property can express, by property: the outputs keep the program's words
 * and these beside them, the inputs show them.
 */
export type Findings = Readonly<Record<string, unknown>>;

/** Compares what the state has (brought up to date by `read`) to what the program wants. */
export function difference(comparison: Comparison, olds: Properties, news: Properties): DiffResult {
  const findings = (olds.findings ?? {}) as Findings;
  const changed = comparison.properties.filter((key) => {
    if (key === providerKey) return false;
    if (key in findings) return true;
    if (containsUnknown(news[key])) return true;
    const normalize = comparison.normalize?.[key] ?? ((value: unknown) => value);
    return !sameValue(normalize(olds[key]), normalize(news[key]));
  });
  const replaces = changed.filter((key) => {
    if (!comparison.replacing.includes(key)) return false;
    return key !== "connection" || connectionPlace(olds[key]) !== connectionPlace(news[key]);
  });
  return {
    changes: changed.length > 0,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && comparison.samePlace(olds, news),
  };
}

/** Deep equality of JSON values; an absent property is the same as null. */
export function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== "object") return value ?? null;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  return Object.fromEntries(entries.sort(([x], [y]) => (x < y ? -1 : 1)).map(([key, item]) => [key, canonical(item)]));
}

/** The server that a connection leads to, however it logs in there. */
export function connectionPlace(connection: unknown): string {
  const { host, port, instance } = (connection ?? {}) as { host?: unknown; port?: unknown; instance?: unknown };
  return JSON.stringify([host, instance === undefined ? (port ?? 1433) : instance]).toLowerCase();
}

/** Compares lists of names as sets, without case and order. */
export function asNameSet(value: unknown): unknown {
  return Array.isArray(value) ? [...new Set(value.map((name) => String(name).toLowerCase()))].sort() : value;
}

/** Compares names without case, as most servers and databases do. */
export function asName(value: unknown): unknown {
  return typeof value === "string" ? value.toLowerCase() : value;
}
