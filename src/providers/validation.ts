import { z } from "zod";
import { containsUnknown, unknownValue, valuesAlong } from "./unknowns";
import { type Properties, providerKey } from "./wire";

export interface CheckFailure {
  /** Always empty: with a name the engine would print the property's value, secrets included. */
  readonly property: "";
  /** The property's path and what is wrong. */
  readonly reason: string;
}

export interface CheckResult {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

/**
 * Validates inputs and fills in defaults. Values that are not known yet pass at any depth, and rules between several
 * properties wait until all of them are known.
 */
export function checkInputs(schema: z.ZodType, news: Properties): CheckResult {
  const { [providerKey]: _, ...raw } = news;
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { inputs: parsed.data as Properties, failures: [] };
  const issues = parsed.error.issues.filter((issue) => !mayTurnOutWell(issue, raw));
  return {
    inputs: fillDefaults(schema, raw) as Properties,
    failures: issues.flatMap((issue) => describe(issue, raw)),
  };
}

/** Parses inputs that the engine has had checked. Throws a `ZodError` if the state was edited by hand. */
export function parseInputs<Schema extends z.ZodType>(schema: Schema, inputs: Properties): z.output<Schema> {
  const { [providerKey]: _, ...raw } = inputs;
  return schema.parse(raw);
}

/**
 * Parses inputs that a state has recorded. Rules that have come since then, or that were broken in another way, must not
 * stand in the way of refresh and destroy: only what has the wrong type is refused.
 */
export function parseRecorded<Schema extends z.ZodType>(schema: Schema, inputs: Properties): z.output<Schema> {
  const { [providerKey]: _, ...raw } = inputs;
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const isRule = ({ code }: Issue) => code === "custom" || code === "too_big" || code === "too_small";
  if (!parsed.error.issues.every(isRule)) throw parsed.error;
  return fillDefaults(schema, raw) as z.output<Schema>;
}

type Issue = z.core.$ZodIssue;

/** Whether an issue is about a value that is not known yet. */
function mayTurnOutWell(issue: Issue, raw: unknown): boolean {
  if (issue.code === "unrecognized_keys") return false;
  const values = valuesAlong(raw, issue.path);
  if (values.includes(unknownValue)) return true;
  if (issue.code === "invalid_union") return containsUnknown(values.at(-1));
  // A rule between several properties: it stands at one of them and looks at its neighbours.
  if (issue.code === "custom") return containsUnknown(values[Math.max(issue.path.length - 1, 0)]);
  return false;
}

/** A reason that begins with the property's path, as a program would write it. */
function describe(issue: Issue, raw: unknown): CheckFailure[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => failure([...issue.path, key], "there is no such property"));
  }
  const values = valuesAlong(raw, issue.path);
  const missing = issue.code !== "custom" && values.length > issue.path.length && values.at(-1) === undefined;
  return [failure(issue.path, missing ? "is missing" : issue.message)];
}

function failure(path: readonly PropertyKey[], text: string): CheckFailure {
  const place = path.reduce<string>((before, key) => {
    if (typeof key === "number") return `${before}[${key}]`;
    return before === "" ? String(key) : `${before}.${String(key)}`;
  }, "");
  return { property: "", reason: place === "" ? text : `${place}: ${text}` };
}

/** Fills in the defaults of a schema where the whole cannot be parsed yet. */
function fillDefaults(schema: z.ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodDefault) {
    if (value === undefined) return schema.parse(undefined);
    return fillDefaults(schema.unwrap() as z.ZodType, value);
  }
  if (schema instanceof z.ZodOptional) return fillDefaults(schema.unwrap() as z.ZodType, value);
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item) => fillDefaults(schema.element as z.ZodType, item));
  }
  if (schema instanceof z.ZodObject && value !== null && typeof value === "object") {
    const filled: Record<string, unknown> = { ...value };
    for (const [key, inner] of Object.entries(schema.shape)) {
      const item = fillDefaults(inner as z.ZodType, filled[key]);
      if (item !== undefined) filled[key] = item;
    }
    return filled;
  }
  return value;
}
