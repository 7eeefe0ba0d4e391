/**
 * Where expressions and conditions go to be compiled, by kind of node. compile.ts fills the tables;
 * the files that compile one kind of node come back here for their operands.
 */
import type { Condition, Expression } from "../../tsql/ast";
import type { CompileCondition, Compiled, CompiledCondition, CompileExpression, Scope } from "./scope";

/** The member of a union of nodes with that kind; `and` and `or` share one. */
type NodeOf<Union extends { kind: string }, Kind> = Union extends unknown
  ? Kind extends Union["kind"]
    ? Union
    : never
  : never;

export type ExpressionCompilers = {
  [Kind in Expression["kind"]]: (expression: NodeOf<Expression, Kind>, scope: Scope) => Compiled;
};

export type ConditionCompilers = {
  [Kind in Condition["kind"]]: (condition: NodeOf<Condition, Kind>, scope: Scope) => CompiledCondition;
};

const expressions = new Map<Expression["kind"], (expression: never, scope: Scope) => Compiled>();
const conditions = new Map<Condition["kind"], (condition: never, scope: Scope) => CompiledCondition>();

export function registerCompilers(ofExpressions: ExpressionCompilers, ofConditions: ConditionCompilers): void {
  for (const [kind, compiler] of Object.entries(ofExpressions)) expressions.set(kind as Expression["kind"], compiler);
  for (const [kind, compiler] of Object.entries(ofConditions)) conditions.set(kind as Condition["kind"], compiler);
}

export const compileExpression: CompileExpression = (expression, scope) => {
  const intercepted = scope.intercept?.(expression, scope);
  if (intercepted) return intercepted;
  const compiler = expressions.get(expression.kind);
  if (compiler === undefined) throw new TypeError(`no compiler for ${expression.kind}`);
  return compiler(expression as never, scope);
};

export const compileCondition: CompileCondition = (condition, scope) => {
  const compiler = conditions.get(condition.kind);
  if (compiler === undefined) throw new TypeError(`no compiler for ${condition.kind}`);
  return compiler(condition as never, scope);
};
