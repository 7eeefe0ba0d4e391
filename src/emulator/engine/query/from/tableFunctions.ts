/** Table-valued functions: the user's, the catalog's, and those built into the language. */
import type { TableSource } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Frame, Scope } from "../../expressions/scope";
import type { Value } from "../../values";
import { withCommonTables } from "../commonTables";
import { type CompiledQuery, newFrame } from "../compiledQuery";
import type { FunctionParameter, QueryContext, TableFunctionBinding } from "../queryEnvironment";
import { displayName, invalidObject } from "../queryErrors";
import { OuterScope, type StatementEnvironment, statementEnvironment } from "../queryScope";
import { compileQuery } from "../select/queryExpression";
import { convertedTo } from "../typing";
import { namedColumns } from "./derivedColumns";
import { generateSeries } from "./generateSeries";
import { openJson } from "./openJson";
import { tracking } from "./references";
import { stringSplit } from "./stringSplit";

type FunctionSource = Extract<TableSource, { kind: "function" }>;

/** A built-in function: its arguments compiled, it gives columns and, for their values, rows. */
export interface BuiltInTable extends Pick<CompiledQuery, "columns"> {
  rows(frame: Frame, context: QueryContext): ReturnType<CompiledQuery["rows"]>;
}

const BUILT_IN: Record<
  string,
  (args: Compiled[], source: FunctionSource, environment: StatementEnvironment) => BuiltInTable
> = {
  STRING_SPLIT: stringSplit,
  GENERATE_SERIES: generateSeries,
  OPENJSON: openJson,
};

export function compileTableFunction(
  source: FunctionSource,
  parent: Scope | null,
  environment: StatementEnvironment,
): CompiledQuery {
  const outer = parent === null || parent instanceof OuterScope ? parent : new OuterScope(parent);
  const scope: Scope = { sources: [], parent: outer, environment };
  const { result, correlated } = tracking(outer, () => compileCall(source, scope, environment));
  return { ...result, correlated, locators: [] };
}

function compileCall(
  source: FunctionSource,
  scope: Scope,
  environment: StatementEnvironment,
): Pick<CompiledQuery, "columns" | "rows"> {
  const { name } = source;
  const builtIn = name.schema === undefined ? BUILT_IN[name.name.toUpperCase()] : undefined;
  if (builtIn) {
    const table = builtIn(
      source.arguments.map((argument) => compileExpression(argument, scope)),
      source,
      environment,
    );
    return {
      columns: table.columns,
      rows: (parentFrame, context) => table.rows(newFrame(0, parentFrame, context), context),
    };
  }
  const binding = environment.resolveTableFunction(name);
  if (!binding) throw invalidObject(displayName(name));
  environment.plan.require(environment, "SELECT", binding.securable);
  const args = bindArguments(binding, source, scope);
  const valuesIn = (frame: Frame): Value[] => args.map((argument) => argument.evaluate(frame));
  if (binding.kind === "rows") {
    return {
      columns: binding.columns.map((column) => ({ ...column, collationStrength: 2 as const })),
      rows: (parentFrame, context) => binding.rows(valuesIn(newFrame(0, parentFrame, context)), context),
    };
  }
  const own = statementEnvironment(binding.environment, environment.plan);
  const inner = withCommonTables(binding.query.with, own);
  const body = namedColumns(
    compileQuery(binding.query.query, null, inner, { role: "derived" }),
    binding.columns,
    binding.name,
  );
  return {
    columns: body.columns,
    rows: (parentFrame, context) =>
      body.rows(null, withParameters(context, binding.parameters, valuesIn(newFrame(0, parentFrame, context)))),
  };
}

function bindArguments(binding: TableFunctionBinding, source: FunctionSource, scope: Scope): Compiled[] {
  const { parameters } = binding;
  const given = source.arguments;
  const name = binding.schema ? `${binding.schema}.${binding.name}` : binding.name;
  if (given.length > parameters.length) {
    throw new SqlError(8144, `Procedure or function ${name} has too many arguments specified.`, 3);
  }
  return parameters.map((parameter, i) => {
    const argument = given[i];
    const fallback = source.defaults?.includes(i) ? parameter.default : argument;
    if (!argument || !fallback) {
      throw new SqlError(
        313,
        `An insufficient number of arguments were supplied for the procedure or function ${name}.`,
        3,
      );
    }
    return convertedTo(compileExpression(fallback, scope), parameter.type);
  });
}

/** The caller's context with an inline function's parameters for variables; nothing kept from other calls. */
function withParameters(
  context: QueryContext,
  parameters: readonly FunctionParameter[],
  values: readonly Value[],
): QueryContext {
  const byName = new Map(parameters.map((parameter, i) => [parameter.name.toLowerCase(), values[i] ?? null]));
  return Object.create(context, {
    getVariable: { value: (name: string) => byName.get(name.toLowerCase()) ?? null },
    statementCache: { value: new Map<unknown, unknown>() },
  }) as QueryContext;
}
