/** ALTER TABLE … DROP CONSTRAINT, and switching constraints and triggers on and off. */
import type { Database } from "../../storage/database";
import type { ObjectRecord } from "../../storage/records";
import type { AlterTable } from "../../tsql/ast";
import { SqlError } from "../errors";
import { verifyCheck, verifyForeignKey } from "../query";
import { environmentOf } from "../session/environment";
import { setColumn, type TableContext } from "./constraintParts";

export function dropConstraint(context: TableContext, name: string, ifExists: boolean): void {
  const { activation, database, table } = context;
  const child = database.metadata
    .children(table.id)
    .find((c) => c.name.toLowerCase() === name.toLowerCase() && c.constraint);
  const { constraint } = child ?? {};
  if (!child || !constraint) {
    if (ifExists) return;
    const error = new SqlError(3727, "Could not drop constraint. See previous errors.", 0);
    error.precedingErrors = [new SqlError(3728, `'${name}' is not a constraint.`)];
    throw error;
  }
  const transaction = activation.session.requireTransaction();
  if (constraint.kind === "primaryKey" || constraint.kind === "unique") {
    const dependant = referencingKey(database, constraint.indexRecordId);
    if (dependant) {
      const error = new SqlError(3727, "Could not drop constraint. See previous errors.", 0);
      const owner = database.metadata.get("object", dependant.parentId);
      error.precedingErrors = [
        new SqlError(
          3725,
          `The constraint '${child.name}' is being referenced by table '${owner?.name}', foreign key constraint '${dependant.name}'.`,
          0,
        ),
      ];
      throw error;
    }
    transaction.putRecord(database, "index", constraint.indexRecordId, undefined);
  }
  transaction.putRecord(database, "object", child.id, undefined);
  if (constraint.kind === "default") {
    const column = table.table?.columns.find((c) => c.id === constraint.columnId);
    if (column) {
      const { defaultId: _, ...rest } = column;
      setColumn(context, rest);
    }
  }
}

export function referencingKey(database: Database, indexRecordId: number): ObjectRecord | undefined {
  for (const object of database.metadata.all("object")) {
    if (object.constraint?.kind === "foreignKey" && object.constraint.referencedIndexRecordId === indexRecordId)
      return object;
  }
  return undefined;
}

export function switchConstraints(
  context: TableContext,
  action: Extract<AlterTable["action"], { kind: "checkConstraint" }>,
): void {
  const { activation, database, table } = context;
  const children = database.metadata
    .children(table.id)
    .filter((c) => c.constraint?.kind === "check" || c.constraint?.kind === "foreignKey");
  const chosen =
    action.names === "ALL"
      ? children
      : action.names.map((name) => {
          const child = children.find((c) => c.name.toLowerCase() === name.toLowerCase());
          if (!child) throw new SqlError(4917, `Constraint '${name}' does not exist.`, 0);
          return child;
        });
  for (const child of chosen) {
    const { constraint } = child;
    if (constraint?.kind !== "check" && constraint?.kind !== "foreignKey") continue;
    const record: ObjectRecord = {
      ...child,
      constraint: { ...constraint, disabled: !action.enable, notTrusted: !action.enable || !action.withCheck },
    };
    activation.session.requireTransaction().putRecord(database, "object", record.id, record);
    if (action.enable && action.withCheck) {
      if (constraint.kind === "check") verifyCheck(database, record, activation, environmentOf(activation));
      else verifyForeignKey(database, record, activation, environmentOf(activation));
    }
  }
}

export function switchTriggers(
  { activation, database, table }: TableContext,
  names: string[] | "ALL",
  enable: boolean,
): void {
  const triggers = database.metadata.children(table.id).filter((c) => c.type === "TR");
  const chosen =
    names === "ALL"
      ? triggers
      : names.map((name) => {
          const trigger = triggers.find((t) => t.name.toLowerCase() === name.toLowerCase());
          if (!trigger)
            throw new SqlError(
              4920,
              `ALTER TABLE failed because trigger '${name}' on table '${table.name}' does not exist.`,
              0,
            );
          return trigger;
        });
  for (const trigger of chosen) {
    if (!trigger.module?.trigger) continue;
    activation.session.requireTransaction().putRecord(database, "object", trigger.id, {
      ...trigger,
      module: { ...trigger.module, trigger: { ...trigger.module.trigger, disabled: !enable } },
    });
  }
}
