/** Checks constraints over rows that are there already: ALTER TABLE … WITH CHECK. */
import type { Database } from "../../../storage/database";
import type { ObjectRecord } from "../../../storage/records";
import { SqlError } from "../../errors";
import { readView } from "../from/tableAccess";
import type { QueryContext, QueryEnvironment } from "../queryEnvironment";
import { computedColumns } from "./computedColumns";
import { ForeignKeys } from "./foreignKeys";
import { tableText } from "./modificationErrors";
import { storedCondition } from "./storedExpressions";
import { tableBinding } from "./tableBinding";

/** Error 547 when a row breaks the CHECK constraint. */
export function verifyCheck(
  database: Database,
  record: ObjectRecord,
  context: QueryContext,
  environment: QueryEnvironment,
): void {
  const { constraint } = record;
  if (constraint?.kind !== "check") return;
  const binding = tableBinding(database, database.table(record.parentId));
  const { compiled, columns } = storedCondition(constraint.text, binding, environment);
  const { virtual } = computedColumns(binding, environment);
  const names = binding.table.columns.filter((column) => columns.has(column.name.toLowerCase()));
  for (const { row } of binding.table.scan(readView(context, {}, false))) {
    const full = virtual ? virtual.fill(row.slice(), context) : row;
    if (compiled.test({ tuple: [full], slots: [], parent: null, context }) !== false) continue;
    throw conflict(
      "CHECK",
      record.name,
      database.name,
      tableText(binding),
      names.length === 1 ? names[0]?.name : undefined,
    );
  }
}

/** Error 547 when a row lacks its parent. */
export function verifyForeignKey(
  database: Database,
  record: ObjectRecord,
  context: QueryContext,
  environment: QueryEnvironment,
): void {
  const { constraint } = record;
  if (constraint?.kind !== "foreignKey") return;
  const binding = tableBinding(database, database.table(record.parentId));
  const orphan = new ForeignKeys(binding, environment).firstOrphan(record, context);
  if (!orphan) return;
  const parent = tableBinding(database, database.table(constraint.referencedTableId));
  const column =
    constraint.referencedColumns.length === 1
      ? parent.table.columns[parent.table.ordinalOf(constraint.referencedColumns[0] as number)]?.name
      : undefined;
  throw conflict("FOREIGN KEY", record.name, database.name, tableText(parent), column);
}

function conflict(
  kind: string,
  constraint: string,
  database: string,
  table: string,
  column: string | undefined,
): SqlError {
  const place = column === undefined ? "." : `, column '${column}'.`;
  return new SqlError(
    547,
    `The ALTER TABLE statement conflicted with the ${kind} constraint "${constraint}". The conflict occurred in database "${database}", table "${table}"${place}`,
    0,
  );
}
