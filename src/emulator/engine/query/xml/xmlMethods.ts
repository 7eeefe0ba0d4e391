/** value(), query() and exist() of xml; nodes() is a table and compiled with FROM. */

import { parseTypeName } from "../../../tsql";
import type { Expression } from "../../../tsql/ast";
import { NotEmulatedError, SqlError } from "../../errors";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Frame, Scope } from "../../expressions/scope";
import { convertValue, resolveTypeName } from "../../types";
import { BIT, NVARCHAR_MAX } from "../../types/systemTypes";
import type { SqlType, Value } from "../../values";
import { NODE_TYPE } from "./nodeType";
import { evaluatePath, type Item, isSingleton, textOf } from "./pathEvaluation";
import { type PathExpression, parsePath } from "./pathSyntax";
import { parseXml, type XmlNode } from "./xmlTree";

type MethodCall = Extract<Expression, { kind: "methodCall" }>;

const XML: SqlType = { kind: "xml" };

export function compileXmlMethod(call: MethodCall, scope: Scope): Compiled {
  const method = call.method.toLowerCase();
  if (method === "modify" || method === "nodes") throw new NotEmulatedError(`the xml method ${method}() here`);
  const path = compileXmlPath(call, scope);
  switch (method) {
    case "value":
      return compileValue(call, path, scope);
    case "exist":
      return compiled(BIT, (frame) => {
        const items = path.evaluate(frame);
        return items ? Number(items.length > 0) : null;
      });
    case "query":
      return compiled(XML, (frame) => path.evaluate(frame)?.map(written).join("") ?? null);
    default:
      throw new SqlError(258, `Cannot call methods on ${path.target.type.kind}.`, 1, 15);
  }
}

function compiled(type: SqlType, evaluate: Compiled["evaluate"]): Compiled {
  return { type, nullable: true, evaluate };
}

export interface CompiledPath {
  target: Compiled;
  expression: PathExpression;
  /** undefined: the xml is NULL. */
  evaluate(frame: Frame): Item[] | undefined;
}

/** The xml that a method is called on, and its first argument as a path into it. */
export function compileXmlPath(call: Pick<MethodCall, "target" | "method" | "arguments">, scope: Scope): CompiledPath {
  const target = compileExpression(call.target, scope);
  if (target.type.kind !== "xml") throw new SqlError(258, `Cannot call methods on ${target.type.kind}.`, 1, 15);
  const expression = parsePath(literal(call, 0), call.method.toLowerCase());
  const isNode = target.type.alias === NODE_TYPE.alias;
  return {
    target,
    expression,
    evaluate(frame) {
      const text = target.evaluate(frame) as string | null;
      if (text === null) return undefined;
      const document = parseXml(text);
      const node: XmlNode = isNode ? (document.children[0] ?? document) : document;
      return evaluatePath(expression, {
        node,
        position: 1,
        size: 1,
        external: (kind, name) => external(kind, name, frame, scope),
      });
    },
  };
}

function compileValue(call: MethodCall, path: CompiledPath, scope: Scope): Compiled {
  if (!isSingleton(path.expression)) {
    throw new SqlError(
      2389,
      "XQuery [value()]: 'value()' requires a singleton (or empty sequence), found operand of type 'xdt:untypedAtomic *'",
      1,
      16,
    );
  }
  const type = resolveTypeName(parseTypeName(literal(call, 1)), scope.environment, "cast");
  return compiled(type, (frame) => {
    const [item] = path.evaluate(frame) ?? [];
    if (item === undefined) return null;
    return convertValue(textOf(item), NVARCHAR_MAX, type, { settings: frame.context.session.settings });
  });
}

function literal({ method, arguments: args }: Pick<MethodCall, "method" | "arguments">, index: number): string {
  const argument = args[index];
  if (argument?.kind === "string") return argument.value;
  throw new SqlError(
    8172,
    `The argument ${index + 1} of the XML data type method "${method}" must be a string literal.`,
    1,
    16,
  );
}

/** sql:variable() and sql:column() */
function external(kind: "variable" | "column", name: string, frame: Frame, scope: Scope): string | number | null {
  const span = { line: 0, start: 0, end: 0 };
  const expression: Expression =
    kind === "variable" ? { kind: "variable", name, span } : { kind: "column", parts: name.split("."), span };
  const { type, evaluate } = compileExpression(expression, scope);
  const value: Value = evaluate(frame);
  if (value === null || typeof value === "number") return value;
  return convertValue(value, type, NVARCHAR_MAX, { settings: frame.context.session.settings }) as string;
}

/** An item as query() writes it. */
export function written(item: Item): string {
  if (typeof item === "object" && item.kind !== "attribute") return item.text;
  return textOf(item).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
