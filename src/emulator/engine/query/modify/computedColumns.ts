/** Computed columns: stored ones are computed when a row is written, the others when it is read. */
import type { Compiled } from "../../expressions/scope";
import type { Row } from "../../values";
import type { BaseTableBinding, QueryContext, QueryEnvironment } from "../queryEnvironment";
import { convertedTo } from "../typing";
import { storedExpression } from "./storedExpressions";

interface Computed {
  ordinal: number;
  compiled: Compiled;
  /** Lower case. */
  reads: ReadonlySet<string>;
}

export class ComputedColumns {
  constructor(private readonly columns: readonly Computed[]) {}

  /** Computes the columns into the row, which it changes and gives back. */
  fill(row: Row, context: QueryContext): Row {
    const frame = { tuple: [row], slots: [], parent: null, context };
    for (const { ordinal, compiled } of this.columns) row[ordinal] = compiled.evaluate(frame);
    return row;
  }

  /** Ordinals of the columns that change with one of these (lower case). */
  dependingOn(names: ReadonlySet<string>): number[] {
    return this.columns.filter(({ reads }) => [...reads].some((name) => names.has(name))).map(({ ordinal }) => ordinal);
  }
}

export interface ComputedColumnSets {
  /** PERSISTED, or part of an index. */
  stored: ComputedColumns | undefined;
  /** Computed at each reading. */
  virtual: ComputedColumns | undefined;
}

const NONE: ComputedColumnSets = { stored: undefined, virtual: undefined };

export function computedColumns(binding: BaseTableBinding, environment: QueryEnvironment): ComputedColumnSets {
  const { table } = binding;
  if (!table.columns.some((column) => column.computed)) return NONE;
  const indexed = new Set(table.indexes.flatMap((index) => index.ordinals));
  const stored: Computed[] = [];
  const virtual: Computed[] = [];
  table.columns.forEach((column, ordinal) => {
    if (!column.computed) return;
    const { compiled, columns } = storedExpression(column.computed.text, binding, environment);
    const computed = { ordinal, compiled: convertedTo(compiled, column.type), reads: columns };
    if (column.computed.persisted || indexed.has(ordinal)) stored.push(computed);
    if (!column.computed.persisted) virtual.push(computed);
  });
  return {
    stored: stored.length > 0 ? new ComputedColumns(stored) : undefined,
    virtual: virtual.length > 0 ? new ComputedColumns(virtual) : undefined,
  };
}
