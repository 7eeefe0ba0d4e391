/** FOREIGN KEY constraints: rows must have their parents, and what happens to children when parents change. */
import type { ReadView } from "../../../storage/readView";
import type { ConstraintRecord, ObjectRecord, ReferentialAction } from "../../../storage/records";
import type { RowId, StoredRow } from "../../../storage/rowEntry";
import type { RowIndex } from "../../../storage/rowIndex";
import type { Table } from "../../../storage/table";
import type { Row, SqlType, Value } from "../../values";
import type { BaseTableBinding, QueryContext, QueryEnvironment } from "../queryEnvironment";
import { rowKey } from "../select/rowStages";
import type { ChangeLog } from "./changeLog";
import { cannotInsertNull, constraintConflict, tableText, type Verb } from "./modificationErrors";
import { tableBinding } from "./tableBinding";
import { TableWriter } from "./tableWriter";

type ForeignKeyRecord = Extract<ConstraintRecord, { kind: "foreignKey" }>;

interface ForeignKey {
  name: string;
  record: ForeignKeyRecord;
  /** The referencing table and its columns. */
  child: Table;
  childOrdinals: number[];
  /** The referenced table and its columns, in the same order. */
  parent: Table;
  parentOrdinals: number[];
  types: SqlType[];
}

/** The foreign keys around one table, as they are when a statement is compiled. */
export class ForeignKeys {
  private readonly outgoing: ForeignKey[];
  private readonly incoming: ForeignKey[];

  constructor(
    private readonly binding: BaseTableBinding,
    private readonly environment: QueryEnvironment,
  ) {
    const { database, table } = binding;
    this.outgoing = database.metadata.children(table.id).flatMap((child) => foreignKey(child, binding));
    const referenced = table.indexes.some((index) => index.record.unique);
    this.incoming = referenced
      ? [...database.metadata.all("object")].flatMap((object) =>
          object.constraint?.kind === "foreignKey" && object.constraint.referencedTableId === table.id
            ? foreignKey(object, binding)
            : [],
        )
      : [];
  }

  /** After rows were inserted or updated: each must have its parents. */
  checkParents(rows: readonly Row[], verb: Verb, context: QueryContext, updated?: ReadonlySet<number>): void {
    for (const key of this.outgoing) {
      if (updated && !key.childOrdinals.some((ordinal) => updated.has(ordinal))) continue;
      for (const row of rows) if (!hasParent(key, row, context)) throw missingParent(key, verb, this.binding);
    }
  }

  /** A row of the table that lacks its parent by this constraint. */
  firstOrphan(constraint: ObjectRecord, context: QueryContext): Row | undefined {
    const [key] = foreignKey(constraint, this.binding);
    if (!key) return undefined;
    for (const { row } of key.child.scan(checkingView(context))) if (!hasParent(key, row, context)) return row;
    return undefined;
  }

  /** After rows were deleted: their children stand in the way or follow. */
  afterDelete(rows: readonly Row[], verb: Verb, context: QueryContext, log: ChangeLog): void {
    for (const key of this.incoming) {
      const orphans = childrenOf(key, rows, context);
      if (orphans.length === 0) continue;
      this.follow(key, key.record.onDelete, orphans, verb, context, log);
    }
  }

  /** After rows were updated: the same for referenced keys that changed. */
  afterUpdate(pairs: readonly { before: Row; after: Row }[], verb: Verb, context: QueryContext, log: ChangeLog): void {
    for (const key of this.incoming) {
      const changed = pairs.filter(
        ({ before, after }) =>
          keyOf(before, key.parentOrdinals, key.types) !== keyOf(after, key.parentOrdinals, key.types),
      );
      if (changed.length === 0) continue;
      const gone = changed.filter(
        ({ before }) =>
          !parentExists(
            key,
            key.parentOrdinals.map((ordinal) => before[ordinal] ?? null),
            context,
          ),
      );
      const orphans = childrenOf(
        key,
        gone.map(({ before }) => before),
        context,
      );
      if (orphans.length === 0) continue;
      const successors = new Map(
        changed.map(({ before, after }) => [keyOf(before, key.parentOrdinals, key.types), after]),
      );
      this.follow(key, key.record.onUpdate, orphans, verb, context, log, successors);
    }
  }

  /** Carries out the referential action on children that lost their parent. */
  private follow(
    key: ForeignKey,
    action: ReferentialAction,
    orphans: StoredRow[],
    verb: Verb,
    context: QueryContext,
    log: ChangeLog,
    successors?: ReadonlyMap<string, Row>,
  ): void {
    const childBinding = bindingOf(key.child, this.binding);
    if (action === "noAction") {
      const kind = key.child === key.parent ? "SAME TABLE REFERENCE" : "REFERENCE";
      throw constraintConflict(
        verb,
        kind,
        key.name,
        this.binding.database.name,
        tableText(childBinding),
        onlyColumn(key.child, key.childOrdinals),
      );
    }
    const writer = new TableWriter(childBinding, this.environment);
    const keys = key.child === this.binding.table ? this : new ForeignKeys(childBinding, this.environment);
    if (action === "cascade" && !successors) {
      for (const { id } of orphans) context.transaction.delete(key.child, id);
      const rows = orphans.map(({ row }) => row);
      log.deleted(writer, rows);
      keys.afterDelete(rows, verb, context, log);
      return;
    }
    const changes = orphans.map(({ id, row }) => {
      const after = row.slice();
      const successor = successors?.get(keyOf(row, key.childOrdinals, key.types));
      key.childOrdinals.forEach((ordinal, i) => {
        after[ordinal] = replacement(action, ordinal, successor?.[key.parentOrdinals[i] as number], writer, context);
      });
      for (const ordinal of key.childOrdinals) {
        const column = writer.columns[ordinal];
        if (column && !column.nullable && after[ordinal] === null)
          throw cannotInsertNull(column.name, childBinding, "UPDATE");
      }
      return { id, before: row, after: writer.complete(after, verb, context, new Set(key.childOrdinals)) };
    });
    context.transaction.updateRows(
      key.child,
      changes.map(({ id, after }): [RowId, Row] => [id, after]),
    );
    log.updated(writer, changes, new Set(key.childOrdinals));
    keys.checkParents(
      changes.map(({ after }) => after),
      verb,
      context,
      new Set(key.childOrdinals),
    );
    keys.afterUpdate(changes, verb, context, log);
  }
}

