/** SELECT … INTO: a new table of the query's columns, with its rows. */
import type { QuerySpecification, SelectStatement } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import type { OutputColumn } from "../compiledQuery";
import { identityValue } from "../modify/tableWriter";
import type { CompiledSelect, IntoColumn, QueryContext } from "../queryEnvironment";
import type { CompiledSpecification } from "./specification";
import { limited } from "./statement";

export function compileInto(
  statement: SelectStatement,
  query: CompiledSpecification,
  prepare: (context: QueryContext) => void,
): CompiledSelect {
  const into = statement.into as NonNullable<SelectStatement["into"]>;
  const columns = intoColumns(query.columns, statement);
  requireDistinct(columns, into.name);
  const identity = columns.findIndex((column) => column.identity);
  const made = query.columns[identity]?.identitySource?.made;
  return {
    kind: "into",
    columns: [],
    execute(context) {
      prepare(context);
      const rows = limited(query.rows(null, context), context.session.settings.rowCountLimit);
      const table = context.createIntoTable(into, columns);
      context.transaction.noteBulkOperation(table.database);
      for (const row of rows) {
        const value = row[identity];
        if (made) row[identity] = identityValue(table.takeIdentity(), (columns[identity] as IntoColumn).type);
        else if (value !== undefined && value !== null) table.noteIdentity(BigInt(value as number | bigint));
        context.transaction.insert(table, row);
      }
      return { columns: [], rows: [], rowCount: rows.length };
    },
  };
}

function requireDistinct(columns: readonly IntoColumn[], table: string): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name.toLowerCase())) {
      throw new SqlError(
        2705,
        `Column names in each table must be unique. Column name '${name}' in table '${table}' is specified more than once.`,
        3,
      );
    }
    seen.add(name.toLowerCase());
  }
}

function intoColumns(columns: readonly OutputColumn[], statement: SelectStatement): IntoColumn[] {
  const chosen = identityColumn(columns, statement);
  return columns.map((column): IntoColumn => {
    const { name, type, nullable, identitySource } = column;
    const into: IntoColumn = { name, type, nullable };
    if (column === chosen && identitySource) {
      into.identity = { seed: identitySource.seed, increment: identitySource.increment };
    }
    return into;
  });
}

/** The IDENTITY function's column; or the one that shows the identity column of a single table. */
function identityColumn(
  columns: readonly OutputColumn[],
  { query: { body } }: SelectStatement,
): OutputColumn | undefined {
  const made = columns.find((column) => column.identitySource?.made);
  const sources = columns.filter((column) => column.identitySource);
  if (made) {
    if (sources.length === 1) return made;
    throw new SqlError(
      8108,
      `Cannot add identity column, using the SELECT INTO statement, to table '${made.name}', which already has a column that inherits the identity property.`,
      1,
      16,
    );
  }
  return sources.length === 1 && body.kind === "specification" && isSingleTable(body) ? sources[0] : undefined;
}

function isSingleTable(specification: QuerySpecification): boolean {
  const [source, ...others] = specification.from ?? [];
  return others.length === 0 && source?.kind === "table";
}
