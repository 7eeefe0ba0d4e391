import type { TableConstraint } from "../../tsql/ast";
import { SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import { verifyCheck } from "../query";
import { environmentOf } from "../session/environment";
import { canConvertImplicitly } from "../types";
import { checkCondition, tableScope } from "./columns";
import {
  columnNamed,
  constraintObject,
  missingColumn,
  preceded,
  setColumn,
  type TableContext,
} from "./constraintParts";
import { normalText } from "./expressionText";
import { addForeignKey } from "./foreignKeys";
import { createIndexRecord } from "./indexRecords";
import { newObject } from "./objects";

export function addConstraint(context: TableContext, constraint: TableConstraint, withCheck = true): void {
  switch (constraint.kind) {
    case "primaryKey":
    case "unique":
      addKey(context, constraint);
      break;
    case "foreignKey":
      addForeignKey(context, constraint, withCheck);
      break;
    case "check":
      addCheck(context, constraint, withCheck);
      break;
    case "default":
      addDefault(context, constraint);
      break;
  }
}

function addKey(context: TableContext, constraint: Extract<TableConstraint, { kind: "primaryKey" | "unique" }>): void {
  const { database, table, activation } = context;
  const primary = constraint.kind === "primaryKey";
  const existing = database.metadata.indexesOf(table.id);
  if (primary && existing.some((i) => i.primaryKey)) {
    throw new SqlError(1779, `Table '${table.name}' already has a primary key defined on it.`, 0);
  }
  const columns = constraint.columns.map((c) => columnNamed(context, c.name, missingColumn(table)));
  if (primary) {
    const nullable = columns.find((c) => c.nullable);
    if (nullable)
      throw new SqlError(8111, `Cannot define PRIMARY KEY constraint on nullable column in table '${table.name}'.`);
  }
  const clustered = constraint.clustered ?? (primary && !existing.some((i) => i.clustered));
  const object = constraintObject(context, primary ? "PK" : "UQ", constraint.name, "");
  const index = createIndexRecord(context, {
    name: object.name,
    unique: true,
    clustered,
    columns: constraint.columns,
    include: [],
    primaryKey: primary,
    uniqueConstraint: !primary,
    ignoreDuplicateKey: false,
  });
  const transaction = activation.session.requireTransaction();
  transaction.putRecord(
    database,
    "object",
    object.id,
    newObject(activation, {
      id: object.id,
      name: object.name,
      schemaId: table.schemaId,
      type: primary ? "PK" : "UQ",
      parentId: table.id,
      constraint: { kind: constraint.kind, indexRecordId: index.id, systemNamed: object.systemNamed },
    }),
  );
}

function addCheck(
  context: TableContext,
  constraint: Extract<TableConstraint, { kind: "check" }>,
  withCheck: boolean,
): void {
  const { activation, database, table } = context;
  const object = constraintObject(context, "C", constraint.name, "");
  checkCondition(constraint.condition, table.table?.columns ?? [], table.name, activation);
  const record = newObject(activation, {
    id: object.id,
    name: object.name,
    schemaId: table.schemaId,
    type: "C",
    parentId: table.id,
    constraint: {
      kind: "check",
      text: normalText(constraint.condition, constraint.text),
      columnId: 0,
      disabled: false,
      notTrusted: !withCheck,
      systemNamed: object.systemNamed,
    },
  });
  activation.session.requireTransaction().putRecord(database, "object", record.id, record);
  if (withCheck) verifyCheck(database, record, activation, environmentOf(activation));
}

function addDefault(context: TableContext, constraint: Extract<TableConstraint, { kind: "default" }>): void {
  const { activation, database, table } = context;
  const column = columnNamed(
    context,
    constraint.column ?? "",
    (name) =>
      new SqlError(1752, `Column '${name}' in table '${table.name}' is invalid for creating a default constraint.`, 0),
  );
  if (column.defaultId !== undefined)
    throw preceded(new SqlError(1781, `Column already has a DEFAULT bound to it.`, 1));
  if (column.identity)
    throw preceded(
      new SqlError(
        1754,
        `Defaults cannot be created on columns with an IDENTITY attribute. Table '${table.name}', column '${column.name}'.`,
        0,
      ),
    );
  const compiled = compileExpression(constraint.expression, { ...tableScope([], "", activation), sources: [] });
  if (!canConvertImplicitly(compiled.type, column.type)) {
    throw new SqlError(206, `Operand type clash: ${compiled.type.kind} is incompatible with ${column.type.kind}`, 2);
  }
  const object = constraintObject(context, "D", constraint.name, column.name);
  const record = newObject(activation, {
    id: object.id,
    name: object.name,
    schemaId: table.schemaId,
    type: "D",
    parentId: table.id,
    constraint: {
      kind: "default",
      text: normalText(constraint.expression, constraint.text),
      columnId: column.id,
      systemNamed: object.systemNamed,
    },
  });
  const transaction = activation.session.requireTransaction();
  transaction.putRecord(database, "object", record.id, record);
  setColumn(context, { ...column, defaultId: record.id });
}
