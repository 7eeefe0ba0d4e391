import type { MarkName } from "../objects/markNames";
import {
  isRestorable,
  type KnownMark,
  type MemberBackups,
  newestFirst,
  type RestorablePoint,
  type RestorePoint,
  restorePointAt,
} from "./restorePoint";

/** To which point a restore goes. */
export type RestoreGoal =
  | { readonly kind: "latest" }
  | { readonly kind: "mark"; readonly mark: MarkName }
  /** The newest point at or before a time, ISO 8601 in UTC. */
  | { readonly kind: "before"; readonly time: string };

export type Choice =
  | { readonly point: RestorablePoint }
  /** Nothing fits; `nearest` is what came closest and why it cannot be. */
  | { readonly refused: "noMarks" | "unknownMark" | "notRestorable"; readonly nearest?: RestorePoint };

/** Picks the newest point that fits the goal and can be restored in all members. */
export function choosePoint(goal: RestoreGoal, marks: readonly KnownMark[], members: readonly MemberBackups[]): Choice {
  const candidates = newestFirst(marks).filter((known) => fits(goal, known));
  if (candidates.length === 0) return { refused: goal.kind === "mark" ? "unknownMark" : "noMarks" };
  let nearest: RestorePoint | undefined;
  for (const known of candidates) {
    const point = restorePointAt(known, members);
    if (isRestorable(point)) return { point };
    nearest ??= point;
  }
  return { refused: "notRestorable", ...(nearest && { nearest }) };
}

/** Whether a mark is one that a goal allows. */
export function fits(goal: RestoreGoal, known: KnownMark): boolean {
  if (goal.kind === "mark") return known.mark === goal.mark;
  return goal.kind === "latest" || Date.parse(known.at) <= Date.parse(goal.time);
}
