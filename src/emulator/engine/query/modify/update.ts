/** UPDATE. */
import type { UpdateStatement } from "../../../tsql/ast";
import type { Compiled, ScopeSource } from "../../expressions/scope";
import type { Row } from "../../values";
import { newFrame } from "../compiledQuery";
import type { CompiledModification, ModificationResult, QueryContext, QueryEnvironment } from "../queryEnvironment";
import { startStatement } from "../statementStart";
import { Assignments, readBySet } from "./assignments";
import { ChangeLog } from "./changeLog";
import { verifyCheckOption } from "./checkOption";
import { fullTableText } from "./modificationErrors";
import { type ChangedRow, Output } from "./output";
import { StoredRows, type UpdatedRow } from "./storedRows";
import { answersInsteadOf, asShown, baseOf, insteadOfChange, securableOf, storedOrdinal } from "./target";
import { compileTargetSource, type Match } from "./targetSource";

export function compileUpdate(statement: UpdateStatement, environment: QueryEnvironment): CompiledModification {
  const { plan, environment: own, prepare } = startStatement(statement, environment);
  const source = compileTargetSource(statement, readBySet(statement.assignments), own);
  const { target, scope } = source;
  const tableName = target.kind === "table" ? fullTableText(target.binding) : target.name;
  const assignments = new Assignments(
    statement.assignments,
    target.columns,
    tableName,
    scope,
    scope.sources[source.leaf.source] as ScopeSource,
  );
  plan.require(own, "UPDATE", securableOf(target, assignments.ordinals));
  const output = new Output(statement.output, own, scope.sources, target.columns, { inserted: true, deleted: true });
  const updated = new Set(assignments.ordinals.map((ordinal) => storedOrdinal(target, ordinal)));

  let direct: { base: ReturnType<typeof baseOf>; rows: StoredRows } | undefined;
  const storing = () => {
    if (!direct) {
      const base = baseOf(target, assignments.ordinals);
      direct = { base, rows: new StoredRows(base.binding, own) };
    }
    return direct;
  };
  if (target.kind === "table") storing();

  const changedRow = (match: Match, before: Row, after: Row): ChangedRow => ({
    tuple: match.tuple,
    inserted: after,
    deleted: before,
    action: "UPDATE",
  });

  const insteadOf = (context: QueryContext, matches: Match[]): ModificationResult => {
    const frame = newFrame(scope.sources.length, null, context);
    const inserted: Row[] = [];
    const deleted: Row[] = [];
    for (const { tuple } of matches) {
      frame.tuple = tuple;
      const before = (tuple[source.leaf.source] as Row).slice(0, target.columns.length);
      const after = before.slice();
      assignments.apply(
        frame,
        after,
        context,
        (ordinal) => ordinal,
        () => undefined,
      );
      inserted.push(after);
      deleted.push(before);
    }
    const change = insteadOfChange(target, "update", inserted, deleted, assignments.ordinals);
    return { rowCount: matches.length, changes: [change] };
  };

  return {
    ...(output.columns ? { outputColumns: output.columns } : {}),
    execute(context, input) {
      prepare(context);
      output.check(target, ["update"], context);
      if (answersInsteadOf(target, "update", context))
        return insteadOf(context, source.matches(context, undefined, input));
      const { base, rows } = storing();
      const { writer } = rows;
      const table = writer.table(context);
      const matches = source.matches(context, base.locator, input);
      const frame = newFrame(scope.sources.length, null, context);
      const fallback = (ordinal: number): Compiled | undefined => writer.defaultOf(storedOrdinal(target, ordinal));
      const place = (ordinal: number) => storedOrdinal(target, ordinal);
      const changes: (UpdatedRow & { match: Match })[] = [];
      for (const match of matches) {
        const before = rows.read(table, match.id, context);
        if (!before) continue;
        frame.tuple = match.tuple;
        const after = before.slice();
        assignments.apply(frame, after, context, place, fallback);
        changes.push({ id: match.id, before, after: writer.complete(after, "UPDATE", context, updated), match });
      }
      rows.update(table, changes, context);
      const log = new ChangeLog(context);
      rows.finishUpdate(changes, updated, "UPDATE", context, log);
      verifyCheckOption(
        target,
        changes.map(({ id }) => id),
        base.binding,
        context,
      );
      const shown = (row: Row) => asShown(target, writer.visible(row, context));
      const returned = output.isEmpty
        ? undefined
        : output.run(
            changes.map(({ match, before, after }) => changedRow(match, shown(before), shown(after))),
            context,
          );
      return { rowCount: changes.length, changes: log.changes, ...(returned ? { output: returned } : {}) };
    },
  };
}
