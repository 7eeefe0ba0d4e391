/** sys.columns, sys.types, sys.parameters and what belongs to columns. */
import type { ExecutionContext } from "../engine/expressions/scope";
import type { Database } from "../storage/database";
import type { ColumnRecord, ObjectRecord, ParameterRecord, UserTypeRecord } from "../storage/records";
import { collationOfType, systemTypes, type TypeFacts, typeFacts } from "./typeFacts";
import {
  always,
  BIT,
  type ColumnList,
  defineView,
  INT,
  NOTHING,
  SMALLINT,
  SYSNAME,
  TINYINT,
  text,
  VARIANT,
  ZERO,
} from "./viewBuilder";
import { visibleObjects } from "./visibility";

interface Column {
  object: ObjectRecord;
  column: ColumnRecord;
}

function* columns(database: Database, context: ExecutionContext): Iterable<Column> {
  for (const object of visibleObjects(database, context)) {
    for (const column of object.table?.columns ?? object.module?.columns ?? []) yield { object, column };
  }
}

const COLUMN: ColumnList<Column> = [
  ["object_id", INT, (c) => c.object.id],
  ["name", SYSNAME, (c) => c.column.name],
  ["column_id", INT, (c) => c.column.id],
  ["system_type_id", TINYINT, (c) => typeFacts(c.column.type).systemId],
  ["user_type_id", INT, (c) => c.column.userTypeId ?? typeFacts(c.column.type).userId],
  ["max_length", SMALLINT, (c) => typeFacts(c.column.type).maxLength],
  ["precision", TINYINT, (c) => typeFacts(c.column.type).precision],
  ["scale", TINYINT, (c) => typeFacts(c.column.type).scale],
  ["collation_name", SYSNAME, (c, database) => collationOfType(c.column.type, database.collation)],
  ["is_nullable", BIT, (c) => c.column.nullable],
  ["is_ansi_padded", BIT, (c) => /char|binary/.test(c.column.type.kind)],
  ["is_rowguidcol", BIT, (c) => c.column.rowGuid ?? false],
  ["is_identity", BIT, (c) => c.column.identity !== undefined],
  ["is_computed", BIT, (c) => c.column.computed !== undefined],
  ["is_filestream", BIT, ZERO],
  ["is_replicated", BIT, ZERO],
  ["is_non_sql_subscribed", BIT, ZERO],
  ["is_merge_published", BIT, ZERO],
  ["is_dts_replicated", BIT, ZERO],
  ["is_xml_document", BIT, ZERO],
  ["xml_collection_id", INT, ZERO],
  ["default_object_id", INT, (c) => c.column.defaultId ?? 0],
  ["rule_object_id", INT, ZERO],
  ["is_sparse", BIT, (c) => c.column.sparse ?? false],
  ["is_column_set", BIT, ZERO],
  ["generated_always_type", TINYINT, ZERO],
  ["generated_always_type_desc", text(60), always("NOT_APPLICABLE")],
  ["is_hidden", BIT, ZERO],
  ["is_masked", BIT, ZERO],
];

interface Parameter {
  object: ObjectRecord;
  parameter: ParameterRecord;
}

type TypeRow = { facts: TypeFacts; user?: UserTypeRecord };

function* types(database: Database): Iterable<TypeRow> {
  for (const facts of systemTypes()) yield { facts };
  for (const user of database.metadata.all("userType")) {
    yield {
      facts: user.type
        ? typeFacts(user.type)
        : { name: "table", systemId: 243, userId: user.id, maxLength: -1, precision: 0, scale: 0 },
      user,
    };
  }
}

