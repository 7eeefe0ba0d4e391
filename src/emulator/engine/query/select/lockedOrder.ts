/**
 * TOP with ORDER BY over rows that are locked as they are read (`SELECT TOP (1) … WITH (UPDLOCK,
 * READPAST) … ORDER BY id`): finds the order without locks, then locks row after row, no more of
 * them than are taken. So several sessions can work off one queue.
 */
import type { Compiled, CompiledCondition } from "../../expressions/scope";
import type { Value } from "../../values";
import { contextOf, type QueryFrame } from "../compiledQuery";
import type { LeafNode } from "../from/fromTree";
import { planFrom } from "../from/planFrom";
import type { Conjunct } from "../from/references";
import { passes, type Relation } from "../from/relation";
import type { TableAccess } from "../from/tableAccess";
import type { OrderKey } from "./ordering";
import { sortRows } from "./rowStages";

export class LockedOrder implements Relation {
  readonly sources: readonly number[];
  private readonly unlocked: Relation;
  private readonly where: readonly CompiledCondition[];
  /** Where the row's id stands when it is read without locks. */
  private readonly position: number;

  constructor(
    private readonly leaf: LeafNode & { access: TableAccess },
    where: readonly Conjunct[],
    nested: boolean,
    private readonly order: readonly OrderKey[],
    private readonly keys: readonly Pick<Compiled, "evaluate">[],
  ) {
    const access = leaf.access.unlocked();
    this.sources = [leaf.source];
    this.position = leaf.columns.length;
    this.where = where.map(({ compiled }) => compiled);
    this.unlocked = planFrom({ ...leaf, access, rows: (frame) => access.scan(contextOf(frame)) }, where, nested);
  }

  *open(frame: QueryFrame): Iterable<undefined> {
    const { source, access } = this.leaf;
    const candidates: { id: number; keys: Value[] }[] = [];
    for (const _ of this.unlocked.open(frame)) {
      const id = frame.tuple[source]?.[this.position] as number;
      candidates.push({ id, keys: this.keys.map((key) => key.evaluate(frame)) });
    }
    for (const { id } of sortRows(candidates, this.order)) {
      const row = access.row(id, contextOf(frame));
      if (!row) continue;
      frame.tuple[source] = row;
      if (passes(this.where, frame)) yield;
    }
  }
}
