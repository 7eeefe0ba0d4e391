/** What INSERT, UPDATE, DELETE and MERGE change: a stored table, or a query that shows its rows. */
import type { ModificationTarget } from "../../../tsql/ast";
import { NotEmulatedError } from "../../errors";
import type { Row } from "../../values";
import type { CompiledQuery, OutputColumn } from "../compiledQuery";
import { baseColumns } from "../from/baseColumns";
import { compileView } from "../from/derived";
import type { LeafNode } from "../from/fromTree";
import type {
  BaseTableBinding,
  ModificationAction,
  QueryContext,
  Securable,
  TableChange,
  ViewBinding,
} from "../queryEnvironment";
import { undeclaredTable } from "../queryErrors";
import { resolveTableName, type StatementEnvironment } from "../queryScope";
import { aggregatedView, catalogUpdate, derivedField, readOnlyVariable, severalBaseTables } from "./modificationErrors";

export type Target =
  | { kind: "table"; name: string; binding: BaseTableBinding; columns: OutputColumn[] }
  /** A view or a common table expression. */
  | { kind: "query"; name: string; view: ViewBinding | undefined; query: CompiledQuery; columns: OutputColumn[] };

export function resolveTarget(target: ModificationTarget, environment: StatementEnvironment): Target {
  if (target.kind === "table") {
    const { name } = target;
    const common = name.schema === undefined ? environment.commonTables.get(name.name.toLowerCase()) : undefined;
    if (common) {
      const query = common.compile({ locators: true, forUpdate: true });
      return { kind: "query", name: name.name, view: undefined, query, columns: query.columns };
    }
  }
  const binding =
    target.kind === "table"
      ? resolveTableName(target.name, environment)
      : environment.resolveTableVariable(target.name);
  if (!binding) throw undeclaredTable(target.name as string);
  switch (binding.kind) {
    case "table":
      if (binding.readOnly) throw readOnlyVariable(binding.name);
      return { kind: "table", name: binding.name, binding, columns: baseColumns(binding, binding.name, 0) };
    case "view": {
      const query = compileView(binding, environment, { locators: true, forUpdate: true });
      return { kind: "query", name: binding.name, view: binding, query, columns: query.columns };
    }
    case "rows":
      throw catalogUpdate();
  }
}

/** The target of UPDATE or DELETE, which FROM has bound already. */
export function boundTarget(leaf: LeafNode): Target {
  const { alias, access, query, view, columns } = leaf;
  if (access) {
    const { binding } = access;
    if (binding.readOnly) throw readOnlyVariable(binding.name);
    return { kind: "table", name: binding.name, binding, columns };
  }
  if (!query) throw new NotEmulatedError(`changing ${alias}`);
  return { kind: "query", name: view?.name ?? alias, view, query, columns };
}

/** The one stored table that holds these columns of the target (by ordinal; all of them where it is DELETE). */
export function baseOf(target: Target, ordinals: readonly number[]): { binding: BaseTableBinding; locator: number } {
  if (target.kind === "table") return { binding: target.binding, locator: 0 };
  const { locators, condensed } = target.query;
  if (condensed) throw aggregatedView(target.name);
  const used = new Set(
    ordinals.map((ordinal) => {
      const origin = target.columns[ordinal]?.origin;
      if (!origin) throw derivedField(target.name);
      return origin.locator;
    }),
  );
  if (used.size > 1 || (used.size === 0 && locators.length > 1)) throw severalBaseTables(target.name);
  const locator = [...used][0] ?? 0;
  const binding = locators[locator]?.binding;
  if (!binding) throw derivedField(target.name);
  return { binding, locator };
}

/** Ordinal in the stored table of a column of the target. */
export function storedOrdinal(target: Target, ordinal: number): number {
  return target.kind === "table" ? ordinal : (target.columns[ordinal]?.origin?.ordinal ?? -1);
}

/** What permission to change the target is asked on; undefined: on nothing (temporary tables, table variables). */
export function securableOf(target: Target, ordinals?: readonly number[]): Securable | undefined {
  const securable = target.kind === "table" ? target.binding.securable : target.view?.securable;
  if (!securable || !ordinals) return securable;
  return { ...securable, columns: ordinals.flatMap((ordinal) => target.columns[ordinal]?.name ?? []) };
}

/** A stored row as the target shows it. */
export function asShown(target: Target, row: Row): Row {
  if (target.kind === "table") return row;
  return target.columns.map(({ origin }) => (origin ? (row[origin.ordinal] ?? null) : null));
}

/** What an INSTEAD OF trigger gets to see: rows of the target's columns. */
export function insteadOfChange(
  target: Target,
  action: ModificationAction,
  inserted: Row[],
  deleted: Row[],
  updatedColumns: readonly number[],
): TableChange {
  const { databaseId, objectId } = securableOf(target) as Securable;
  return {
    databaseId,
    objectId,
    action,
    insteadOf: true,
    columns: target.columns,
    inserted,
    deleted,
    updatedColumns: new Set(updatedColumns),
  };
}

export function answersInsteadOf(target: Target, action: ModificationAction, context: QueryContext): boolean {
  const object = securableOf(target);
  return object !== undefined && context.triggers(object.databaseId, object.objectId, action) === "insteadOf";
}
