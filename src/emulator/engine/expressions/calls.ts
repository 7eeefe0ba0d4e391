/** Function calls: built-ins by the registry, scalar user functions by the environment. */
import type { FunctionCall, ObjectName } from "../../tsql/ast";
import { isAggregateName, isRankingName } from "../functions/aggregates";
import { invalidArgument } from "../functions/arguments";
import {
  type CallSite,
  type FunctionDefinition,
  findFunction,
  isSpecial,
  type ResolvedCall,
} from "../functions/registry";
import { conversionBetween } from "../types/conversionMatrix";
import { isCharacter, isLargeObject } from "../types/families";
import type { SqlType, Value } from "../values";
import { labelOfAll, withCollation } from "./collationLabels";
import { convertImplicitly, convertTo } from "./conversion";
import { compileExpression } from "./dispatch";
import {
  argumentCount,
  misplacedAggregate,
  misplacedWindow,
  tooFewArguments,
  tooManyArguments,
  unknownFunction,
  unknownUserFunction,
  windowRequired,
} from "./expressionErrors";
import type { Compiled, ScalarFunction, Scope } from "./scope";

export function compileCall(call: FunctionCall, scope: Scope): Compiled {
  const { name } = call;
  if (name.schema !== undefined && name.schema !== "") return compileQualified(call, scope);
  if (call.over) throw misplacedWindow();
  const definition = findFunction(name.name);
  if (definition === undefined) throw unknownName(name.name);
  const count = call.arguments.length;
  if (count < definition.minArgs || count > definition.maxArgs) {
    throw argumentCount(definition.name.toLowerCase(), definition.minArgs, definition.maxArgs);
  }
  return isSpecial(definition) ? definition.compile(call, scope) : compileBuiltIn(definition, call, scope);
}

function unknownName(name: string): Error {
  if (isAggregateName(name)) return misplacedAggregate();
  return isRankingName(name) ? windowRequired(name) : unknownFunction(name);
}

function compileQualified(call: FunctionCall, scope: Scope): Compiled {
  const { name } = call;
  const userFunction = scope.environment.resolveScalarFunction(name);
  if (userFunction) return compileUserFunction(call, userFunction, scope);
  const definition = /^sys$/i.test(name.schema ?? "") && !name.database ? findFunction(name.name) : undefined;
  if (definition && !isSpecial(definition)) return compileBuiltIn(definition, call, scope);
  throw unknownUserFunction(name.database || (name.schema as string), writtenName(name));
}

function writtenName(name: ObjectName): string {
  return [name.database, name.schema, name.name].filter((part) => part !== undefined).join(".");
}

function compileBuiltIn(definition: FunctionDefinition, call: FunctionCall, scope: Scope): Compiled {
  const args = call.arguments.map((argument) => compileExpression(argument, scope));
  const site: CallSite = {
    name: definition.name,
    call,
    scope,
    arguments: args,
    argumentTypes: args.map((arg) => arg.type),
  };
  const resolved = definition.resolve(site.argumentTypes, site);
  const label = labelOfAll(args, definition.name.toLowerCase());
  const result = withCollation(resolved, label, scope.environment.collation);
  const converted = args.map((arg, i) => convertArgument(arg, parameterOf(definition, i), i + 1, definition));
  const resolvedCall: ResolvedCall = {
    name: definition.name,
    call,
    types: converted.map((arg) => arg.type),
    result,
    collation: label?.collation ?? scope.environment.collation,
  };
  return {
    type: result,
    nullable: definition.keepsNotNull ? args.some((arg) => arg.nullable) : true,
    ...(isCharacter(result) && { collationStrength: label?.strength ?? 1 }),
    ...(!definition.volatile && args.every((arg) => arg.constant) && { constant: true }),
    evaluate: evaluator(definition, converted, resolvedCall),
  };
}

function parameterOf(definition: FunctionDefinition, index: number): SqlType | undefined {
  const { parameters } = definition;
  return parameters && (index < parameters.length ? parameters[index] : parameters.at(-1));
}

/** A text parameter takes texts of any collation and length as they are, and all that CAST makes a text of. */
function convertArgument(
  arg: Compiled,
  type: SqlType | undefined,
  position: number,
  { name, largeText }: FunctionDefinition,
): Compiled {
  if (type === undefined || arg.type.isNullLiteral) return arg;
  if (!isCharacter(type)) return convertImplicitly(arg, type);
  if (isLargeObject(arg.type) && !largeText) throw invalidArgument(arg.type, position, name);
  if (isCharacter(arg.type)) return arg;
  if (arg.type.kind === "sql_variant" || arg.type.kind === "xml" || conversionBetween(arg.type, type) === "none") {
    throw invalidArgument(arg.type, position, name);
  }
  return convertTo(arg, type);
}

function evaluator(
  definition: FunctionDefinition,
  args: readonly Compiled[],
  call: ResolvedCall,
): Compiled["evaluate"] {
  const { strict } = definition;
  if (args.length === 1) {
    const [only] = args as [Compiled];
    return (frame) => {
      const value = only.evaluate(frame);
      return strict && value === null ? null : definition.evaluate([value], frame.context, call);
    };
  }
  return (frame) => {
    const values: Value[] = [];
    for (const arg of args) {
      const value = arg.evaluate(frame);
      if (strict && value === null) return null;
      values.push(value);
    }
    return definition.evaluate(values, frame.context, call);
  };
}

function compileUserFunction(
  call: FunctionCall,
  { parameters, returns, call: run }: ScalarFunction,
  scope: Scope,
): Compiled {
  const name = writtenName(call.name);
  if (call.arguments.length > parameters.length) throw tooManyArguments(name);
  if (call.arguments.length < parameters.length) throw tooFewArguments(name);
  const defaults = new Set(call.defaults);
  const args = parameters.map(({ type }, i) =>
    defaults.has(i) ? undefined : convertImplicitly(compileExpression(call.arguments[i] as FunctionCall, scope), type),
  );
  return {
    type: withCollation(returns, undefined, scope.environment.collation),
    nullable: true,
    evaluate: (frame) => {
      // Holes stand for DEFAULT.
      const values = new Array<Value>(args.length);
      args.forEach((arg, i) => {
        if (arg) values[i] = arg.evaluate(frame);
      });
      return run(values, frame.context);
    },
  };
}
