/** ROWS and RANGE: which rows of a partition a row's frame holds. */
import type { FrameBound, WindowSpecification } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import { compileExpression } from "../../expressions/compile";
import type { Scope } from "../../expressions/scope";
import type { WindowPartition, WindowRow } from "./windowFunctions";

/** Indexes into the partition, both included; empty when `from` is greater. */
export interface RowRange {
  from: number;
  to: number;
}

type Bound = (partition: WindowPartition, index: number) => number;

export function compileFrame(
  window: WindowSpecification,
  scope: Scope,
): (partition: WindowPartition, index: number) => RowRange {
  if (!window.frame) {
    if (window.orderBy.length === 0) return ({ rows }) => ({ from: 0, to: rows.length - 1 });
    return (partition, index) => ({ from: 0, to: lastPeer(partition, index) });
  }
  const { unit, from, to } = window.frame;
  const start = compileBound(from, unit, "from", scope);
  const end = compileBound(to, unit, "to", scope);
  return (partition, index) => ({
    from: Math.max(0, start(partition, index)),
    to: Math.min(partition.rows.length - 1, end(partition, index)),
  });
}

function compileBound(bound: FrameBound, unit: "rows" | "range", side: "from" | "to", scope: Scope): Bound {
  switch (bound.kind) {
    case "unboundedPreceding":
      return () => 0;
    case "unboundedFollowing":
      return ({ rows }) => rows.length - 1;
    case "currentRow":
      if (unit === "rows") return (_, index) => index;
      return side === "from" ? firstPeer : lastPeer;
    default: {
      if (unit === "range") {
        throw new SqlError(
          4194,
          "RANGE is only supported with UNBOUNDED and CURRENT ROW window frame delimiters.",
          1,
          16,
        );
      }
      const offset = compileExpression(bound.offset, scope);
      const sign = bound.kind === "preceding" ? -1 : 1;
      return ({ rows, frame }, index) => {
        const row = rows[index] as WindowRow;
        frame.tuple = row.tuple;
        frame.slots = row.slots;
        return index + sign * Number(offset.evaluate(frame) ?? 0);
      };
    }
  }
}

function firstPeer({ peers }: WindowPartition, index: number): number {
  let first = index;
  while (first > 0 && peers[first - 1] === peers[index]) first--;
  return first;
}

function lastPeer({ peers }: WindowPartition, index: number): number {
  let last = index;
  while (last < peers.length - 1 && peers[last + 1] === peers[index]) last++;
  return last;
}
