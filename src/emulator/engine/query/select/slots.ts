/** The values of a group or window row that stand in `frame.slots`: handed out while a query is compiled. */
import type { Compiled } from "../../expressions/scope";
import type { SqlType } from "../../values";

export class SlotLayout {
  private next = 0;

  get size(): number {
    return this.next;
  }

  take(): number {
    return this.next++;
  }
}

export function slotExpression(
  slot: number,
  type: SqlType,
  nullable: boolean,
  collationStrength?: 1 | 2 | 3,
): Compiled {
  return {
    type,
    nullable,
    evaluate: (frame) => frame.slots[slot] ?? null,
    ...(collationStrength ? { collationStrength } : {}),
  };
}
