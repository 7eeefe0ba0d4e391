/** Predicates of filtered indexes, for storage: compiled over the table's columns, without a session. */
import type { Database } from "../../storage/database";
import { Server } from "../../storage/server";
import type { Table } from "../../storage/table";
import { parseConditionText } from "../../tsql";
import { NotEmulatedError } from "../errors";
import { compileCondition } from "../expressions/conditions";
import type { CompileEnvironment, ExecutionContext, Scope } from "../expressions/scope";
import type { Row } from "../values";
import { DEFAULT_SETTINGS } from "./settings";

/** The predicate of an index may only compare columns with constants. */
function environmentOf(database: Database): CompileEnvironment {
  const refuse = (): never => {
    throw new NotEmulatedError("this predicate of a filtered index");
  };
  return {
    variableType: () => undefined,
    compileSubquery: refuse,
    resolveScalarFunction: () => undefined,
    resolveType: () => undefined,
    resolveSequence: refuse,
    collation: database.collation,
    ansiNulls: true,
    concatNullYieldsNull: true,
    dateFormat: DEFAULT_SETTINGS.dateFormat,
    language: DEFAULT_SETTINGS.language,
  };
}

/** Constants are converted under the default settings, whoever writes the row. */
const CONTEXT = { session: { settings: DEFAULT_SETTINGS }, statementCache: new Map() } as unknown as ExecutionContext;

export function registerFilteredIndexes(): void {
  Server.filterCompiler = (table: Table, filter: string) => {
    const columns = table.columns.map(({ name, type, nullable }) => ({ name, type, nullable }));
    const scope: Scope = {
      sources: [{ alias: table.name, columns }],
      parent: null,
      environment: environmentOf(table.database),
    };
    const compiled = compileCondition(parseConditionText(filter), scope);
    return (row: Row) => compiled.test({ tuple: [row], slots: [], parent: null, context: CONTEXT }) === true;
  };
}
