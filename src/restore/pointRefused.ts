import type { Finding } from "../objects/finding";
import type { RestoreGoal } from "./choosePoint";
import { describeMember } from "./describePoint";
import type { RestorePoint } from "./restorePoint";

/** No restore point fits what was asked for; says which came nearest, and what it lacks. */
export class PointRefusedError extends Error {
  override readonly name = "PointRefusedError";
  readonly nearest: RestorePoint | undefined;

  constructor(
    choice: { readonly refused: "noMarks" | "unknownMark" | "notRestorable"; readonly nearest?: RestorePoint },
    goal: RestoreGoal,
    readonly findings: readonly Finding[],
  ) {
    super(describe(choice.refused, goal, choice.nearest));
    this.nearest = choice.nearest;
  }
}

function describe(
  refused: "noMarks" | "unknownMark" | "notRestorable",
  goal: RestoreGoal,
  nearest?: RestorePoint,
): string {
  if (refused === "unknownMark" && goal.kind === "mark") {
    return `No run placed a mark ${goal.mark}. See \`mssql-backup points\` for those that there are; names are case sensitive.`;
  }
  if (refused === "noMarks") {
    return goal.kind === "before"
      ? `There is no mark at or before ${goal.time}.`
      : "There is no mark yet: run the job first.";
  }
  const lacking = (nearest?.members ?? []).filter(({ found }) => "problem" in found);
  const lines = lacking.map((member) => `  ${describeMember(member)}`);
  return [
    `No point fits that every member can be restored to. ${nearest?.mark} comes nearest; it lacks:`,
    ...lines,
  ].join("\n");
}
