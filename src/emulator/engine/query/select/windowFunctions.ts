/** The functions that OVER can follow, each evaluated over one sorted partition. */
import type { Expression, FunctionCall, WindowSpecification } from "../../../tsql/ast";
import { NotEmulatedError, SqlError } from "../../errors";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Scope } from "../../expressions/scope";
import { isAggregateName } from "../../functions/aggregates";
import { BIGINT, FLOAT } from "../../types/systemTypes";
import type { Row, SqlType, Value } from "../../values";
import { contextOf, type QueryFrame } from "../compiledQuery";
import { windowNeedsOrder } from "../queryErrors";
import { convertedTo } from "../typing";
import { compileAggregate } from "./aggregates";
import { compilePercentile } from "./percentiles";
import { compileFrame, type RowRange } from "./windowFrames";

export interface WindowRow {
  tuple: (Row | null)[];
  slots: Value[];
}

export interface WindowPartition {
  rows: WindowRow[];
  /** Peer group of each row. */
  peers: number[];
  /** Rows are put into this frame to evaluate expressions on them. */
  frame: QueryFrame;
}

export interface WindowFunction {
  type: SqlType;
  nullable: boolean;
  /** One value a row, in the partition's order. */
  evaluate(partition: WindowPartition): Value[];
}

export function compileWindowFunction(call: FunctionCall, window: WindowSpecification, scope: Scope): WindowFunction {
  const name = call.name.name.toUpperCase();
  const compile = FUNCTIONS[name];
  if (compile) return compile(call, window, scope);
  if (!call.name.schema && isAggregateName(name)) return windowAggregate(call, window, scope);
  throw new SqlError(
    4113,
    `The function '${call.name.name}' is not a valid windowing function, and cannot be used with the OVER clause.`,
    1,
    16,
  );
}

export function evaluateOn(expression: Compiled, row: WindowRow, frame: QueryFrame): Value {
  frame.tuple = row.tuple;
  frame.slots = row.slots;
  return expression.evaluate(frame);
}

type Compile = (call: FunctionCall, window: WindowSpecification, scope: Scope) => WindowFunction;

const FUNCTIONS: Record<string, Compile> = {
  ROW_NUMBER: ranking((peers) => peers.map((_, i) => i + 1)),
  RANK: ranking((peers) => firstPeers(peers).map((first) => first + 1)),
  DENSE_RANK: ranking((peers) => peers.map((peer) => peer + 1)),
  PERCENT_RANK: ratio((peers) =>
    firstPeers(peers).map((first) => (peers.length === 1 ? 0 : first / (peers.length - 1))),
  ),
  CUME_DIST: ratio((peers) => lastPeers(peers).map((last) => (last + 1) / peers.length)),
  NTILE: ntile,
  LAG: (call, window, scope) => neighbour(call, window, scope, -1),
  LEAD: (call, window, scope) => neighbour(call, window, scope, 1),
  FIRST_VALUE: (call, window, scope) => edgeValue(call, window, scope, "first"),
  LAST_VALUE: (call, window, scope) => edgeValue(call, window, scope, "last"),
  PERCENTILE_CONT: compilePercentile,
  PERCENTILE_DISC: compilePercentile,
};

function requireOrder(call: FunctionCall, window: WindowSpecification): void {
  if (window.orderBy.length === 0) throw windowNeedsOrder(call.name.name.toUpperCase());
}

function refuseFrame(call: FunctionCall, window: WindowSpecification): void {
  if (!window.frame) return;
  throw new SqlError(10752, `The function '${call.name.name.toUpperCase()}' may not have a window frame.`, 1, 15);
}

/** Index of the first row of each row's peer group. */
function firstPeers(peers: readonly number[]): number[] {
  const first: number[] = [];
  for (let i = 0; i < peers.length; i++) first.push(i > 0 && peers[i - 1] === peers[i] ? (first[i - 1] as number) : i);
  return first;
}

function lastPeers(peers: readonly number[]): number[] {
  const last = new Array<number>(peers.length);
  for (let i = peers.length - 1; i >= 0; i--) last[i] = peers[i + 1] === peers[i] ? (last[i + 1] as number) : i;
  return last;
}

function ranking(ranks: (peers: readonly number[]) => number[]): Compile {
  return (call, window) => {
    requireOrder(call, window);
    refuseFrame(call, window);
    return { type: BIGINT, nullable: true, evaluate: ({ peers }) => ranks(peers).map(BigInt) };
  };
}

function ratio(shares: (peers: readonly number[]) => number[]): Compile {
  return (call, window) => {
    requireOrder(call, window);
    refuseFrame(call, window);
    return { type: FLOAT, nullable: true, evaluate: ({ peers }) => shares(peers) };
  };
}

