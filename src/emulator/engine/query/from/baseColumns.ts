/** Columns of a stored table as a query shows them. */
import type { ColumnRecord } from "../../../storage/records";
import type { OutputColumn } from "../compiledQuery";
import type { BaseTableBinding } from "../queryEnvironment";

/** `locator`: index of the table's locator, when rows are modified through the query. */
export function baseColumns(binding: BaseTableBinding, alias: string, locator?: number): OutputColumn[] {
  return binding.table.columns.map((column, ordinal) => {
    const output: OutputColumn = { ...resultColumn(column), collationStrength: 2, table: alias };
    if (column.identity) output.identitySource = column.identity;
    if (locator !== undefined) output.origin = { locator, ordinal };
    return output;
  });
}

export function resultColumn(column: ColumnRecord): OutputColumn {
  const output: OutputColumn = { name: column.name, type: column.type, nullable: column.nullable };
  if (column.identity) output.identity = true;
  if (column.computed) output.computed = true;
  return output;
}
