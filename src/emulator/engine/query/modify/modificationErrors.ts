/** Errors of INSERT, UPDATE, DELETE and MERGE. */
import type { IndexRecord } from "../../../storage/records";
import type { Table } from "../../../storage/table";
import { SqlError } from "../../errors";
import type { SqlType, Value } from "../../values";
import type { BaseTableBinding } from "../queryEnvironment";
import { displayValue } from "../typing";

export type Verb = "INSERT" | "UPDATE" | "DELETE" | "MERGE";

/** `schema.table`; table variables are said to be of dbo. */
export function tableText(binding: BaseTableBinding): string {
  return `${binding.schema || "dbo"}.${binding.name}`;
}

export function fullTableText(binding: BaseTableBinding): string {
  return binding.schema === "" ? binding.name : `${binding.database.name}.${binding.schema}.${binding.name}`;
}

export const cannotInsertNull = (column: string, binding: BaseTableBinding, verb: Verb) =>
  new SqlError(
    515,
    `Cannot insert the value NULL into column '${column}', table '${fullTableText(binding)}'; column does not allow nulls. ${verb} fails.`,
    2,
  );

/** Key values as messages show them. */
export function keyText(index: IndexRecord, key: readonly Value[], table: Table): string {
  const types = index.columns.map(({ columnId }) => table.columns[table.ordinalOf(columnId)]?.type as SqlType);
  return key.map((value, i) => displayValue(value, types[i] as SqlType)).join(", ");
}

export function duplicateKey(
  index: IndexRecord,
  key: readonly Value[],
  table: Table,
  binding: BaseTableBinding,
): SqlError {
  const values = keyText(index, key, table);
  if (index.primaryKey || index.uniqueConstraint) {
    const kind = index.primaryKey ? "PRIMARY KEY" : "UNIQUE KEY";
    return new SqlError(
      2627,
      `Violation of ${kind} constraint '${index.name}'. Cannot insert duplicate key in object '${tableText(binding)}'. The duplicate key value is (${values}).`,
      1,
      14,
    );
  }
  return new SqlError(
    2601,
    `Cannot insert duplicate key row in object '${tableText(binding)}' with unique index '${index.name}'. The duplicate key value is (${values}).`,
    1,
    14,
  );
}

export function constraintConflict(
  verb: Verb,
  kind: "CHECK" | "FOREIGN KEY" | "FOREIGN KEY SAME TABLE" | "REFERENCE" | "SAME TABLE REFERENCE",
  constraint: string,
  database: string,
  table: string,
  column?: string,
): SqlError {
  const place = column === undefined ? "." : `, column '${column}'.`;
  return new SqlError(
    547,
    `The ${verb} statement conflicted with the ${kind} constraint "${constraint}". The conflict occurred in database "${database}", table "${table}"${place}`,
    0,
  );
}

export const columnNotInTable = (name: string) => new SqlError(207, `Invalid column name '${name}'.`, 1);
export const columnTwice = (name: string) =>
  new SqlError(
    264,
    `The column name '${name}' is specified more than once in the SET clause or column list of an INSERT. A column cannot be assigned more than one value in the same clause. Modify the clause to make sure that a column is updated only once. If this statement updates or inserts columns into a view, column aliasing can conceal the duplication in your code.`,
    1,
  );
export const computedNotModified = (name: string) =>
  new SqlError(
    271,
    `The column "${name}" cannot be modified because it is either a computed column or is the result of a UNION operator.`,
    1,
  );
export const timestampNotUpdated = () => new SqlError(272, "Cannot update a timestamp column.", 1);
export const timestampNotInserted = () =>
  new SqlError(
    273,
    "Cannot insert an explicit value into a timestamp column. Use INSERT with a column list to exclude the timestamp column, or insert a DEFAULT into the timestamp column.",
    1,
  );
export const identityNotUpdated = (name: string) => new SqlError(8102, `Cannot update identity column '${name}'.`, 1);
export const identityNeedsColumns = (binding: BaseTableBinding) =>
  new SqlError(
    8101,
    `An explicit value for the identity column in table '${binding.name}' can only be specified when a column list is used and IDENTITY_INSERT is ON.`,
    1,
  );
