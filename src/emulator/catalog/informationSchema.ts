/** INFORMATION_SCHEMA: the standard's names for what sys.* says. */
import type { ExecutionContext } from "../engine/expressions/scope";
import type { Database } from "../storage/database";
import type { ColumnRecord, ConstraintRecord, ObjectRecord, ReferentialAction } from "../storage/records";
import { registerInformationSchemaColumns } from "./informationSchemaColumns";
import { always, ascii, type ColumnList, DATETIME, defineView, NOTHING, SMALLINT, SYSNAME, text } from "./viewBuilder";
import { visibleObjects } from "./visibility";

type Of<K extends ConstraintRecord["kind"]> = Extract<ConstraintRecord, { kind: K }>;

export const schemaName = (object: ObjectRecord, database: Database): string =>
  database.metadata.get("schema", object.schemaId)?.name ?? "dbo";

/** Catalog, schema and name of an object, under the view's own column names. */
export function qualified<T>(
  prefix: string,
  name: string,
  object: (item: T, database: Database) => ObjectRecord | undefined,
): ColumnList<T> {
  return [
    [`${prefix}_CATALOG`, SYSNAME, (item, database) => object(item, database) && database.name],
    [
      `${prefix}_SCHEMA`,
      SYSNAME,
      (item, database) => {
        const found = object(item, database);
        return found && schemaName(found, database);
      },
    ],
    [name, SYSNAME, (item, database) => object(item, database)?.name],
  ];
}

function ofTypes(...types: string[]) {
  return function* (database: Database, context: ExecutionContext): Iterable<ObjectRecord> {
    for (const object of visibleObjects(database, context)) if (types.includes(object.type)) yield object;
  };
}

interface ConstraintRow {
  object: ObjectRecord;
  table: ObjectRecord;
}

function constraintsOf(...types: string[]) {
  return function* (database: Database, context: ExecutionContext): Iterable<ConstraintRow> {
    for (const object of ofTypes(...types)(database, context)) {
      const table = database.metadata.get("object", object.parentId);
      if (table) yield { object, table };
    }
  };
}

interface ColumnUse extends ConstraintRow {
  column: ColumnRecord | undefined;
  position: number;
}

/** The columns of a key, in the key's order. */
function* keyColumns(database: Database, context: ExecutionContext): Iterable<ColumnUse> {
  for (const row of constraintsOf("PK", "UQ", "F")(database, context)) {
    const { constraint } = row.object;
    if (!constraint) continue;
    const ids =
      "indexRecordId" in constraint
        ? (database.metadata.get("index", constraint.indexRecordId)?.columns.map((c) => c.columnId) ?? [])
        : constraint.kind === "foreignKey"
          ? constraint.columns
          : [];
    for (const [i, id] of ids.entries()) yield { ...row, column: columnOf(row.table, id), position: i + 1 };
  }
}

function* constrainedColumns(database: Database, context: ExecutionContext): Iterable<ColumnUse> {
  yield* keyColumns(database, context);
  for (const row of constraintsOf("C")(database, context)) {
    const { text: condition } = row.object.constraint as Of<"check">;
    for (const column of row.table.table?.columns ?? []) {
      if (condition.toLowerCase().includes(`[${column.name.toLowerCase()}]`)) yield { ...row, column, position: 0 };
    }
  }
}

function columnOf(table: ObjectRecord, id: number): ColumnRecord | undefined {
  return table.table?.columns.find((c) => c.id === id);
}

const CONSTRAINT_TYPE: Record<string, string> = { PK: "PRIMARY KEY", UQ: "UNIQUE", F: "FOREIGN KEY", C: "CHECK" };

const RULE: Record<ReferentialAction, string> = {
  noAction: "NO ACTION",
  cascade: "CASCADE",
  setNull: "SET NULL",
  setDefault: "SET DEFAULT",
};

