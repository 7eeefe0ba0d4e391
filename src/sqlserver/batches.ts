/** A batch of a script. */
export interface ScriptBatch {
  readonly text: string;
  /** The line of the script in which it begins, counted from 1. */
  readonly line: number;
  /** How often it runs: the number after its `GO`. */
  readonly count: number;
}

/** A line that ends a batch: `GO`, perhaps a count, perhaps a comment. */
const separator = /^\s*GO(?:\s+(\d+))?\s*(?:--.*)?$/i;

/**
 * Parts a script into its batches at lines that hold only `GO`, as sqlcmd does. `GO` inside a string, a quoted name or a
 * comment that spans lines is not a separator.
 */
export function scriptBatches(script: string): ScriptBatch[] {
  const batches: ScriptBatch[] = [];
  let first = 1;
  let lines: string[] = [];
  const end = (count: number) => {
    const text = lines.join("\n");
    if (text.trim() !== "" && count > 0) batches.push({ text, line: first, count });
    lines = [];
  };
  for (const { text, number, startsOpen } of scriptLines(script)) {
    const found = startsOpen ? null : separator.exec(text);
    if (found) {
      end(Number(found[1] ?? 1));
      first = number + 1;
    } else lines.push(text);
  }
  end(1);
  return batches;
}

/** The batches of a script, each as often as it runs. */
export function splitBatches(script: string): string[] {
  return scriptBatches(script).flatMap(({ text, count }) => Array.from({ length: count }, () => text));
}

/** A line of a script. */
export interface ScriptLine {
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
  /** It begins inside a string, a quoted name or a comment. */
  readonly startsOpen: boolean;
  /** What of it is T-SQL: strings, quoted names and comments are left out. */
  readonly code: string;
}

/** The lines of a script, each with what of it is code. */
export function scriptLines(script: string): ScriptLine[] {
  let open: Open | undefined;
  return script.split(/\r\n|\n|\r/).map((text, index) => {
    const startsOpen = open !== undefined;
    const rest = codeOf(text, open);
    open = rest.open;
    return { text, number: index + 1, startsOpen, code: rest.code };
  });
}

/** What is open at a place in a script: a string or quoted name by what closes it, or comments by how deep they are. */
type Open = "'" | '"' | "]" | number;

function codeOf(line: string, before: Open | undefined): { code: string; open: Open | undefined } {
  let open = before;
  let code = "";
  for (let at = 0; at < line.length; at += 1) {
    const two = line.slice(at, at + 2);
    const one = line[at] ?? "";
    if (typeof open === "number") {
      // Comments may hold comments.
      if (two === "*/" || two === "/*") {
        open = two === "/*" ? open + 1 : open > 1 ? open - 1 : undefined;
        at += 1;
      }
    } else if (open !== undefined) {
      if (one !== open) continue;
      // Doubled, it is part of the string or name.
      if (line[at + 1] === open) at += 1;
      else open = undefined;
    } else if (two === "--") break;
    else if (two === "/*") {
      open = 1;
      at += 1;
      code += " ";
    } else if (one === "'" || one === '"' || one === "[") {
      open = one === "[" ? "]" : one;
      code += " ";
    } else code += one;
  }
  return { code, open };
}
