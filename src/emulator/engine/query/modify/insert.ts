/** INSERT. */
import type { InsertStatement } from "../../../tsql/ast";
import type { Row, Value } from "../../values";
import { lockForInsert, tableHints } from "../from/tableHints";
import type {
  CompiledModification,
  ModificationInput,
  ModificationResult,
  QueryContext,
  QueryEnvironment,
} from "../queryEnvironment";
import { limitUnsorted } from "../select/rowStages";
import { startStatement } from "../statementStart";
import { ChangeLog } from "./changeLog";
import { verifyCheckOption } from "./checkOption";
import { listedColumns } from "./columnList";
import { ForeignKeys } from "./foreignKeys";
import { compileSource } from "./insertSource";
import { fullTableText } from "./modificationErrors";
import { type ChangedRow, Output } from "./output";
import { type InsertedRow, RowInserter } from "./rowInserter";
import { TableWriter } from "./tableWriter";
import {
  answersInsteadOf,
  asShown,
  baseOf,
  insteadOfChange,
  resolveTarget,
  securableOf,
  storedOrdinal,
} from "./target";

export function compileInsert(statement: InsertStatement, environment: QueryEnvironment): CompiledModification {
  const { plan, environment: own, prepare } = startStatement(statement, environment);
  const target = resolveTarget(statement.target, own);
  const listed = statement.columns && listedColumns(target, statement.columns);
  const source = compileSource({
    statement,
    target,
    tableName: target.kind === "table" ? fullTableText(target.binding) : target.name,
    listed,
    environment: own,
    writerFor: (ordinals) => {
      // A view that only an INSTEAD OF trigger can insert into has no table to take defaults from.
      const base =
        target.kind === "table" || target.query.locators.length > 0 ? baseOf(target, ordinals).binding : undefined;
      return base && { writer: new TableWriter(base, own), stored: (ordinal) => storedOrdinal(target, ordinal) };
    },
  });

  plan.require(own, "INSERT", securableOf(target, source.ordinals));

  let direct: { inserter: RowInserter; foreignKeys: ForeignKeys } | undefined;
  /** Not before it is needed: with an INSTEAD OF trigger the view need not be updatable. */
  const storing = () => {
    if (!direct) {
      const { binding } = baseOf(target, source.ordinals);
      const stored = source.ordinals.map((ordinal) => storedOrdinal(target, ordinal));
      direct = { inserter: new RowInserter(binding, own, stored), foreignKeys: new ForeignKeys(binding, own) };
    }
    return direct;
  };
  const hints = target.kind === "table" ? tableHints(statement.target.hints, target.binding) : {};
  if (target.kind === "table") storing();
  const output = new Output(statement.output, own, [], target.columns, { inserted: true, deleted: false });

  const rowsOf = (context: QueryContext, input: ModificationInput | undefined): Row[] => {
    const limit = context.session.settings.rowCountLimit;
    const rows = source.rows(context, input);
    return [
      ...(limit > 0 && statement.source.kind === "query"
        ? limitUnsorted(rows, { skip: 0, take: limit, withTies: false })
        : rows),
    ];
  };

  const insteadOf = (context: QueryContext, input: ModificationInput | undefined): ModificationResult => {
    const inserter = target.kind === "table" ? storing().inserter : undefined;
    const rows = rowsOf(context, input).map((values): Row => {
      const row = new Array<Value>(target.columns.length).fill(null);
      target.columns.forEach((_, ordinal) => {
        const given = source.ordinals.indexOf(ordinal);
        const fallback = inserter?.writer.defaultOf(ordinal);
        if (given >= 0) row[ordinal] = values[given] ?? null;
        else if (fallback) row[ordinal] = fallback.evaluate({ tuple: [], slots: [], parent: null, context });
        else if (target.columns[ordinal]?.identity)
          row[ordinal] = target.columns[ordinal]?.type.kind === "int" ? 0 : 0n;
      });
      return row;
    });
    const change = insteadOfChange(target, "insert", rows, [], source.ordinals);
    return { rowCount: rows.length, changes: [change] };
  };

  return {
    ...(output.columns ? { outputColumns: output.columns } : {}),
    execute(context, input) {
      prepare(context);
      output.check(target, ["insert"], context);
      if (answersInsteadOf(target, "insert", context)) return insteadOf(context, input);
      const { inserter, foreignKeys } = storing();
      const { writer, binding } = inserter;
      // All rows are read before the first is stored: they must not see each other.
      const values = rowsOf(context, input);
      const table = inserter.begin(context);
      lockForInsert(hints, binding, context);
      const stored: InsertedRow[] = [];
      for (const row of values) {
        const inserted = inserter.insert(row, table, "INSERT", context);
        if (inserted) stored.push(inserted);
      }
      foreignKeys.checkParents(
        stored.map(({ row }) => row),
        "INSERT",
        context,
      );
      verifyCheckOption(
        target,
        stored.map(({ id }) => id),
        binding,
        context,
      );
      const log = new ChangeLog(context);
      log.inserted(
        writer,
        stored.map(({ row }) => row),
      );
      const returned = output.isEmpty
        ? undefined
        : output.run(
            stored.map(({ row }) => changedRow(asShown(target, writer.visible(row, context)))),
            context,
          );
      const last = stored.at(-1);
      return {
        rowCount: stored.length,
        changes: log.changes,
        ...(returned ? { output: returned } : {}),
        ...(last ? { identity: inserter.identityOf(last.row) } : {}),
      };
    },
  };
}

function changedRow(row: Row): ChangedRow {
  return { tuple: [], inserted: row, deleted: null, action: "INSERT" };
}
