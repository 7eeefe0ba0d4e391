import type { ColumnRecord, ObjectRecord } from "../../storage/records";
import type { AlterTable, ColumnDefinition, TableConstraint } from "../../tsql/ast";
import { SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import { completeRows } from "../query";
import type { Activation } from "../session/activation";
import { environmentOf } from "../session/environment";
import { convertForAssignment, resolveTypeName } from "../types";
import type { Row, Value } from "../values";
import { requireIndependent } from "./columnDependencies";
import { columnRecords, columnType, isCharacterType, tableScope } from "./columns";
import type { TableContext } from "./constraintParts";
import { addConstraint } from "./constraints";
import { dropConstraint, switchConstraints, switchTriggers } from "./tableConstraints";
import { allConstraints, requireDistinct, tableContext } from "./tables";

export function alterTable(statement: AlterTable, activation: Activation): void {
  const context = tableContext(statement.table, activation);
  activation.session.security.requireObjectPermission(activation, context.database, context.table, "ALTER");
  const { action } = statement;
  switch (action.kind) {
    case "add":
      addColumns(context, action.columns, action.constraints, action.check);
      break;
    case "alterColumn":
      alterColumn(context, action);
      break;
    case "dropColumn":
      for (const name of action.columns) dropColumn(context, name, action.ifExists);
      break;
    case "dropConstraint":
      for (const name of action.names) dropConstraint(context, name, action.ifExists);
      break;
    case "checkConstraint":
      switchConstraints(context, action);
      break;
    case "trigger":
      switchTriggers(context, action.names, action.enable);
      break;
    default:
      break;
  }
}

function addColumns(
  context: TableContext,
  definitions: ColumnDefinition[],
  constraints: TableConstraint[],
  check: boolean,
): void {
  const { activation, database } = context;
  const former = context.table.table;
  if (!former) return;
  requireDistinct([...former.columns, ...definitions], context.table.name);
  if (definitions.length > 0) {
    if (definitions.some((d) => d.identity) && former.columns.some((c) => c.identity)) {
      throw new SqlError(
        2744,
        `Multiple identity columns specified for table '${context.table.name}'. Only one identity column per table is allowed.`,
        2,
      );
    }
    const added = columnRecords(
      definitions,
      database,
      activation,
      former.nextColumnId,
      former.columns,
      context.table.name,
    );
    const table = database.table(context.table.id);
    const fill = added.map((column, i) =>
      newColumnValue(definitions[i] as ColumnDefinition, column, context, table.rowCount > 0),
    );
    const record: ObjectRecord = {
      ...context.table,
      modifyDate: activation.now().local,
      table: { ...former, columns: [...former.columns, ...added], nextColumnId: former.nextColumnId + added.length },
    };
    activation.session
      .requireTransaction()
      .alterTable(table, record, (row: Row) => [...row, ...fill.map((value) => value(row, table))]);
    context.table = record;
    completeRows(table, activation, environmentOf(activation));
  }
  for (const constraint of allConstraints(definitions, constraints)) addConstraint(context, constraint, check);
}

/** What rows that exist get in a new column. */
function newColumnValue(
  definition: ColumnDefinition,
  column: ColumnRecord,
  context: TableContext,
  hasRows: boolean,
): (row: Row, table: { takeIdentity(): bigint }) => Value {
  const { activation } = context;
  if (column.identity) return (_row, table) => identityValue(table.takeIdentity(), column);
  if (column.computed) return () => null;
  const constraint = definition.constraints.find((c) => c.kind === "default");
  if (constraint?.kind === "default" && (!column.nullable || constraint.withValues)) {
    const compiled = compileExpression(constraint.expression, tableScope([], "", activation));
    return () =>
      convertForAssignment(
        compiled.evaluate({ tuple: [], slots: [], parent: null, context: activation }),
        compiled.type,
        column.type,
        { table: context.table.name, column: column.name },
      );
  }
  if (!column.nullable && hasRows && column.type.kind !== "timestamp") {
    throw new SqlError(
      4901,
      `ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT definition specified, or the column being added is an identity or timestamp column, or alternatively if none of the previous conditions are satisfied the table must be empty to allow addition of this column. Column '${column.name}' cannot be added to non-empty table '${context.table.name}' because it does not satisfy these conditions.`,
    );
  }
  return () => null;
}

function identityValue(value: bigint, column: ColumnRecord): Value {
  return /int$/.test(column.type.kind) && column.type.kind !== "bigint" ? Number(value) : value;
}

function alterColumn(context: TableContext, action: Extract<AlterTable["action"], { kind: "alterColumn" }>): void {
  const { activation, database } = context;
  const definition = context.table.table;
  const ordinal = definition?.columns.findIndex((c) => c.name.toLowerCase() === action.column.toLowerCase()) ?? -1;
  const column = definition?.columns[ordinal];
  if (!definition || !column) {
    throw new SqlError(
      4924,
      `ALTER TABLE ALTER COLUMN failed because column '${action.column}' does not exist in table '${context.table.name}'.`,
    );
  }
  if (column.computed || column.type.kind === "timestamp") {
    throw new SqlError(
      4928,
      `Cannot alter column '${column.name}' because it is '${column.computed ? "COMPUTED" : "timestamp"}'.`,
    );
  }
  const named = resolveTypeName(action.type, environmentOf(activation), "column");
  const kept = isCharacterType(named) ? column.type.collation : undefined;
  const type = columnType(named, action.collation ?? kept, database);
  requireIndependent(context, column, "ALTER COLUMN", type.kind !== column.type.kind);
  const nullable = action.nullable ?? activation.session.settings.ansiNullDefault;
  const table = database.table(context.table.id);
  const place = { table: `${database.name}.${database.qualifiedName(context.table)}`, column: column.name };
  const record: ObjectRecord = {
    ...context.table,
    modifyDate: activation.now().local,
    table: {
      ...definition,
      columns: definition.columns.map((c, i) => (i === ordinal ? withoutAlias({ ...c, type, nullable }) : c)),
    },
  };
  activation.session.requireTransaction().alterTable(table, record, (row) => {
    const changed = [...row];
    const value = row[ordinal] ?? null;
    if (value === null && !nullable) {
      throw new SqlError(
        515,
        `Cannot insert the value NULL into column '${column.name}', table '${place.table}'; column does not allow nulls. UPDATE fails.`,
        2,
      );
    }
    changed[ordinal] = convertForAssignment(value, column.type, type, place);
    return changed;
  });
  context.table = record;
}

function withoutAlias(column: ColumnRecord): ColumnRecord {
  const { userTypeId, ...rest } = column;
  return userTypeId === undefined ? column : rest;
}

function dropColumn(context: TableContext, name: string, ifExists: boolean): void {
  const { activation, database } = context;
  const definition = context.table.table;
  const ordinal = definition?.columns.findIndex((c) => c.name.toLowerCase() === name.toLowerCase()) ?? -1;
  const column = definition?.columns[ordinal];
  if (!definition || !column) {
    if (ifExists) return;
    throw new SqlError(
      4924,
      `ALTER TABLE DROP COLUMN failed because column '${name}' does not exist in table '${context.table.name}'.`,
    );
  }
  requireIndependent(context, column, "DROP COLUMN", true);
  if (definition.columns.length === 1) {
    throw new SqlError(
      4923,
      `ALTER TABLE DROP COLUMN failed because '${column.name}' is the only data column in table '${context.table.name}'. A table must have at least one data column.`,
    );
  }
  const record: ObjectRecord = {
    ...context.table,
    modifyDate: activation.now().local,
    table: { ...definition, columns: definition.columns.filter((_, i) => i !== ordinal) },
  };
  activation.session
    .requireTransaction()
    .alterTable(database.table(context.table.id), record, (row) => row.filter((_, i) => i !== ordinal));
  context.table = record;
}
