import type { ColumnRecord } from "../../storage/records";
import type { TableConstraint } from "../../tsql/ast";
import { SqlError } from "../errors";
import { verifyForeignKey } from "../query";
import { environmentOf } from "../session/environment";
import { findObject } from "../session/names";
import { requireCascadeTree } from "./cascadePaths";
import { columnNamed, constraintObject, preceded, type TableContext } from "./constraintParts";
import { newObject } from "./objects";

export function addForeignKey(
  context: TableContext,
  constraint: Extract<TableConstraint, { kind: "foreignKey" }>,
  withCheck: boolean,
): void {
  const { activation, database, table } = context;
  const hint = constraint.columns[0] ?? "";
  const object = constraintObject(context, "F", constraint.name, hint);
  const columns = constraint.columns.map((name) =>
    columnNamed(
      context,
      name,
      () =>
        new SqlError(
          1769,
          `Foreign key '${object.name}' references invalid column '${name}' in referencing table '${table.name}'.`,
        ),
    ),
  );
  const self = constraint.references.name.toLowerCase() === table.name.toLowerCase();
  const target = findObject(activation.session, database, constraint.references) ?? (self ? table : undefined);
  if (!target?.table) {
    throw preceded(
      new SqlError(
        1767,
        `Foreign key '${object.name}' references invalid table '${[constraint.references.schema, constraint.references.name].filter(Boolean).join(".")}'.`,
        0,
      ),
    );
  }
  const unique = database.metadata.indexesOf(target.id).filter((i) => i.unique);
  const referencedNames = constraint.referencedColumns.length > 0 ? constraint.referencedColumns : undefined;
  const key = referencedNames
    ? unique.find((i) =>
        sameSet(
          i.columns.map((c) => c.columnId),
          referencedNames.map((n) => target.table?.columns.find((c) => c.name.toLowerCase() === n.toLowerCase())?.id),
        ),
      )
    : unique.find((i) => i.primaryKey);
  if (referencedNames) {
    for (const name of referencedNames) {
      if (!target.table.columns.some((c) => c.name.toLowerCase() === name.toLowerCase())) {
        throw preceded(
          new SqlError(
            1770,
            `Foreign key '${object.name}' references invalid column '${name}' in referenced table '${target.name}'.`,
            0,
          ),
        );
      }
    }
  }
  if (!key) {
    throw preceded(
      referencedNames
        ? new SqlError(
            1776,
            `There are no primary or candidate keys in the referenced table '${database.qualifiedName(target)}' that match the referencing column list in the foreign key '${object.name}'.`,
            0,
          )
        : new SqlError(
            1773,
            `Foreign key '${object.name}' has implicit reference to object '${target.name}' which does not have a primary key defined on it.`,
            0,
          ),
    );
  }
  const referenced = referencedNames
    ? referencedNames.map(
        (n) => target.table?.columns.find((c) => c.name.toLowerCase() === n.toLowerCase())?.id as number,
      )
    : key.columns.map((c) => c.columnId);
  if (referenced.length !== columns.length) {
    throw preceded(
      new SqlError(
        8139,
        `Number of referencing columns in foreign key differs from number of referenced columns, table '${table.name}'.`,
        0,
      ),
    );
  }
  columns.forEach((column, i) => {
    const other = target.table?.columns.find((c) => c.id === referenced[i]);
    if (other && other.type.kind !== column.type.kind) {
      throw preceded(
        new SqlError(
          1778,
          `Column '${target.name}.${other.name}' is not the same data type as referencing column '${table.name}.${column.name}' in foreign key '${object.name}'.`,
          0,
        ),
      );
    }
  });
  refuseSetNull(constraint, columns, object.name);
  const record = newObject(activation, {
    id: object.id,
    name: object.name,
    schemaId: table.schemaId,
    type: "F",
    parentId: table.id,
    constraint: {
      kind: "foreignKey",
      columns: columns.map((c) => c.id),
      referencedTableId: target.id,
      referencedColumns: referenced,
      referencedIndexRecordId: key.id,
      onDelete: constraint.onDelete,
      onUpdate: constraint.onUpdate,
      disabled: false,
      notTrusted: !withCheck,
      systemNamed: object.systemNamed,
    },
  });
  requireCascadeTree(database, record);
  activation.session.requireTransaction().putRecord(database, "object", record.id, record);
  if (withCheck) verifyForeignKey(database, record, activation, environmentOf(activation));
}

function refuseSetNull(
  { onDelete, onUpdate }: Extract<TableConstraint, { kind: "foreignKey" }>,
  columns: readonly ColumnRecord[],
  name: string,
): void {
  if (onDelete !== "setNull" && onUpdate !== "setNull") return;
  if (columns.every((column) => column.nullable)) return;
  throw preceded(
    new SqlError(
      1761,
      `Cannot create the foreign key "${name}" with the SET NULL referential action, because one or more referencing columns are not nullable.`,
      0,
    ),
  );
}

function sameSet(one: readonly number[], other: readonly (number | undefined)[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id));
}
