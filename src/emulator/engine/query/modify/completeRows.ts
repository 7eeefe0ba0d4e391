/** Gives the rows of a table what a changed definition asks of them: values of computed columns, rowversions. */
import type { RowId } from "../../../storage/rowEntry";
import type { Table } from "../../../storage/table";
import type { Row } from "../../values";
import { readView } from "../from/tableAccess";
import type { QueryContext, QueryEnvironment } from "../queryEnvironment";
import { computedColumns } from "./computedColumns";
import { nextRowVersion } from "./rowVersion";
import { tableBinding } from "./tableBinding";

/** Called after columns were added, and before an index over a computed column is built. */
export function completeRows(table: Table, context: QueryContext, environment: QueryEnvironment): void {
  const binding = tableBinding(table.database, table);
  const { stored, virtual } = computedColumns(binding, environment);
  const version = table.columns.findIndex((column) => column.type.kind === "timestamp");
  if (!stored && !virtual && version < 0) return;
  const changes: [RowId, Row][] = [];
  for (const { id, row } of table.scan(readView(context, {}, true))) {
    const complete = row.slice();
    stored?.fill(complete, context);
    virtual?.fill(complete, context);
    if (version >= 0 && complete[version] === null) complete[version] = nextRowVersion(table.database);
    changes.push([id, complete]);
  }
  context.transaction.updateRows(table, changes);
}
