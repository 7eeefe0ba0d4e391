/** sys.objects and the views of its kinds. */
import type { ExecutionContext } from "../engine/expressions/scope";
import type { Value } from "../engine/values";
import type { Database } from "../storage/database";
import type { ObjectRecord, ObjectType } from "../storage/records";
import { typeFacts } from "./typeFacts";
import {
  always,
  BIGINT,
  BIT,
  type ColumnList,
  DATETIME,
  defineView,
  fixed,
  INT,
  NOTHING,
  ONE,
  SYSNAME,
  TINYINT,
  text,
  ZERO,
} from "./viewBuilder";
import { visibleObjects } from "./visibility";

export const TYPE_DESCRIPTION: Record<ObjectType, string> = {
  U: "USER_TABLE",
  S: "SYSTEM_TABLE",
  IT: "INTERNAL_TABLE",
  TT: "TYPE_TABLE",
  V: "VIEW",
  P: "SQL_STORED_PROCEDURE",
  FN: "SQL_SCALAR_FUNCTION",
  IF: "SQL_INLINE_TABLE_VALUED_FUNCTION",
  TF: "SQL_TABLE_VALUED_FUNCTION",
  TR: "SQL_TRIGGER",
  PK: "PRIMARY_KEY_CONSTRAINT",
  UQ: "UNIQUE_CONSTRAINT",
  F: "FOREIGN_KEY_CONSTRAINT",
  C: "CHECK_CONSTRAINT",
  D: "DEFAULT_CONSTRAINT",
  SO: "SEQUENCE_OBJECT",
  SN: "SYNONYM",
};

const COMMON: ColumnList<ObjectRecord> = [
  ["name", SYSNAME, (o) => o.name],
  ["object_id", INT, (o) => o.id],
  ["principal_id", INT, (o) => o.ownerId],
  ["schema_id", INT, (o) => o.schemaId],
  ["parent_object_id", INT, (o) => o.parentId],
  ["type", fixed(2), (o) => o.type.padEnd(2)],
  ["type_desc", text(60), (o) => TYPE_DESCRIPTION[o.type]],
  ["create_date", DATETIME, (o) => o.createDate],
  ["modify_date", DATETIME, (o) => o.modifyDate],
  ["is_ms_shipped", BIT, (o) => o.isShipped],
  ["is_published", BIT, ZERO],
  ["is_schema_published", BIT, ZERO],
];

function ofTypes(...types: ObjectType[]) {
  return function* (database: Database, context: ExecutionContext): Iterable<ObjectRecord> {
    for (const object of visibleObjects(database, context)) if (types.includes(object.type)) yield object;
  };
}

/** A number of a sequence, of the sequence's own type. */
function sequenceValue({ sequence }: ObjectRecord, value: bigint | undefined): Value {
  if (!sequence || value === undefined) return null;
  return { type: sequence.type, value: /^(tinyint|smallint|int)$/.test(sequence.type.kind) ? Number(value) : value };
}

const moduleText = (o: ObjectRecord) => (o.module?.encrypted ? null : (o.module?.text ?? null));

