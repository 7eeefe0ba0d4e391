/** Finds the source of FROM that UPDATE or DELETE changes, and reads FROM and WHERE for it. */

import type { RowId } from "../../../storage/rowEntry";
import type { Condition, Expression, ModificationTarget, ObjectName, TableSource } from "../../../tsql/ast";
import type { Scope } from "../../expressions/scope";
import type { Row } from "../../values";
import { newFrame, type QueryFrame } from "../compiledQuery";
import { bindFrom, compileConjuncts } from "../from/bindSources";
import type { LeafNode } from "../from/fromTree";
import { planFrom } from "../from/planFrom";
import { requireRead, requireReadOfTarget } from "../from/readPermissions";
import type { Relation } from "../from/relation";
import type { ModificationInput, QueryContext, RowLocator } from "../queryEnvironment";
import { aggregateInWhere, windowMisplaced } from "../queryErrors";
import type { StatementEnvironment } from "../queryScope";
import { type CompiledTop, compileTop, evaluateTop, percentOf, UNLIMITED } from "../select/limits";
import { containsAggregate, containsWindow } from "../syntax";
import { ambiguousTarget } from "./modificationErrors";
import { boundTarget, type Target } from "./target";

interface TargetClauses {
  target: ModificationTarget;
  from?: TableSource[];
  where?: Condition;
  top?: { count: Expression; percent: boolean };
}

export interface TargetSource {
  target: Target;
  scope: Scope;
  leaf: LeafNode;
  /** Combinations of FROM's rows that qualify, at most as many as TOP says; each target row once. */
  matches(context: QueryContext, locator: number | undefined, input: ModificationInput | undefined): Match[];
}

/** One target row to change, with the rows of FROM that led to it. */
export interface Match {
  id: RowId;
  tuple: (Row | null)[];
}

/** `reads`: what else of the statement may read columns, besides FROM and WHERE. */
export function compileTargetSource(
  statement: TargetClauses,
  reads: unknown,
  environment: StatementEnvironment,
): TargetSource {
  const { from, node } = sourcesOf(statement);
  const scope: Scope = { sources: [], parent: null, environment };
  const { tree, leaves } = bindFrom(from, scope, null, environment, {
    locators: true,
    forUpdate: true,
    unordered: false,
    target: node,
  });
  const leaf = leaves.find((candidate) => candidate.node === node) as LeafNode;
  if (containsAggregate(statement.where)) throw aggregateInWhere();
  if (containsWindow(statement.where)) throw windowMisplaced();
  const relation = planFrom(tree, compileConjuncts(statement.where, scope, null), false);
  const top = statement.top && compileTop(statement.top, scope);
  const target = boundTarget(leaf);
  const clauses = [statement.from, statement.where, reads];
  requireRead(
    leaves.filter((other) => other !== leaf),
    clauses,
    scope,
    environment,
  );
  requireReadOfTarget(leaf, clauses, scope, environment);
  const search: Search = { relation, scope, leaf, top };
  return {
    target,
    scope,
    leaf,
    matches: (context, locator, input) => {
      if (!input?.current) return findMatches(search, context, locator);
      if (leaf.access) return currentMatch(search, input.current, context);
      const { rowId } = input.current;
      return findMatches(search, context, locator).filter(({ id }) => id === rowId);
    },
  };
}

/** FROM with the target among its sources: named by alias or table there, or joined to the rest. */
function sourcesOf({ target, from }: TargetClauses): { from: TableSource[]; node: TableSource } {
  if (!from || from.length === 0) return { from: [target], node: target };
  const all = from.flatMap(leavesOfSource);
  const found = target.kind === "tableVariable" ? matchVariable(all, target.name) : matchTable(all, target.name);
  if (found) return { from, node: found };
  return { from: [target, ...from], node: target };
}

function leavesOfSource(source: TableSource): TableSource[] {
  if (source.kind === "join") return [...leavesOfSource(source.left), ...leavesOfSource(source.right)];
  return [source];
}

function matchVariable(all: readonly TableSource[], name: string): TableSource | undefined {
  return all.find((source) => source.kind === "tableVariable" && source.name.toLowerCase() === name.toLowerCase());
}

function matchTable(all: readonly TableSource[], name: ObjectName): TableSource | undefined {
  const wanted = name.name.toLowerCase();
  if (name.schema === undefined) {
    const byAlias = all.find((source) => "alias" in source && source.alias?.toLowerCase() === wanted);
    if (byAlias) return byAlias;
  }
  const byName = all.filter((source) => source.kind === "table" && sameTable(source.name, name));
  const unaliased = byName.filter((source) => "alias" in source && source.alias === undefined);
  if (unaliased.length === 1) return unaliased[0];
  if (byName.length > 1) throw ambiguousTarget(name.name);
  return byName[0];
}

function sameTable(one: ObjectName, other: ObjectName): boolean {
  const same = (a: string | undefined, b: string | undefined) => !a || !b || a.toLowerCase() === b.toLowerCase();
  return same(one.name, other.name) && same(one.schema, other.schema) && same(one.database, other.database);
}

interface Search {
  relation: Relation;
  scope: Scope;
  leaf: LeafNode;
  top: CompiledTop | undefined;
}

/** `locator` undefined: the target's rows need not be rows of one table (INSTEAD OF). */
function findMatches(
  { relation, scope, leaf, top }: Search,
  context: QueryContext,
  locator: number | undefined,
): Match[] {
  const frame: QueryFrame = newFrame(scope.sources.length, null, context);
  const bounds = top ? evaluateTop(top, newFrame(0, null, context)) : UNLIMITED;
  const rowLimit = context.session.settings.rowCountLimit;
  const limit = Math.min(bounds.take, rowLimit > 0 ? rowLimit : Number.POSITIVE_INFINITY);
  const position = locator === undefined ? undefined : leaf.locators[locator]?.position;
  const seen = new Set<unknown>();
  const matches: Match[] = [];
  if (limit === 0) return matches;
  for (const _ of relation.open(frame)) {
    const row = frame.tuple[leaf.source];
    if (!row) continue;
    const id = position === undefined ? undefined : row[position];
    const identity = locator === undefined ? row : id;
    if (identity === null || identity === undefined || seen.has(identity)) continue;
    seen.add(identity);
    matches.push({ id: (id ?? 0) as RowId, tuple: frame.tuple.slice() });
    if (matches.length >= limit) break;
  }
  return bounds.percent === undefined ? matches : matches.slice(0, percentOf(matches.length, bounds.percent));
}

/** WHERE CURRENT OF: the cursor has found the row already. */
function currentMatch({ leaf }: Search, current: RowLocator, context: QueryContext): Match[] {
  const row = leaf.access?.row(current.rowId, context);
  return row ? [{ id: current.rowId, tuple: [row] }] : [];
}
