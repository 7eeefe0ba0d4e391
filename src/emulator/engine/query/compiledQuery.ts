/** What the parts of the query compiler hand to each other. */
import type { Frame } from "../expressions/scope";
import type { Row, Value } from "../values";
import type { ResultColumn } from "../wire";
import type { BaseTableBinding, QueryContext } from "./queryEnvironment";

export interface OutputColumn extends ResultColumn {
  collationStrength?: 1 | 2 | 3;
  /** Exposed name of the table that a plain column comes from, for FOR XML AUTO and FOR JSON AUTO. */
  table?: string;
  /** Already JSON text (a nested FOR JSON, JSON_QUERY): not quoted again. */
  json?: boolean;
  /** The stored column that this one shows unchanged: what makes a view's column updatable. */
  origin?: ColumnOrigin;
  /** The identity property as SELECT … INTO inherits it, or (`made`) as its IDENTITY function asks for it. */
  identitySource?: { seed: bigint; increment: bigint; made?: true };
}

export interface ColumnOrigin {
  /** Index into CompiledQuery.locators. */
  locator: number;
  /** Ordinal in the stored table. */
  ordinal: number;
}

/** A stored table below a query. Its row ids stand in the query's rows at `position`, behind the visible columns. */
export interface LocatorColumn {
  binding: BaseTableBinding;
  position: number;
}

export interface CompiledQuery {
  columns: OutputColumn[];
  /** Refers to columns of enclosing queries, or to rows that change while the statement runs. */
  correlated: boolean;
  /** Filled only when the query was compiled to be modified through. */
  locators: LocatorColumn[];
  /** Its rows are made of several stored ones (GROUP BY, DISTINCT): nothing can be changed through it. */
  condensed?: boolean;
  /** Rows for one evaluation; `parent` is the enclosing query's frame. Computed as far as they are read. */
  rows(parent: Frame | null, context: QueryContext): Iterable<Row>;
}

/** A query level's frame; `caches` holds what is built once for as long as the frame lives. */
export interface QueryFrame extends Frame {
  caches?: Map<object, unknown>;
}

export function newFrame(sources: number, parent: Frame | null, context: QueryContext): QueryFrame {
  return { tuple: new Array<Row | null>(sources).fill(null), slots: [], parent, context };
}

export function cachesOf(frame: QueryFrame): Map<object, unknown> {
  frame.caches ??= new Map();
  return frame.caches;
}

/** Frames of queries are always made with the session's full context. */
export function contextOf(frame: Frame): QueryContext {
  return frame.context as QueryContext;
}

export const NO_SLOTS: Value[] = [];
