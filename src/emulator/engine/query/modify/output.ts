/** OUTPUT and OUTPUT … INTO. */
import type { OutputClause } from "../../../tsql/ast";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Scope, ScopeSource } from "../../expressions/scope";
import { nvarchar } from "../../types/systemTypes";
import type { Row, Value } from "../../values";
import type { ResultColumn } from "../../wire";
import { newFrame, type OutputColumn } from "../compiledQuery";
import type { BaseTableBinding, QueryContext } from "../queryEnvironment";
import type { StatementEnvironment } from "../queryScope";
import { expandSelectList, outputColumn } from "../select/selectList";
import { slotExpression } from "../select/slots";
import { assigned } from "../typing";
import { impliedColumns, listedColumns } from "./columnList";
import { fullTableText, outputWithTriggers } from "./modificationErrors";
import { RowInserter } from "./rowInserter";
import { resolveTarget, type Target } from "./target";

/** One changed row with what OUTPUT may show of it. */
export interface ChangedRow {
  /** Rows of FROM that led to it. */
  tuple: (Row | null)[];
  inserted: Row | null;
  deleted: Row | null;
  action: "INSERT" | "UPDATE" | "DELETE";
}

interface CompiledClause {
  outputs: Compiled[];
  columns: OutputColumn[];
  into: RowInserter | undefined;
}

export class Output {
  private readonly clauses: CompiledClause[];

  constructor(
    clauses: readonly OutputClause[] | undefined,
    environment: StatementEnvironment,
    /** Sources of FROM, in the order of their ordinals. */
    private readonly sources: readonly ScopeSource[],
    columns: readonly OutputColumn[],
    shows: { inserted: boolean; deleted: boolean },
  ) {
    const scope: Scope = {
      sources: [
        ...sources,
        { alias: shows.inserted ? "inserted" : "", columns: shows.inserted ? [...columns] : [] },
        { alias: shows.deleted ? "deleted" : "", columns: shows.deleted ? [...columns] : [] },
      ],
      parent: null,
      environment,
      intercept: (expression) =>
        expression.kind === "column" &&
        expression.parts.length === 1 &&
        expression.parts[0]?.toLowerCase() === "$action"
          ? slotExpression(0, nvarchar(10), false)
          : undefined,
    };
    this.clauses = (clauses ?? []).map((clause) => compileClause(clause, scope, environment));
  }

  get isEmpty(): boolean {
    return this.clauses.length === 0;
  }

  /** Columns of the clause without INTO. */
  get columns(): ResultColumn[] | undefined {
    return this.clauses.find((clause) => !clause.into)?.columns;
  }

  /** An OUTPUT to the client and triggers do not go together (334). */
  check(target: Target, actions: readonly ("insert" | "update" | "delete")[], context: QueryContext): void {
    if (!this.columns) return;
    const securable = target.kind === "table" ? target.binding.securable : target.view?.securable;
    if (!securable) return;
    if (actions.some((action) => context.triggers(securable.databaseId, securable.objectId, action) !== "none"))
      throw outputWithTriggers(target);
  }

  /** Evaluates the clauses, stores the rows of INTO, and gives those of the other one. */
  run(changed: readonly ChangedRow[], context: QueryContext): { columns: ResultColumn[]; rows: Row[] } | undefined {
    let returned: { columns: ResultColumn[]; rows: Row[] } | undefined;
    for (const { outputs, columns, into } of this.clauses) {
      const rows = changed.map((change) => this.evaluate(outputs, change, context));
      if (!into) {
        returned = { columns, rows };
        continue;
      }
      const table = into.begin(context);
      for (const row of rows) into.insert(row, table, "INSERT", context);
    }
    return returned;
  }

  private evaluate(
    outputs: readonly Compiled[],
    { tuple, inserted, deleted, action }: ChangedRow,
    context: QueryContext,
  ): Row {
    const frame = newFrame(0, null, context);
    const slots: Value[] = [action];
    frame.tuple = [...tuple.slice(0, this.sources.length), inserted, deleted];
    while (frame.tuple.length < this.sources.length + 2) frame.tuple.splice(-2, 0, null);
    frame.slots = slots;
    return outputs.map((output) => output.evaluate(frame));
  }
}

function compileClause(clause: OutputClause, scope: Scope, environment: StatementEnvironment): CompiledClause {
  const list = expandSelectList(
    { kind: "specification", distinct: false, items: clause.items, span: { line: 0, start: 0, end: 0 } },
    scope,
  );
  const items = list.kind === "rows" ? list.items : [];
  const outputs = items.map((item) => compileExpression(item.expression, scope));
  const columns = outputs.map((output, i) => outputColumn(items[i] as (typeof items)[number], output, [], []));
  if (!clause.into) return { outputs, columns, into: undefined };
  const target = resolveTarget(clause.into, environment);
  const binding = (target as { binding: BaseTableBinding }).binding;
  environment.plan.require(environment, "INSERT", binding.securable);
  const ordinals = clause.intoColumns
    ? listedColumns(target, clause.intoColumns)
    : impliedColumns(target, outputs.length);
  const converted = outputs.map((output, i) => {
    const column = target.columns[ordinals[i] as number] as OutputColumn;
    return assigned(output, { type: column.type, name: column.name, table: fullTableText(binding) });
  });
  return { outputs: converted, columns, into: new RowInserter(binding, environment, ordinals) };
}
