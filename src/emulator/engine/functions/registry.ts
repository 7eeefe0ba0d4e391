/**
 * The built-in scalar functions and `@@` variables, by name. Families of functions register
 * themselves when their module is loaded (functions/index.ts loads this folder's; the catalog loads
 * its own). The expression compiler looks names up here.
 */
import type { FunctionCall } from "../../tsql/ast";
import type { Compiled, ExecutionContext, Scope } from "../expressions/scope";
import type { SqlType, Value } from "../values";

/** One call of a function as written, known when it is compiled. */
export interface CallSite {
  /** Upper case. */
  name: string;
  call: FunctionCall;
  scope: Scope;
  arguments: readonly Compiled[];
  /** Types of the arguments as written, before conversion to the parameters' types. */
  argumentTypes: readonly SqlType[];
}

/** What `evaluate` may know besides the values. */
export interface ResolvedCall {
  name: string;
  call: FunctionCall;
  /** Types of the values that `evaluate` gets: the parameters' where they are declared, else the arguments' own. */
  types: readonly SqlType[];
  result: SqlType;
  /** Of the texts among the arguments together: comparisons inside the function follow it. */
  collation: string | undefined;
}

export interface FunctionDefinition {
  /** Upper case. */
  name: string;
  minArgs: number;
  /** Infinity: any number. */
  maxArgs: number;
  /**
   * Types that arguments are implicitly converted to; undefined leaves one as it is. The last entry
   * holds for all further arguments.
   */
  parameters?: readonly (SqlType | undefined)[];
  /** Takes text and ntext, which most functions on texts do not (8116). */
  largeText?: boolean;
  /** NULL when any argument is NULL: `evaluate` sees none. */
  strict?: boolean;
  /** The result cannot be NULL when no argument can. Default: any result may be NULL. */
  keepsNotNull?: boolean;
  /** Not the same for the same arguments: depends on session, clock or catalog. */
  volatile?: boolean;
  /** Type of the result; throws when an argument's type is not allowed (8116). */
  resolve(argumentTypes: readonly SqlType[], site: CallSite): SqlType;
  evaluate(args: readonly Value[], context: ExecutionContext, call: ResolvedCall): Value;
}

/** A function that cannot be called with evaluated arguments: a date part comes first, or not all arguments are evaluated. */
export interface SpecialFunction {
  /** Upper case. */
  name: string;
  minArgs: number;
  maxArgs: number;
  compile(call: FunctionCall, scope: Scope): Compiled;
}

export interface GlobalVariable {
  /** Upper case, without @@. */
  name: string;
  type: SqlType;
  evaluate(context: ExecutionContext): Value;
}

const functions = new Map<string, FunctionDefinition | SpecialFunction>();
const variables = new Map<string, GlobalVariable>();

export function registerFunctions(family: readonly (FunctionDefinition | SpecialFunction)[]): void {
  for (const definition of family) functions.set(definition.name, definition);
}

export function registerGlobalVariables(family: readonly GlobalVariable[]): void {
  for (const variable of family) variables.set(variable.name, variable);
}

export function findFunction(name: string): FunctionDefinition | SpecialFunction | undefined {
  return functions.get(name.toUpperCase());
}

export function findGlobalVariable(name: string): GlobalVariable | undefined {
  return variables.get(name.toUpperCase());
}

export function isSpecial(definition: FunctionDefinition | SpecialFunction): definition is SpecialFunction {
  return "compile" in definition;
}
