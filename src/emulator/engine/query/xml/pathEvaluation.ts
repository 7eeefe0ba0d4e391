/** Evaluates paths over xml trees. */
import { NotEmulatedError } from "../../errors";
import type { PathExpression, PathStep } from "./pathSyntax";
import { isParent, stringValue, type XmlNode, type XmlParent } from "./xmlTree";

export type Item = XmlNode | string | number | boolean;

export interface PathContext {
  node: XmlNode;
  position: number;
  size: number;
  /** sql:variable("@x") and sql:column("c"). */
  external(kind: "variable" | "column", name: string): string | number | null;
}

export function evaluatePath(expression: PathExpression, context: PathContext): Item[] {
  switch (expression.kind) {
    case "literal":
      return [expression.value];
    case "logical": {
      const left = truth(evaluatePath(expression.left, context));
      if (left === (expression.operator === "or")) return [left];
      return [truth(evaluatePath(expression.right, context))];
    }
    case "comparison":
      return [
        anyPair(evaluatePath(expression.left, context), evaluatePath(expression.right, context), expression.operator),
      ];
    case "call":
      return callFunction(expression.name, expression.arguments, context);
    case "path":
      return followSteps(expression, context);
  }
}

export function truth(items: readonly Item[]): boolean {
  const [first] = items;
  if (first === undefined) return false;
  return typeof first === "object" || (typeof first === "number" ? first !== 0 : first !== "" && first !== false);
}

export function textOf(item: Item): string {
  return typeof item === "object" ? stringValue(item) : String(item);
}

function followSteps(path: Extract<PathExpression, { kind: "path" }>, context: PathContext): Item[] {
  const { from, steps } = path;
  let items: Item[] =
    from === undefined ? [context.node] : from === "root" ? [rootOf(context.node)] : evaluatePath(from, context);
  for (const step of steps) {
    // A predicate on a parenthesized sequence counts over the whole of it.
    if (step.axis === "self" && from !== undefined && step === steps[0]) {
      items = filtered(items, step.predicates, context);
      continue;
    }
    items = [...new Set(items.flatMap((item) => (typeof item === "object" ? stepFrom(item, step, context) : [])))];
  }
  return items;
}

function rootOf(node: XmlNode): XmlNode {
  let root: XmlNode = node;
  while (root.parent) root = root.parent;
  return root;
}

function stepFrom(node: XmlNode, step: PathStep, context: PathContext): Item[] {
  if (step.axis !== "descendant")
    return filtered(
      along(node, step).filter((found) => matches(found, step)),
      step.predicates,
      context,
    );
  // `//x[1]` counts within each parent.
  const parents = isParent(node) ? selfAndDescendants(node) : [];
  const child: PathStep = { ...step, axis: "child" };
  return parents.flatMap((parent) => stepFrom(parent, child, context));
}

function along(node: XmlNode, { axis }: PathStep): XmlNode[] {
  switch (axis) {
    case "self":
      return [node];
    case "parent":
      return node.parent ? [node.parent] : [];
    case "attribute":
      return isParent(node) ? node.attributes : [];
    default:
      return isParent(node) ? node.children : [];
  }
}

function selfAndDescendants(node: XmlParent): XmlParent[] {
  return [node, ...node.children.filter(isParent).flatMap(selfAndDescendants)];
}

function matches(node: XmlNode, { axis, name, test }: PathStep): boolean {
  if (test === "node") return true;
  if (test) return node.kind === test;
  if (axis !== "attribute" && node.kind !== "element") return false;
  return name === undefined || node.name === name;
}

function filtered(items: Item[], predicates: readonly PathExpression[], context: PathContext): Item[] {
  let kept = items;
  for (const predicate of predicates) {
    const size = kept.length;
    kept = kept.filter((item, i) => {
      const inner = { ...context, node: typeof item === "object" ? item : context.node, position: i + 1, size };
      const result = evaluatePath(predicate, inner);
      const [only] = result;
      return typeof only === "number" ? only === i + 1 : truth(result);
    });
  }
  return kept;
}

/** A comparison holds when it holds for any pair of items. */
function anyPair(left: readonly Item[], right: readonly Item[], operator: string): boolean {
  return left.some((one) => right.some((other) => compareItems(one, other, operator)));
}

function compareItems(one: Item, other: Item, operator: string): boolean {
  const numeric = typeof one === "number" || typeof other === "number";
  const a = numeric ? Number(textOf(one)) : textOf(one);
  const b = numeric ? Number(textOf(other)) : textOf(other);
  switch (operator) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}

function callFunction(name: string, args: readonly PathExpression[], context: PathContext): Item[] {
  const [first, second, third] = args.map((argument) => evaluatePath(argument, context));
  const items = first ?? [context.node];
  const text = (sequence: readonly Item[] | undefined) => (sequence?.[0] === undefined ? "" : textOf(sequence[0]));
  const numbers = () => items.map((item) => Number(textOf(item)));
  switch (name) {
    case "count":
      return [items.length];
    case "sum":
      return [numbers().reduce((sum, value) => sum + value, 0)];
    case "min":
    case "max":
      return items.length === 0 ? [] : [Math[name](...numbers())];
    case "avg":
      return items.length === 0 ? [] : [numbers().reduce((sum, value) => sum + value, 0) / items.length];
    case "string":
    case "data":
      return items.map(textOf);
    case "number":
      return [Number(text(items))];
    case "not":
      return [!truth(items)];
    case "empty":
      return [items.length === 0];
    case "true":
      return [true];
    case "false":
      return [false];
    case "contains":
      return [text(first).includes(text(second))];
    case "concat":
      return [args.map((argument) => text(evaluatePath(argument, context))).join("")];
    case "substring":
      return [text(first).substr(Number(text(second)) - 1, third ? Number(text(third)) : undefined)];
    case "string-length":
      return [text(items).length];
    case "upper-case":
      return [text(first).toUpperCase()];
    case "lower-case":
      return [text(first).toLowerCase()];
    case "local-name":
      return [typeof items[0] === "object" ? (items[0].name.split(":").at(-1) ?? "") : ""];
    case "distinct-values":
      return [...new Set(items.map(textOf))];
    case "position":
      return [context.position];
    case "last":
      return [context.size];
    case "sql:variable":
    case "sql:column": {
      const value = context.external(name === "sql:variable" ? "variable" : "column", text(first));
      return value === null ? [] : [value];
    }
    default:
      throw new NotEmulatedError(`the XQuery function ${name}()`);
  }
}

/** Whether a path can give more than one item, as far as its form tells. */
export function isSingleton(expression: PathExpression): boolean {
  if (expression.kind === "call")
    return !["data", "string", "distinct-values"].includes(expression.name) || expression.arguments.every(isSingleton);
  if (expression.kind !== "path") return true;
  const { from, steps } = expression;
  const startsSingle = from === undefined || from === "root" || isSingleton(from);
  const last = steps.at(-1);
  if (from !== undefined && from !== "root" && last?.axis === "self")
    return last.predicates.some(isPosition) || startsSingle;
  return startsSingle && steps.every(isSingleStep);
}

function isSingleStep({ axis, name, predicates }: PathStep): boolean {
  if (axis === "self" || axis === "parent") return true;
  if (axis === "attribute") return name !== undefined;
  return axis === "child" && predicates.some(isPosition);
}

function isPosition(predicate: PathExpression): boolean {
  return predicate.kind === "literal"
    ? typeof predicate.value === "number"
    : predicate.kind === "call" && predicate.name === "last";
}
