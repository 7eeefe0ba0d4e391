import type { ColumnRecord } from "../../storage/records";
import { SqlError } from "../errors";
import type { TableContext } from "./constraintParts";
import { boundTo } from "./schemaBinding";

/** Columns that others rest on are neither dropped nor changed to another type: 5074, then 4922. */
export function requireIndependent(
  context: TableContext,
  column: ColumnRecord,
  operation: "ALTER COLUMN" | "DROP COLUMN",
  strict: boolean,
): void {
  const { database, table } = context;
  const dependants: { kind: string; name: string }[] = [];
  for (const index of database.metadata.indexesOf(table.id)) {
    if (!index.columns.some((c) => c.columnId === column.id) && !index.include.includes(column.id)) continue;
    if (!strict && !index.primaryKey) continue;
    dependants.push({ kind: index.primaryKey || index.uniqueConstraint ? "object" : "index", name: index.name });
  }
  for (const child of database.metadata.children(table.id)) {
    const { constraint } = child;
    if (constraint?.kind === "foreignKey" && constraint.columns.includes(column.id))
      dependants.push({ kind: "object", name: child.name });
    if (constraint?.kind === "default" && constraint.columnId === column.id && (strict || operation === "DROP COLUMN"))
      dependants.push({ kind: "object", name: child.name });
    if (constraint?.kind === "check" && mentions(constraint.text, column.name))
      dependants.push({ kind: "object", name: child.name });
  }
  for (const other of table.table?.columns ?? []) {
    if (other.computed && mentions(other.computed.text, column.name))
      dependants.push({ kind: "column", name: other.name });
  }
  for (const module of boundTo(database, table))
    if (mentions(module.module?.text ?? "", column.name)) dependants.push({ kind: "object", name: module.name });
  if (dependants.length === 0) return;
  const error = new SqlError(
    4922,
    `ALTER TABLE ${operation} ${column.name} failed because one or more objects access this column.`,
    9,
  );
  error.precedingErrors = dependants.map(
    ({ kind, name }) => new SqlError(5074, `The ${kind} '${name}' is dependent on column '${column.name}'.`),
  );
  throw error;
}

function mentions(text: string, column: string): boolean {
  const escaped = column.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(^|[^\\w@#$])\\[?${escaped}\\]?([^\\w@#$]|$)`, "i").test(text.replace(/'(?:[^']|'')*'/g, "''"));
}
