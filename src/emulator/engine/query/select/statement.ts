/** SELECT as a statement: WITH, INTO, assignments, query hints. */
import type { QuerySpecification, SelectStatement } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import type { Row } from "../../values";
import type { OutputColumn } from "../compiledQuery";
import { instanceOf } from "../from/tableAccess";
import type {
  CompiledSelect,
  IntoColumn,
  QueryContext,
  QueryEnvironment,
  RowLocator,
  SelectOptions,
  SelectResult,
} from "../queryEnvironment";
import { startStatement } from "../statementStart";
import { compileQuery } from "./queryExpression";
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

function limited(rows: Iterable<Row>, limit: number): Row[] {
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

function compileInto(
  statement: SelectStatement,
  query: CompiledSpecification,
  prepare: (context: QueryContext) => void,
): CompiledSelect {
  const into = statement.into as NonNullable<SelectStatement["into"]>;
  const columns = intoColumns(query.columns, statement);
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name.toLowerCase())) {
      throw new SqlError(
        2705,
        `Column names in each table must be unique. Column name '${name}' in table '${into.name}' is specified more than once.`,
        3,
      );
    }
    seen.add(name.toLowerCase());
  }
  const identity = columns.findIndex((column) => column.identity);
  return {
    kind: "into",
    columns: [],
    execute(context) {
      prepare(context);
      const rows = limited(query.rows(null, context), context.session.settings.rowCountLimit);
      const table = context.createIntoTable(into, columns);
      context.transaction.noteBulkOperation(table.database);
      for (const row of rows) {
        context.transaction.insert(table, row);
        const value = row[identity];
        if (value !== undefined && value !== null) table.noteIdentity(BigInt(value as number | bigint));
      }
      return { columns: [], rows: [], rowCount: rows.length };
    },
  };
}

function intoColumns(columns: readonly OutputColumn[], statement: SelectStatement): IntoColumn[] {
  const { body } = statement.query;
  // The identity property is inherited only from one table, and only by one column.
  const identities = columns.filter((column) => column.identitySource).length;
  const inherits = identities === 1 && body.kind === "specification" && isSingleTable(body);
  return columns.map(({ name, type, nullable, identitySource }) => ({
    name,
    type: type.kind === "timestamp" ? { kind: "timestamp" as const } : type,
    nullable,
    ...(inherits && identitySource ? { identity: identitySource } : {}),
  }));
}

function isSingleTable(specification: QuerySpecification): boolean {
  const [source, ...others] = specification.from ?? [];
  return others.length === 0 && source?.kind === "table";
}
