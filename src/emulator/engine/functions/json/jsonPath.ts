/** JSON paths: `[append] [lax|strict] $.name."quoted name"[0]`. */
import { SqlError } from "../../errors";
import type { JsonNode } from "./parseJson";

export interface JsonPath {
  append: boolean;
  strict: boolean;
  steps: (string | number)[];
}

const malformedPath = (path: string, position: number) =>
  new SqlError(
    13607,
    `JSON path is not properly formatted. Unexpected character '${path.charAt(position) || "."}' is found at position ${position}.`,
    4,
    16,
  );

const CACHE_LIMIT = 500;
const cache = new Map<string, JsonPath>();

export function parseJsonPath(path: string): JsonPath {
  let parsed = cache.get(path);
  if (parsed === undefined) {
    parsed = parse(path);
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(path, parsed);
  }
  return parsed;
}

const STEP = /\.(?:"((?:[^"\\]|\\.)*)"|([\p{L}_][\p{L}\p{N}_$@#]*))|\[\s*(\d+)\s*\]/uy;

function parse(path: string): JsonPath {
  const prefix = /^\s*(append\s+)?(lax\s+|strict\s+)?\s*/i.exec(path) as RegExpExecArray;
  let at = prefix[0].length;
  if (path.charAt(at) !== "$") throw malformedPath(path, at);
  at++;
  const steps: (string | number)[] = [];
  while (at < path.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(path);
    if (!match) {
      if (path.slice(at).trim() === "") break;
      throw malformedPath(path, at + (path.charAt(at) === "." || path.charAt(at) === "[" ? 1 : 0));
    }
    const [whole, quoted, plain, index] = match;
    steps.push(index !== undefined ? Number(index) : (quoted?.replace(/\\(.)/g, "$1") ?? (plain as string)));
    at += whole.length;
  }
  return { append: prefix[1] !== undefined, strict: /strict/i.test(prefix[2] ?? ""), steps };
}

/** The node at the end of the steps; undefined: there is none. */
export function followPath(node: JsonNode, steps: readonly (string | number)[]): JsonNode | undefined {
  let current: JsonNode | undefined = node;
  for (const step of steps) {
    if (current === undefined) return undefined;
    current =
      typeof step === "number"
        ? current.elements?.[step]
        : current.members?.find((member) => member.name === step)?.value;
  }
  return current;
}

export const propertyNotFound = () =>
  new SqlError(13608, "Property cannot be found on the specified JSON path.", 5, 16);
