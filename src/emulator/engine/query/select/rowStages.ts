/** The last stages of a query: DISTINCT, sorting, TOP and OFFSET, over rows already computed. */
import type { Row, SqlType, Value } from "../../values";
import { compareValues, hashKey } from "../typing";
import { type Bounds, percentOf } from "./limits";
import { compareOrder, type OrderKey } from "./ordering";

/** A row with the values that it is sorted by. */
export interface SortableRow {
  row: Row;
  keys: Value[];
}

export function rowKey(row: Row, types: readonly SqlType[]): string {
  let key = "";
  for (let i = 0; i < types.length; i++) {
    const value = row[i] ?? null;
    key += value === null ? "n\u0000" : `v${String(hashKey(value, types[i] as SqlType))}\u0000`;
  }
  return key;
}

/** Without duplicates; sorted by all columns, as a distinct sort leaves them. */
export function distinctRows(rows: Iterable<Row>, types: readonly SqlType[]): Row[] {
  const seen = new Set<string>();
  const result: Row[] = [];
  for (const row of rows) {
    const key = rowKey(row, types);
    if (seen.has(key)) continue;
    seen.add(key);
    result.push(row);
  }
  return result.sort((one, other) => compareRows(one, other, types));
}

export function compareRows(one: Row, other: Row, types: readonly SqlType[]): number {
  for (let i = 0; i < types.length; i++) {
    const order = compareValues(one[i] ?? null, other[i] ?? null, types[i] as SqlType);
    if (order !== 0) return order;
  }
  return 0;
}

export function sortRows<T extends { keys: Value[] }>(rows: T[], keys: readonly OrderKey[]): T[] {
  return rows.sort((one, other) => compareOrder(one.keys, other.keys, keys));
}

/** Cuts sorted rows; ties beyond the limit stay with WITH TIES. */
export function limitSorted<T extends { keys: Value[] }>(rows: T[], bounds: Bounds, keys: readonly OrderKey[]): T[] {
  const take = bounds.percent === undefined ? bounds.take : percentOf(rows.length, bounds.percent);
  let end = Math.min(rows.length, bounds.skip + take);
  if (bounds.withTies && end > 0) {
    const last = rows[end - 1] as T;
    while (end < rows.length && compareOrder((rows[end] as T).keys, last.keys, keys) === 0) end++;
  }
  return bounds.skip === 0 && end === rows.length ? rows : rows.slice(bounds.skip, end);
}

/** Cuts rows as they come: reads no further than it must. */
export function* limitUnsorted<T>(rows: Iterable<T>, bounds: Bounds): Iterable<T> {
  if (bounds.percent !== undefined) {
    const all = [...rows];
    yield* all.slice(0, percentOf(all.length, bounds.percent));
    return;
  }
  if (bounds.take === 0) return;
  let position = 0;
  for (const row of rows) {
    position++;
    if (position <= bounds.skip) continue;
    yield row;
    if (position >= bounds.skip + bounds.take) return;
  }
}
