/** VALUES as a table: every row an expression list, column types found over all rows. */
import type { Expression } from "../../../tsql/ast";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Scope } from "../../expressions/scope";
import { INT } from "../../types/systemTypes";
import { type CompiledQuery, newFrame, type OutputColumn } from "../compiledQuery";
import { valuesWidth } from "../queryErrors";
import { OuterScope, type StatementEnvironment } from "../queryScope";
import { commonType, convertedTo } from "../typing";
import { tracking } from "./references";

export function compileValues(
  rows: readonly Expression[][],
  parent: Scope | null,
  environment: StatementEnvironment,
): CompiledQuery {
  const outer = parent === null || parent instanceof OuterScope ? parent : new OuterScope(parent);
  const scope: Scope = { sources: [], parent: outer, environment };
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) throw valuesWidth();
  const { result: compiled, correlated } = tracking(outer, () =>
    rows.map((row) => row.map((cell) => compileExpression(cell, scope))),
  );
  const columns: OutputColumn[] = [];
  for (let i = 0; i < width; i++) {
    const cells = compiled.map((row) => row[i] as Compiled);
    const common = commonType(cells, "VALUES");
    const type = common.isNullLiteral ? INT : common;
    columns.push({ name: "", type, nullable: cells.some((cell) => cell.nullable) });
    for (const row of compiled) row[i] = convertedTo(row[i] as Compiled, type);
  }
  return {
    columns,
    correlated,
    locators: [],
    *rows(parentFrame, context) {
      const frame = newFrame(0, parentFrame, context);
      for (const row of compiled) yield row.map((cell) => cell.evaluate(frame));
    },
  };
}
