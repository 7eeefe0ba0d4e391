/** INFORMATION_SCHEMA.COLUMNS, PARAMETERS, ROUTINE_COLUMNS and DOMAINS. */
import type { ExecutionContext } from "../engine/expressions/scope";
import { findCollation } from "../engine/types/collations/collation";
import { isCharacter, isUnicode } from "../engine/types/families";
import type { SqlType } from "../engine/values";
import type { Database } from "../storage/database";
import type { ColumnRecord, ObjectRecord, ParameterRecord, UserTypeRecord } from "../storage/records";
import { collationOfType, typeFacts } from "./typeFacts";
import {
  always,
  ascii,
  type ColumnList,
  defineView,
  INT,
  NOTHING,
  SMALLINT,
  SYSNAME,
  TINYINT,
  text,
} from "./viewBuilder";
import { visibleObjects } from "./visibility";

interface Column {
  object: ObjectRecord;
  column: ColumnRecord;
  position: number;
}

function* columns(database: Database, context: ExecutionContext, types: string): Iterable<Column> {
  for (const object of visibleObjects(database, context)) {
    if (!types.split(" ").includes(object.type)) continue;
    const list = object.table?.columns ?? object.module?.columns ?? [];
    for (const [i, column] of list.entries()) yield { object, column, position: i + 1 };
  }
}

const EXACT = /^(tinyint|smallint|int|bigint|decimal|numeric|money|smallmoney)$/;

/** Largest text or image in bytes. */
const LARGE = 2147483647;

/** Length in characters, or bytes of a binary type; -1 for max. */
function maximumLength(type: SqlType): number | null {
  if (type.kind === "text" || type.kind === "image") return LARGE;
  if (type.kind === "ntext") return (LARGE - 1) / 2;
  if (type.kind === "xml") return -1;
  return type.length ?? null;
}

function octetLength(type: SqlType): number | null {
  const length = maximumLength(type);
  return length === null || length === -1 || !isUnicode(type) || type.kind === "xml" ? length : length * 2;
}

function characterSet(type: SqlType): string | null {
  if (!isCharacter(type)) return null;
  return isUnicode(type)
    ? "UNICODE"
    : findCollation(type.collation ?? "")?.codePage === 1252
      ? "iso_1"
      : `cp${findCollation(type.collation ?? "")?.codePage ?? 1252}`;
}

/** What the views say of a type. */
function typeColumns<T>(type: (item: T) => SqlType | undefined): ColumnList<T> {
  const of =
    <R>(read: (sqlType: SqlType, database: Database) => R) =>
    (item: T, database: Database): R | null => {
      const sqlType = type(item);
      return sqlType ? read(sqlType, database) : null;
    };
  return [
    ["DATA_TYPE", SYSNAME, of((t) => t.kind)],
    ["CHARACTER_MAXIMUM_LENGTH", INT, of(maximumLength)],
    ["CHARACTER_OCTET_LENGTH", INT, of(octetLength)],
    [
      "NUMERIC_PRECISION",
      TINYINT,
      of((t) => (EXACT.test(t.kind) || /^(float|real)$/.test(t.kind) ? typeFacts(t).precision : null)),
    ],
    [
      "NUMERIC_PRECISION_RADIX",
      SMALLINT,
      of((t) => (EXACT.test(t.kind) ? 10 : /^(float|real)$/.test(t.kind) ? 2 : null)),
    ],
    ["NUMERIC_SCALE", INT, of((t) => (EXACT.test(t.kind) ? typeFacts(t).scale : null))],
    [
      "DATETIME_PRECISION",
      SMALLINT,
      of((t) => (/date|time/.test(t.kind) && t.kind !== "timestamp" ? typeFacts(t).scale : null)),
    ],
    ["CHARACTER_SET_CATALOG", SYSNAME, NOTHING],
    ["CHARACTER_SET_SCHEMA", SYSNAME, NOTHING],
    ["CHARACTER_SET_NAME", SYSNAME, of(characterSet)],
    ["COLLATION_CATALOG", SYSNAME, NOTHING],
    ["COLLATION_SCHEMA", SYSNAME, NOTHING],
    ["COLLATION_NAME", SYSNAME, of((t, database) => collationOfType(t, database.collation))],
  ];
}

