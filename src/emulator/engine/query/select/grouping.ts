/** GROUP BY with its sets, aggregates, GROUPING(): compiled and carried out. */
import type { Expression, FunctionCall, GroupingElement, QuerySpecification } from "../../../tsql/ast";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Frame, Scope } from "../../expressions/scope";
import { INT, TINYINT } from "../../types/systemTypes";
import type { Row, Value } from "../../values";
import { contextOf, type QueryFrame } from "../compiledQuery";
import {
  aggregateInAggregate,
  groupByAggregate,
  groupByWithoutColumn,
  groupingArgument,
  notGrouped,
  windowInWindow,
} from "../queryErrors";
import { resolveLocalColumn, sameColumnIn } from "../queryScope";
import {
  containsAggregate,
  containsColumn,
  containsSubquery,
  containsWindow,
  isAggregateCall,
  sameExpression,
} from "../syntax";
import { compareValues, hashKey } from "../typing";
import { type Accumulator, type CompiledAggregate, compileAggregate } from "./aggregates";
import { type SlotLayout, slotExpression } from "./slots";
import { requireSortable } from "./sortableTypes";

export type Clause = "select list" | "HAVING clause" | "ORDER BY clause";

interface GroupKey {
  expression: Expression;
  compiled: Compiled;
  slot: number;
}

interface GroupedAggregate {
  call: FunctionCall;
  aggregate: CompiledAggregate;
  slot: number;
}

export class Grouping {
  private readonly keys: GroupKey[] = [];
  /** Which keys take part in each grouping set. */
  private readonly sets: boolean[][];
  private readonly aggregates: GroupedAggregate[] = [];
  private readonly flags: { arguments: number[]; slot: number }[] = [];
  private readonly sameColumn: (one: string[], other: string[]) => boolean;
  private readonly grouped: boolean;
  /** The clause that is compiled now, for messages. */
  clause: Clause = "select list";

  constructor(
    specification: QuerySpecification,
    private readonly rowScope: Scope,
    private readonly layout: SlotLayout,
    private readonly silentNulls: boolean,
  ) {
    this.sameColumn = sameColumnIn(rowScope);
    this.grouped = specification.groupBy !== undefined;
    this.sets = this.compileSets(specification.groupBy ?? []);
  }

  /** First refusal of the expressions of select list, HAVING and ORDER BY. */
  intercept(expression: Expression): Compiled | undefined {
    if (expression.kind === "call") {
      if (/^grouping(_id)?$/i.test(expression.name.name) && !expression.name.schema)
        return this.groupingFlag(expression);
      if (isAggregateCall(expression)) return this.aggregate(expression);
    }
    const key = this.keys.find((candidate) => sameExpression(candidate.expression, expression, this.sameColumn));
    if (key) {
      const { type, nullable, collationStrength, column } = key.compiled;
      return {
        ...slotExpression(key.slot, type, nullable || this.sets.length > 1, collationStrength),
        ...(column ? { column } : {}),
      };
    }
    if (expression.kind === "column") {
      const column = resolveLocalColumn(expression.parts, this.rowScope);
      if (column) {
        const source = this.rowScope.sources[column.source];
        const name = [source?.alias, source?.columns[column.ordinal]?.name].join(".");
        throw notGrouped(name, this.clause, this.grouped);
      }
    }
    return undefined;
  }

  /** Reads all rows, then shows one combination of representative row and slots for each group. */
  *run(frame: QueryFrame, input: Iterable<unknown>): Iterable<undefined> {
    const groups = this.collect(frame, input);
    const ordered = this.grouped ? this.inOrder([...groups.values()]) : [...groups.values()];
    for (const group of ordered) {
      const slots = new Array<Value>(this.layout.size).fill(null);
      this.keys.forEach((key, i) => {
        slots[key.slot] = group.keys[i] ?? null;
      });
      this.aggregates.forEach((aggregate, i) => {
        slots[aggregate.slot] = (group.accumulators[i] as Accumulator).result();
      });
      const set = this.sets[group.set] as boolean[];
      for (const flag of this.flags) {
        slots[flag.slot] = flag.arguments.reduce((bits, key) => bits * 2 + (set[key] ? 0 : 1), 0);
      }
      frame.tuple = group.tuple;
      frame.slots = slots;
      yield;
    }
  }

  private collect(frame: QueryFrame, input: Iterable<unknown>): Map<string, Group> {
    const groups = new Map<string, Group>();
    const outerTuple = frame.tuple;
    for (const _ of input) {
      const values = this.keys.map((key) => key.compiled.evaluate(frame));
      const parts = values.map((value, i) =>
        value === null ? "n" : `v${String(hashKey(value, (this.keys[i] as GroupKey).compiled.type))}`,
      );
      for (let set = 0; set < this.sets.length; set++) {
        const included = this.sets[set] as boolean[];
        let id = this.sets.length > 1 ? `${set}\u0000` : "";
        for (let i = 0; i < parts.length; i++) if (included[i]) id += `${parts[i]}\u0000`;
        let group = groups.get(id);
        if (!group) {
          group = this.newGroup(
            set,
            values.map((value, i) => (included[i] ? value : null)),
            frame,
          );
          groups.set(id, group);
        }
        this.accumulate(group, frame);
      }
    }
    if (groups.size === 0) this.addEmptyGroups(groups, { ...frame, tuple: outerTuple.map(() => null) });
    return groups;
  }

