/** OVER: rows are kept, sorted per window, and each function's value is put into its slot. */
import type { Expression, FunctionCall, WindowSpecification } from "../../../tsql/ast";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Scope } from "../../expressions/scope";
import type { Value } from "../../values";
import type { QueryFrame } from "../compiledQuery";
import { windowInWindow, windowOrderConstant, windowOrderOrdinal } from "../queryErrors";
import { sameColumnIn } from "../queryScope";
import { containsWindow, isWindowCall, sameExpression } from "../syntax";
import { compareValues } from "../typing";
import { type SlotLayout, slotExpression } from "./slots";
import { compileWindowFunction, type WindowFunction, type WindowPartition, type WindowRow } from "./windowFunctions";

interface Window {
  specification: WindowSpecification;
  partitionBy: Compiled[];
  orderBy: { expression: Compiled; descending: boolean }[];
  functions: { call: FunctionCall; function: WindowFunction; slot: number }[];
}

export class Windows {
  private readonly windows: Window[] = [];
  private readonly sameColumn: (one: string[], other: string[]) => boolean;

  constructor(
    /** Sees the columns, or of a grouped query the groups. */
    private readonly scope: Scope,
    private readonly layout: SlotLayout,
  ) {
    this.sameColumn = sameColumnIn(scope);
  }

  get isEmpty(): boolean {
    return this.windows.length === 0;
  }

  intercept(expression: Expression): Compiled | undefined {
    if (!isWindowCall(expression)) return undefined;
    const specification = windowOf(expression);
    if (
      containsWindow(expression.arguments) ||
      containsWindow(specification.partitionBy) ||
      containsWindow(specification.orderBy)
    ) {
      throw windowInWindow();
    }
    const window = this.windowFor(specification);
    const known = window.functions.find((candidate) => sameExpression(candidate.call, expression, this.sameColumn));
    if (known) return slotExpression(known.slot, known.function.type, known.function.nullable);
    const compiled = compileWindowFunction(expression, specification, this.scope);
    const slot = this.layout.take();
    window.functions.push({ call: expression, function: compiled, slot });
    return slotExpression(slot, compiled.type, compiled.nullable, 2);
  }

  *run(frame: QueryFrame, input: Iterable<unknown>): Iterable<undefined> {
    let rows: WindowRow[] = [];
    for (const _ of input) {
      const slots = frame.slots.slice();
      while (slots.length < this.layout.size) slots.push(null);
      rows.push({ tuple: frame.tuple.slice(), slots });
    }
    for (const window of this.windows) rows = evaluateWindow(window, rows, frame);
    for (const row of rows) {
      frame.tuple = row.tuple;
      frame.slots = row.slots;
      yield;
    }
  }

  private windowFor(specification: WindowSpecification): Window {
    const known = this.windows.find(
      ({ specification: other }) =>
        sameExpression(other.partitionBy, specification.partitionBy, this.sameColumn) &&
        sameExpression(other.orderBy, specification.orderBy, this.sameColumn),
    );
    if (known) return known;
    const window: Window = {
      specification,
      partitionBy: specification.partitionBy.map((expression) => compileExpression(expression, this.scope)),
      orderBy: specification.orderBy.map(({ expression, descending }) => {
        requireOrderable(expression);
        return { expression: compileExpression(expression, this.scope), descending };
      }),
      functions: [],
    };
    this.windows.push(window);
    return window;
  }
}

function requireOrderable(expression: Expression): void {
  if (expression.kind === "integer") throw windowOrderOrdinal();
  if (["string", "decimal", "float", "money", "binary", "null"].includes(expression.kind)) throw windowOrderConstant();
}

/** `f() WITHIN GROUP (ORDER BY x) OVER (PARTITION BY y)`: the order belongs to the function. */
function windowOf(call: FunctionCall): WindowSpecification {
  const over = call.over as WindowSpecification;
  return call.withinGroup && over.orderBy.length === 0 ? { ...over, orderBy: call.withinGroup } : over;
}

interface KeyedRow {
  row: WindowRow;
  partition: Value[];
  order: Value[];
}

function evaluateWindow(window: Window, rows: WindowRow[], frame: QueryFrame): WindowRow[] {
  const keyed = rows.map((row): KeyedRow => {
    frame.tuple = row.tuple;
    frame.slots = row.slots;
    return {
      row,
      partition: window.partitionBy.map((expression) => expression.evaluate(frame)),
      order: window.orderBy.map(({ expression }) => expression.evaluate(frame)),
    };
  });
  const comparePartitions = (a: KeyedRow, b: KeyedRow) => compareKeys(a.partition, b.partition, window.partitionBy);
  const compareOrder = (a: KeyedRow, b: KeyedRow) => {
    for (let i = 0; i < window.orderBy.length; i++) {
      const { expression, descending } = window.orderBy[i] as Window["orderBy"][number];
      const order = compareValues(a.order[i] ?? null, b.order[i] ?? null, expression.type);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
  if (window.partitionBy.length > 0 || window.orderBy.length > 0) {
    keyed.sort((a, b) => comparePartitions(a, b) || compareOrder(a, b));
  }
  for (let start = 0; start < keyed.length; ) {
    let end = start + 1;
    while (end < keyed.length && comparePartitions(keyed[start] as KeyedRow, keyed[end] as KeyedRow) === 0) end++;
    const members = keyed.slice(start, end);
    const partition: WindowPartition = {
      rows: members.map(({ row }) => row),
      peers: peersOf(members, compareOrder),
      frame,
    };
    for (const { function: compiled, slot } of window.functions) {
      const values = compiled.evaluate(partition);
      partition.rows.forEach((row, i) => {
        row.slots[slot] = values[i] ?? null;
      });
    }
    start = end;
  }
  return keyed.map(({ row }) => row);
}

function compareKeys(a: Value[], b: Value[], expressions: Compiled[]): number {
  for (let i = 0; i < expressions.length; i++) {
    const order = compareValues(a[i] ?? null, b[i] ?? null, (expressions[i] as Compiled).type);
    if (order !== 0) return order;
  }
  return 0;
}

/** For each row the number of its peer group (rows that ORDER BY does not tell apart). */
function peersOf(rows: KeyedRow[], compare: (a: KeyedRow, b: KeyedRow) => number): number[] {
  const peers: number[] = [];
  let group = -1;
  rows.forEach((row, i) => {
    if (i === 0 || compare(rows[i - 1] as KeyedRow, row) !== 0) group++;
    peers.push(group);
  });
  return peers;
}