const owner = (item: { object: ObjectRecord }, database: Database) =>
  database.metadata.get("schema", item.object.schemaId)?.name;

function defaultText(column: ColumnRecord, database: Database): string | null {
  const constraint =
    column.defaultId === undefined ? undefined : database.metadata.get("object", column.defaultId)?.constraint;
  return constraint?.kind === "default" ? constraint.text : null;
}

function userType(id: number | undefined, database: Database): UserTypeRecord | undefined {
  return id === undefined ? undefined : database.metadata.get("userType", id);
}

function domain<T>(id: (item: T) => number | undefined, prefix: string): ColumnList<T> {
  return [
    [`${prefix}_CATALOG`, SYSNAME, (item, database) => userType(id(item), database) && database.name],
    [
      `${prefix}_SCHEMA`,
      SYSNAME,
      (item, database) => database.metadata.get("schema", userType(id(item), database)?.schemaId ?? -1)?.name,
    ],
    [`${prefix}_NAME`, SYSNAME, (item, database) => userType(id(item), database)?.name],
  ];
}

interface Parameter {
  object: ObjectRecord;
  parameter: ParameterRecord;
}

export function registerInformationSchemaColumns(): void {
  const column: ColumnList<Column> = [
    ["TABLE_CATALOG", SYSNAME, (_c, database) => database.name],
    ["TABLE_SCHEMA", SYSNAME, owner],
    ["TABLE_NAME", SYSNAME, (c) => c.object.name],
    ["COLUMN_NAME", SYSNAME, (c) => c.column.name],
    ["ORDINAL_POSITION", INT, (c) => c.position],
    ["COLUMN_DEFAULT", text(4000), (c, database) => defaultText(c.column, database)],
    ["IS_NULLABLE", ascii(3), (c) => (c.column.nullable ? "YES" : "NO")],
    ...typeColumns<Column>((c) => c.column.type),
    ...domain<Column>((c) => c.column.userTypeId, "DOMAIN"),
  ];
  defineView("INFORMATION_SCHEMA.COLUMNS", (database, context) => columns(database, context, "U V"), column);
  defineView("INFORMATION_SCHEMA.ROUTINE_COLUMNS", (database, context) => columns(database, context, "IF TF"), column);
  defineView(
    "INFORMATION_SCHEMA.PARAMETERS",
    function* (database, context): Iterable<Parameter> {
      for (const object of visibleObjects(database, context))
        for (const parameter of object.module?.parameters ?? []) yield { object, parameter };
    },
    [
      ["SPECIFIC_CATALOG", SYSNAME, (_p, database) => database.name],
      ["SPECIFIC_SCHEMA", SYSNAME, owner],
      ["SPECIFIC_NAME", SYSNAME, (p) => p.object.name],
      ["ORDINAL_POSITION", INT, (p) => p.parameter.id],
      ["PARAMETER_MODE", text(10), (p) => (p.parameter.id === 0 ? "OUT" : p.parameter.output ? "INOUT" : "IN")],
      ["IS_RESULT", text(10), (p) => (p.parameter.id === 0 ? "YES" : "NO")],
      ["AS_LOCATOR", text(10), always("NO")],
      ["PARAMETER_NAME", SYSNAME, (p) => p.parameter.name],
      ...typeColumns<Parameter>((p) => p.parameter.type),
      ["INTERVAL_TYPE", text(30), NOTHING],
      ["INTERVAL_PRECISION", SMALLINT, NOTHING],
      ...domain<Parameter>((p) => p.parameter.userTypeId, "USER_DEFINED_TYPE"),
    ],
  );
  defineView("INFORMATION_SCHEMA.DOMAINS", (database) => [...database.metadata.all("userType")].filter((t) => t.type), [
    ["DOMAIN_CATALOG", SYSNAME, (_t, database) => database.name],
    ["DOMAIN_SCHEMA", SYSNAME, (t, database) => database.metadata.get("schema", t.schemaId)?.name],
    ["DOMAIN_NAME", SYSNAME, (t) => t.name],
    ...typeColumns<UserTypeRecord>((t) => t.type),
    ["DOMAIN_DEFAULT", text(4000), NOTHING],
  ]);
}
