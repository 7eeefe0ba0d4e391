/** Aggregate calls: arguments, DISTINCT, WITHIN GROUP and the warning about NULLs around engine/functions' accumulators. */
import type { FunctionCall } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Frame, Scope } from "../../expressions/scope";
import { type AggregateCall, findAggregate, type Accumulator as Sum } from "../../functions/aggregates";
import type { SqlType, Value } from "../../values";
import type { QueryContext } from "../queryEnvironment";
import { information } from "../queryErrors";
import { compareValues, convertedTo, hashKey } from "../typing";

export interface CompiledAggregate {
  type: SqlType;
  nullable: boolean;
  create(context: QueryContext): Accumulator;
}

/** Takes the rows of a group, each standing in the frame. */
export interface Accumulator {
  add(frame: Frame): void;
  result(): Value;
}

/** `silentNulls`: the query's own making (PIVOT) leaves out NULLs that nobody wrote. */
export function compileAggregate(call: FunctionCall, scope: Scope, silentNulls: boolean): CompiledAggregate {
  const name = call.name.name.toUpperCase();
  const definition = findAggregate(name);
  if (!definition) throw new SqlError(195, `'${call.name.name}' is not a recognized built-in function name.`, 10, 15);
  const count = call.arguments.length;
  if (
    call.star
      ? count > 0 || !name.startsWith("COUNT")
      : count < Math.max(1, definition.minArgs) || count > definition.maxArgs
  ) {
    throw new SqlError(174, `The ${name.toLowerCase()} function requires ${definition.maxArgs} argument(s).`, 1, 15);
  }
  const written = call.arguments.map((argument) => compileExpression(argument, scope));
  const resolved = definition.resolve(written.map((argument) => argument.type));
  const [first, ...rest] = written;
  const operand = first && resolved.operand ? convertedTo(first, resolved.operand) : first;
  const order = (call.withinGroup ?? []).map(({ expression, descending }) => ({
    expression: compileExpression(expression, scope),
    descending,
  }));
  const warns = !silentNulls && operand !== undefined && name !== "STRING_AGG" && name !== "APPROX_COUNT_DISTINCT";
  const start = (context: QueryContext): Accumulator => {
    if (!operand) return new RowCount(resolved);
    const plain = new Plain(resolved.start(), operand, rest, warns ? context : undefined);
    const distinct = call.distinct ? new Distinct(plain, operand) : plain;
    return order.length > 0 ? new Ordered(distinct, order) : distinct;
  };
  return { type: resolved.type, nullable: resolved.nullable, create: start };
}

/** COUNT(*) */
class RowCount implements Accumulator {
  private readonly sum: Sum;

  constructor(call: AggregateCall) {
    this.sum = call.start();
  }

  add(): void {
    this.sum.add(1);
  }

  result(): Value {
    return this.sum.result();
  }
}

class Plain implements Accumulator {
  constructor(
    private readonly sum: Sum,
    private readonly operand: Compiled,
    private readonly rest: readonly Compiled[],
    /** Set when NULLs left out are worth a warning. */
    private readonly context: QueryContext | undefined,
  ) {}

  add(frame: Frame): void {
    const value = this.operand.evaluate(frame);
    if (value === null) {
      if (this.context) warnOfNull(this.context);
      return;
    }
    if (this.rest.length === 0) this.sum.add(value);
    else this.sum.add(value, ...this.rest.map((argument) => argument.evaluate(frame)));
  }

  result(): Value {
    return this.sum.result();
  }
}

class Distinct implements Accumulator {
  private readonly seen = new Set<unknown>();

  constructor(
    private readonly inner: Accumulator,
    private readonly operand: Compiled,
  ) {}

  add(frame: Frame): void {
    const value = this.operand.evaluate(frame);
    const key = value === null ? null : hashKey(value, this.operand.type);
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.inner.add(frame);
  }

  result(): Value {
    return this.inner.result();
  }
}

interface OrderedRow {
  tuple: Frame["tuple"];
  slots: Value[];
  keys: Value[];
}

/** WITHIN GROUP (ORDER BY …): adds the rows in that order at the end. */
class Ordered implements Accumulator {
  private readonly rows: OrderedRow[] = [];
  private frame: Frame | undefined;

  constructor(
    private readonly inner: Accumulator,
    private readonly order: readonly { expression: Compiled; descending: boolean }[],
  ) {}

  add(frame: Frame): void {
    this.frame = frame;
    this.rows.push({
      tuple: frame.tuple.slice(),
      slots: frame.slots,
      keys: this.order.map(({ expression }) => expression.evaluate(frame)),
    });
  }

  result(): Value {
    this.rows.sort((one, other) => {
      for (let i = 0; i < this.order.length; i++) {
        const { expression, descending } = this.order[i] as (typeof this.order)[number];
        const order = compareValues(one.keys[i] ?? null, other.keys[i] ?? null, expression.type);
        if (order !== 0) return descending ? -order : order;
      }
      return 0;
    });
    for (const { tuple, slots } of this.rows) this.inner.add({ ...(this.frame as Frame), tuple, slots });
    this.rows.length = 0;
    return this.inner.result();
  }
}

const WARNED = Symbol("null eliminated");

function warnOfNull(context: QueryContext): void {
  if (!context.session.settings.ansiWarnings || context.statementCache.has(WARNED)) return;
  context.statementCache.set(WARNED, true);
  context.inform(information(8153, "Warning: Null value is eliminated by an aggregate or other SET operation."));
}
