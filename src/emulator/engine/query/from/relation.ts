/** The physical side of FROM: things that, opened on a frame, put row after row into its tuple. */
import type { Compiled, CompiledCondition, ExecutionContext, Frame } from "../../expressions/scope";
import type { Row, Value } from "../../values";
import { cachesOf, contextOf, type QueryFrame } from "../compiledQuery";
import type { HashKey } from "../typing";

export interface Relation {
  /** Ordinals of the tuple entries that it fills. */
  readonly sources: readonly number[];
  /** Each step leaves one combination of rows in `frame.tuple`. */
  open(frame: QueryFrame): Iterable<unknown>;
}

export function passes(conditions: readonly CompiledCondition[], frame: Frame): boolean {
  for (const condition of conditions) if (condition.test(frame) !== true) return false;
  return true;
}

/** FROM is missing: one row of no columns. */
export const SINGLE_ROW: Relation = { sources: [], open: () => [undefined] };

/** All rows of one source, filtered. */
export class Scan implements Relation {
  readonly sources: readonly number[];

  constructor(
    private readonly source: number,
    private readonly rows: (frame: QueryFrame) => Iterable<Row>,
    private readonly filters: readonly CompiledCondition[],
  ) {
    this.sources = [source];
  }

  *open(frame: QueryFrame): Iterable<undefined> {
    const { source, filters } = this;
    for (const row of this.rows(frame)) {
      frame.tuple[source] = row;
      if (passes(filters, frame)) yield;
    }
  }
}

export class Filter implements Relation {
  readonly sources: readonly number[];

  constructor(
    private readonly input: Relation,
    private readonly conditions: readonly CompiledCondition[],
  ) {
    this.sources = input.sources;
  }

  *open(frame: QueryFrame): Iterable<undefined> {
    for (const _ of this.input.open(frame)) if (passes(this.conditions, frame)) yield;
  }
}

/** One side of an equality, as a key: null where the value is NULL and so equals nothing. */
export interface KeyPart {
  expression: Compiled;
  key(value: Exclude<Value, null>, context: ExecutionContext): HashKey;
}

export function joinKey(parts: readonly KeyPart[], frame: Frame): HashKey | null {
  const [first] = parts;
  if (parts.length === 1 && first) {
    const value = first.expression.evaluate(frame);
    return value === null ? null : first.key(value, frame.context);
  }
  let text = "";
  for (const part of parts) {
    const value = part.expression.evaluate(frame);
    if (value === null) return null;
    text += `${String(part.key(value, frame.context))}\u0000`;
  }
  return text;
}

interface BuiltRows {
  all: (Row | null)[][];
  byKey: Map<HashKey, (Row | null)[][]>;
}

/**
 * A relation that is opened again and again with the same content: kept in memory from the second
 * time on, found by key where there is an equality. The first time it is read as it comes, since
 * many are opened only once.
 */
export class Remembered implements Relation {
  readonly sources: readonly number[];

  constructor(
    private readonly input: Relation,
    /** Content depends on the enclosing query's row: forgotten with the frame. */
    private readonly correlated: boolean,
    private readonly buildKeys: readonly KeyPart[],
    private readonly probeKeys: readonly KeyPart[],
    /** Conditions between this relation and what is bound already, the equalities among them. */
    private readonly conditions: readonly CompiledCondition[],
  ) {
    this.sources = input.sources;
  }

  *open(frame: QueryFrame): Iterable<undefined> {
    const { conditions, sources } = this;
    const built = this.built(frame);
    if (!built) {
      for (const _ of this.input.open(frame)) if (passes(conditions, frame)) yield;
      return;
    }
    const { tuple } = frame;
    for (const rows of this.candidates(built, frame)) {
      for (let i = 0; i < sources.length; i++) tuple[sources[i] as number] = rows[i] as Row | null;
      if (passes(conditions, frame)) yield;
    }
  }

  private candidates(built: BuiltRows, frame: QueryFrame): (Row | null)[][] {
    if (this.probeKeys.length === 0) return built.all;
    const key = joinKey(this.probeKeys, frame);
    return key === null ? [] : (built.byKey.get(key) ?? []);
  }

  private built(frame: QueryFrame): BuiltRows | undefined {
    const cache = this.correlated ? cachesOf(frame) : contextOf(frame).statementCache;
    const known = cache.get(this) as BuiltRows | "opened" | undefined;
    if (known === undefined) {
      cache.set(this, "opened");
      return undefined;
    }
    if (known !== "opened") return known;
    const built = this.build(frame);
    cache.set(this, built);
    return built;
  }

  private build(frame: QueryFrame): BuiltRows {
    const built: BuiltRows = { all: [], byKey: new Map() };
    const scratch: QueryFrame = { ...frame, tuple: frame.tuple.slice() };
    for (const _ of this.input.open(scratch)) {
      const rows = this.sources.map((source) => scratch.tuple[source] as Row | null);
      if (this.buildKeys.length === 0) {
        built.all.push(rows);
        continue;
      }
      const key = joinKey(this.buildKeys, scratch);
      if (key === null) continue;
      const bucket = built.byKey.get(key);
      if (bucket) bucket.push(rows);
      else built.byKey.set(key, [rows]);
    }
    return built;
  }
}
