/** Column definitions: from syntax to records. */
import type { Database } from "../../storage/database";
import type { ColumnRecord } from "../../storage/records";
import type { ColumnDefinition, Condition, Expression } from "../../tsql/ast";
import { SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import { compileCondition } from "../expressions/conditions";
import type { Scope, ScopeColumn } from "../expressions/scope";
import { walk } from "../query/syntax";
import type { Activation } from "../session/activation";
import { environmentOf } from "../session/environment";
import { findType } from "../session/names";
import { resolveTypeName, validateCollation } from "../types";
import type { SqlType } from "../values";
import { nondeterministicCall } from "./determinism";
import { normalText } from "./expressionText";

const IDENTITY_TYPES = new Set(["tinyint", "smallint", "int", "bigint", "decimal", "numeric"]);
const CHARACTER_TYPES = new Set(["char", "varchar", "nchar", "nvarchar", "text", "ntext"]);

/** Types of the columns without the computed ones, then those, whose expressions see the others. */
export function columnRecords(
  definitions: ColumnDefinition[],
  database: Database,
  activation: Activation,
  firstId: number,
  existing: readonly ColumnRecord[],
  tableName: string,
): ColumnRecord[] {
  const records: (ColumnRecord | undefined)[] = definitions.map((definition, i) => {
    if (definition.computed) return undefined;
    return plainColumn(definition, database, activation, firstId + i, tableName);
  });
  const known = [...existing, ...records.filter((r): r is ColumnRecord => r !== undefined)];
  requireOneTimestamp(known, tableName);
  const computedNames = [...definitions.filter((d) => d.computed), ...existing.filter((c) => c.computed)].map((c) =>
    c.name.toLowerCase(),
  );
  for (const { computed } of definitions)
    if (computed) refuseComputedOperands(computed.expression, computedNames, tableName);
  return definitions.map(
    (definition, i) => records[i] ?? computedColumn(definition, known, activation, firstId + i, tableName),
  );
}

function requireOneTimestamp(columns: readonly ColumnRecord[], tableName: string): void {
  const second = columns.filter((column) => column.type.kind === "timestamp")[1];
  if (!second) return;
  throw new SqlError(
    2738,
    `A table can only have one timestamp column. Because table '${tableName}' already has one, the column '${second.name}' cannot be added.`,
    2,
  );
}

function refuseComputedOperands(expression: Expression, computedNames: readonly string[], tableName: string): void {
  walk(expression, (node) => {
    if (node.kind !== "column") return;
    const name = (node as Extract<Expression, { kind: "column" }>).parts.at(-1) ?? "";
    if (!computedNames.includes(name.toLowerCase())) return;
    throw new SqlError(
      1759,
      `Computed column '${name}' in table '${tableName}' is not allowed to be used in another computed-column definition.`,
      0,
    );
  });
}

function plainColumn(
  definition: ColumnDefinition,
  database: Database,
  activation: Activation,
  id: number,
  tableName: string,
): ColumnRecord {
  if (!definition.type)
    throw new SqlError(173, `The definition for column '${definition.name}' must include a data type.`, 1, 15);
  const alias =
    definition.type.schema === undefined || !/^sys$/i.test(definition.type.schema)
      ? findType(database, definition.type.schema ?? "dbo", definition.type.name)
      : undefined;
  const type = columnType(
    resolveTypeName(definition.type, environmentOf(activation), "column"),
    definition.collation,
    database,
  );
  const primary = definition.constraints.some((c) => c.kind === "primaryKey");
  if (primary && definition.nullable === true) {
    throw new SqlError(
      8147,
      `Could not create IDENTITY attribute on nullable column '${definition.name}', table '${tableName}'.`,
    );
  }
  const nullable =
    definition.identity || type.kind === "timestamp"
      ? false
      : (definition.nullable ??
        (primary ? false : alias ? alias.nullable : activation.session.settings.ansiNullDefault));
  const identity = definition.identity && identityOf(definition, type, activation, tableName);
  if (identity && definition.nullable === true) {
    throw new SqlError(
      8147,
      `Could not create IDENTITY attribute on nullable column '${definition.name}', table '${tableName}'.`,
    );
  }
  return {
    id,
    name: definition.name,
    type,
    nullable,
    ...(alias ? { userTypeId: alias.id } : {}),
    ...(identity ? { identity } : {}),
    ...(definition.rowGuid ? { rowGuid: true } : {}),
    ...(definition.sparse ? { sparse: true } : {}),
  };
}

export function isCharacterType(type: SqlType): boolean {
  return CHARACTER_TYPES.has(type.kind);
}

/** A character column has a collation: its own or the database's. */
export function columnType(type: SqlType, collation: string | undefined, database: Database): SqlType {
  if (!isCharacterType(type)) {
    if (collation) throw new SqlError(452, `COLLATE clause cannot be used on user-defined data types.`, 1, 16);
    return type;
  }
  return { ...type, collation: collation ? validateCollation(collation) : database.collation };
}

function identityOf(
  definition: ColumnDefinition,
  type: SqlType,
  activation: Activation,
  tableName: string,
): { seed: bigint; increment: bigint } {
  if (!IDENTITY_TYPES.has(type.kind) || (type.scale ?? 0) !== 0) {
    throw new SqlError(
      2749,
      `Identity column '${definition.name}' must be of data type int, bigint, smallint, tinyint, or decimal or numeric with a scale of 0, unencrypted, and constrained to be nonnullable.`,
      2,
    );
  }
  const seed = constantInteger(definition.identity?.seed, activation);
  const increment = constantInteger(definition.identity?.increment, activation);
  if (increment === 0n)
    throw new SqlError(2760, `Column '${definition.name}', table '${tableName}': invalid IDENTITY increment.`);
  return { seed, increment };
}

function constantInteger(expression: Expression | undefined, activation: Activation): bigint {
  if (!expression) return 1n;
  const compiled = compileExpression(expression, { sources: [], parent: null, environment: environmentOf(activation) });
  const value = compiled.evaluate({ tuple: [], slots: [], parent: null, context: activation });
  return BigInt(Number(value));
}

function computedColumn(
  definition: ColumnDefinition,
  known: ColumnRecord[],
  activation: Activation,
  id: number,
  tableName: string,
): ColumnRecord {
  const { computed } = definition;
  if (!computed) throw new Error("no computed column");
  const compiled = compileExpression(computed.expression, tableScope(known, tableName, activation));
  if (computed.persisted && nondeterministicCall(computed.expression) !== undefined) {
    throw new SqlError(
      4936,
      `Computed column '${definition.name}' in table '${tableName}' cannot be persisted because the column is non-deterministic.`,
    );
  }
  return {
    id,
    name: definition.name,
    type: compiled.type,
    nullable: definition.nullable === false ? false : compiled.nullable,
    computed: { text: normalText(computed.expression, computed.text), persisted: computed.persisted },
  };
}

/** Checks that a CHECK constraint's or filter's condition is one over the table's columns. */
export function checkCondition(
  condition: Condition,
  columns: readonly ColumnRecord[],
  tableName: string,
  activation: Activation,
): void {
  compileCondition(condition, tableScope(columns, tableName, activation));
}

export function tableScope(columns: readonly ColumnRecord[], tableName: string, activation: Activation): Scope {
  const scoped: ScopeColumn[] = columns.map(({ name, type, nullable }) => ({ name, type, nullable }));
  return { sources: [{ alias: tableName, columns: scoped }], parent: null, environment: environmentOf(activation) };
}
