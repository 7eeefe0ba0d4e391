/** sys.all_objects, sys.system_objects and the columns of system views. */
import type { ExecutionContext } from "../engine/expressions/scope";
import type { SqlType } from "../engine/values";
import type { Database } from "../storage/database";
import type { ObjectRecord } from "../storage/records";
import { TYPE_DESCRIPTION } from "./objectViews";
import { systemView } from "./registry";
import { type SystemObject, systemObjects } from "./systemObjects";
import { collationOfType, typeFacts } from "./typeFacts";
import {
  BIT,
  type ColumnList,
  DATETIME,
  defineView,
  fixed,
  INT,
  NOTHING,
  ONE,
  SMALLINT,
  SYSNAME,
  TINYINT,
  text,
  ZERO,
} from "./viewBuilder";
import { visibleObjects } from "./visibility";

const DESCRIPTION: Record<SystemObject["type"], string> = {
  V: "VIEW",
  P: "SQL_STORED_PROCEDURE",
  X: "EXTENDED_STORED_PROCEDURE",
  IF: "SQL_INLINE_TABLE_VALUED_FUNCTION",
};

const SYS = 4;
const INFORMATION_SCHEMA = 3;

type AnyObject = { system: SystemObject } | { user: ObjectRecord };

const either =
  <R>(system: (object: SystemObject, database: Database) => R, user: (object: ObjectRecord, database: Database) => R) =>
  (object: AnyObject, database: Database): R =>
    "system" in object ? system(object.system, database) : user(object.user, database);

function schemaId({ schema }: SystemObject): number {
  return schema === "sys" ? SYS : schema === "INFORMATION_SCHEMA" ? INFORMATION_SCHEMA : 1;
}

const OBJECT: ColumnList<AnyObject> = [
  [
    "name",
    SYSNAME,
    either(
      (o) => o.name,
      (o) => o.name,
    ),
  ],
  [
    "object_id",
    INT,
    either(
      (o) => o.id,
      (o) => o.id,
    ),
  ],
  [
    "principal_id",
    INT,
    either(
      () => undefined,
      (o) => o.ownerId,
    ),
  ],
  ["schema_id", INT, either(schemaId, (o) => o.schemaId)],
  [
    "parent_object_id",
    INT,
    either(
      () => 0,
      (o) => o.parentId,
    ),
  ],
  [
    "type",
    fixed(2),
    either(
      (o) => o.type.padEnd(2),
      (o) => o.type.padEnd(2),
    ),
  ],
  [
    "type_desc",
    text(60),
    either(
      (o) => DESCRIPTION[o.type],
      (o) => TYPE_DESCRIPTION[o.type],
    ),
  ],
  [
    "create_date",
    DATETIME,
    either(
      (_o, d) => d.server.startTime,
      (o) => o.createDate,
    ),
  ],
  [
    "modify_date",
    DATETIME,
    either(
      (_o, d) => d.server.startTime,
      (o) => o.modifyDate,
    ),
  ],
  [
    "is_ms_shipped",
    BIT,
    either(
      () => true,
      (o) => o.isShipped,
    ),
  ],
  ["is_published", BIT, ZERO],
  ["is_schema_published", BIT, ZERO],
];

function* allObjects(database: Database, context: ExecutionContext): Iterable<AnyObject> {
  for (const user of visibleObjects(database, context)) yield { user };
  yield* shipped();
}

function* shipped(): Iterable<AnyObject> {
  for (const system of systemObjects()) yield { system };
}

function* ofType(objects: Iterable<AnyObject>, type: string): Iterable<AnyObject> {
  for (const object of objects) if (("system" in object ? object.system.type : object.user.type) === type) yield object;
}

interface Column {
  objectId: number;
  name: string;
  id: number;
  type: SqlType;
  nullable: boolean;
}

function* shippedColumns(database: Database): Iterable<Column> {
  for (const object of systemObjects()) {
    const view = object.type === "V" ? systemView(object.schema, object.name, database.name) : undefined;
    for (const [i, { name, type, nullable }] of (view?.columns ?? []).entries())
      yield { objectId: object.id, name, id: i + 1, type, nullable };
  }
}

function* allColumns(database: Database, context: ExecutionContext): Iterable<Column> {
  for (const object of visibleObjects(database, context)) {
    for (const column of object.table?.columns ?? object.module?.columns ?? [])
      yield { ...column, objectId: object.id };
  }
  yield* shippedColumns(database);
}

const COLUMN: ColumnList<Column> = [
  ["object_id", INT, (c) => c.objectId],
  ["name", SYSNAME, (c) => c.name],
  ["column_id", INT, (c) => c.id],
  ["system_type_id", TINYINT, (c) => typeFacts(c.type).systemId],
  ["user_type_id", INT, (c) => typeFacts(c.type).userId],
  ["max_length", SMALLINT, (c) => typeFacts(c.type).maxLength],
  ["precision", TINYINT, (c) => typeFacts(c.type).precision],
  ["scale", TINYINT, (c) => typeFacts(c.type).scale],
  ["collation_name", SYSNAME, (c, database) => collationOfType(c.type, database.collation)],
  ["is_nullable", BIT, (c) => c.nullable],
];

export function registerSystemObjectViews(): void {
  defineView("sys.all_objects", allObjects, OBJECT);
  defineView("sys.system_objects", shipped, OBJECT);
  defineView("sys.all_views", (database, context) => ofType(allObjects(database, context), "V"), OBJECT);
  defineView("sys.system_views", () => ofType(shipped(), "V"), OBJECT);
  defineView("sys.all_columns", allColumns, COLUMN);
  defineView("sys.system_columns", shippedColumns, COLUMN);
  defineView(
    "sys.trigger_events",
    function* (database, context) {
      for (const object of visibleObjects(database, context)) {
        for (const event of object.module?.trigger?.events ?? []) yield { object, event };
      }
    },
    [
      ["object_id", INT, (t) => t.object.id],
      ["type", INT, (t) => ["", "INSERT", "UPDATE", "DELETE"].indexOf(t.event.toUpperCase())],
      ["type_desc", text(60), (t) => t.event.toUpperCase()],
      ["is_first", BIT, ZERO],
      ["is_last", BIT, ZERO],
      ["event_group_type", INT, NOTHING],
      ["event_group_type_desc", text(60), NOTHING],
      ["is_trigger_event", BIT, ONE],
    ],
  );
}
