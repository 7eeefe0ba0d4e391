/** MERGE: pairs source and target rows, decides for each what happens, and then does all of it. */

import type { RowId } from "../../../storage/rowEntry";
import type { Expression, MergeStatement, TableSource } from "../../../tsql/ast";
import { compileExpression } from "../../expressions/compile";
import { compileCondition } from "../../expressions/conditions";
import type { Compiled, CompiledCondition, Scope, ScopeSource } from "../../expressions/scope";
import type { Row, Value } from "../../values";
import { newFrame, type OutputColumn } from "../compiledQuery";
import { bindFrom } from "../from/bindSources";
import type { LeafNode } from "../from/fromTree";
import { planFrom } from "../from/planFrom";
import { requireRead } from "../from/readPermissions";
import type { CompiledModification, ModificationAction, QueryContext, QueryEnvironment } from "../queryEnvironment";
import { restrictedScope, type StatementEnvironment } from "../queryScope";
import { compileTop, evaluateTop } from "../select/limits";
import { startStatement } from "../statementStart";
import { assigned } from "../typing";
import { Assignments } from "./assignments";
import { ChangeLog } from "./changeLog";
import { impliedColumns, listedColumns } from "./columnList";
import { fewerColumnsThanValues, fullTableText, mergedTwice, moreColumnsThanValues } from "./modificationErrors";
import { type ChangedRow, Output } from "./output";
import { type InsertedRow, RowInserter } from "./rowInserter";
import { StoredRows, type UpdatedRow } from "./storedRows";
import { asShown, baseOf, boundTarget, securableOf, storedOrdinal, type Target } from "./target";

type When = MergeStatement["clauses"][number]["when"];

interface Clause {
  when: When;
  condition: CompiledCondition | undefined;
  action:
    | { kind: "update"; assignments: Assignments }
    | { kind: "delete" }
    | { kind: "insert"; inserter: RowInserter; values: (Compiled | undefined)[] };
}

/** What was decided for one pair, before anything is changed. */
type Decision =
  | { kind: "update"; id: RowId; before: Row; after: Row; tuple: (Row | null)[] }
  | { kind: "delete"; id: RowId; before: Row; tuple: (Row | null)[] }
  | { kind: "insert"; inserter: RowInserter; values: Value[]; tuple: (Row | null)[] };

export function compileMerge(statement: MergeStatement, environment: QueryEnvironment): CompiledModification {
  const { environment: own, prepare } = startStatement(statement, environment);
  const scope: Scope = { sources: [], parent: null, environment: own };
  const { tree, leaves } = bindFrom([joinOfMerge(statement)], scope, null, own, {
    locators: true,
    forUpdate: true,
    unordered: false,
    target: statement.target,
  });
  const relation = planFrom(tree, [], false);
  const targetLeaf = leaves.find((leaf) => leaf.node === statement.target) as LeafNode;
  const target = boundTarget(targetLeaf);
  const { binding, locator } = baseOf(target, []);
  const stored = new StoredRows(binding, own);
  const clauses = compileClauses(statement, target, stored, scope, targetLeaf, own);
  requireRead(leaves, statement, scope, own);
  requirePermissions(clauses, target, own);
  const output = new Output(statement.output, own, scope.sources, target.columns, { inserted: true, deleted: true });
  const sources = leaves.filter((leaf) => leaf !== targetLeaf).map((leaf) => leaf.source);
  const position = targetLeaf.locators[locator]?.position ?? -1;
  const actions = [...new Set(clauses.map((clause): ModificationAction => clause.action.kind))];
  const updated = new Set(
    clauses
      .flatMap(({ action }) => (action.kind === "update" ? action.assignments.ordinals : []))
      .map((ordinal) => storedOrdinal(target, ordinal)),
  );
  const top = statement.top && compileTop(statement.top, scope);

  const decide = (context: QueryContext): Decision[] => {
    const frame = newFrame(scope.sources.length, null, context);
    const limit = top ? evaluateTop(top, newFrame(0, null, context)).take : Number.POSITIVE_INFINITY;
    const table = stored.writer.table(context);
    const touched = new Set<RowId>();
    const decisions: Decision[] = [];
    for (const _ of relation.open(frame)) {
      const id = (frame.tuple[targetLeaf.source]?.[position] ?? null) as RowId | null;
      const hasSource = sources.some((source) => frame.tuple[source] !== null);
      const when: When = id === null ? "notMatchedByTarget" : hasSource ? "matched" : "notMatchedBySource";
      const clause = clauses.find(
        (candidate) => candidate.when === when && (!candidate.condition || candidate.condition.test(frame) === true),
      );
      if (!clause) continue;
      const tuple = frame.tuple.slice();
      const { action } = clause;
      if (action.kind === "insert") {
        decisions.push({
          kind: "insert",
          inserter: action.inserter,
          values: action.values.map((value) => value?.evaluate(frame) ?? null),
          tuple,
        });
      } else if (id !== null) {
        if (touched.has(id)) throw mergedTwice();
        touched.add(id);
        const before = stored.read(table, id, context);
        if (!before) continue;
        if (action.kind === "delete") decisions.push({ kind: "delete", id, before, tuple });
        else {
          const after = before.slice();
          const { writer } = stored;
          action.assignments.apply(
            frame,
            after,
            context,
            (ordinal) => storedOrdinal(target, ordinal),
            (ordinal) => writer.defaultOf(storedOrdinal(target, ordinal)),
          );
          decisions.push({ kind: "update", id, before, after, tuple });
        }
      }
      if (decisions.length >= limit) break;
    }
    return decisions;
  };

  return {
    ...(output.columns ? { outputColumns: output.columns } : {}),
    execute(context) {
      prepare(context);
      output.check(target, actions, context);
      const decisions = decide(context);
      const { writer } = stored;
      const table = writer.table(context);
      const log = new ChangeLog(context);
      const changed: ChangedRow[] = [];
      const shown = (row: Row) => asShown(target, writer.visible(row, context));

      const deletes = decisions.filter((decision) => decision.kind === "delete");
      stored.delete(
        table,
        deletes.map(({ id }) => id),
        context,
      );
      const updates = decisions.filter((decision) => decision.kind === "update");
      const updatedRows = updates.map(
        ({ id, before, after }): UpdatedRow => ({
          id,
          before,
          after: writer.complete(after, "MERGE", context, updated),
        }),
      );
      stored.update(table, updatedRows, context);
      const inserted = new Map<Decision, InsertedRow>();
      for (const decision of decisions) {
        if (decision.kind !== "insert") continue;
        const row = decision.inserter.insert(decision.values, decision.inserter.begin(context), "MERGE", context);
        if (row) inserted.set(decision, row);
      }

      // Triggers fire in this order, each action once, whether or not it met a row.
      const insertedRows = [...inserted.values()].map(({ row }) => row);
      if (actions.includes("insert")) {
        log.inserted(writer, insertedRows);
        stored.foreignKeys.checkParents(insertedRows, "MERGE", context);
      }
      if (actions.includes("update")) stored.finishUpdate(updatedRows, updated, "MERGE", context, log);
      if (actions.includes("delete"))
        stored.finishDelete(
          deletes.map(({ before }) => before),
          "MERGE",
          context,
          log,
        );

      if (!output.isEmpty) {
        for (const decision of decisions) {
          const row = inserted.get(decision)?.row;
          if (decision.kind === "insert" && !row) continue;
          const after = decision.kind === "update" ? decision.after : row;
          changed.push({
            tuple: decision.tuple,
            inserted: after ? shown(after) : null,
            deleted: decision.kind === "insert" ? null : shown(decision.before),
            action: decision.kind.toUpperCase() as ChangedRow["action"],
          });
        }
      }
      const returned = output.isEmpty ? undefined : output.run(changed, context);
      const last = insertedRows.at(-1);
      const inserter = clauses.flatMap(({ action }) => (action.kind === "insert" ? [action.inserter] : []))[0];
      return {
        rowCount: deletes.length + updates.length + inserted.size,
        changes: log.changes,
        ...(returned ? { output: returned } : {}),
        ...(last && inserter ? { identity: inserter.identityOf(last) } : {}),
      };
    },
  };
}

