import type { Member } from "../objects/backupMembers";
import { countMarkRows } from "../objects/markLog";
import type { MarkName } from "../objects/markNames";
import { type FileMove, recover, restoreFull, restoreLog, takeOffline } from "../objects/restoreStatements";
import type { Chain } from "./backupChain";

/** How one member gets to the mark. */
export interface DatabasePlan {
  readonly member: Member;
  readonly target: Member;
  /** State of the database that is there now; undefined if there is none. */
  readonly existing: string | undefined;
  readonly chain: Chain;
  readonly moves: readonly FileMove[];
}

export interface RestorePlan {
  readonly mark: MarkName;
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly databases: readonly DatabasePlan[];
}

/** A statement of a plan, as it will be sent. */
export interface PlannedStatement {
  readonly phase: "restore" | "recover" | "prove";
  readonly server: string;
  readonly database: string;
  readonly text: string;
}

/** A database that clients may be using; SQL Server refuses to restore over it. */
export function isInUse(plan: Pick<DatabasePlan, "existing">): boolean {
  return plan.existing !== undefined && plan.existing !== "RESTORING" && plan.existing !== "OFFLINE";
}

/** The statement that brings the full backup of a database back. */
export function fullStatement({ target, chain, moves, existing }: DatabasePlan) {
  return restoreFull({ database: target.database, backup: chain.full, moves, replace: existing !== undefined });
}

/** The whole plan as T-SQL, phase by phase: nothing is recovered before every database has reached the mark. */
export function planStatements(plan: RestorePlan): PlannedStatement[] {
  const phases = plan.databases.map((database) => {
    const { target, chain } = database;
    const statements = [
      ...(isInUse(database) ? [takeOffline(target.database)] : []),
      fullStatement(database),
      ...chain.logs.map((log) => restoreLog(target.database, log, plan.mark)),
    ];
    return statements.map(({ text }): PlannedStatement => ({ phase: "restore", ...target, text }));
  });
  const recovery = plan.databases.map(
    ({ target }): PlannedStatement => ({ phase: "recover", ...target, text: recover(target.database).text }),
  );
  const proof = plan.databases.map(
    ({ target }): PlannedStatement => ({
      phase: "prove",
      ...target,
      text: countMarkRows(plan.mark, target.database).text,
    }),
  );
  return [...phases.flat(), ...recovery, ...proof];
}
