/** sys.indexes, sys.key_constraints, sys.foreign_keys, sys.check_constraints, sys.default_constraints. */
import type { ExecutionContext } from "../engine/expressions/scope";
import type { Database } from "../storage/database";
import type { ConstraintRecord, IndexRecord, ObjectRecord, ReferentialAction } from "../storage/records";
import {
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

type Of<K extends ConstraintRecord["kind"]> = Extract<ConstraintRecord, { kind: K }>;

interface Constraint<K extends ConstraintRecord["kind"]> {
  object: ObjectRecord;
  constraint: Of<K>;
}

function ofKind<K extends ConstraintRecord["kind"]>(...kinds: K[]) {
  return function* (database: Database, context: ExecutionContext): Iterable<Constraint<K>> {
    for (const object of visibleObjects(database, context)) {
      const { constraint } = object;
      if (constraint && (kinds as string[]).includes(constraint.kind))
        yield { object, constraint: constraint as Of<K> };
    }
  };
}

const TYPE_TEXT: Record<string, string> = {
  PK: "PRIMARY_KEY_CONSTRAINT",
  UQ: "UNIQUE_CONSTRAINT",
  F: "FOREIGN_KEY_CONSTRAINT",
  C: "CHECK_CONSTRAINT",
  D: "DEFAULT_CONSTRAINT",
};

const COMMON: ColumnList<{ object: ObjectRecord }> = [
  ["name", SYSNAME, ({ object }) => object.name],
  ["object_id", INT, ({ object }) => object.id],
  ["principal_id", INT, NOTHING],
  ["schema_id", INT, ({ object }) => object.schemaId],
  ["parent_object_id", INT, ({ object }) => object.parentId],
  ["type", fixed(2), ({ object }) => object.type.padEnd(2)],
  ["type_desc", text(60), ({ object }) => TYPE_TEXT[object.type]],
  ["create_date", DATETIME, ({ object }) => object.createDate],
  ["modify_date", DATETIME, ({ object }) => object.modifyDate],
  ["is_ms_shipped", BIT, ({ object }) => object.isShipped],
  ["is_published", BIT, ZERO],
  ["is_schema_published", BIT, ZERO],
];

const ACTION: Record<ReferentialAction, [number, string]> = {
  noAction: [0, "NO_ACTION"],
  cascade: [1, "CASCADE"],
  setNull: [2, "SET_NULL"],
  setDefault: [3, "SET_DEFAULT"],
};

interface IndexRow {
  object: ObjectRecord;
  index: IndexRecord | undefined;
}

function* indexes(database: Database, context: ExecutionContext): Iterable<IndexRow> {
  for (const object of visibleObjects(database, context)) {
    if (!object.table) continue;
    const records = database.metadata.indexesOf(object.id);
    if (!records.some((i) => i.clustered)) yield { object, index: undefined };
    for (const index of records) yield { object, index };
  }
}

function* indexColumns(database: Database, context: ExecutionContext) {
  for (const { object, index } of indexes(database, context)) {
    if (!index) continue;
    let ordinal = 0;
    for (const column of index.columns)
      yield {
        object,
        index,
        columnId: column.columnId,
        position: ++ordinal,
        key: ordinal,
        descending: column.descending,
        included: false,
      };
    for (const columnId of index.include)
      yield { object, index, columnId, position: ++ordinal, key: 0, descending: false, included: true };
  }
}

export function registerConstraintViews(): void {
  const indexColumnsList: ColumnList<IndexRow> = [
    ["object_id", INT, (i) => i.object.id],
    ["name", SYSNAME, (i) => i.index?.name],
    ["index_id", INT, (i) => i.index?.indexId ?? 0],
    ["type", TINYINT, (i) => (i.index ? (i.index.clustered ? 1 : 2) : 0)],
    ["type_desc", text(60), (i) => (i.index ? (i.index.clustered ? "CLUSTERED" : "NONCLUSTERED") : "HEAP")],
    ["is_unique", BIT, (i) => i.index?.unique ?? false],
    ["data_space_id", INT, ONE],
    ["ignore_dup_key", BIT, (i) => i.index?.ignoreDuplicateKey ?? false],
    ["is_primary_key", BIT, (i) => i.index?.primaryKey ?? false],
    ["is_unique_constraint", BIT, (i) => i.index?.uniqueConstraint ?? false],
    ["fill_factor", TINYINT, (i) => i.index?.fillFactor ?? 0],
    ["is_padded", BIT, ZERO],
    ["is_disabled", BIT, (i) => i.index?.disabled ?? false],
    ["is_hypothetical", BIT, ZERO],
    ["is_ignored_in_optimization", BIT, ZERO],
    ["allow_row_locks", BIT, ONE],
    ["allow_page_locks", BIT, ONE],
    ["has_filter", BIT, (i) => i.index?.filter !== undefined],
    ["filter_definition", text(-1), (i) => i.index?.filter],
    ["compression_delay", INT, NOTHING],
    ["suppress_dup_key_messages", BIT, ZERO],
    ["auto_created", BIT, ZERO],
    ["optimize_for_sequential_key", BIT, ZERO],
  ];
  defineView("sys.indexes", indexes, indexColumnsList);
  defineView("sys.sysindexes", indexes, [
    ["id", INT, (i) => i.object.id],
    ["indid", { kind: "smallint" }, (i) => i.index?.indexId ?? 0],
    ["name", SYSNAME, (i) => i.index?.name],
    ["rows", INT, (i, database) => database.tables.get(i.object.id)?.rowCount ?? 0],
    ["rowcnt", { kind: "bigint" }, (i, database) => BigInt(database.tables.get(i.object.id)?.rowCount ?? 0)],
  ]);
  defineView("sys.index_columns", indexColumns, [
    ["object_id", INT, (c) => c.object.id],
    ["index_id", INT, (c) => c.index.indexId],
    ["index_column_id", INT, (c) => c.position],
    ["column_id", INT, (c) => c.columnId],
    ["key_ordinal", TINYINT, (c) => c.key],
    ["partition_ordinal", TINYINT, ZERO],
    ["is_descending_key", BIT, (c) => c.descending],
    ["is_included_column", BIT, (c) => c.included],
    ["column_store_order_ordinal", TINYINT, ZERO],
  ]);
  defineView("sys.key_constraints", ofKind("primaryKey", "unique"), [
    ...COMMON,
    ["unique_index_id", INT, (c, database) => database.metadata.get("index", c.constraint.indexRecordId)?.indexId],
    ["is_system_named", BIT, (c) => c.constraint.systemNamed],
    ["is_enforced", BIT, ONE],
  ]);
  defineView("sys.foreign_keys", ofKind("foreignKey"), [
    ...COMMON,
    ["referenced_object_id", INT, (c) => c.constraint.referencedTableId],
    [
      "key_index_id",
      INT,
      (c, database) => database.metadata.get("index", c.constraint.referencedIndexRecordId)?.indexId,
    ],
    ["is_disabled", BIT, (c) => c.constraint.disabled],
    ["is_not_for_replication", BIT, ZERO],
    ["is_not_trusted", BIT, (c) => c.constraint.notTrusted],
    ["delete_referential_action", TINYINT, (c) => ACTION[c.constraint.onDelete][0]],
    ["delete_referential_action_desc", text(60), (c) => ACTION[c.constraint.onDelete][1]],
    ["update_referential_action", TINYINT, (c) => ACTION[c.constraint.onUpdate][0]],
    ["update_referential_action_desc", text(60), (c) => ACTION[c.constraint.onUpdate][1]],
    ["is_system_named", BIT, (c) => c.constraint.systemNamed],
  ]);
  defineView(
    "sys.foreign_key_columns",
    function* (database, context) {
      for (const { object, constraint } of ofKind("foreignKey")(database, context)) {
        for (const [i, columnId] of constraint.columns.entries())
          yield { object, constraint, position: i + 1, columnId, referencedId: constraint.referencedColumns[i] };
      }
    },
    [
      ["constraint_object_id", INT, (c) => c.object.id],
      ["constraint_column_id", INT, (c) => c.position],
      ["parent_object_id", INT, (c) => c.object.parentId],
      ["parent_column_id", INT, (c) => c.columnId],
      ["referenced_object_id", INT, (c) => c.constraint.referencedTableId],
      ["referenced_column_id", INT, (c) => c.referencedId],
    ],
  );
  defineView("sys.check_constraints", ofKind("check"), [
    ...COMMON,
    ["is_disabled", BIT, (c) => c.constraint.disabled],
    ["is_not_for_replication", BIT, ZERO],
    ["is_not_trusted", BIT, (c) => c.constraint.notTrusted],
    ["parent_column_id", INT, (c) => c.constraint.columnId],
    ["definition", text(-1), (c) => c.constraint.text],
    ["uses_database_collation", BIT, ONE],
    ["is_system_named", BIT, (c) => c.constraint.systemNamed],
  ]);
  defineView("sys.default_constraints", ofKind("default"), [
    ...COMMON,
    ["parent_column_id", INT, (c) => c.constraint.columnId],
    ["definition", text(-1), (c) => c.constraint.text],
    ["is_system_named", BIT, (c) => c.constraint.systemNamed],
  ]);
  defineView("sys.stats", (database, context) => [...indexes(database, context)].filter((i) => i.index), [
    ["object_id", INT, (i) => i.object.id],
    ["name", SYSNAME, (i) => i.index?.name],
    ["stats_id", INT, (i) => i.index?.indexId],
    ["auto_created", BIT, ZERO],
    ["user_created", BIT, ZERO],
    ["no_recompute", BIT, ZERO],
    ["has_filter", BIT, (i) => i.index?.filter !== undefined],
    ["filter_definition", text(-1), (i) => i.index?.filter],
  ]);
}
