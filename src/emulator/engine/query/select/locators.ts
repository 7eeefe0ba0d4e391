/** Row ids of the stored tables below a query, handed on behind its columns to whoever changes rows through it. */
import type { Compiled, Frame } from "../../expressions/scope";
import type { LocatorColumn } from "../compiledQuery";
import type { LeafNode } from "../from/fromTree";

/** For each source the index of its first locator among those of the query. */
export function locatorBases(leaves: readonly LeafNode[]): number[] {
  let next = 0;
  return leaves.map((leaf) => {
    const base = next;
    next += leaf.locators.length;
    return base;
  });
}

export function locatorColumns(leaves: readonly LeafNode[], visible: number): LocatorColumn[] {
  return leaves.flatMap((leaf) => leaf.locators).map(({ binding }, i) => ({ binding, position: visible + i }));
}

export function locatorOutputs(leaves: readonly LeafNode[]): Pick<Compiled, "evaluate">[] {
  return leaves.flatMap((leaf) =>
    leaf.locators.map(({ position }) => ({
      evaluate: (frame: Frame) => frame.tuple[leaf.source]?.[position] ?? null,
    })),
  );
}
