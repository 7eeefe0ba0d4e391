/** OBJECTPROPERTY and OBJECTPROPERTYEX. */

import { ownerOf } from "../../engine/session/names";
import { isLargeObject } from "../../engine/types/families";
import type { SqlType, Value } from "../../engine/values";
import type { ConstraintRecord, ObjectRecord, ObjectType } from "../../storage/records";
import { define, lookup, NAME, numberOf, textOf, VARIANT, variant } from "./define";
import { type FoundObject, findObjectById } from "./objectNames";

const INT: SqlType = { kind: "int" };

type Property = (found: FoundObject) => number | boolean | null;

const is =
  (...types: ObjectType[]): Property =>
  ({ object }) =>
    types.includes(object.type);

/** For tables only: others give NULL. */
const ofTable =
  (test: (found: FoundObject) => boolean | number): Property =>
  (found) =>
    found.object.table ? test(found) : null;

const hasColumn = (test: (column: NonNullable<ObjectRecord["table"]>["columns"][number]) => boolean) =>
  ofTable(({ object }) => object.table?.columns.some(test) ?? false);

const hasIndex = (test: (index: { clustered: boolean; primaryKey: boolean; uniqueConstraint: boolean }) => boolean) =>
  ofTable(({ database, object }) => database.metadata.indexesOf(object.id).some(test));

const hasChild = (test: (child: ObjectRecord) => boolean) =>
  ofTable(({ database, object }) => database.metadata.children(object.id).some(test));

const hasTrigger = (event: string | undefined, timing?: "after" | "insteadOf") =>
  hasChild(({ module }) => {
    const trigger = module?.trigger;
    if (!trigger) return false;
    return (
      (event === undefined || trigger.events.some((e) => e.toLowerCase() === event)) &&
      (timing === undefined || trigger.timing === timing)
    );
  });

const ofModule =
  (test: (module: NonNullable<ObjectRecord["module"]>) => boolean): Property =>
  ({ object }) =>
    object.module ? test(object.module) : null;

const ofTrigger =
  (test: (trigger: NonNullable<NonNullable<ObjectRecord["module"]>["trigger"]>) => boolean): Property =>
  ({ object }) =>
    object.module?.trigger ? test(object.module.trigger) : null;

const ofConstraint =
  (test: (constraint: ConstraintRecord, found: FoundObject) => boolean | null): Property =>
  (found) =>
    found.object.constraint ? test(found.object.constraint, found) : null;

const never: Property = () => 0;

