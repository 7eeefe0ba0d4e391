/** sp_addextendedproperty, sp_updateextendedproperty, sp_dropextendedproperty, and sys.fn_listextendedproperty. */
import { registerTableFunction } from "../catalog/registry";
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import type { SessionRuntime } from "../engine/session/runtime";
import type { Row, SqlType, Value } from "../engine/values";
import { hasDatabasePermission, hasObjectPermission } from "../security/permissions";
import { securityOf } from "../security/securityOf";
import type { ExtendedPropertyRecord, ObjectRecord, ObjectType } from "../storage/records";
import type { Expression } from "../tsql/ast";
import { type Arguments, change, NAME, optional, required } from "./define";

const VARIANT: SqlType = { kind: "sql_variant" };
const LEVEL_TYPE: SqlType = { kind: "varchar", length: 128 };

/** sys.extended_properties.class */
const CLASS = { database: 0, object: 1, parameter: 2, schema: 3, principal: 4, type: 6, index: 7 } as const;

interface Target {
  class: number;
  majorId: number;
  minorId: number;
}

const LEVEL1: Record<string, readonly ObjectType[]> = {
  TABLE: ["U"],
  VIEW: ["V"],
  PROCEDURE: ["P"],
  FUNCTION: ["FN", "IF", "TF"],
  SEQUENCE: ["SO"],
  SYNONYM: ["SN"],
  AGGREGATE: [],
  TABLE_TYPE: ["TT"],
};

const invalid = () =>
  new SqlError(15600, "An invalid parameter or option was specified for procedure 'sys.sp_addextendedproperty'.");

function missing(path: (string | undefined)[]): SqlError {
  const name = path.filter((part) => part !== undefined).join(".");
  return new SqlError(
    15135,
    `Object is invalid. Extended properties are not permitted on '${name || "object specified"}', or the object does not exist.`,
    8,
  );
}

function level(args: Arguments, number: 0 | 1 | 2): [type: string | undefined, name: string | undefined] {
  return [args.text(`@level${number}type`)?.trim().toUpperCase(), args.text(`@level${number}name`)];
}

/** The item that the levels name, if the user may alter it. */
function resolve(args: Arguments): Target {
  const { activation } = args;
  const { session } = activation;
  const { database } = session;
  const [type0, name0] = level(args, 0);
  const [type1, name1] = level(args, 1);
  const [type2, name2] = level(args, 2);
  const path = [name0, name1, name2];
  const subject = securityOf(session).subjectIn(database);
  if (type0 === undefined) {
    if (!hasDatabasePermission(subject, database, "CONTROL")) throw missing(path);
    return { class: CLASS.database, majorId: 0, minorId: 0 };
  }
  if (name0 === undefined) throw invalid();
  if (type0 === "USER" && database.metadata.findOne("principal", name0) && type1 === undefined) {
    return { class: CLASS.principal, majorId: database.metadata.findOne("principal", name0)?.id ?? 0, minorId: 0 };
  }
  const schema = type0 === "SCHEMA" || type0 === "USER" ? database.schema(name0) : undefined;
  if (!schema) throw missing(path);
  if (type1 === undefined) return { class: CLASS.schema, majorId: schema.id, minorId: 0 };
  if (name1 === undefined) throw invalid();
  if (type1 === "TYPE") {
    const type = database.metadata.find("userType", name1).find((t) => t.schemaId === schema.id);
    if (!type) throw missing(path);
    return { class: CLASS.type, majorId: type.id, minorId: 0 };
  }
  const kinds = LEVEL1[type1];
  if (!kinds) throw invalid();
  const object = database.metadata
    .find("object", name1)
    .find((o) => o.schemaId === schema.id && kinds.includes(o.type));
  if (!object || !hasObjectPermission(subject, database, object, "ALTER")) throw missing(path);
  return type2 === undefined
    ? { class: CLASS.object, majorId: object.id, minorId: 0 }
    : part(object, type2, name2, path, session);
}

function part(
  object: ObjectRecord,
  type: string,
  name: string | undefined,
  path: (string | undefined)[],
  { database }: SessionRuntime,
): Target {
  if (name === undefined) throw invalid();
  const same = (candidate: { name: string }) => candidate.name.toLowerCase() === name.toLowerCase();
  const found = (target: Target | undefined): Target => {
    if (!target) throw missing(path);
    return target;
  };
  switch (type) {
    case "COLUMN": {
      const column = (object.table?.columns ?? object.module?.columns)?.find(same);
      return found(column && { class: CLASS.object, majorId: object.id, minorId: column.id });
    }
    case "PARAMETER": {
      const parameter = object.module?.parameters.find(same);
      return found(parameter && { class: CLASS.parameter, majorId: object.id, minorId: parameter.id });
    }
    case "INDEX": {
      const index = database.metadata.indexesOf(object.id).find(same);
      return found(index && { class: CLASS.index, majorId: object.id, minorId: index.indexId });
    }
    case "CONSTRAINT":
    case "TRIGGER": {
      const child = database.metadata
        .children(object.id)
        .find((c) => same(c) && (c.type === "TR") === (type === "TRIGGER"));
      return found(child && { class: CLASS.object, majorId: child.id, minorId: 0 });
    }
    default:
      throw invalid();
  }
}