function replacement(
  action: ReferentialAction,
  ordinal: number,
  successor: Value | undefined,
  writer: TableWriter,
  context: QueryContext,
): Value {
  if (action === "cascade") return successor ?? null;
  if (action === "setNull") return null;
  return writer.defaultOf(ordinal)?.evaluate({ tuple: [], slots: [], parent: null, context }) ?? null;
}

function foreignKey(object: ObjectRecord, near: BaseTableBinding): ForeignKey[] {
  const { constraint } = object;
  if (constraint?.kind !== "foreignKey" || constraint.disabled) return [];
  const { database } = near;
  const child = database.tables.get(object.parentId);
  const parent = database.tables.get(constraint.referencedTableId);
  if (!child || !parent) return [];
  const childOrdinals = constraint.columns.map((id) => child.ordinalOf(id));
  const parentOrdinals = constraint.referencedColumns.map((id) => parent.ordinalOf(id));
  const types = parentOrdinals.map((ordinal) => parent.columns[ordinal]?.type as SqlType);
  return [{ name: object.name, record: constraint, child, childOrdinals, parent, parentOrdinals, types }];
}

function keyOf(row: Row, ordinals: readonly number[], types: readonly SqlType[]): string {
  return rowKey(
    ordinals.map((ordinal) => row[ordinal] ?? null),
    types,
  );
}

/** References are checked against what is committed or this transaction's, waiting where need be. */
function checkingView(context: QueryContext): ReadView {
  return { transaction: context.transaction, isolation: "READ COMMITTED", hints: { readcommittedlock: true } };
}

function hasParent(key: ForeignKey, row: Row, context: QueryContext): boolean {
  const values = key.childOrdinals.map((ordinal) => row[ordinal] ?? null);
  return values.includes(null) || parentExists(key, values, context);
}

function parentExists(key: ForeignKey, values: readonly Value[], context: QueryContext): boolean {
  for (const _ of rowsWith(key.parent, key.parentOrdinals, key.types, values, context)) return true;
  return false;
}

function childrenOf(key: ForeignKey, parents: readonly Row[], context: QueryContext): StoredRow[] {
  if (parents.length === 0) return [];
  const [only] = parents;
  const valuesOf = (row: Row) => key.parentOrdinals.map((ordinal) => row[ordinal] ?? null);
  if (parents.length === 1 && only)
    return [...rowsWith(key.child, key.childOrdinals, key.types, valuesOf(only), context)];
  const wanted = new Set(parents.map((row) => keyOf(row, key.parentOrdinals, key.types)));
  return [...key.child.scan(checkingView(context))].filter(
    ({ row }) =>
      !key.childOrdinals.some((ordinal) => row[ordinal] === null) &&
      wanted.has(keyOf(row, key.childOrdinals, key.types)),
  );
}

/** Rows with these values, by an index whose first columns they are if there is one. */
function* rowsWith(
  table: Table,
  ordinals: readonly number[],
  types: readonly SqlType[],
  values: readonly Value[],
  context: QueryContext,
): Iterable<StoredRow> {
  const view = checkingView(context);
  const index = table.indexes.find((candidate) => startsWith(candidate, ordinals));
  if (index) {
    const keys = index.ordinals.slice(0, ordinals.length).map((ordinal) => values[ordinals.indexOf(ordinal)] ?? null);
    yield* table.seek(index, keys, view);
    return;
  }
  const wanted = rowKey([...values], types);
  for (const stored of table.scan(view)) if (keyOf(stored.row, ordinals, types) === wanted) yield stored;
}

function startsWith(index: RowIndex, ordinals: readonly number[]): boolean {
  if (index.record.filter !== undefined || index.record.disabled || index.ordinals.length < ordinals.length)
    return false;
  const first = index.ordinals.slice(0, ordinals.length);
  return ordinals.every((ordinal) => first.includes(ordinal));
}

function missingParent(key: ForeignKey, verb: Verb, binding: BaseTableBinding) {
  const parent = bindingOf(key.parent, binding);
  const kind = key.child === key.parent ? "FOREIGN KEY SAME TABLE" : "FOREIGN KEY";
  return constraintConflict(
    verb,
    kind,
    key.name,
    binding.database.name,
    tableText(parent),
    onlyColumn(key.parent, key.parentOrdinals),
  );
}

function onlyColumn(table: Table, ordinals: readonly number[]): string | undefined {
  return ordinals.length === 1 ? table.columns[ordinals[0] as number]?.name : undefined;
}

/** Another table of the same database, as statements bind it. */
function bindingOf(table: Table, near: BaseTableBinding): BaseTableBinding {
  return table === near.table ? near : tableBinding(near.database, table);
}
