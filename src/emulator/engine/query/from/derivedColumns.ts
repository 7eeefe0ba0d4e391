/** Names of the columns of derived tables, common table expressions and views. */
import type { CompiledQuery } from "../compiledQuery";
import { duplicateColumn, tooFewColumnNames, tooManyColumnNames, unnamedColumn } from "../queryErrors";

/** Applies a column list, if there is one, and refuses what cannot be named. */
export function namedColumns(query: CompiledQuery, names: readonly string[] | undefined, table: string): CompiledQuery {
  if (names && names.length < query.columns.length) throw tooFewColumnNames(table);
  if (names && names.length > query.columns.length) throw tooManyColumnNames(table);
  const columns = names ? query.columns.map((column, i) => ({ ...column, name: names[i] as string })) : query.columns;
  const seen = new Set<string>();
  columns.forEach(({ name }, i) => {
    if (name === "") throw unnamedColumn(i + 1, table);
    const key = name.toLowerCase();
    if (seen.has(key)) throw duplicateColumn(name, table);
    seen.add(key);
  });
  return { ...query, columns };
}
