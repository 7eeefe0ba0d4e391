/** Indexes, schemas, types, sequences and synonyms. */
import type { Database } from "../../storage/database";
import type { SequenceRecord } from "../../storage/records";
import type { Expression, ObjectName, SequenceOptions, Statement } from "../../tsql/ast";
import { SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import type { Activation } from "../session/activation";
import { environmentOf } from "../session/environment";
import { findObject, findType } from "../session/names";
import { resolveTypeName } from "../types";
import type { SqlType } from "../values";
import { createIndexRecord, putIndex } from "./indexRecords";
import { newObject, requireFreeName, targetSchema } from "./objects";
import { defineTable, tableContext } from "./tables";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

export function createIndex(statement: Of<"createIndex">, activation: Activation): void {
  const context = tableContext(statement.table, activation);
  const { database, table } = context;
  activation.session.security.requireObjectPermission(activation, database, table, "ALTER");
  const on = (name: string) => /^ON$/i.test(statement.options[name] ?? "");
  if (on("DROP_EXISTING")) {
    const former = database.metadata
      .indexesOf(table.id)
      .find((i) => i.name.toLowerCase() === statement.name.toLowerCase());
    if (!former)
      throw new SqlError(7999, `Could not find any index named '${statement.name}' for table '${table.name}'.`, 9);
    activation.session.requireTransaction().putRecord(database, "index", former.id, undefined);
  }
  const fillFactor = Number(statement.options.FILLFACTOR);
  createIndexRecord(context, {
    name: statement.name,
    unique: statement.unique,
    clustered: statement.clustered,
    columns: statement.columns,
    include: statement.include,
    ...(statement.where ? { where: statement.where } : {}),
    ignoreDuplicateKey: on("IGNORE_DUP_KEY"),
    ...(Number.isFinite(fillFactor) ? { fillFactor } : {}),
  });
}

export function alterIndex(statement: Of<"alterIndex">, activation: Activation): void {
  const context = tableContext(statement.table, activation);
  const { database, table } = context;
  activation.session.security.requireObjectPermission(activation, database, table, "ALTER");
  const indexes = database.metadata.indexesOf(table.id);
  const chosen =
    statement.index === "ALL"
      ? indexes
      : indexes.filter((i) => i.name.toLowerCase() === (statement.index as string).toLowerCase());
  if (chosen.length === 0 && statement.index !== "ALL") {
    throw new SqlError(7999, `Could not find any index named '${statement.index}' for table '${table.name}'.`, 9);
  }
  for (const index of chosen) {
    if (statement.action === "disable" && !index.disabled) putIndex(context, { ...index, disabled: true });
    else if (statement.action === "rebuild" && index.disabled) putIndex(context, { ...index, disabled: false });
  }
}

export function createSchema(statement: Of<"createSchema">, activation: Activation): void {
  const { session } = activation;
  const { database } = session;
  const name = statement.name ?? statement.owner ?? "";
  session.security.requireDatabasePermission(activation, database, "CREATE SCHEMA");
  if (database.schema(name)) throw new SqlError(2714, `There is already an object named '${name}' in the database.`, 6);
  let ownerId = session.user.id;
  if (statement.owner) {
    const owner = database.metadata.findOne("principal", statement.owner);
    if (!owner)
      throw new SqlError(
        15151,
        `Cannot find the user '${statement.owner}', because it does not exist or you do not have permission.`,
      );
    ownerId = owner.id;
  }
  // Ids below 16384 are the users'; sys is 4, INFORMATION_SCHEMA 3.
  const id = Math.max(4, ...[...database.metadata.all("schema")].map((s) => s.id).filter((i) => i < 16384)) + 1;
  session.requireTransaction().putRecord(database, "schema", id, { id, name, ownerId });
}

export function dropSchema(name: string, ifExists: boolean, activation: Activation): void {
  const { session } = activation;
  const { database } = session;
  const schema = database.schema(name);
  if (!schema) {
    if (ifExists) return;
    throw new SqlError(
      15151,
      `Cannot drop the schema '${name}', because it does not exist or you do not have permission.`,
    );
  }
  session.security.requireSchemaAlter(activation, database, schema);
  if (schema.id <= 4 || schema.id >= 16384) throw new SqlError(15150, `Cannot drop the schema '${name}'.`);
  for (const object of database.metadata.all("object")) {
    if (object.schemaId === schema.id && object.parentId === 0) {
      throw new SqlError(
        3729,
        `Cannot drop schema '${schema.name}' because it is being referenced by object '${object.name}'.`,
      );
    }
  }
  session.security.forgetSecurable(activation, database, "schema", schema.id);
  session.requireTransaction().putRecord(database, "schema", schema.id, undefined);
}

export function transferObject(statement: Of<"alterSchemaTransfer">, activation: Activation): void {
  const { session } = activation;
  const { database } = session;
  const schema = database.schema(statement.schema);
  if (!schema)
    throw new SqlError(
      15151,
      `Cannot alter the schema '${statement.schema}', because it does not exist or you do not have permission.`,
    );
  if (statement.class === "type") {
    const type = findType(database, statement.object.schema ?? "dbo", statement.object.name);
    if (!type)
      throw new SqlError(
        15151,
        `Cannot find the type '${statement.object.name}', because it does not exist or you do not have permission.`,
      );
    session.requireTransaction().putRecord(database, "userType", type.id, { ...type, schemaId: schema.id });
    return;
  }
  const record = findObject(session, database, statement.object);
  if (!record)
    throw new SqlError(
      15151,
      `Cannot find the object '${statement.object.name}', because it does not exist or you do not have permission.`,
    );
  session.security.requireObjectPermission(activation, database, record, "CONTROL");
  requireFreeName(database, schema.id, record.name, activation);
  const transaction = session.requireTransaction();
  for (const one of [record, ...database.metadata.children(record.id)]) {
    transaction.putRecord(database, "object", one.id, {
      ...one,
      schemaId: schema.id,
      modifyDate: activation.now().local,
    });
  }
  session.security.forgetSecurable(activation, database, "object", record.id);
}

export function createType(statement: Of<"createType">, activation: Activation): void {
  const { session } = activation;
  const { database } = session;
  const schemaId = targetSchema(activation, database, statement.name);
  const schemaName = database.metadata.get("schema", schemaId)?.name ?? "dbo";
  session.security.requireDatabasePermission(activation, database, "CREATE TYPE");
  if (findType(database, schemaName, statement.name.name)) {
    throw new SqlError(
      219,
      `The type '${schemaName}.${statement.name.name}' already exists, or you do not have permission to create it.`,
    );
  }
  const id = Math.max(256, ...[...database.metadata.all("userType")].map((t) => t.id)) + 1;
  if (statement.table) {
    const table = defineTable(
      database,
      {
        name: `TT_${statement.name.name}_${id.toString(16).toUpperCase().padStart(8, "0")}`,
        schemaId: 4,
        type: "TT",
        userTypeId: id,
      },
      statement.table,
      activation,
    );
    session.requireTransaction().putRecord(database, "userType", id, {
      id,
      name: statement.name.name,
      schemaId,
      nullable: false,
      tableObjectId: table.id,
    });
    return;
  }
  if (!statement.from) return;
  const type = resolveTypeName(statement.from, environmentOf(activation), "declaration");
  session.requireTransaction().putRecord(database, "userType", id, {
    id,
    name: statement.name.name,
    schemaId,
    type,
    nullable: statement.notNull !== true,
  });
}

export function createSynonym(statement: Of<"createSynonym">, activation: Activation): void {
  const { session } = activation;
  const { database } = session;
  const schemaId = targetSchema(activation, database, statement.name);
  session.security.requireDatabasePermission(activation, database, "CREATE SYNONYM");
  requireFreeName(database, schemaId, statement.name.name, activation);
  const id = database.allocateObjectId();
  const synonymFor = quoted(statement.target);
  session
    .requireTransaction()
    .putRecord(
      database,
      "object",
      id,
      newObject(activation, { id, name: statement.name.name, schemaId, type: "SN", parentId: 0, synonymFor }),
    );
}

function quoted(name: ObjectName): string {
  const parts = [name.server, name.database, name.schema, name.name];
  while (parts[0] === undefined) parts.shift();
  return parts.map((part) => (part ? `[${part.replaceAll("]", "]]")}]` : "")).join(".");
}

const RANGE: Record<string, [bigint, bigint]> = {
  tinyint: [0n, 255n],
  smallint: [-32768n, 32767n],
  int: [-2147483648n, 2147483647n],
  bigint: [-9223372036854775808n, 9223372036854775807n],
};

export function createSequence(statement: Of<"createSequence" | "alterSequence">, activation: Activation): void {
  const { session } = activation;
  const database = session.database;
  if (statement.kind === "alterSequence") {
    alterSequence(statement.name, statement.options, database, activation);
    return;
  }
  const schemaId = targetSchema(activation, database, statement.name);
  session.security.requireDatabasePermission(activation, database, "CREATE SEQUENCE");
  requireFreeName(database, schemaId, statement.name.name, activation);
  const type: SqlType = statement.type
    ? resolveTypeName(statement.type, environmentOf(activation), "declaration")
    : { kind: "bigint" };
  const id = database.allocateObjectId();
  session.requireTransaction().putRecord(
    database,
    "object",
    id,
    newObject(activation, {
      id,
      name: statement.name.name,
      schemaId,
      type: "SO",
      parentId: 0,
      sequence: sequenceOf(statement.options, type, undefined, activation),
    }),
  );
}

function alterSequence(name: ObjectName, options: SequenceOptions, database: Database, activation: Activation): void {
  const record = findObject(activation.session, database, name);
  if (!record?.sequence)
    throw new SqlError(
      15151,
      `Cannot alter the sequence object '${name.name}', because it does not exist or you do not have permission.`,
    );
  activation.session.security.requireObjectPermission(activation, database, record, "ALTER");
  const sequence = sequenceOf(options, record.sequence.type, record.sequence, activation);
  activation.session
    .requireTransaction()
    .putRecord(database, "object", record.id, { ...record, sequence, modifyDate: activation.now().local });
  if (options.restart !== undefined) database.counters.set(`sequence:${record.id}`, undefined);
}

function sequenceOf(
  options: SequenceOptions,
  type: SqlType,
  former: SequenceRecord | undefined,
  activation: Activation,
): SequenceRecord {
  const [lowest, highest] = RANGE[type.kind] ?? [
    -(10n ** BigInt(type.precision ?? 18)) + 1n,
    10n ** BigInt(type.precision ?? 18) - 1n,
  ];
  const given = (expression: Expression | true | null | undefined) =>
    expression && expression !== true ? integer(expression, activation) : undefined;
  const increment = given(options.increment) ?? former?.increment ?? 1n;
  if (increment === 0n) throw new SqlError(11700, `The increment for sequence object cannot be zero.`);
  const minimum = options.minimum === null ? lowest : (given(options.minimum) ?? former?.minimum ?? lowest);
  const maximum = options.maximum === null ? highest : (given(options.maximum) ?? former?.maximum ?? highest);
  if (minimum >= maximum)
    throw new SqlError(11705, `The minimum value for sequence object must be less than its maximum value.`);
  const start = given(options.restart) ?? given(options.start) ?? former?.start ?? (increment > 0n ? minimum : maximum);
  if (start < minimum || start > maximum)
    throw new SqlError(
      11703,
      `The start value for sequence object must be between the minimum and maximum value of the sequence object.`,
    );
  return {
    type,
    start,
    increment,
    minimum,
    maximum,
    cycle: options.cycle ?? former?.cycle ?? false,
    ...(options.cache === null
      ? { cache: 0 }
      : options.cache
        ? { cache: Number(integer(options.cache, activation)) }
        : {}),
  };
}

function integer(expression: Expression, activation: Activation): bigint {
  const compiled = compileExpression(expression, { sources: [], parent: null, environment: environmentOf(activation) });
  const value = compiled.evaluate({ tuple: [], slots: [], parent: null, context: activation });
  return BigInt(typeof value === "bigint" || typeof value === "number" ? value : 0);
}