const constraintName = qualified<ConstraintRow>("CONSTRAINT", "CONSTRAINT_NAME", (c) => c.object);
const tableName = qualified<ConstraintRow>("TABLE", "TABLE_NAME", (c) => c.table);

/** The constraint of the key that a foreign key refers to. */
function referencedKey(row: ConstraintRow, database: Database): ObjectRecord | undefined {
  const { referencedIndexRecordId, referencedTableId } = row.object.constraint as Of<"foreignKey">;
  return database.metadata
    .children(referencedTableId)
    .find(
      ({ constraint }) =>
        constraint && "indexRecordId" in constraint && constraint.indexRecordId === referencedIndexRecordId,
    );
}

function registerConstraints(): void {
  defineView("INFORMATION_SCHEMA.TABLE_CONSTRAINTS", constraintsOf("PK", "UQ", "F", "C"), [
    ...constraintName,
    ...tableName,
    ["CONSTRAINT_TYPE", ascii(11), (c) => CONSTRAINT_TYPE[c.object.type]],
    ["IS_DEFERRABLE", ascii(2), always("NO")],
    ["INITIALLY_DEFERRED", ascii(2), always("NO")],
  ]);
  defineView("INFORMATION_SCHEMA.KEY_COLUMN_USAGE", keyColumns, [
    ...constraintName,
    ...tableName,
    ["COLUMN_NAME", SYSNAME, (c) => c.column?.name],
    ["ORDINAL_POSITION", { kind: "int" }, (c) => c.position],
  ]);
  defineView("INFORMATION_SCHEMA.CONSTRAINT_COLUMN_USAGE", constrainedColumns, [
    ...tableName,
    ["COLUMN_NAME", SYSNAME, (c) => c.column?.name],
    ...constraintName,
  ]);
  defineView("INFORMATION_SCHEMA.CONSTRAINT_TABLE_USAGE", constraintsOf("PK", "UQ", "F", "C"), [
    ...tableName,
    ...constraintName,
  ]);
  defineView("INFORMATION_SCHEMA.CHECK_CONSTRAINTS", constraintsOf("C"), [
    ...constraintName,
    ["CHECK_CLAUSE", text(4000), (c) => (c.object.constraint as Of<"check">).text],
  ]);
  defineView("INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS", constraintsOf("F"), [
    ...constraintName,
    ...qualified<ConstraintRow>("UNIQUE_CONSTRAINT", "UNIQUE_CONSTRAINT_NAME", referencedKey),
    ["MATCH_OPTION", ascii(7), always("SIMPLE")],
    ["UPDATE_RULE", ascii(11), (c) => RULE[(c.object.constraint as Of<"foreignKey">).onUpdate]],
    ["DELETE_RULE", ascii(11), (c) => RULE[(c.object.constraint as Of<"foreignKey">).onDelete]],
  ]);
}

const self = (object: ObjectRecord) => object;

const definition = (o: ObjectRecord) => (o.module?.encrypted ? null : o.module?.text.slice(0, 4000));