export function registerColumnViews(): void {
  defineView("sys.columns", columns, COLUMN);
  defineView("sys.syscolumns", columns, [
    ["name", SYSNAME, (c) => c.column.name],
    ["id", INT, (c) => c.object.id],
    ["xtype", TINYINT, (c) => typeFacts(c.column.type).systemId],
    ["xusertype", SMALLINT, (c) => typeFacts(c.column.type).userId],
    ["length", SMALLINT, (c) => typeFacts(c.column.type).maxLength],
    ["colid", SMALLINT, (c) => c.column.id],
    ["isnullable", INT, (c) => c.column.nullable],
    ["cdefault", INT, (c) => c.column.defaultId ?? 0],
    ["iscomputed", INT, (c) => c.column.computed !== undefined],
  ]);
  defineView(
    "sys.identity_columns",
    function* (database, context) {
      for (const column of columns(database, context)) if (column.column.identity) yield column;
    },
    [
      ...COLUMN,
      [
        "seed_value",
        VARIANT,
        (c) => c.column.identity && { type: c.column.type, value: sized(c.column, c.column.identity.seed) },
      ],
      [
        "increment_value",
        VARIANT,
        (c) => c.column.identity && { type: c.column.type, value: sized(c.column, c.column.identity.increment) },
      ],
      [
        "last_value",
        VARIANT,
        (c, database) => {
          const last = database.tables.get(c.object.id)?.lastIdentity();
          return last === undefined ? null : { type: c.column.type, value: sized(c.column, last) };
        },
      ],
      ["is_not_for_replication", BIT, ZERO],
    ],
  );
  defineView(
    "sys.computed_columns",
    function* (database, context) {
      for (const column of columns(database, context)) if (column.column.computed) yield column;
    },
    [
      ...COLUMN,
      ["definition", text(-1), (c) => c.column.computed?.text],
      ["uses_database_collation", BIT, ZERO],
      ["is_persisted", BIT, (c) => c.column.computed?.persisted],
    ],
  );
  defineView(
    "sys.parameters",
    function* (database, context): Iterable<Parameter> {
      for (const object of visibleObjects(database, context)) {
        for (const parameter of object.module?.parameters ?? []) yield { object, parameter };
      }
    },
    [
      ["object_id", INT, (p) => p.object.id],
      ["name", SYSNAME, (p) => p.parameter.name],
      ["parameter_id", INT, (p) => p.parameter.id],
      ["system_type_id", TINYINT, (p) => typeFacts(p.parameter.type).systemId],
      ["user_type_id", INT, (p) => p.parameter.userTypeId ?? typeFacts(p.parameter.type).userId],
      ["max_length", SMALLINT, (p) => typeFacts(p.parameter.type).maxLength],
      ["precision", TINYINT, (p) => typeFacts(p.parameter.type).precision],
      ["scale", TINYINT, (p) => typeFacts(p.parameter.type).scale],
      ["is_output", BIT, (p) => p.parameter.output],
      ["is_cursor_ref", BIT, ZERO],
      // Documented: only CLR objects tell it; T-SQL ones always say 0.
      ["has_default_value", BIT, ZERO],
      ["is_xml_document", BIT, ZERO],
      ["default_value", VARIANT, NOTHING],
      ["xml_collection_id", INT, ZERO],
      ["is_readonly", BIT, (p) => p.parameter.readonly],
      ["is_nullable", BIT, always(1)],
    ],
  );
  const typeColumns: ColumnList<TypeRow> = [
    ["name", SYSNAME, (t) => t.user?.name ?? t.facts.name],
    ["system_type_id", TINYINT, (t) => t.facts.systemId],
    ["user_type_id", INT, (t) => t.user?.id ?? t.facts.userId],
    ["schema_id", INT, (t) => t.user?.schemaId ?? 4],
    ["principal_id", INT, NOTHING],
    ["max_length", SMALLINT, (t) => t.facts.maxLength],
    ["precision", TINYINT, (t) => t.facts.precision],
    ["scale", TINYINT, (t) => t.facts.scale],
    ["collation_name", SYSNAME, (t, database) => (/char|text|sysname/.test(t.facts.name) ? database.collation : null)],
    ["is_nullable", BIT, (t) => t.user?.nullable ?? t.facts.name !== "sysname"],
    ["is_user_defined", BIT, (t) => t.user !== undefined],
    ["is_assembly_type", BIT, ZERO],
    ["default_object_id", INT, ZERO],
    ["rule_object_id", INT, ZERO],
    ["is_table_type", BIT, (t) => t.user?.tableObjectId !== undefined],
  ];
  defineView("sys.types", types, typeColumns);
  defineView("sys.systypes", types, [
    ["name", SYSNAME, (t) => t.user?.name ?? t.facts.name],
    ["xtype", TINYINT, (t) => t.facts.systemId],
    ["xusertype", SMALLINT, (t) => t.user?.id ?? t.facts.userId],
    ["length", SMALLINT, (t) => t.facts.maxLength],
  ]);
  defineView(
    "sys.table_types",
    function* (database) {
      for (const type of types(database)) if (type.user?.tableObjectId !== undefined) yield type;
    },
    [...typeColumns, ["type_table_object_id", INT, (t) => t.user?.tableObjectId], ["is_memory_optimized", BIT, ZERO]],
  );
}

function sized(column: ColumnRecord, value: bigint): number | bigint {
  return /^(tinyint|smallint|int)$/.test(column.type.kind) ? Number(value) : value;
}
