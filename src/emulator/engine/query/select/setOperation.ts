/** UNION, UNION ALL, EXCEPT, INTERSECT. */
import type { QueryBody } from "../../../tsql/ast";
import type { Frame, Scope } from "../../expressions/scope";
import type { Row } from "../../values";
import type { CompiledQuery, OutputColumn } from "../compiledQuery";
import type { QueryContext } from "../queryEnvironment";
import { setOperationWidth } from "../queryErrors";
import type { StatementEnvironment } from "../queryScope";
import { commonType, converter } from "../typing";
import { type CompileQueryOptions, compileBody } from "./queryExpression";
import { compareRows, distinctRows, rowKey } from "./rowStages";
import { requireComparable } from "./sortableTypes";

const NAMES = { union: "UNION", unionAll: "UNION ALL", except: "EXCEPT", intersect: "INTERSECT" } as const;

export function compileSetOperation(
  body: Extract<QueryBody, { kind: "setOperation" }>,
  parent: Scope | null,
  environment: StatementEnvironment,
  options: CompileQueryOptions,
): CompiledQuery {
  const inner: CompileQueryOptions = { role: "derived", ...(options.silentNulls ? { silentNulls: true } : {}) };
  const left = compileBody(body.left, parent, environment, inner);
  const right = compileBody(body.right, parent, environment, inner);
  const columns = combineColumns(left.columns, right.columns, NAMES[body.operator]);
  if (body.operator !== "unionAll") requireComparable(columns, "UNION, INTERSECT or EXCEPT");
  const types = columns.map((column) => column.type);
  const rowsOf = (side: CompiledQuery) => (frame: Frame | null, context: QueryContext) =>
    convertRows(side, columns, frame, context);
  const leftRows = rowsOf(left);
  const rightRows = rowsOf(right);
  return {
    columns,
    correlated: left.correlated || right.correlated,
    locators: [],
    rows: (frame, context) => {
      switch (body.operator) {
        case "unionAll":
          return concatenate(leftRows(frame, context), rightRows(frame, context));
        case "union":
          return distinctRows(concatenate(leftRows(frame, context), rightRows(frame, context)), types);
        default: {
          const keys = new Set<string>();
          for (const row of rightRows(frame, context)) keys.add(rowKey(row, types));
          const wanted = body.operator === "intersect";
          const kept = distinctRows(leftRows(frame, context), types).filter(
            (row) => keys.has(rowKey(row, types)) === wanted,
          );
          return kept.sort((one, other) => compareRows(one, other, types));
        }
      }
    },
  };
}

function* concatenate(one: Iterable<Row>, other: Iterable<Row>): Iterable<Row> {
  yield* one;
  yield* other;
}

/** Columns of both sides together: names from the first, types that both convert to. */
export function combineColumns(
  left: readonly OutputColumn[],
  right: readonly OutputColumn[],
  operation: string,
): OutputColumn[] {
  if (left.length !== right.length) throw setOperationWidth();
  return left.map((column, i) => {
    const other = right[i] as OutputColumn;
    const nullable = column.nullable || other.nullable;
    const strength = Math.max(column.collationStrength ?? 1, other.collationStrength ?? 1) as 1 | 2 | 3;
    return { name: column.name, type: commonType([column, other], operation), nullable, collationStrength: strength };
  });
}

export function* convertRows(
  query: CompiledQuery,
  columns: readonly OutputColumn[],
  parent: Frame | null,
  context: QueryContext,
): Iterable<Row> {
  const converters = columns.map((column, i) => converter((query.columns[i] as OutputColumn).type, column.type));
  if (converters.every((convert) => convert === undefined)) {
    yield* query.rows(parent, context);
    return;
  }
  for (const row of query.rows(parent, context)) {
    yield columns.map((_, i) => {
      const value = row[i] ?? null;
      const convert = converters[i];
      return convert ? convert(value, context) : value;
    });
  }
}
