import type { Member } from "../objects/backupMembers";
import type { Finding } from "../objects/finding";
import type { MarkName } from "../objects/markNames";
import type { DatabaseOutcome } from "./execute";
import type { Prepared } from "./prepare";
import { type DatabasePlan, type PlannedStatement, planStatements } from "./restorePlan";

export interface RestoredDatabase extends Member {
  /** Where it was restored, if not in its own place. */
  readonly target?: Member;
  readonly outcome: DatabaseOutcome | "planned";
  readonly full: readonly string[];
  readonly logs: readonly string[];
}

export interface RestoreResult {
  readonly mark: MarkName;
  /** When the mark was placed, UTC. */
  readonly at: string;
  /** `unproven`: every database is open, but something found makes it doubtful. `failed`: none was recovered. */
  readonly outcome: "planned" | "restored" | "unproven" | "failed";
  readonly databases: readonly RestoredDatabase[];
  readonly statements: readonly PlannedStatement[];
  readonly findings: readonly Finding[];
}

/** Puts together what a restore did, or would do. */
export function restoreResult(
  { plan, findings: before }: Prepared,
  outcome: RestoreResult["outcome"],
  outcomes: ReadonlyMap<DatabasePlan, DatabaseOutcome>,
  findings: readonly Finding[],
): RestoreResult {
  return {
    mark: plan.mark,
    at: plan.at,
    outcome,
    databases: plan.databases.map((database) => restoredDatabase(database, outcomes.get(database))),
    statements: planStatements(plan),
    findings: [...before, ...findings],
  };
}

function restoredDatabase(plan: DatabasePlan, outcome: DatabaseOutcome | undefined): RestoredDatabase {
  const { member, target, chain } = plan;
  const inPlace = member.server === target.server && member.database === target.database;
  return {
    ...member,
    ...(!inPlace && { target }),
    outcome: outcome ?? "planned",
    full: chain.full.files,
    logs: chain.logs.flatMap((log) => log.files),
  };
}
