/** The entry points: compileExpression and compileCondition, with everything that they compile. */
import type { Expression } from "../../tsql/ast";
import { findGlobalVariable } from "../functions/registry";
import { compileXmlMethod } from "../query/xml/xmlMethods";
import { isCharacter } from "../types/families";
import type { Value } from "../values";
import { compileAtTimeZone } from "./atTimeZone";
import { compileCall } from "./calls";
import { compileCase } from "./caseExpressions";
import { compileCast, compileCollate } from "./casts";
import { compileColumn } from "./columns";
import { registerCompilers } from "./dispatch";
import { undeclaredVariable } from "./expressionErrors";
import { compileLiteral, type Literal } from "./literals";
import { compileBinary, compileUnary } from "./operators";
import { predicates } from "./predicates";
import type { Compiled, Frame, Scope } from "./scope";
import { compileScalarSubquery } from "./subqueries";
import "../functions";

export { compileCondition, compileExpression } from "./dispatch";

const literal = (expression: Literal, scope: Scope): Compiled =>
  compileLiteral(expression, scope.environment.collation);

registerCompilers(
  {
    null: literal,
    integer: literal,
    decimal: literal,
    float: literal,
    money: literal,
    string: literal,
    binary: literal,
    variable: (expression, scope) => compileVariable(expression.name, scope),
    globalVariable: (expression, scope) => compileGlobalVariable(expression.name, scope),
    column: (expression, scope) => compileColumn(expression.parts, scope),
    unary: compileUnary,
    binaryOperation: compileBinary,
    collate: compileCollate,
    atTimeZone: compileAtTimeZone,
    case: compileCase,
    cast: compileCast,
    call: compileCall,
    // By its name only when it is called: the two modules need each other.
    methodCall: (expression, scope) => compileXmlMethod(expression, scope),
    subquery: (expression, scope) => compileScalarSubquery(expression.query, scope),
    nextValue: compileNextValue,
  },
  predicates,
);

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
  const type = isCharacter(variable.type)
    ? { ...variable.type, collation: scope.environment.collation }
    : variable.type;
  return { type, nullable: true, evaluate: (frame) => variable.evaluate(frame.context) };
}

function compileNextValue(expression: Extract<Expression, { kind: "nextValue" }>, scope: Scope): Compiled {
  const { type, next } = scope.environment.resolveSequence(expression.sequence);
  const { database, schema, name } = expression.sequence;
  const key = JSON.stringify([database, schema, name]).toLowerCase();
  const evaluate = ({ sequenceValues, context }: Frame): Value => {
    const known = sequenceValues?.get(key);
    if (known !== undefined) return known;
    const value = next(context);
    sequenceValues?.set(key, value);
    return value;
  };
  return { type, nullable: false, evaluate };
}
