import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Expression,
  parseBatch,
  parseExpressionText,
  type Statement,
  SyntaxError as TsqlSyntaxError,
} from "../../../src/emulator/tsql";

/** The batches of a script: lines that say only GO stand between them. */
export function splitBatches(script: string): string[] {
  return script.split(/^GO[ \t]*\r?$/m).filter((batch) => batch.trim() !== "");
}

export function readCorpus(name: string): string[] {
  return splitBatches(readFileSync(join(__dirname, "corpus", `${name}.sql`), "utf8"));
}

/** The only statement of a batch. */
export function parseOne(text: string): Statement {
  const { statements } = parseBatch(text);
  if (statements.length !== 1) throw new Error(`${statements.length} statements in: ${text}`);
  return statements[0] as Statement;
}

export function parseAs<K extends Statement["kind"]>(kind: K, text: string): Extract<Statement, { kind: K }> {
  const statement = parseOne(text);
  if (statement.kind !== kind) throw new Error(`A ${statement.kind}, not a ${kind}: ${text}`);
  return statement as Extract<Statement, { kind: K }>;
}

/** The syntax error of a batch; undefined if it has none. */
export function syntaxErrorOf(text: string, quotedIdentifier = true): TsqlSyntaxError | undefined {
  try {
    parseBatch(text, { quotedIdentifier });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof TsqlSyntaxError) return thrown;
    throw thrown;
  }
}

/** What the unsupported statements anywhere in a batch are refused for. */
export function refusalsIn(text: string): string[] {
  const refusals: string[] = [];
  visit(parseBatch(text), (node) => {
    if (node.kind === "unsupported" && typeof node.what === "string") refusals.push(node.what);
  });
  return refusals;
}

/** Calls `see` with every object in the tree. */
export function visit(value: unknown, see: (node: Record<string, unknown>) => void): void {
  if (value === null || typeof value !== "object") return;
  if (!Array.isArray(value)) see(value as Record<string, unknown>);
  for (const child of Object.values(value)) visit(child, see);
}

/** An expression with all its parentheses: `(1 + (2 * 3))`. */
export function structureOf(text: string): string {
  return show(parseExpressionText(text));
}

function show(expression: Expression): string {
  switch (expression.kind) {
    case "integer":
    case "decimal":
    case "float":
    case "money":
      return expression.text;
    case "column":
      return expression.parts.join(".");
    case "variable":
      return expression.name;
    case "string":
      return `'${expression.value}'`;
    case "unary":
      return `${expression.operator}${show(expression.operand)}`;
    case "binaryOperation":
      return `(${show(expression.left)} ${expression.operator} ${show(expression.right)})`;
    case "collate":
      return `(${show(expression.operand)} COLLATE ${expression.collation})`;
    case "atTimeZone":
      return `(${show(expression.operand)} AT ${show(expression.zone)})`;
    case "methodCall":
      return `${show(expression.target)}.${expression.method}(${expression.arguments.map(show).join(", ")})`;
    case "call":
      return `${expression.name.name}(${expression.arguments.map(show).join(", ")})`;
    default:
      return expression.kind;
  }
}
