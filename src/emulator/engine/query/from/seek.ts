/** Reading a stored table by an index, where WHERE or ON gives its first columns. */
import type { RowIndex } from "../../../storage/rowIndex";
import type { Compiled, CompiledCondition } from "../../expressions/scope";
import type { Value } from "../../values";
import { contextOf, type QueryFrame } from "../compiledQuery";
import type { QueryContext } from "../queryEnvironment";
import { seekConverter } from "../typing";
import type { Equality } from "./equalities";
import { passes, type Relation } from "./relation";
import type { TableAccess } from "./tableAccess";

interface SeekKey {
  expression: Compiled;
  /** The value as the index's column holds it; undefined: no row can have it. */
  convert(value: Exclude<Value, null>, context: QueryContext): Value | undefined;
}

export interface SeekPlan {
  indexPosition: number;
  keys: SeekKey[];
}

/** The index with the longest run of first columns that have equalities; whole unique keys win. */
export function chooseSeek(access: TableAccess, equalities: readonly Equality[]): SeekPlan | undefined {
  const byOrdinal = new Map<number, Equality>();
  for (const equality of equalities) {
    const { column } = equality.own;
    if (column?.depth === 0 && !byOrdinal.has(column.ordinal)) byOrdinal.set(column.ordinal, equality);
  }
  if (byOrdinal.size === 0) return undefined;
  let best: { position: number; index: RowIndex; length: number; score: number } | undefined;
  access.binding.table.indexes.forEach((index, position) => {
    if (index.record.filter !== undefined || index.record.disabled) return;
    let length = 0;
    while (length < index.ordinals.length && byOrdinal.has(index.ordinals[length] as number)) length++;
    if (length === 0) return;
    const score = length + (length === index.ordinals.length && index.record.unique ? 1000 : 0);
    if (!best || score > best.score) best = { position, index, length, score };
  });
  if (!best) return undefined;
  const { index, length, position } = best;
  const keys: SeekKey[] = [];
  for (let i = 0; i < length; i++) {
    const equality = byOrdinal.get(index.ordinals[i] as number) as Equality;
    const convert = seekConverter(equality.other, equality.own);
    if (!convert) break;
    keys.push({ expression: equality.other, convert });
  }
  return keys.length > 0 ? { indexPosition: position, keys } : undefined;
}

export class Seek implements Relation {
  readonly sources: readonly number[];

  constructor(
    private readonly source: number,
    private readonly access: TableAccess,
    private readonly plan: SeekPlan,
    /** All conditions on the source, those that made the keys too: conversion may have widened them. */
    private readonly filters: readonly CompiledCondition[],
  ) {
    this.sources = [source];
  }

  *open(frame: QueryFrame): Iterable<undefined> {
    const { keys, indexPosition } = this.plan;
    const values: Value[] = [];
    for (const key of keys) {
      const value = key.expression.evaluate(frame);
      const converted = value === null ? undefined : key.convert(value, contextOf(frame));
      if (converted === undefined || converted === null) return;
      values.push(converted);
    }
    for (const row of this.access.seek(indexPosition, values, contextOf(frame))) {
      frame.tuple[this.source] = row;
      if (passes(this.filters, frame)) yield;
    }
  }
}
