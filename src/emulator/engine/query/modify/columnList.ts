/** The columns that an INSERT gives values for. */
import type { OutputColumn } from "../compiledQuery";
import {
  columnNotInTable,
  columnTwice,
  computedNotModified,
  identityNeedsColumns,
  insertShape,
} from "./modificationErrors";
import type { Target } from "./target";

/** Ordinals in the target of a written column list. */
export function listedColumns(target: Target, names: readonly string[]): number[] {
  const seen = new Set<number>();
  return names.map((name) => {
    const ordinal = ordinalOf(target.columns, name);
    if (ordinal < 0) throw columnNotInTable(name);
    if (seen.has(ordinal)) throw columnTwice(name);
    seen.add(ordinal);
    if (target.columns[ordinal]?.computed) throw computedNotModified(name);
    return ordinal;
  });
}

export function ordinalOf(columns: readonly OutputColumn[], name: string): number {
  const wanted = name.toLowerCase();
  if (wanted === "$identity" || wanted === "identitycol") return columns.findIndex((column) => column.identity);
  return columns.findIndex((column) => column.name.toLowerCase() === wanted);
}

/** Without a list: every column but identity and computed ones, as many as there are values. */
export function impliedColumns(target: Target, width: number): number[] {
  const ordinals = target.columns.flatMap((column, i) => (column.identity || column.computed ? [] : [i]));
  if (ordinals.length === width) return ordinals;
  const withIdentity = target.columns.filter((column) => !column.computed).length;
  if (target.kind === "table" && width === withIdentity && target.columns.some((column) => column.identity)) {
    throw identityNeedsColumns(target.binding);
  }
  throw insertShape();
}
