/** Where the rows of an INSERT come from, each value converted to its column. */
import type { Expression, InsertStatement } from "../../../tsql/ast";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Scope } from "../../expressions/scope";
import type { Row, Value } from "../../values";
import { newFrame, type OutputColumn } from "../compiledQuery";
import type { ModificationInput, QueryContext } from "../queryEnvironment";
import type { StatementEnvironment } from "../queryScope";
import { compileTop, evaluateTop } from "../select/limits";
import { compileQuery } from "../select/queryExpression";
import { limitUnsorted } from "../select/rowStages";
import { assigned, assignmentConverter, commonType, convertedTo } from "../typing";
import { impliedColumns } from "./columnList";
import {
  fewerColumnsThanValues,
  insertShape,
  moreColumnsThanValues,
  selectTooNarrow,
  selectTooWide,
  timestampNotInserted,
  valuesWidth,
} from "./modificationErrors";
import type { TableWriter } from "./tableWriter";
import type { Target } from "./target";

type Cell = Expression | { kind: "default" };

export interface InsertSource {
  /** Ordinals in the target of the columns that it gives. */
  ordinals: number[];
  rows(context: QueryContext, input: ModificationInput | undefined): Iterable<Row>;
}

export interface SourceRequest {
  statement: InsertStatement;
  target: Target;
  /** Name for truncation errors. */
  tableName: string;
  listed: number[] | undefined;
  environment: StatementEnvironment;
  /** Of the stored table, for DEFAULT; undefined when there is none to write to. */
  writerFor(ordinals: readonly number[]): { writer: TableWriter; stored(ordinal: number): number } | undefined;
}

export function compileSource(request: SourceRequest): InsertSource {
  const { source } = request.statement;
  switch (source.kind) {
    case "values":
      return valuesSource(request, source.rows);
    case "query":
      return querySource(request, source.query);
    case "execute":
      return executeSource(request);
    case "defaultValues":
      return { ordinals: [], rows: () => [[]] };
  }
}

function valuesSource(request: SourceRequest, rows: Cell[][]): InsertSource {
  const { listed, target, environment } = request;
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) throw valuesWidth();
  if (listed && width < listed.length) throw moreColumnsThanValues();
  if (listed && width > listed.length) throw fewerColumnsThanValues();
  const all = listed ?? impliedColumns(target, width);
  // DEFAULT for a column that fills itself is as if the column were not there.
  const positions = all.flatMap((ordinal, i) => (fillsItself(target.columns[ordinal], rows, i) ? [] : [i]));
  const ordinals = positions.map((i) => all[i] as number);
  const scope: Scope = { sources: [], parent: null, environment };
  const hasDefault = rows.some((row) => row.some((cell) => cell.kind === "default"));
  const defaults = hasDefault ? request.writerFor(ordinals) : undefined;
  const columns = positions.map((position, i) => {
    const column = target.columns[ordinals[i] as number] as OutputColumn;
    if (column.type.kind === "timestamp") throw timestampNotInserted();
    const cells = rows.map((row) => row[position] as Cell);
    const compiled = cells.map((cell) =>
      cell.kind === "default" ? undefined : compileExpression(cell as Expression, scope),
    );
    const written = compiled.filter((cell): cell is Compiled => cell !== undefined);
    // Several rows are one table value: its columns have a type of their own first.
    const common = written.length > 1 ? commonType(written, "VALUES") : undefined;
    const name = { type: column.type, name: column.name, table: request.tableName };
    return compiled.map((cell): Compiled | undefined => {
      if (!cell) return defaults?.writer.defaultOf(defaults.stored(ordinals[i] as number));
      return assigned(common ? convertedTo(cell, common) : cell, name);
    });
  });
  return {
    ordinals,
    *rows(context) {
      const frame = newFrame(0, null, context);
      for (let r = 0; r < rows.length; r++) {
        const row = new Array<Value>(columns.length);
        for (let c = 0; c < columns.length; c++) row[c] = columns[c]?.[r]?.evaluate(frame) ?? null;
        yield row;
      }
    },
  };
}

function fillsItself(column: OutputColumn | undefined, rows: Cell[][], position: number): boolean {
  if (!column || !(column.identity || column.computed || column.type.kind === "timestamp")) return false;
  return rows.every((row) => {
    const cell = row[position];
    return cell?.kind === "default" || (cell?.kind === "null" && column.type.kind === "timestamp");
  });
}

function querySource(
  request: SourceRequest,
  query: Extract<InsertStatement["source"], { kind: "query" }>["query"],
): InsertSource {
  const { listed, target, environment, statement } = request;
  const compiled = compileQuery(query, null, environment, { role: "statement" });
  const width = compiled.columns.length;
  if (listed && width < listed.length) throw selectTooNarrow();
  if (listed && width > listed.length) throw selectTooWide();
  const ordinals = listed ?? impliedColumns(target, width);
  const converters = ordinals.map((ordinal, i) => {
    const column = target.columns[ordinal] as OutputColumn;
    if (column.type.kind === "timestamp") throw timestampNotInserted();
    const from = compiled.columns[i] as OutputColumn;
    return assignmentConverter(from.type, { type: column.type, name: column.name, table: request.tableName });
  });
  const scope: Scope = { sources: [], parent: null, environment };
  const top = statement.top && compileTop(statement.top, scope);
  return {
    ordinals,
    rows(context) {
      const rows = convertAll(compiled.rows(null, context), converters, context);
      return top ? limitUnsorted(rows, evaluateTop(top, newFrame(0, null, context))) : rows;
    },
  };
}

/** INSERT … EXEC: types and width are known only when the rows are there. */
function executeSource(request: SourceRequest): InsertSource {
  const { listed, target } = request;
  const ordinals = listed ?? target.columns.flatMap((column, i) => (column.identity || column.computed ? [] : [i]));
  return {
    ordinals,
    rows(context, input) {
      const given = input?.rows;
      if (!given || given.rows.length === 0) return [];
      if (given.columns.length !== ordinals.length) throw insertShape();
      const converters = ordinals.map((ordinal, i) => {
        const column = target.columns[ordinal] as OutputColumn;
        const from = given.columns[i] as OutputColumn;
        return assignmentConverter(from.type, { type: column.type, name: column.name, table: request.tableName });
      });
      return convertAll(given.rows, converters, context);
    },
  };
}

function* convertAll(
  rows: Iterable<Row>,
  converters: ReturnType<typeof assignmentConverter>[],
  context: QueryContext,
): Iterable<Row> {
  for (const row of rows) {
    yield converters.map((convert, i) => {
      const value = row[i] ?? null;
      return convert ? convert(value, context) : value;
    });
  }
}