  /** The set of no expressions has its one group even when there are no rows. */
  private addEmptyGroups(groups: Map<string, Group>, frame: QueryFrame): void {
    this.sets.forEach((set, i) => {
      if (set.includes(true)) return;
      groups.set(
        String(i),
        this.newGroup(
          i,
          this.keys.map(() => null),
          frame,
        ),
      );
    });
  }

  private newGroup(set: number, keys: Value[], frame: QueryFrame): Group {
    return {
      set,
      keys,
      tuple: frame.tuple.slice(),
      accumulators: this.aggregates.map(({ aggregate }) => aggregate.create(contextOf(frame))),
    };
  }

  private accumulate(group: Group, frame: Frame): void {
    for (let i = 0; i < this.aggregates.length; i++) (group.accumulators[i] as Accumulator).add(frame);
  }

  /** Sorted by the keys, subtotals after what they sum up, as sort-based aggregation shows them. */
  private inOrder(groups: Group[]): Group[] {
    return groups.sort((one, other) => {
      for (let i = 0; i < this.keys.length; i++) {
        const a = (this.sets[one.set] as boolean[])[i];
        const b = (this.sets[other.set] as boolean[])[i];
        if (a !== b) return a ? -1 : 1;
        const order = compareValues(
          one.keys[i] ?? null,
          other.keys[i] ?? null,
          (this.keys[i] as GroupKey).compiled.type,
        );
        if (order !== 0) return order;
      }
      return one.set - other.set;
    });
  }

  private aggregate(call: FunctionCall): Compiled {
    const known = this.aggregates.find((candidate) => sameExpression(candidate.call, call, this.sameColumn));
    if (known) return slotExpression(known.slot, known.aggregate.type, known.aggregate.nullable);
    for (const argument of call.arguments) {
      if (containsAggregate(argument) || containsSubquery(argument)) throw aggregateInAggregate();
      if (containsWindow(argument)) throw windowInWindow();
    }
    const aggregate = compileAggregate(call, this.rowScope, this.silentNulls);
    const slot = this.layout.take();
    this.aggregates.push({ call, aggregate, slot });
    return slotExpression(slot, aggregate.type, aggregate.nullable, 2);
  }

  private groupingFlag(call: FunctionCall): Compiled {
    const name = call.name.name.toUpperCase();
    const positions = call.arguments.map((argument, i) => {
      const position = this.keys.findIndex((key) => sameExpression(key.expression, argument, this.sameColumn));
      if (position < 0) throw groupingArgument(i + 1, name);
      return position;
    });
    const slot = this.layout.take();
    this.flags.push({ arguments: positions, slot });
    return slotExpression(slot, name === "GROUPING" ? TINYINT : INT, false);
  }

  private compileSets(elements: readonly GroupingElement[]): boolean[][] {
    let sets: number[][] = [[]];
    for (const element of elements) {
      const alternatives = this.alternatives(element);
      sets = sets.flatMap((set) => alternatives.map((alternative) => [...set, ...alternative]));
    }
    return sets.map((set) => this.keys.map((_, i) => set.includes(i)));
  }

  private alternatives(element: GroupingElement): number[][] {
    if (element.kind === "expression") return [[this.key(element.expression)]];
    const columns = element.sets.map((set) => set.map((expression) => this.key(expression)));
    if (element.kind === "groupingSets") return columns;
    if (element.kind === "rollup") {
      return Array.from({ length: columns.length + 1 }, (_, i) => columns.slice(0, columns.length - i).flat());
    }
    const count = 2 ** columns.length;
    return Array.from({ length: count }, (_, i) =>
      columns.filter((__, bit) => ((count - 1 - i) >> (columns.length - 1 - bit)) & 1).flat(),
    );
  }

  private key(expression: Expression): number {
    const known = this.keys.findIndex((key) => sameExpression(key.expression, expression, this.sameColumn));
    if (known >= 0) return known;
    if (containsAggregate(expression) || containsSubquery(expression)) throw groupByAggregate();
    if (!containsColumn(expression)) throw groupByWithoutColumn();
    const compiled = compileExpression(expression, this.rowScope);
    if (compiled.column && compiled.column.depth > 0) throw groupByWithoutColumn();
    requireSortable(compiled.type);
    this.keys.push({ expression, compiled, slot: this.layout.take() });
    return this.keys.length - 1;
  }
}

interface Group {
  set: number;
  keys: Value[];
  tuple: (Row | null)[];
  accumulators: Accumulator[];
}
