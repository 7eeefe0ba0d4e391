/** Reads what `pulumi` prints: the steps of `preview --diff`, and what went wrong. */

/** One step of the engine as it is printed. */
export interface PrintedStep {
  /** `refresh`, `update`, `replace`, … */
  readonly operation: string;
  /** The resource's name in the program. */
  readonly resource: string;
  /** Every value that is marked as changed, those inside objects and lists by themselves. */
  readonly changes: readonly PrintedChange[];
}

export interface PrintedChange {
  /** The property, as in `agent.enabled` or `logins[0].self`. */
  readonly path: string;
  /** The value before, as printed; empty if there was none. */
  readonly old: string;
  /** The value after, as printed; empty if there is none. */
  readonly new: string;
}

const header = /^\s*[-+~]{0,2}\s*\S+: \(([a-z-]+)\)$/;
const urn = /^\s*\[urn=.*::(.*)\]$/;
/** Indentation, mark, key or index, value. */
const property = /^(\s*)([-+~] )?\s*(\[\d+\]|[^\s:[\]]+)\s*: (.*)$/;
const closing = /^\s*(?:[-+~] )?\s*[}\]]$/;

/** The steps in a preview's text, in order. */
export function printedSteps(text: string): PrintedStep[] {
  const steps: { operation: string; resource: string; changes: PrintedChange[] }[] = [];
  let outer: string[] = [];
  for (const line of text.split("\n")) {
    const [, operation] = header.exec(line) ?? [];
    if (operation !== undefined) {
      steps.push({ operation, resource: "", changes: [] });
      outer = [];
      continue;
    }
    const step = steps.at(-1);
    if (!step) continue;
    const [, resource] = urn.exec(line) ?? [];
    if (resource !== undefined) {
      step.resource = resource;
      continue;
    }
    if (closing.test(line)) {
      outer.pop();
      continue;
    }
    const [, , mark, key, value] = property.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    outer.push(key);
    if (value === "{" || value === "[") continue;
    if (mark !== undefined) step.changes.push({ path: pathOf(outer), ...valuesOf(mark, value) });
    outer.pop();
  }
  return steps;
}

function pathOf(keys: readonly string[]): string {
  return keys.reduce((path, key) => (key.startsWith("[") ? `${path}${key}` : `${path}.${key}`));
}

function valuesOf(mark: string, value: string): Omit<PrintedChange, "path"> {
  if (mark.startsWith("+")) return { old: "", new: value };
  if (mark.startsWith("-")) return { old: value, new: "" };
  const [, before = value, after = ""] = /^((?:"(?:[^"\\]|\\.)*"|[^"])*?) => (.*)$/.exec(value) ?? [];
  return { old: before, new: after };
}

/** What the engine says against each resource when it fails, by the resource's name. */
export function printedErrors(text: string): Map<string, string> {
  const errors = new Map<string, string>();
  for (const [, name = "", said = ""] of text.matchAll(
    /^ +\S+:\S+ \((.+)\):\n((?: +(?:error|\*|\d+ error).*\n?|\n)+)/gm,
  )) {
    errors.set(name, said.trim());
  }
  return errors;
}