export function registerObjectViews(): void {
  const all = function* (database: Database, context: ExecutionContext): Iterable<ObjectRecord> {
    for (const object of visibleObjects(database, context))
      if (object.type !== "TT" || object.table?.userTypeId !== undefined) yield object;
  };
  defineView("sys.objects", all, COMMON);
  defineView("sys.tables", ofTypes("U"), [
    ...COMMON,
    ["lob_data_space_id", INT, ZERO],
    ["filestream_data_space_id", INT, NOTHING],
    ["max_column_id_used", INT, (o) => (o.table?.nextColumnId ?? 1) - 1],
    ["lock_on_bulk_load", BIT, ZERO],
    ["uses_ansi_nulls", BIT, ONE],
    ["is_replicated", BIT, ZERO],
    ["has_replication_filter", BIT, ZERO],
    ["is_merge_published", BIT, ZERO],
    ["is_sync_tran_subscribed", BIT, ZERO],
    ["has_unchecked_assembly_data", BIT, ZERO],
    ["text_in_row_limit", INT, ZERO],
    ["large_value_types_out_of_row", BIT, ZERO],
    ["is_tracked_by_cdc", BIT, ZERO],
    ["lock_escalation", TINYINT, ZERO],
    ["lock_escalation_desc", text(60), always("TABLE")],
    ["is_filetable", BIT, ZERO],
    ["is_memory_optimized", BIT, ZERO],
    ["durability", TINYINT, ZERO],
    ["durability_desc", text(60), always("SCHEMA_AND_DATA")],
    ["temporal_type", TINYINT, ZERO],
    ["temporal_type_desc", text(60), always("NON_TEMPORAL_TABLE")],
    ["history_table_id", INT, NOTHING],
    ["is_external", BIT, ZERO],
  ]);
  const views: ColumnList<ObjectRecord> = [
    ...COMMON,
    ["is_replicated", BIT, ZERO],
    ["has_opaque_metadata", BIT, ZERO],
    ["has_unchecked_assembly_data", BIT, ZERO],
    ["with_check_option", BIT, (o) => /\bWITH\s+CHECK\s+OPTION\b/i.test(o.module?.text ?? "")],
    ["is_date_correlation_view", BIT, ZERO],
  ];
  defineView("sys.views", ofTypes("V"), views);
  defineView("sys.procedures", ofTypes("P"), [
    ...COMMON,
    ["is_auto_executed", BIT, ZERO],
    ["is_execution_replicated", BIT, ZERO],
    ["is_repl_serializable_only", BIT, ZERO],
    ["skips_repl_constraints", BIT, ZERO],
  ]);
  defineView("sys.triggers", ofTypes("TR"), [
    ["name", SYSNAME, (o) => o.name],
    ["object_id", INT, (o) => o.id],
    ["parent_class", TINYINT, ONE],
    ["parent_class_desc", text(60), always("OBJECT_OR_COLUMN")],
    ["parent_id", INT, (o) => o.parentId],
    ["type", fixed(2), always("TR")],
    ["type_desc", text(60), always("SQL_TRIGGER")],
    ["create_date", DATETIME, (o) => o.createDate],
    ["modify_date", DATETIME, (o) => o.modifyDate],
    ["is_ms_shipped", BIT, (o) => o.isShipped],
    ["is_disabled", BIT, (o) => o.module?.trigger?.disabled ?? false],
    ["is_not_for_replication", BIT, ZERO],
    ["is_instead_of_trigger", BIT, (o) => o.module?.trigger?.timing === "insteadOf"],
  ]);
  defineView("sys.sql_modules", ofTypes("P", "V", "FN", "IF", "TF", "TR"), [
    ["object_id", INT, (o) => o.id],
    ["definition", text(-1), moduleText],
    ["uses_ansi_nulls", BIT, (o) => o.module?.usesAnsiNulls],
    ["uses_quoted_identifier", BIT, (o) => o.module?.usesQuotedIdentifier],
    ["is_schema_bound", BIT, (o) => o.module?.schemaBound],
    ["uses_database_collation", BIT, ZERO],
    ["is_recompiled", BIT, ZERO],
    ["null_on_null_input", BIT, ZERO],
    ["execute_as_principal_id", INT, (o) => (o.module?.executeAs === "owner" ? -2 : o.module?.executeAs)],
    ["uses_native_compilation", BIT, ZERO],
  ]);
  defineView("sys.syscomments", ofTypes("P", "V", "FN", "IF", "TF", "TR"), [
    ["id", INT, (o) => o.id],
    ["number", { kind: "smallint" }, ONE],
    ["colid", { kind: "smallint" }, ONE],
    ["status", { kind: "smallint" }, ZERO],
    ["text", text(4000), (o) => moduleText(o)?.slice(0, 4000)],
  ]);
  defineView("sys.sysobjects", all, [
    ["name", SYSNAME, (o) => o.name],
    ["id", INT, (o) => o.id],
    ["xtype", fixed(2), (o) => o.type.padEnd(2)],
    ["uid", { kind: "smallint" }, (o) => o.schemaId],
    ["info", { kind: "smallint" }, ZERO],
    ["status", INT, ZERO],
    ["parent_obj", INT, (o) => o.parentId],
    ["crdate", DATETIME, (o) => o.createDate],
    ["type", fixed(2), (o) => (o.type === "PK" || o.type === "UQ" ? "K " : o.type.padEnd(2))],
    ["refdate", DATETIME, (o) => o.createDate],
  ]);
  defineView("sys.synonyms", ofTypes("SN"), [...COMMON, ["base_object_name", text(1035), (o) => o.synonymFor]]);
  defineView("sys.sequences", ofTypes("SO"), [
    ...COMMON,
    ["start_value", { kind: "sql_variant" }, (o) => sequenceValue(o, o.sequence?.start)],
    ["increment", { kind: "sql_variant" }, (o) => sequenceValue(o, o.sequence?.increment)],
    ["minimum_value", { kind: "sql_variant" }, (o) => sequenceValue(o, o.sequence?.minimum)],
    ["maximum_value", { kind: "sql_variant" }, (o) => sequenceValue(o, o.sequence?.maximum)],
    ["is_cycling", BIT, (o) => o.sequence?.cycle],
    ["is_cached", BIT, (o) => o.sequence?.cache !== 0],
    ["cache_size", INT, (o) => o.sequence?.cache || null],
    ["system_type_id", TINYINT, (o) => o.sequence && typeFacts(o.sequence.type).systemId],
    ["user_type_id", INT, (o) => o.sequence && typeFacts(o.sequence.type).userId],
    ["precision", TINYINT, (o) => o.sequence && typeFacts(o.sequence.type).precision],
    ["scale", TINYINT, (o) => o.sequence && typeFacts(o.sequence.type).scale],
    [
      "current_value",
      { kind: "sql_variant" },
      (o, database) => sequenceValue(o, database.counters.get(`sequence:${o.id}`) ?? o.sequence?.start),
    ],
    ["is_exhausted", BIT, ZERO],
  ]);
  defineView(
    "sys.partitions",
    function* (database, context) {
      for (const object of visibleObjects(database, context)) {
        if (!object.table) continue;
        const indexes = database.metadata.indexesOf(object.id);
        if (!indexes.some((i) => i.clustered)) yield { object, indexId: 0 };
        for (const index of indexes) yield { object, indexId: index.indexId };
      }
    },
    [
      ["partition_id", BIGINT, (p) => BigInt(p.object.id) * 256n + BigInt(p.indexId)],
      ["object_id", INT, (p) => p.object.id],
      ["index_id", INT, (p) => p.indexId],
      ["partition_number", INT, ONE],
      ["hobt_id", BIGINT, (p) => BigInt(p.object.id) * 256n + BigInt(p.indexId)],
      ["rows", BIGINT, (p, database) => BigInt(database.tables.get(p.object.id)?.rowCount ?? 0)],
      ["data_compression", TINYINT, ZERO],
      ["data_compression_desc", text(60), always("NONE")],
    ],
  );
  defineView("sys.schemas", (database) => database.metadata.all("schema"), [
    ["name", SYSNAME, (s) => s.name],
    ["schema_id", INT, (s) => s.id],
    ["principal_id", INT, (s) => s.ownerId],
  ]);
  defineView("sys.extended_properties", (database) => database.metadata.all("extendedProperty"), [
    ["class", TINYINT, (p) => p.class],
    ["class_desc", text(60), (p) => (p.class === 0 ? "DATABASE" : p.class === 1 ? "OBJECT_OR_COLUMN" : "SCHEMA")],
    ["major_id", INT, (p) => p.majorId],
    ["minor_id", INT, (p) => p.minorId],
    ["name", SYSNAME, (p) => p.name],
    ["value", { kind: "sql_variant" }, (p) => p.value],
  ]);
}
