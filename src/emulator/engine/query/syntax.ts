/** Questions about syntax trees that the query compiler asks before it compiles them. */
import type { Condition, Expression, FunctionCall, Span } from "../../tsql/ast";
import { isAggregateName } from "../functions/aggregates";

interface Node {
  kind?: string;
  [property: string]: unknown;
}

/** Visits every node below (and with) `node`; the visitor answers false to leave out what is below. */
export function walk(node: unknown, visit: (node: Node) => unknown): void {
  if (Array.isArray(node)) {
    for (const element of node) walk(element, visit);
    return;
  }
  if (typeof node !== "object" || node === null || node instanceof Uint8Array) return;
  const object = node as Node;
  if (object.kind !== undefined && visit(object) === false) return;
  for (const key in object) {
    if (key !== "span") walk(object[key], visit);
  }
}

/** The operands of a chain of ANDs, in written order. */
export function conjunctsOf(condition: Condition | undefined): Condition[] {
  if (!condition) return [];
  if (condition.kind === "and") return [...conjunctsOf(condition.left), ...conjunctsOf(condition.right)];
  return [condition];
}

/** Built-in aggregates (SUM(x), COUNT(*), STRING_AGG …) without OVER. */
export function isAggregateCall(node: { kind?: string }): node is FunctionCall {
  if (node.kind !== "call") return false;
  const call = node as FunctionCall;
  return call.over === undefined && call.name.schema === undefined && isAggregateName(call.name.name);
}

export function isWindowCall(node: { kind?: string }): node is FunctionCall {
  return node.kind === "call" && (node as FunctionCall).over !== undefined;
}

/** Whether an aggregate of this query level occurs; those inside subqueries belong to them. */
export function containsAggregate(node: unknown): boolean {
  let found = false;
  walk(node, (inner) => {
    if (inner.kind === "query" || found) return false;
    if (isAggregateCall(inner)) found = true;
    return !found;
  });
  return found;
}

export function containsSubquery(node: unknown): boolean {
  let found = false;
  walk(node, (inner) => {
    if (inner.kind === "query") found = true;
    return !found;
  });
  return found;
}

export function containsWindow(node: unknown): boolean {
  let found = false;
  walk(node, (inner) => {
    if (inner.kind === "query" || found) return false;
    if (isWindowCall(inner)) found = true;
    return !found;
  });
  return found;
}

export function containsColumn(node: unknown): boolean {
  let found = false;
  walk(node, (inner) => {
    if (inner.kind === "column") found = true;
    return !found;
  });
  return found;
}

/**
 * Whether two expressions are written the same way, apart from case and place. Columns are compared
 * by `sameColumn`, because `t.a` and `a` may be one column.
 */
export function sameExpression(
  one: unknown,
  other: unknown,
  sameColumn: (one: string[], other: string[]) => boolean,
): boolean {
  if (one === other) return true;
  if (typeof one === "string" && typeof other === "string") return one.toLowerCase() === other.toLowerCase();
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one)) {
    if (!Array.isArray(other) || one.length !== other.length) return false;
    return one.every((element, i) => sameExpression(element, other[i], sameColumn));
  }
  const a = one as Node;
  const b = other as Node;
  if (a.kind !== b.kind) return false;
  if (a.kind === "column") return sameColumn(a.parts as string[], b.parts as string[]);
  if (a.kind === "string") return a.value === b.value;
  if (a.kind === "binary") return Buffer.compare(a.value as Uint8Array, b.value as Uint8Array) === 0;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  keys.delete("span");
  for (const key of keys) if (!sameExpression(a[key], b[key], sameColumn)) return false;
  return true;
}

/** Nodes that the compiler makes itself point at where they come from. */
export function columnNode(parts: string[], span: Span): Expression {
  return { kind: "column", parts, span };
}
