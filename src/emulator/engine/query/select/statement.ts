/** SELECT as a statement: WITH, INTO, assignments, query hints. */
import type { SelectStatement } from "../../../tsql/ast";
import type { Row } from "../../values";
import { instanceOf } from "../from/tableAccess";
import type {
  CompiledSelect,
  QueryContext,
  QueryEnvironment,
  RowLocator,
  SelectOptions,
  SelectResult,
} from "../queryEnvironment";
import { startStatement } from "../statementStart";
import { compileQuery } from "./queryExpression";
import { compileInto } from "./selectInto";
import type { CompiledSpecification } from "./specification";

export function compileSelect(
  statement: SelectStatement,
  environment: QueryEnvironment,
  options: SelectOptions = {},
): CompiledSelect {
  const { environment: own, prepare } = startStatement(statement, environment);
  const query = compileQuery(statement.query, null, own, {
    role: "statement",
    ...(options.locators ? { locators: true } : {}),
    ...(statement.into ? { into: true } : {}),
  });
  if (statement.into) return compileInto(statement, query, prepare);
  const { assign } = query;
  if (assign) {
    return {
      kind: "assign",
      columns: [],
      execute(context) {
        prepare(context);
        return { columns: [], rows: [], rowCount: assign(context) };
      },
    };
  }
  const columns = query.columns;
  return {
    kind: "rows",
    columns,
    execute(context) {
      prepare(context);
      const rows = limited(query.rows(null, context), context.session.settings.rowCountLimit);
      const result: SelectResult = { columns, rows, rowCount: rows.length };
      if (query.locators.length > 0) separateLocators(result, query, context);
      return result;
    },
  };
}

/** SET ROWCOUNT */
export function limited(rows: Iterable<Row>, limit: number): Row[] {
  if (limit <= 0) return [...rows];
  const kept: Row[] = [];
  for (const row of rows) {
    kept.push(row);
    if (kept.length === limit) break;
  }
  return kept;
}

function separateLocators(result: SelectResult, query: CompiledSpecification, context: QueryContext): void {
  const width = result.columns.length;
  result.locators = result.rows.map((row) =>
    query.locators.map(({ binding, position }): RowLocator | null => {
      const rowId = row[position] as number | null | undefined;
      return rowId === null || rowId === undefined ? null : { table: instanceOf(binding, context), rowId };
    }),
  );
  result.rows = result.rows.map((row) => row.slice(0, width));
}
