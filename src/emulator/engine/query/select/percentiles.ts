/** PERCENTILE_CONT and PERCENTILE_DISC. */
import type { FunctionCall, WindowSpecification } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Scope } from "../../expressions/scope";
import { FLOAT } from "../../types/systemTypes";
import type { Value } from "../../values";
import { windowNeedsOrder } from "../queryErrors";
import { convertedTo } from "../typing";
import { evaluateOn, type WindowFunction, type WindowRow } from "./windowFunctions";

export function compilePercentile(call: FunctionCall, _window: WindowSpecification, scope: Scope): WindowFunction {
  const continuous = /_cont$/i.test(call.name.name);
  const [item] = call.withinGroup ?? [];
  const [share] = call.arguments;
  if (!item || !share) throw windowNeedsOrder(call.name.name.toUpperCase());
  const fraction = convertedTo(compileExpression(share, scope), FLOAT);
  const written = compileExpression(item.expression, scope);
  const value = continuous ? convertedTo(written, FLOAT) : written;
  return {
    type: value.type,
    nullable: true,
    evaluate: ({ rows, frame }) => {
      const [first] = rows;
      const wanted = first ? Number(evaluateOn(fraction, first, frame)) : 0;
      if (!(wanted >= 0 && wanted <= 1)) {
        throw new SqlError(10761, "Percentile value must be between 0 and 1.", 1, 16);
      }
      const values = nonNull(rows, value, (row, expression) => evaluateOn(expression, row, frame));
      const result =
        values.length === 0 ? null : continuous ? interpolate(values.map(Number), wanted) : discrete(values, wanted);
      return rows.map(() => result);
    },
  };
}

function nonNull(
  rows: WindowRow[],
  expression: Compiled,
  evaluate: (row: WindowRow, expression: Compiled) => Value,
): Value[] {
  return rows.map((row) => evaluate(row, expression)).filter((value) => value !== null);
}

function interpolate(sorted: number[], share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.ceil(position)] as number;
  return low + (high - low) * (position - below);
}

function discrete(sorted: Value[], share: number): Value {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
