/** JSON texts as trees that keep how each value was written, and the paths into them. */
import { SqlError } from "../../errors";

export type JsonNode =
  | { kind: "null" | "number" | "boolean"; text: string }
  | { kind: "string"; text: string; value: string }
  | { kind: "array"; text: string; items: JsonNode[] }
  | { kind: "object"; text: string; properties: [string, JsonNode][] };

export interface JsonPath {
  strict: boolean;
  steps: (string | number)[];
}

export function parseJson(text: string): JsonNode {
  return new JsonReader(text).readAll();
}

/** The node a path leads to; undefined where there is none in lax mode, error 13608 in strict mode. */
export function findByPath(root: JsonNode, path: JsonPath): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const step of path.steps) {
    if (typeof step === "number") node = node?.kind === "array" ? node.items[step] : undefined;
    else node = node?.kind === "object" ? node.properties.find(([name]) => name === step)?.[1] : undefined;
  }
  if (!node && path.strict) throw new SqlError(13608, "Property cannot be found on the specified JSON path.", 2, 16);
  return node;
}

/** `lax $.a."b c"[0]` */
export function parsePath(text: string): JsonPath {
  const [, mode, body = ""] = /^\s*(?:(lax|strict)\s+)?(.*?)\s*$/is.exec(text) ?? [];
  const steps: (string | number)[] = [];
  if (!body.startsWith("$")) throw invalidPath(body, 0);
  const step = /\.\s*(?:"((?:[^"\\]|\\.)*)"|([\p{L}_$][\p{L}\p{N}_$]*))|\[\s*(\d+)\s*\]/uy;
  step.lastIndex = 1;
  while (step.lastIndex < body.length) {
    const at = step.lastIndex;
    const match = step.exec(body);
    if (!match) throw invalidPath(body, at);
    const [, quoted, plain, index] = match;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(quoted === undefined ? (plain as string) : unescaped(quoted));
  }
  return { strict: mode?.toLowerCase() === "strict", steps };
}

function invalidPath(path: string, at: number): SqlError {
  return new SqlError(
    13607,
    `JSON path is not properly formatted. Unexpected character '${path[at] ?? "."}' is found at position ${at}.`,
    3,
    16,
  );
}

const ESCAPED: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex: string | undefined, character: string) =>
    hex === undefined ? (ESCAPED[character] ?? character) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {}

  readAll(): JsonNode {
    this.skipSpace();
    const first = this.text[this.at];
    if (first !== "{" && first !== "[") throw this.unexpected();
    const node = this.read();
    this.skipSpace();
    if (this.at < this.text.length) throw this.unexpected();
    return node;
  }

  private read(): JsonNode {
    this.skipSpace();
    switch (this.text[this.at]) {
      case "{":
        return this.readObject();
      case "[":
        return this.readArray();
      case '"':
        return this.readString();
      default:
        return this.readWord();
    }
  }

  private readObject(): JsonNode {
    const start = this.at++;
    const properties: [string, JsonNode][] = [];
    if (!this.takes("}")) {
      do {
        this.skipSpace();
        if (this.text[this.at] !== '"') throw this.unexpected();
        const { value } = this.readString();
        if (!this.takes(":")) throw this.unexpected();
        properties.push([value, this.read()]);
      } while (this.takes(","));
      if (!this.takes("}")) throw this.unexpected();
    }
    return { kind: "object", text: this.text.slice(start, this.at), properties };
  }

  private readArray(): JsonNode {
    const start = this.at++;
    const items: JsonNode[] = [];
    if (!this.takes("]")) {
      do items.push(this.read());
      while (this.takes(","));
      if (!this.takes("]")) throw this.unexpected();
    }
    return { kind: "array", text: this.text.slice(start, this.at), items };
  }

  private readString(): Extract<JsonNode, { kind: "string" }> {
    const start = this.at++;
    while (this.text[this.at] !== '"') {
      if (this.at >= this.text.length) throw this.unexpected();
      this.at += this.text[this.at] === "\\" ? 2 : 1;
    }
    this.at++;
    const text = this.text.slice(start, this.at);
    return { kind: "string", text, value: unescaped(text.slice(1, -1)) };
  }

  private readWord(): JsonNode {
    const match = /(true|false)|(null)|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    if (!found) throw this.unexpected();
    this.at = match.lastIndex;
    const [text, isBoolean, isNull] = found;
    return { kind: isBoolean ? "boolean" : isNull ? "null" : "number", text };
  }

  private takes(character: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? "")) this.at++;
  }

  private unexpected(): SqlError {
    const character = this.text[this.at] ?? ".";
    return new SqlError(
      13609,
      `JSON text is not properly formatted. Unexpected character '${character}' is found at position ${this.at}.`,
      4,
      16,
    );
  }
}