const PROPERTY = lookup<Property>({
  CnstIsClustKey: ofConstraint((c, { database }) =>
    "indexRecordId" in c ? (database.metadata.get("index", c.indexRecordId)?.clustered ?? false) : false,
  ),
  CnstIsNonclustKey: ofConstraint((c, { database }) =>
    "indexRecordId" in c ? !(database.metadata.get("index", c.indexRecordId)?.clustered ?? false) : false,
  ),
  CnstIsColumn: ofConstraint((c) =>
    c.kind === "check" || c.kind === "default" ? c.columnId !== 0 : c.kind === "foreignKey" && c.columns.length === 1,
  ),
  CnstIsDeleteCascade: ofConstraint((c) => c.kind === "foreignKey" && c.onDelete === "cascade"),
  CnstIsUpdateCascade: ofConstraint((c) => c.kind === "foreignKey" && c.onUpdate === "cascade"),
  CnstIsDisabled: ofConstraint((c) => "disabled" in c && c.disabled),
  CnstIsNotTrusted: ofConstraint((c) => "notTrusted" in c && c.notTrusted),
  CnstIsNotRepl: ofConstraint(() => false),
  ExecIsAfterTrigger: ofTrigger((t) => t.timing === "after"),
  ExecIsInsteadOfTrigger: ofTrigger((t) => t.timing === "insteadOf"),
  ExecIsInsertTrigger: ofTrigger((t) => t.events.some((e) => /^insert$/i.test(e))),
  ExecIsUpdateTrigger: ofTrigger((t) => t.events.some((e) => /^update$/i.test(e))),
  ExecIsDeleteTrigger: ofTrigger((t) => t.events.some((e) => /^delete$/i.test(e))),
  ExecIsTriggerDisabled: ofTrigger((t) => t.disabled),
  ExecIsFirstInsertTrigger: ofTrigger(() => false),
  ExecIsFirstUpdateTrigger: ofTrigger(() => false),
  ExecIsFirstDeleteTrigger: ofTrigger(() => false),
  ExecIsLastInsertTrigger: ofTrigger(() => false),
  ExecIsLastUpdateTrigger: ofTrigger(() => false),
  ExecIsLastDeleteTrigger: ofTrigger(() => false),
  ExecIsAnsiNullsOn: ofModule((m) => m.usesAnsiNulls),
  ExecIsQuotedIdentOn: ofModule((m) => m.usesQuotedIdentifier),
  ExecIsStartup: ofModule(() => false),
  ExecIsUpdateTriggerNotForRepl: ofTrigger(() => false),
  ExecIsTriggerNotForRepl: ofTrigger(() => false),
  HasAfterTrigger: hasTrigger(undefined, "after"),
  HasInsteadOfTrigger: hasTrigger(undefined, "insteadOf"),
  HasInsertTrigger: hasTrigger("insert"),
  HasUpdateTrigger: hasTrigger("update"),
  HasDeleteTrigger: hasTrigger("delete"),
  IsAnsiNullsOn: ({ object }) => object.module?.usesAnsiNulls ?? object.table !== undefined,
  IsCheckCnst: is("C"),
  IsConstraint: is("PK", "UQ", "F", "C", "D"),
  IsDefault: never,
  IsDefaultCnst: is("D"),
  IsDeterministic: ({ object }) => (/^(FN|IF|TF|V)$/.test(object.type) ? 0 : null),
  IsEncrypted: ofModule((m) => m.encrypted),
  IsExecuted: is("P", "V", "FN", "IF", "TF", "TR"),
  IsExtendedProc: never,
  IsForeignKey: is("F"),
  IsIndexed: ({ database, object }) => database.metadata.indexesOf(object.id).length > 0,
  IsIndexable: ({ object }) => object.table !== undefined,
  IsInlineFunction: is("IF"),
  IsMSShipped: ({ object }) => object.isShipped,
  IsPrimaryKey: is("PK"),
  IsProcedure: is("P"),
  IsQuotedIdentOn: ({ object }) => object.module?.usesQuotedIdentifier ?? object.table !== undefined,
  IsQueue: never,
  IsReplProc: never,
  IsRule: never,
  IsScalarFunction: is("FN"),
  IsSchemaBound: ofModule((m) => m.schemaBound),
  IsSequence: is("SO"),
  IsSystemTable: is("S"),
  IsTable: is("U", "S", "TT"),
  IsTableFunction: is("IF", "TF"),
  IsTrigger: is("TR"),
  IsUniqueCnst: is("UQ"),
  IsUserTable: is("U"),
  IsView: is("V"),
  OwnerId: ({ database, object }) => ownerOf(database, object),
  SchemaId: ({ object }) => object.schemaId,
  TableDeleteTrigger: ofTable(() => 0),
  TableHasActiveFulltextIndex: ofTable(() => 0),
  TableHasAfterTrigger: hasTrigger(undefined, "after"),
  TableHasCheckCnst: hasChild((c) => c.type === "C"),
  TableHasClustIndex: hasIndex((i) => i.clustered),
  TableHasDefaultCnst: hasChild((c) => c.type === "D"),
  TableHasDeleteTrigger: hasTrigger("delete"),
  TableHasForeignKey: hasChild((c) => c.type === "F"),
  TableHasForeignRef: ofTable(({ database, object }) => {
    for (const { constraint } of database.metadata.all("object"))
      if (constraint?.kind === "foreignKey" && constraint.referencedTableId === object.id) return true;
    return false;
  }),
  TableHasIdentity: hasColumn((c) => c.identity !== undefined),
  TableHasIndex: hasIndex(() => true),
  TableHasInsertTrigger: hasTrigger("insert"),
  TableHasInsteadOfTrigger: hasTrigger(undefined, "insteadOf"),
  TableHasNonclustIndex: hasIndex((i) => !i.clustered),
  TableHasPrimaryKey: hasIndex((i) => i.primaryKey),
  TableHasRowGuidCol: hasColumn((c) => c.rowGuid ?? false),
  TableHasTextImage: hasColumn((c) => isLargeObject(c.type)),
  TableHasTimestamp: hasColumn((c) => c.type.kind === "timestamp"),
  TableHasUniqueCnst: hasIndex((i) => i.uniqueConstraint),
  TableHasUpdateTrigger: hasTrigger("update"),
  TableHasVarDecimalStorageFormat: ofTable(() => 0),
  TableIsFake: ofTable(() => 0),
  TableIsLockedOnBulkLoad: ofTable(() => 0),
  TableIsMemoryOptimized: ofTable(() => 0),
  TableIsPinned: ofTable(() => 0),
  TableTemporalType: ofTable(() => 0),
  TableTextInRowLimit: ofTable(() => 0),
});

function extended(found: FoundObject, property: string): Value {
  switch (property.toLowerCase()) {
    case "basetype":
      return { type: { kind: "char", length: 2 }, value: found.object.type.padEnd(2) };
    case "cardinality":
      return found.object.table ? variant(BigInt(found.database.tables.get(found.object.id)?.rowCount ?? 0)) : null;
    default:
      return variant(PROPERTY(property)?.(found));
  }
}

export function registerObjectProperties(): void {
  define("OBJECTPROPERTY", [INT, NAME], INT, ([id, property], call) => {
    const found = findObjectById(numberOf(id), undefined, call);
    return found && PROPERTY(textOf(property))?.(found);
  });
  define("OBJECTPROPERTYEX", [INT, NAME], VARIANT, ([id, property], call) => {
    const found = findObjectById(numberOf(id), undefined, call);
    return found && property !== null ? extended(found, String(property).trimEnd()) : null;
  });
}
