/** The predicates of filtered indexes, which the storage layer tests on every row it indexes. */
import { type FilterCompiler, Server } from "../../../storage/server";
import type { Table } from "../../../storage/table";
import { parseConditionText } from "../../../tsql";
import { NotEmulatedError } from "../../errors";
import { compileCondition } from "../../expressions/conditions";
import type { CompileEnvironment, ExecutionContext, Frame } from "../../expressions/scope";
import { DEFAULT_CONVERSION_SETTINGS } from "../../types";

/** Called once a process, before the first server opens its tables. */
export function registerIndexFilters(): void {
  Server.filterCompiler = compileIndexFilter;
}

const compileIndexFilter: FilterCompiler = (table, filter) => {
  const columns = table.columns.map(({ name, type, nullable }) => ({ name, type, nullable }));
  const condition = compileCondition(parseConditionText(filter), {
    sources: [{ alias: table.name, columns }],
    parent: null,
    environment: constantEnvironment(table),
  });
  return (row) => {
    const frame: Frame = { tuple: [row], slots: [], parent: null, context: CONSTANT_CONTEXT };
    return condition.test(frame) === true;
  };
};

/** A filter compares columns with constants: it needs nothing of a session but how constants are read. */
const CONSTANT_CONTEXT = { session: { settings: DEFAULT_CONVERSION_SETTINGS } } as unknown as ExecutionContext;

function constantEnvironment(table: Table): CompileEnvironment {
  const refuse = (): never => {
    throw new NotEmulatedError("anything but columns and constants in the filter of an index");
  };
  return {
    variableType: () => undefined,
    compileSubquery: refuse,
    resolveScalarFunction: () => undefined,
    resolveType: () => undefined,
    collation: table.database.collation,
    ansiNulls: true,
    concatNullYieldsNull: true,
    dateFormat: DEFAULT_CONVERSION_SETTINGS.dateFormat,
    language: DEFAULT_CONVERSION_SETTINGS.language,
    resolveSequence: refuse,
  };
}