/** Source and target as a join that yields what the WHEN clauses ask about. */
function joinOfMerge(statement: MergeStatement): TableSource {
  const { target, source, on, clauses, span } = statement;
  const has = (when: When) => clauses.some((clause) => clause.when === when);
  const join = has("notMatchedBySource") ? "full" : has("notMatchedByTarget") ? "left" : "inner";
  return { kind: "join", join, left: source, right: target, on, span };
}

function compileClauses(
  statement: MergeStatement,
  target: Target,
  stored: StoredRows,
  scope: Scope,
  targetLeaf: LeafNode,
  environment: StatementEnvironment,
): Clause[] {
  const tableName = fullTableText(stored.binding);
  const targetSource = scope.sources[targetLeaf.source] as ScopeSource;
  const all = scope.sources.map((_, i) => i);
  const onlySource = restrictedScope(scope, new Set(all.filter((source) => source !== targetLeaf.source)));
  const onlyTarget = restrictedScope(scope, new Set([targetLeaf.source]));
  const compileAction = (action: MergeStatement["clauses"][number]["action"], visible: Scope): Clause["action"] => {
    if (action.kind === "delete") return action;
    if (action.kind === "insert")
      return compileInsertAction(action, target, stored, onlySource, tableName, environment);
    return {
      kind: "update",
      assignments: new Assignments(action.assignments, target.columns, tableName, visible, targetSource),
    };
  };
  return statement.clauses.map(({ when, condition, action }) => {
    const visible = when === "matched" ? scope : when === "notMatchedByTarget" ? onlySource : onlyTarget;
    return {
      when,
      condition: condition && compileCondition(condition, visible),
      action: compileAction(action, visible),
    };
  });
}

function compileInsertAction(
  action: Extract<MergeStatement["clauses"][number]["action"], { kind: "insert" }>,
  target: Target,
  stored: StoredRows,
  scope: Scope,
  tableName: string,
  environment: StatementEnvironment,
): Clause["action"] {
  if (action.values === "default")
    return { kind: "insert", inserter: new RowInserter(stored.binding, environment, []), values: [] };
  const given = action.values;
  if (action.columns && action.columns.length > given.length) throw moreColumnsThanValues();
  if (action.columns && action.columns.length < given.length) throw fewerColumnsThanValues();
  const listed = action.columns ? listedColumns(target, action.columns) : impliedColumns(target, given.length);
  const ordinals = listed.map((ordinal) => storedOrdinal(target, ordinal));
  const values = given.map((value, i): Compiled | undefined => {
    const ordinal = listed[i] as number;
    if (value.kind === "default") return stored.writer.defaultOf(storedOrdinal(target, ordinal));
    const column = target.columns[ordinal] as OutputColumn;
    return assigned(compileExpression(value as Expression, scope), {
      type: column.type,
      name: column.name,
      table: tableName,
    });
  });
  return { kind: "insert", inserter: new RowInserter(stored.binding, environment, ordinals), values };
}

function requirePermissions(clauses: readonly Clause[], target: Target, environment: StatementEnvironment): void {
  for (const kind of new Set(clauses.map(({ action }) => action.kind))) {
    environment.plan.require(environment, kind.toUpperCase() as "INSERT" | "UPDATE" | "DELETE", securableOf(target));
  }
}