function propertyOf({ database }: SessionRuntime, target: Target, name: string): ExtendedPropertyRecord | undefined {
  return database.metadata
    .find("extendedProperty", name)
    .find((p) => p.class === target.class && p.majorId === target.majorId && p.minorId === target.minorId);
}

/** What messages call the item: its name, or `object specified` for the database. */
function shown(args: Arguments): string {
  return (
    [0, 1, 2]
      .map((n) => args.text(`@level${n}name`))
      .filter((name) => name !== undefined)
      .join(".") || "object specified"
  );
}

function define(
  name: string,
  withValue: boolean,
  execute: (property: string, existing: ExtendedPropertyRecord | undefined, target: Target, args: Arguments) => void,
): void {
  const levels = [0, 1, 2].flatMap((n) => [optional(`@level${n}type`, LEVEL_TYPE), optional(`@level${n}name`)]);
  change(name, [required("@name"), ...(withValue ? [optional("@value", VARIANT)] : []), ...levels], (args) => {
    const property = args.text("@name");
    if (property === undefined) throw invalid();
    const target = resolve(args);
    execute(property, propertyOf(args.activation.session, target, property), target, args);
    return 0;
  });
}

function put(args: Arguments, id: number, record: ExtendedPropertyRecord | undefined): void {
  const { session } = args.activation;
  session.requireTransaction().putRecord(session.database, "extendedProperty", id, record);
}

function absent(property: string, args: Arguments): SqlError {
  return new SqlError(
    15217,
    `Property cannot be updated or deleted. Property '${property}' does not exist for '${shown(args)}'.`,
    2,
  );
}

const NULL: Expression = { kind: "null", span: { line: 1, start: 0, end: 0 } };

const LISTED_LEVELS = [0, 1, 2].flatMap((n) => [
  { name: `@level${n}_object_type`, type: LEVEL_TYPE, default: NULL },
  { name: `@level${n}_object_name`, type: NAME, default: NULL },
]);

export function registerExtendedProperties(): void {
  define("sp_addextendedproperty", true, (property, existing, target, args) => {
    if (existing)
      throw new SqlError(
        15233,
        `Property cannot be added. Property '${property}' already exists for '${shown(args)}'.`,
      );
    const { metadata } = args.activation.session.database;
    const id = metadata.nextId("extendedProperty");
    put(args, id, { id, name: property, ...target, value: args.value("@value") });
  });
  define("sp_updateextendedproperty", true, (property, existing, _target, args) => {
    if (!existing) throw absent(property, args);
    put(args, existing.id, { ...existing, value: args.value("@value") });
  });
  define("sp_dropextendedproperty", false, (property, existing, _target, args) => {
    if (!existing) throw absent(property, args);
    put(args, existing.id, undefined);
  });
  registerTableFunction({
    schema: "sys",
    name: "fn_listextendedproperty",
    parameters: [{ name: "@name", type: NAME, default: NULL }, ...LISTED_LEVELS],
    columns: [
      { name: "objtype", type: NAME, nullable: true },
      { name: "objname", type: NAME, nullable: true },
      { name: "name", type: NAME, nullable: false },
      { name: "value", type: VARIANT, nullable: true },
    ],
    rows: (args, context) => listed(args, (context as Activation).session),
  });
}

/** The properties of what the levels name; `default` is NULL and means any. */
function* listed([name, , level0, type1, level1, type2, level2]: Value[], { database }: SessionRuntime): Iterable<Row> {
  for (const property of database.metadata.all("extendedProperty")) {
    if (name !== null && name !== undefined && property.name.toLowerCase() !== String(name).toLowerCase()) continue;
    if (level0 === null && property.class === CLASS.database) yield [null, null, property.name, property.value];
    if (level0 === null || type1 === null || property.class !== CLASS.object) continue;
    const object = database.metadata.get("object", property.majorId);
    if (
      !object ||
      database.metadata.get("schema", object.schemaId)?.name.toLowerCase() !== String(level0).toLowerCase()
    )
      continue;
    if (level1 !== null && object.name.toLowerCase() !== String(level1).toLowerCase()) continue;
    const column = object.table?.columns.find((c) => c.id === property.minorId);
    if (type2 === null && property.minorId === 0)
      yield [String(type1).toUpperCase(), object.name, property.name, property.value];
    else if (
      type2 !== null &&
      column &&
      (level2 === null || column.name.toLowerCase() === String(level2).toLowerCase())
    )
      yield ["COLUMN", column.name, property.name, property.value];
  }
}
