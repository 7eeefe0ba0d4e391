/** The source of a statement as a linked server takes it: without the server's name. */
import type { Activation } from "../engine/session/activation";
import type { ObjectName, Statement } from "../tsql/ast";

type Visit = (node: Record<string, unknown>) => void;

function walk(node: unknown, visit: Visit): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit);
    return;
  }
  if (node === null || typeof node !== "object" || node instanceof Uint8Array) return;
  visit(node as Record<string, unknown>);
  for (const [key, value] of Object.entries(node)) if (key !== "span") walk(value, visit);
}

/** Names of the tables that a statement reads or changes. */
export function tablesOf(statement: Statement): ObjectName[] {
  const names: ObjectName[] = [];
  walk(statement, (node) => {
    if (node.kind === "table" && "hints" in node) names.push(node.name as ObjectName);
  });
  return names;
}

/** Variables that a statement reads, with @, each once. */
export function variablesOf(statement: Statement): string[] {
  const names = new Map<string, string>();
  walk(statement, (node) => {
    if (node.kind === "variable" && typeof node.name === "string") names.set(node.name.toLowerCase(), node.name);
  });
  return [...names.values()];
}

export function localizedText(statement: Statement, activation: Activation): string {
  const { text } = activation;
  const cuts = tablesOf(statement)
    .map((name) => name.span)
    .sort((a, b) => b.start - a.start);
  let result = text.slice(statement.span.start, statement.span.end);
  for (const { start, end } of cuts) {
    const from = start - statement.span.start;
    const to = end - statement.span.start;
    result = result.slice(0, from) + withoutServer(result.slice(from, to)) + result.slice(to);
  }
  return result;
}

/** `[a].b.c.d` → `b.c.d` */
function withoutServer(name: string): string {
  return name.replace(/^\s*(?:\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*"|[^.\s]+)\s*\.\s*/, "");
}
