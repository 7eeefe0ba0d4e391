/** Expressions to closures: the entry point, one case a kind of node. */
import { NotEmulatedError } from "../errors";
import type { Expression } from "../../tsql/ast";
import { findGlobalVariable } from "../functions/registry";
import { isCharacter } from "../types/families";
import { compileAtTimeZone } from "./atTimeZone";
import { compileCall } from "./calls";
import { compileCase } from "./caseExpressions";
import { compileCast, compileCollate } from "./casts";
import { compileColumn } from "./columns";
import { undeclaredVariable } from "./expressionErrors";
import { compileLiteral } from "./literals";
import { compileBinary, compileUnary } from "./operators";
import type { Compiled, CompileExpression, Scope } from "./scope";
import { compileScalarSubquery } from "./subqueries";
import "../functions";

export const compileExpression: CompileExpression = (expression, scope) => {
  return scope.intercept?.(expression, scope) ?? compileNode(expression, scope);
};

function compileNode(expression: Expression, scope: Scope): Compiled {
  switch (expression.kind) {
    case "null":
    case "integer":
    case "decimal":
    case "float":
    case "money":
    case "string":
    case "binary":
      return compileLiteral(expression, scope.environment.collation);
    case "variable":
      return compileVariable(expression.name, scope);
    case "globalVariable":
      return compileGlobalVariable(expression.name, scope);
    case "column":
      return compileColumn(expression.parts, scope);
    case "unary":
      return compileUnary(expression, scope);
    case "binaryOperation":
      return compileBinary(expression, scope);
    case "collate":
      return compileCollate(expression, scope);
    case "atTimeZone":
      return compileAtTimeZone(expression, scope);
    case "case":
      return compileCase(expression, scope);
    case "cast":
      return compileCast(expression, scope);
    case "call":
      return compileCall(expression, scope);
    case "methodCall":
      throw new NotEmulatedError(`the method ${expression.method}()`);
    case "subquery":
      return compileScalarSubquery(expression.query, scope);
    case "nextValue": {
      const { type, next } = scope.environment.resolveSequence(expression.sequence);
      return { type, nullable: false, evaluate: (frame) => next(frame.context) };
    }
  }
}

function compileVariable(name: string, scope: Scope): Compiled {
  const type = scope.environment.variableType(name);
  if (type === undefined) throw undeclaredVariable(name);
  return {
    type,
    nullable: true,
    evaluate: (frame) => frame.context.getVariable(name),
    ...(isCharacter(type) && { collationStrength: 1 as const }),
  };
}

function compileGlobalVariable(name: string, scope: Scope): Compiled {
  const variable = findGlobalVariable(name);
  if (variable === undefined) throw undeclaredVariable(`@@${name}`);
  const type = isCharacter(variable.type) ? { ...variable.type, collation: scope.environment.collation } : variable.type;
  return { type, nullable: true, evaluate: (frame) => variable.evaluate(frame.context) };
}
