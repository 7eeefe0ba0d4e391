/** ORDER BY: its items matched to the select list or compiled, and rows sorted by them. */
import type { Expression, OrderItem } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Scope } from "../../expressions/scope";
import type { Row, SqlType, Value } from "../../values";
import type { OutputColumn, QueryFrame } from "../compiledQuery";
import {
  ambiguousColumn,
  orderByConstant,
  orderByOfDistinct,
  orderByOfSetOperation,
  orderOrdinalOutOfRange,
} from "../queryErrors";
import { plainName } from "../queryScope";
import { sameExpression } from "../syntax";
import { compareValues } from "../typing";
import type { SelectedItem } from "./selectList";
import { requireSortable } from "./sortableTypes";

export interface OrderKey {
  /** Ordinal in the output row, or an expression over the frame. */
  from: number | Compiled;
  type: SqlType;
  descending: boolean;
}

/** ORDER BY of a query specification: aliases first, then select list expressions, then anything in FROM. */
export function compileOrderBy(
  items: readonly OrderItem[],
  selected: readonly SelectedItem[],
  columns: readonly OutputColumn[],
  scope: Scope,
  sameColumn: (one: string[], other: string[]) => boolean,
  distinct: boolean,
): OrderKey[] {
  const keys = items.map((item, i): OrderKey => {
    const { expression, descending } = item;
    const ordinal = outputOrdinal(expression, i, selected, sameColumn);
    if (ordinal !== undefined) return { from: ordinal, type: (columns[ordinal] as OutputColumn).type, descending };
    if (distinct) throw orderByOfDistinct();
    const compiled = compileExpression(expression, scope);
    return { from: compiled, type: compiled.type, descending };
  });
  for (const { type } of keys) requireSortable(type);
  refuseRepeated(keys);
  return keys;
}

/** ORDER BY behind UNION and the like: only the result's own columns can be named. */
export function compileOutputOrderBy(
  items: readonly OrderItem[],
  columns: readonly OutputColumn[],
  scope: Scope,
): OrderKey[] {
  const keys = items.map((item, i): OrderKey => {
    const { expression, descending } = item;
    if (expression.kind === "collate") {
      const inner = compileOutputOrderBy([{ ...item, expression: expression.operand }], columns, scope)[0] as OrderKey;
      return { ...inner, type: { ...inner.type, collation: expression.collation } };
    }
    const ordinal = literalOrdinal(expression, i, columns.length) ?? namedColumn(expression, columns);
    if (ordinal === undefined) throw orderByOfSetOperation();
    return { from: ordinal, type: (columns[ordinal] as OutputColumn).type, descending };
  });
  for (const { type } of keys) requireSortable(type);
  refuseRepeated(keys);
  return keys;
}

function namedColumn(expression: Expression, columns: readonly OutputColumn[]): number | undefined {
  const name = expression.kind === "column" ? expression.parts.at(-1)?.toLowerCase() : undefined;
  const matches = columns.flatMap((column, i) => (column.name.toLowerCase() === name ? [i] : []));
  if (matches.length > 1) throw ambiguousColumn(name ?? "");
  return matches[0];
}

function literalOrdinal(expression: Expression, position: number, count: number): number | undefined {
  if (expression.kind === "integer") {
    const ordinal = Number(expression.text);
    if (ordinal < 1 || ordinal > count) throw orderOrdinalOutOfRange(expression.text);
    return ordinal - 1;
  }
  if (["string", "decimal", "float", "money", "binary", "null"].includes(expression.kind))
    throw orderByConstant(position + 1);
  if (expression.kind === "variable") {
    throw new SqlError(
      1008,
      `The SELECT item identified by the ORDER BY number ${position + 1} contains a variable as part of the expression identifying a column position. Variables are only allowed when ordering by an expression referencing a column name.`,
      1,
      16,
    );
  }
  return undefined;
}

function outputOrdinal(
  expression: Expression,
  position: number,
  selected: readonly SelectedItem[],
  sameColumn: (one: string[], other: string[]) => boolean,
): number | undefined {
  const literal = literalOrdinal(expression, position, selected.length);
  if (literal !== undefined) return literal;
  const name = plainName(expression)?.toLowerCase();
  if (name !== undefined) {
    const matches = selected.flatMap((item, i) => (item.name.toLowerCase() === name ? [i] : []));
    const [first] = matches;
    if (first !== undefined) {
      const same = matches.every((i) =>
        sameExpression(selected[first]?.expression, selected[i]?.expression, sameColumn),
      );
      if (!same) throw ambiguousColumn(plainName(expression) as string);
      return first;
    }
  }
  const index = selected.findIndex((item) => sameExpression(item.expression, expression, sameColumn));
  return index >= 0 ? index : undefined;
}

function refuseRepeated(keys: readonly OrderKey[]): void {
  const seen = new Set<number>();
  for (const { from } of keys) {
    if (typeof from !== "number") continue;
    if (seen.has(from)) {
      throw new SqlError(
        169,
        "A column has been specified more than once in the order by list. Columns in the order by list must be unique.",
        1,
        15,
      );
    }
    seen.add(from);
  }
}

export function orderValues(keys: readonly OrderKey[], row: Row, frame: QueryFrame): Value[] {
  return keys.map(({ from }) => (typeof from === "number" ? (row[from] ?? null) : from.evaluate(frame)));
}

export function compareOrder(one: readonly Value[], other: readonly Value[], keys: readonly OrderKey[]): number {
  for (let i = 0; i < keys.length; i++) {
    const { type, descending } = keys[i] as OrderKey;
    const order = compareValues(one[i] ?? null, other[i] ?? null, type);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}
