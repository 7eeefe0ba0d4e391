/** Running a query specification: rows of FROM, groups, windows, output, order, limits. */
import type { Compiled, CompiledCondition, Frame } from "../../expressions/scope";
import type { Row, Value } from "../../values";
import { NO_SLOTS, newFrame, type OutputColumn, type QueryFrame } from "../compiledQuery";
import { passes, type Relation } from "../from/relation";
import type { QueryContext } from "../queryEnvironment";
import type { Grouping } from "./grouping";
import { evaluateLimits, type Limits } from "./limits";
import { type OrderKey, orderValues } from "./ordering";
import { distinctRows, limitSorted, limitUnsorted, type SortableRow, sortRows } from "./rowStages";
import type { CompiledAssignment } from "./selectList";
import type { Windows } from "./windows";

export interface PlanParts {
  relation: Relation;
  sources: number;
  grouping: Grouping | undefined;
  having: CompiledCondition | undefined;
  windows: Windows | undefined;
  outputs: Pick<Compiled, "evaluate">[];
  assignments: CompiledAssignment[];
  distinct: boolean;
  columns: OutputColumn[];
  order: OrderKey[];
  limits: Limits | undefined;
}

/** Carries a compiled query specification out. */
export class SpecificationPlan {
  constructor(private readonly parts: PlanParts) {}

  *rows(parent: Frame | null, context: QueryContext): Iterable<Row> {
    const { order, limits, distinct, columns } = this.parts;
    const bounds = evaluateLimits(limits, parent, context);
    const frame = newFrame(this.parts.sources, parent, context);
    if (order.length === 0) {
      const rows = this.project(frame);
      yield* limitUnsorted(
        distinct
          ? distinctRows(
              rows,
              columns.map((column) => column.type),
            )
          : rows,
        bounds,
      );
      return;
    }
    let sortable: SortableRow[];
    if (distinct) {
      const rows = distinctRows(
        this.project(frame),
        columns.map((column) => column.type),
      );
      sortable = rows.map((row) => ({ row, keys: orderValues(order, row, frame) }));
    } else {
      sortable = [];
      for (const row of this.project(frame)) sortable.push({ row, keys: orderValues(order, row, frame) });
    }
    for (const { row } of limitSorted(sortRows(sortable, order), bounds, order)) yield row;
  }

  assign(context: QueryContext): number {
    const { order, limits, assignments } = this.parts;
    const bounds = evaluateLimits(limits, null, context);
    const frame = newFrame(this.parts.sources, null, context);
    const assignAll = () => {
      for (const { variable, expression } of assignments) context.setVariable(variable, expression.evaluate(frame));
    };
    let count = 0;
    if (order.length === 0) {
      for (const _ of limitUnsorted(this.input(frame), bounds)) {
        assignAll();
        count++;
      }
      return count;
    }
    const places: { tuple: (Row | null)[]; slots: Value[]; keys: Value[] }[] = [];
    for (const _ of this.input(frame)) {
      places.push({ tuple: frame.tuple.slice(), slots: frame.slots, keys: orderValues(order, [], frame) });
    }
    for (const { tuple, slots } of limitSorted(sortRows(places, order), bounds, order)) {
      frame.tuple = tuple;
      frame.slots = slots;
      assignAll();
      count++;
    }
    return count;
  }

  private *project(frame: QueryFrame): Iterable<Row> {
    const { outputs } = this.parts;
    const { length } = outputs;
    const sequenceValues = new Map<string, Value>();
    frame.sequenceValues = sequenceValues;
    for (const _ of this.input(frame)) {
      sequenceValues.clear();
      const row = new Array<Value>(length);
      for (let i = 0; i < length; i++) row[i] = (outputs[i] as Compiled).evaluate(frame);
      yield row;
    }
  }

  /** Combinations of rows after WHERE, or groups after HAVING, with window values in their slots. */
  private input(frame: QueryFrame): Iterable<unknown> {
    const { relation, grouping, having, windows } = this.parts;
    frame.slots = NO_SLOTS;
    let input = relation.open(frame);
    if (grouping) input = grouping.run(frame, input);
    if (having) input = filtered(input, having, frame);
    return windows ? windows.run(frame, input) : input;
  }
}

function* filtered(input: Iterable<unknown>, condition: CompiledCondition, frame: QueryFrame): Iterable<undefined> {
  for (const _ of input) if (passes([condition], frame)) yield;
}