export const identityInsertOff = (binding: BaseTableBinding) =>
  new SqlError(
    544,
    `Cannot insert explicit value for identity column in table '${binding.name}' when IDENTITY_INSERT is set to OFF.`,
    1,
  );
export const identityValueMissing = (binding: BaseTableBinding) =>
  new SqlError(
    545,
    `Explicit value must be specified for identity column in table '${binding.name}' either when IDENTITY_INSERT is set to ON or when a replication user is inserting into a NOT FOR REPLICATION identity column.`,
    1,
  );
export const identityDefault = () =>
  new SqlError(339, "DEFAULT or NULL are not allowed as explicit identity values.", 1);
export const identityOverflow = (type: string) =>
  new SqlError(8115, `Arithmetic overflow error converting IDENTITY to data type ${type}.`, 1);

export const moreColumnsThanValues = () =>
  new SqlError(
    109,
    "There are more columns in the INSERT statement than values specified in the VALUES clause. The number of values in the VALUES clause must match the number of columns specified in the INSERT statement.",
    1,
    15,
  );
export const fewerColumnsThanValues = () =>
  new SqlError(
    110,
    "There are fewer columns in the INSERT statement than values specified in the VALUES clause. The number of values in the VALUES clause must match the number of columns specified in the INSERT statement.",
    1,
    15,
  );
export const selectTooNarrow = () =>
  new SqlError(
    120,
    "The select list for the INSERT statement contains fewer items than the insert list. The number of SELECT values must match the number of INSERT columns.",
    1,
    15,
  );
export const selectTooWide = () =>
  new SqlError(
    121,
    "The select list for the INSERT statement contains more items than the insert list. The number of SELECT values must match the number of INSERT columns.",
    1,
    15,
  );
export const insertShape = () =>
  new SqlError(213, "Column name or number of supplied values does not match table definition.", 1);
export const valuesWidth = () =>
  new SqlError(10709, "The number of columns for each row in a table value constructor must be the same.", 1);

export const severalBaseTables = (name: string) =>
  new SqlError(
    4405,
    `View or function '${name}' is not updatable because the modification affects multiple base tables.`,
    1,
  );
export const derivedField = (name: string) =>
  new SqlError(
    4406,
    `Update or insert of view or function '${name}' failed because it contains a derived or constant field.`,
    1,
  );
export const aggregatedView = (name: string) =>
  new SqlError(
    4403,
    `Cannot update the view or function '${name}' because it contains aggregates, or a DISTINCT or GROUP BY clause, or PIVOT or UNPIVOT operator.`,
    1,
  );
export const checkOptionFailed = () =>
  new SqlError(
    550,
    "The attempted insert or update failed because the target view either specifies WITH CHECK OPTION or spans a view that specifies WITH CHECK OPTION and one or more rows resulting from the operation did not qualify under the CHECK OPTION constraint.",
    1,
  );
export const ambiguousTarget = (name: string) => new SqlError(8154, `The table '${name}' is ambiguous.`, 1, 15);
export const readOnlyVariable = (name: string) =>
  new SqlError(10700, `The table-valued parameter "${name}" is READONLY and cannot be modified.`, 1);
export const mergedTwice = () =>
  new SqlError(
    8672,
    "The MERGE statement attempted to UPDATE or DELETE the same row more than once. This happens when a target row matches more than one source row. A MERGE statement cannot UPDATE/DELETE the same row of the target table multiple times. Refine the ON clause to ensure a target row matches at most one source row, or use the GROUP BY clause to group the source rows.",
    1,
  );
export const outputWithTriggers = (binding: { name: string }) =>
  new SqlError(
    334,
    `The target table '${binding.name}' of the DML statement cannot have any enabled triggers if the statement contains an OUTPUT clause without INTO clause.`,
    1,
  );
export const aggregateInSet = () =>
  new SqlError(157, "An aggregate may not appear in the set list of an UPDATE statement.", 1, 15);
export const catalogUpdate = () => new SqlError(259, "Ad hoc updates to system catalogs are not allowed.");
