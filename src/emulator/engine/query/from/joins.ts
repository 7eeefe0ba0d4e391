/** Joins. The right side is opened for each row of the left; what makes that fast is below it. */
import type { CompiledCondition } from "../../expressions/scope";
import type { Row } from "../../values";
import type { QueryFrame } from "../compiledQuery";
import type { HashKey } from "../typing";
import { joinKey, type KeyPart, passes, type Relation } from "./relation";

function clear(frame: QueryFrame, sources: readonly number[]): void {
  for (const source of sources) frame.tuple[source] = null;
}

export class InnerJoin implements Relation {
  readonly sources: readonly number[];

  constructor(
    private readonly left: Relation,
    private readonly right: Relation,
    private readonly conditions: readonly CompiledCondition[],
  ) {
    this.sources = [...left.sources, ...right.sources];
  }

  *open(frame: QueryFrame): Iterable<undefined> {
    for (const _ of this.left.open(frame)) {
      for (const __ of this.right.open(frame)) if (passes(this.conditions, frame)) yield;
    }
  }
}

/** LEFT JOIN and OUTER APPLY. */
export class LeftJoin implements Relation {
  readonly sources: readonly number[];

  constructor(
    private readonly left: Relation,
    private readonly right: Relation,
    private readonly conditions: readonly CompiledCondition[],
  ) {
    this.sources = [...left.sources, ...right.sources];
  }

  *open(frame: QueryFrame): Iterable<undefined> {
    for (const _ of this.left.open(frame)) {
      let matched = false;
      for (const __ of this.right.open(frame)) {
        if (!passes(this.conditions, frame)) continue;
        matched = true;
        yield;
      }
      if (matched) continue;
      clear(frame, this.right.sources);
      yield;
    }
  }
}

/** Keeps the right side in memory, to know in the end which of its rows found no partner. */
export class FullJoin implements Relation {
  readonly sources: readonly number[];

  constructor(
    private readonly left: Relation,
    private readonly right: Relation,
    private readonly buildKeys: readonly KeyPart[],
    private readonly probeKeys: readonly KeyPart[],
    private readonly conditions: readonly CompiledCondition[],
  ) {
    this.sources = [...left.sources, ...right.sources];
  }

  *open(frame: QueryFrame): Iterable<undefined> {
    const { sources } = this.right;
    const hashed = this.buildKeys.length > 0;
    const all: RightRow[] = [];
    const byKey = new Map<HashKey, RightRow[]>();
    for (const _ of this.right.open(frame)) {
      const entry: RightRow = { rows: sources.map((source) => frame.tuple[source] as Row | null), matched: false };
      all.push(entry);
      const key = hashed ? joinKey(this.buildKeys, frame) : null;
      if (key === null) continue;
      const bucket = byKey.get(key);
      if (bucket) bucket.push(entry);
      else byKey.set(key, [entry]);
    }
    for (const _ of this.left.open(frame)) {
      let matched = false;
      for (const entry of hashed ? this.partners(byKey, frame) : all) {
        load(frame, sources, entry.rows);
        if (!passes(this.conditions, frame)) continue;
        matched = true;
        entry.matched = true;
        yield;
      }
      if (matched) continue;
      clear(frame, sources);
      yield;
    }
    clear(frame, this.left.sources);
    for (const entry of all) {
      if (entry.matched) continue;
      load(frame, sources, entry.rows);
      yield;
    }
  }

  private partners(byKey: ReadonlyMap<HashKey, RightRow[]>, frame: QueryFrame): RightRow[] {
    const key = joinKey(this.probeKeys, frame);
    return key === null ? [] : (byKey.get(key) ?? []);
  }
}

interface RightRow {
  rows: (Row | null)[];
  matched: boolean;
}

function load(frame: QueryFrame, sources: readonly number[], rows: (Row | null)[]): void {
  for (let i = 0; i < sources.length; i++) frame.tuple[sources[i] as number] = rows[i] as Row | null;
}