function registerRoutines(): void {
  defineView("INFORMATION_SCHEMA.ROUTINES", ofTypes("P", "FN", "IF", "TF"), [
    ...qualified("SPECIFIC", "SPECIFIC_NAME", self),
    ...qualified("ROUTINE", "ROUTINE_NAME", self),
    ["ROUTINE_TYPE", text(20), (o) => (o.type === "P" ? "PROCEDURE" : "FUNCTION")],
    ["MODULE_CATALOG", SYSNAME, NOTHING],
    ["MODULE_SCHEMA", SYSNAME, NOTHING],
    ["MODULE_NAME", SYSNAME, NOTHING],
    [
      "DATA_TYPE",
      SYSNAME,
      (o) =>
        o.type === "P" ? null : o.type === "FN" ? o.module?.parameters.find((p) => p.id === 0)?.type.kind : "TABLE",
    ],
    ["ROUTINE_BODY", text(30), always("SQL")],
    ["ROUTINE_DEFINITION", text(4000), definition],
    ["EXTERNAL_NAME", SYSNAME, NOTHING],
    ["EXTERNAL_LANGUAGE", text(30), NOTHING],
    ["PARAMETER_STYLE", text(30), NOTHING],
    ["IS_DETERMINISTIC", text(10), always("NO")],
    ["SQL_DATA_ACCESS", text(30), (o) => (o.type === "P" ? "MODIFIES" : "READS")],
    ["IS_NULL_CALL", text(10), (o) => (o.type === "P" ? null : "NO")],
    ["SCHEMA_LEVEL_ROUTINE", text(10), always("YES")],
    ["MAX_DYNAMIC_RESULT_SETS", SMALLINT, (o) => (o.type === "P" ? -1 : 0)],
    ["IS_USER_DEFINED_CAST", text(10), always("NO")],
    ["IS_IMPLICITLY_INVOCABLE", text(10), always("NO")],
    ["CREATED", DATETIME, (o) => o.createDate],
    ["LAST_ALTERED", DATETIME, (o) => o.modifyDate],
  ]);
}

export function registerInformationSchema(): void {
  defineView("INFORMATION_SCHEMA.TABLES", ofTypes("U", "V"), [
    ...qualified("TABLE", "TABLE_NAME", self),
    ["TABLE_TYPE", ascii(10), (o) => (o.type === "U" ? "BASE TABLE" : "VIEW")],
  ]);
  defineView("INFORMATION_SCHEMA.VIEWS", ofTypes("V"), [
    ...qualified("TABLE", "TABLE_NAME", self),
    ["VIEW_DEFINITION", text(4000), definition],
    ["CHECK_OPTION", ascii(7), (o) => (/\bWITH\s+CHECK\s+OPTION\b/i.test(o.module?.text ?? "") ? "CASCADE" : "NONE")],
    ["IS_UPDATABLE", ascii(2), always("NO")],
  ]);
  defineView("INFORMATION_SCHEMA.SCHEMATA", (database) => database.metadata.all("schema"), [
    ["CATALOG_NAME", SYSNAME, (_s, database) => database.name],
    ["SCHEMA_NAME", SYSNAME, (s) => s.name],
    ["SCHEMA_OWNER", SYSNAME, (s, database) => database.metadata.get("principal", s.ownerId)?.name],
    ["DEFAULT_CHARACTER_SET_CATALOG", SYSNAME, NOTHING],
    ["DEFAULT_CHARACTER_SET_SCHEMA", SYSNAME, NOTHING],
    ["DEFAULT_CHARACTER_SET_NAME", SYSNAME, always("iso_1")],
  ]);
  defineView("INFORMATION_SCHEMA.SEQUENCES", ofTypes("SO"), [
    ...qualified("SEQUENCE", "SEQUENCE_NAME", self),
    ["DATA_TYPE", SYSNAME, (o) => o.sequence?.type.kind],
    [
      "START_VALUE",
      { kind: "sql_variant" },
      (o) => o.sequence && { type: { kind: "bigint" }, value: o.sequence.start },
    ],
    [
      "MINIMUM_VALUE",
      { kind: "sql_variant" },
      (o) => o.sequence && { type: { kind: "bigint" }, value: o.sequence.minimum },
    ],
    [
      "MAXIMUM_VALUE",
      { kind: "sql_variant" },
      (o) => o.sequence && { type: { kind: "bigint" }, value: o.sequence.maximum },
    ],
    [
      "INCREMENT",
      { kind: "sql_variant" },
      (o) => o.sequence && { type: { kind: "bigint" }, value: o.sequence.increment },
    ],
    ["CYCLE_OPTION", { kind: "bit" }, (o) => o.sequence?.cycle],
  ]);
  registerConstraints();
  registerRoutines();
  registerInformationSchemaColumns();
}