function ntile(call: FunctionCall, window: WindowSpecification, scope: Scope): WindowFunction {
  requireOrder(call, window);
  refuseFrame(call, window);
  const buckets = convertedTo(argument(call, 0, scope), BIGINT);
  return {
    type: BIGINT,
    nullable: true,
    evaluate: ({ rows, frame }) => {
      const [first] = rows;
      const count = first && evaluateOn(buckets, first, frame);
      if (count === null || count === undefined || Number(count) <= 0) {
        throw new SqlError(
          4116,
          "The function 'ntile' takes only a positive int or bigint expression as its input.",
          1,
          16,
        );
      }
      const size = Math.floor(rows.length / Number(count));
      const larger = rows.length % Number(count);
      return rows.map((_, i) => {
        const inLarger = larger * (size + 1);
        return BigInt(i < inLarger ? Math.floor(i / (size + 1)) + 1 : larger + Math.floor((i - inLarger) / size) + 1);
      });
    },
  };
}

function neighbour(call: FunctionCall, window: WindowSpecification, scope: Scope, direction: 1 | -1): WindowFunction {
  requireOrder(call, window);
  refuseFrame(call, window);
  const value = argument(call, 0, scope);
  const offset = call.arguments[1] && convertedTo(compileExpression(call.arguments[1], scope), BIGINT);
  const fallback = call.arguments[2] && convertedTo(compileExpression(call.arguments[2], scope), value.type);
  return {
    type: value.type,
    nullable: true,
    evaluate: ({ rows, frame }) => {
      const values = rows.map((row) => evaluateOn(value, row, frame));
      return rows.map((row, i) => {
        const raw = offset ? evaluateOn(offset, row, frame) : 1;
        const distance = raw === null ? null : Number(raw);
        if (distance !== null && distance < 0) {
          throw new SqlError(8730, `Offset parameter for Lag and Lead functions cannot be a negative value.`, 1, 16);
        }
        if (distance === null) return null;
        const target = skipping(values, i, distance, direction, call.nulls === "ignore");
        if (target !== undefined) return values[target] ?? null;
        return fallback ? evaluateOn(fallback, row, frame) : null;
      });
    },
  };
}

/** The index `distance` rows away; with IGNORE NULLS only rows with a value count. */
function skipping(
  values: Value[],
  from: number,
  distance: number,
  direction: 1 | -1,
  ignoreNulls: boolean,
): number | undefined {
  if (!ignoreNulls) {
    const target = from + direction * distance;
    return target >= 0 && target < values.length ? target : undefined;
  }
  let left = distance;
  for (let i = from; i >= 0 && i < values.length; i += direction) {
    if (i === from && distance > 0) continue;
    if (values[i] === null) continue;
    if (left <= 1) return i;
    left--;
  }
  return undefined;
}

function edgeValue(
  call: FunctionCall,
  window: WindowSpecification,
  scope: Scope,
  edge: "first" | "last",
): WindowFunction {
  requireOrder(call, window);
  const value = argument(call, 0, scope);
  const range = compileFrame(window, scope);
  return {
    type: value.type,
    nullable: true,
    evaluate: (partition) => {
      const values = partition.rows.map((row) => evaluateOn(value, row, partition.frame));
      return partition.rows.map((_, i) => {
        const { from, to } = range(partition, i);
        if (from > to) return null;
        if (call.nulls !== "ignore") return values[edge === "first" ? from : to] ?? null;
        const inFrame = values.slice(from, to + 1).filter((candidate) => candidate !== null);
        return inFrame.at(edge === "first" ? 0 : -1) ?? null;
      });
    },
  };
}

function windowAggregate(call: FunctionCall, window: WindowSpecification, scope: Scope): WindowFunction {
  if (call.distinct) throw new SqlError(10759, "Use of DISTINCT is not allowed with the OVER clause.", 1, 15);
  if (/^(string_agg|grouping|grouping_id)$/i.test(call.name.name))
    throw new NotEmulatedError(`${call.name.name.toUpperCase()} with OVER`);
  if (window.frame && window.orderBy.length === 0) {
    throw new SqlError(10756, "Window frame with ROWS or RANGE must have an ORDER BY clause.", 1, 15);
  }
  const aggregate = compileAggregate(call, scope, false);
  const range = compileFrame(window, scope);
  return {
    type: aggregate.type,
    nullable: aggregate.nullable,
    evaluate: (partition) => {
      const { rows, frame } = partition;
      const context = contextOf(frame);
      let accumulator = aggregate.create(context);
      let covered: RowRange = { from: 0, to: -1 };
      let result: Value = accumulator.result();
      return rows.map((_, i) => {
        const wanted = range(partition, i);
        if (wanted.from === covered.from && wanted.to === covered.to) return result;
        // A frame that only grows at its end is summed up as it grows; any other anew.
        if (wanted.from !== covered.from || wanted.to < covered.to) {
          accumulator = aggregate.create(context);
          covered = { from: wanted.from, to: wanted.from - 1 };
        }
        for (let next = covered.to + 1; next <= wanted.to; next++) {
          const row = rows[next] as WindowRow;
          frame.tuple = row.tuple;
          frame.slots = row.slots;
          accumulator.add(frame);
        }
        covered = wanted;
        result = accumulator.result();
        return result;
      });
    },
  };
}

function argument(call: FunctionCall, index: number, scope: Scope): Compiled {
  const expression: Expression | undefined = call.arguments[index];
  if (!expression)
    throw new SqlError(174, `The ${call.name.name.toLowerCase()} function requires ${index + 1} argument(s).`, 1, 15);
  return compileExpression(expression, scope);
}
