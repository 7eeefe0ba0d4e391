/** COLUMNPROPERTY, INDEXPROPERTY, INDEXKEY_PROPERTY and TYPEPROPERTY. */
import type { SqlType } from "../../engine/values";
import type { ColumnRecord, IndexRecord, ParameterRecord } from "../../storage/records";
import { systemTypeFacts, typeFacts } from "../typeFacts";
import { type Call, define, lookup, NAME, numberOf, textOf } from "./define";
import { type FoundObject, findObjectById, nameParts } from "./objectNames";

const INT: SqlType = { kind: "int" };

type Property<T> = (item: T, found: FoundObject) => number | boolean | null;

const never = () => 0;

/** Characters a text column holds, bytes of a binary one; NULL for the rest. */
function characters(type: SqlType): number | null {
  return type.length === undefined ? null : type.length;
}

const COLUMN = lookup<Property<ColumnRecord>>({
  AllowsNull: (c) => c.nullable,
  CharMaxLen: (c) => characters(c.type),
  ColumnId: (c) => c.id,
  FullTextTypeColumn: () => null,
  GeneratedAlwaysType: never,
  IsColumnSet: never,
  IsComputed: (c) => c.computed !== undefined,
  IsCursorType: never,
  IsDeterministic: (c) => (c.computed ? 1 : null),
  IsFulltextIndexed: never,
  IsHidden: never,
  IsIdentity: (c) => c.identity !== undefined,
  IsIdNotForRepl: never,
  IsIndexable: (c) => !/^(text|ntext|image|xml)$/.test(c.type.kind) && c.type.length !== -1,
  IsOutParam: () => null,
  IsPrecise: (c) => (c.computed ? !/^(float|real)$/.test(c.type.kind) : null),
  IsRowGuidCol: (c) => c.rowGuid ?? false,
  IsSparse: (c) => c.sparse ?? false,
  IsSystemVerified: (c) => (c.computed ? 1 : null),
  IsXmlIndexable: never,
  Precision: (c) => typeFacts(c.type).precision || characters(c.type),
  Scale: (c) => (/char|text|binary|image|xml|uniqueidentifier/.test(c.type.kind) ? null : typeFacts(c.type).scale),
  StatisticalSemantics: never,
  SystemDataAccess: () => null,
  UserDataAccess: () => null,
  UsesAnsiTrim: (c) => (/char|binary/.test(c.type.kind) ? 1 : null),
});

const PARAMETER = lookup<Property<ParameterRecord>>({
  AllowsNull: () => 1,
  CharMaxLen: (p) => characters(p.type),
  ColumnId: (p) => p.id,
  IsCursorType: (p) => p.type.kind === "cursor",
  IsIdentity: () => null,
  IsOutParam: (p) => p.output,
  Precision: (p) => typeFacts(p.type).precision || characters(p.type),
  Scale: (p) => typeFacts(p.type).scale,
});

const INDEX = lookup<Property<IndexRecord>>({
  IndexDepth: never,
  IndexFillFactor: (i) => i.fillFactor ?? 0,
  IndexID: (i) => i.indexId,
  IsAutoStatistics: never,
  IsClustered: (i) => i.clustered,
  IsColumnstore: never,
  IsDisabled: (i) => i.disabled,
  IsFulltextKey: never,
  IsHypothetical: never,
  IsOptimizedForSequentialKey: never,
  IsPadIndex: never,
  IsPageLockDisallowed: never,
  IsRowLockDisallowed: never,
  IsStatistics: never,
  IsUnique: (i) => i.unique,
});

const TYPE = lookup<(type: { precision: number; scale: number; maxLength: number }, name: string) => number | null>({
  AllowsNull: (_t, name) => Number(name !== "sysname"),
  OwnerId: () => 4,
  Precision: (t, name) => t.precision || (/^n(char|varchar)$/.test(name) ? t.maxLength / 2 : t.maxLength),
  Scale: (t) => (t.precision > 0 ? t.scale : null),
  UsesAnsiTrim: (_t, name) => (/char|binary/.test(name) ? 1 : null),
});

function columnProperty(id: number | undefined, name: string | undefined, property: string | undefined, call: Call) {
  const found = findObjectById(id, undefined, call);
  if (!found || name === undefined) return null;
  const same = (candidate: { name: string }) => candidate.name.toLowerCase() === name.trimEnd().toLowerCase();
  const column = (found.object.table?.columns ?? found.object.module?.columns)?.find(same);
  if (column) return COLUMN(property)?.(column, found);
  const parameter = found.object.module?.parameters.find(same);
  return parameter && PARAMETER(property)?.(parameter, found);
}

export function registerColumnProperties(): void {
  define("COLUMNPROPERTY", [INT, NAME, NAME], INT, ([id, column, property], call) =>
    columnProperty(numberOf(id), textOf(column), textOf(property), call),
  );
  define("INDEXPROPERTY", [INT, NAME, NAME], INT, ([id, name, property], call) => {
    const found = findObjectById(numberOf(id), undefined, call);
    const index = found?.database.metadata
      .indexesOf(found.object.id)
      .find((i) => i.name.toLowerCase() === textOf(name)?.toLowerCase());
    return found && index && INDEX(textOf(property))?.(index, found);
  });
  define("INDEXKEY_PROPERTY", [INT, INT, INT, NAME], INT, ([id, indexId, key, property], call) => {
    const found = findObjectById(numberOf(id), undefined, call);
    const index = found?.database.metadata.indexesOf(found.object.id).find((i) => i.indexId === indexId);
    const column = index?.columns[Number(key) - 1];
    switch (column && textOf(property)?.toLowerCase()) {
      case "columnid":
        return column?.columnId;
      case "isdescending":
        return column?.descending;
      default:
        return null;
    }
  });
  define("TYPEPROPERTY", [NAME, NAME], INT, ([type, property], { session }) => {
    const name = type === null ? undefined : nameParts(String(type));
    if (!name) return null;
    const user = session.database.metadata.findOne("userType", name.name);
    const facts = systemTypeFacts(name.name) ?? (user?.type ? typeFacts(user.type) : undefined);
    return facts && TYPE(textOf(property))?.(facts, name.name.toLowerCase());
  });
}
