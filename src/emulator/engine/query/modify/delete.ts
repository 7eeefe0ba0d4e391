/** DELETE. */
import type { DeleteStatement } from "../../../tsql/ast";
import type { Row } from "../../values";
import type { CompiledModification, ModificationResult, QueryEnvironment } from "../queryEnvironment";
import { startStatement } from "../statementStart";
import { ChangeLog } from "./changeLog";
import { type ChangedRow, Output } from "./output";
import { StoredRows } from "./storedRows";
import { answersInsteadOf, asShown, baseOf, insteadOfChange, securableOf } from "./target";
import { compileTargetSource, type Match } from "./targetSource";

export function compileDelete(statement: DeleteStatement, environment: QueryEnvironment): CompiledModification {
  const { plan, environment: own, prepare } = startStatement(statement, environment);
  const source = compileTargetSource(statement, undefined, own);
  const { target, scope, leaf } = source;
  plan.require(own, "DELETE", securableOf(target));
  const output = new Output(statement.output, own, scope.sources, target.columns, { inserted: false, deleted: true });

  let direct: { base: ReturnType<typeof baseOf>; rows: StoredRows } | undefined;
  const storing = () => {
    if (!direct) {
      const base = baseOf(target, []);
      direct = { base, rows: new StoredRows(base.binding, own) };
    }
    return direct;
  };
  if (target.kind === "table") storing();

  const insteadOf = (matches: readonly Match[]): ModificationResult => {
    const deleted = matches.map(({ tuple }) => (tuple[leaf.source] as Row).slice(0, target.columns.length));
    const change = insteadOfChange(target, "delete", [], deleted, []);
    return { rowCount: matches.length, changes: [change] };
  };

  return {
    ...(output.columns ? { outputColumns: output.columns } : {}),
    execute(context, input) {
      prepare(context);
      output.check(target, ["delete"], context);
      if (answersInsteadOf(target, "delete", context)) return insteadOf(source.matches(context, undefined, input));
      const { base, rows } = storing();
      const table = rows.writer.table(context);
      const deleted: { match: Match; row: Row }[] = [];
      for (const match of source.matches(context, base.locator, input)) {
        const row = rows.read(table, match.id, context);
        if (row) deleted.push({ match, row });
      }
      rows.delete(
        table,
        deleted.map(({ match }) => match.id),
        context,
      );
      const log = new ChangeLog(context);
      rows.finishDelete(
        deleted.map(({ row }) => row),
        "DELETE",
        context,
        log,
      );
      const returned = output.isEmpty
        ? undefined
        : output.run(
            deleted.map(({ match, row }): ChangedRow => {
              const shown = asShown(target, rows.writer.visible(row, context));
              return { tuple: match.tuple, inserted: null, deleted: shown, action: "DELETE" };
            }),
            context,
          );
      return { rowCount: deleted.length, changes: log.changes, ...(returned ? { output: returned } : {}) };
    },
  };
}
