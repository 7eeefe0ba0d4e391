/** JSON texts as nodes that know where they stand, so that parts can be cut out and replaced as written. */
import { SqlError } from "../../errors";

export interface JsonNode {
  kind: "object" | "array" | "string" | "number" | "true" | "false" | "null";
  start: number;
  end: number;
  /** Of an object, in written order. */
  members?: JsonMember[];
  /** Of an array. */
  elements?: JsonNode[];
}

export interface JsonMember {
  name: string;
  /** Where the name's quote stands. */
  start: number;
  value: JsonNode;
}

const malformed = (text: string, position: number) =>
  position >= text.length
    ? new SqlError(
        13609,
        `JSON text is not properly formatted. Unexpected character '.' is found at position ${position}.`,
        4,
        16,
      )
    : new SqlError(
        13609,
        `JSON text is not properly formatted. Unexpected character '${text.charAt(position)}' is found at position ${position}.`,
        4,
        16,
      );

const LITERALS = ["true", "false", "null"] as const;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const MAX_DEPTH = 128;

/** Error 13609 where the text is no JSON. `scalars`: a lone string or number is fine too. */
export function parseJson(text: string, scalars = false): JsonNode {
  const parser = new JsonParser(text);
  const node = parser.value(0);
  parser.skipBlanks();
  if (parser.at < text.length || (!scalars && node.kind !== "object" && node.kind !== "array"))
    throw malformed(text, parser.at < text.length ? parser.at : node.start);
  return node;
}

export function isJson(text: string, scalars = false): boolean {
  try {
    parseJson(text, scalars);
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

class JsonParser {
  at = 0;

  constructor(private readonly text: string) {}

  skipBlanks(): void {
    while (this.at < this.text.length && " \t\r\n".includes(this.text.charAt(this.at))) this.at++;
  }

  value(depth: number): JsonNode {
    this.skipBlanks();
    const start = this.at;
    const first = this.text.charAt(start);
    if (depth > MAX_DEPTH) throw malformed(this.text, start);
    if (first === "{") return this.object(depth);
    if (first === "[") return this.array(depth);
    if (first === '"') return { kind: "string", start, end: this.match(STRING) };
    for (const literal of LITERALS) {
      if (this.text.startsWith(literal, start)) {
        this.at += literal.length;
        return { kind: literal, start, end: this.at };
      }
    }
    return { kind: "number", start, end: this.match(NUMBER) };
  }

  private match(pattern: RegExp): number {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match) throw malformed(this.text, this.at);
    this.at += match[0].length;
    return this.at;
  }

  private expect(character: string): void {
    this.skipBlanks();
    if (this.text.charAt(this.at) !== character) throw malformed(this.text, this.at);
    this.at++;
  }

  private takes(character: string): boolean {
    this.skipBlanks();
    if (this.text.charAt(this.at) !== character) return false;
    this.at++;
    return true;
  }

  private object(depth: number): JsonNode {
    const start = this.at++;
    const members: JsonMember[] = [];
    if (!this.takes("}")) {
      do {
        this.skipBlanks();
        const nameStart = this.at;
        const end = this.match(STRING);
        this.expect(":");
        members.push({
          name: stringValue(this.text.slice(nameStart, end)),
          start: nameStart,
          value: this.value(depth + 1),
        });
      } while (this.takes(","));
      this.expect("}");
    }
    return { kind: "object", start, end: this.at, members };
  }

  private array(depth: number): JsonNode {
    const start = this.at++;
    const elements: JsonNode[] = [];
    if (!this.takes("]")) {
      do elements.push(this.value(depth + 1));
      while (this.takes(","));
      this.expect("]");
    }
    return { kind: "array", start, end: this.at, elements };
  }
}

/** The value of a quoted JSON string. Control characters, which JSON.parse rejects, are taken as they are. */
function stringValue(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (!inner.includes("\\")) return inner;
  return inner.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, sequence: string) => {
    if (sequence.startsWith("u")) return String.fromCharCode(Number.parseInt(sequence.slice(1), 16));
    return { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }[sequence] ?? sequence;
  });
}

/** A scalar as JSON_VALUE and OPENJSON give it; null for JSON's null. */
export function scalarText(text: string, node: JsonNode): string | null {
  if (node.kind === "null") return null;
  const written = text.slice(node.start, node.end);
  return node.kind === "string" ? stringValue(written) : written;
}
