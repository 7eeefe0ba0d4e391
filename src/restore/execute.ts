import type { Clock } from "../objects/clock";
import { type Finding, findingFrom } from "../objects/finding";
import { inParallel } from "../objects/inParallel";
import type { Topology } from "../objects/instances";
import { countMarkRows } from "../objects/markLog";
import { isMarkNotReached, isPastLog, recover, restoreLog, takeOffline } from "../objects/restoreStatements";
import type { RestoreEvent } from "./restoreEvent";
import { type DatabasePlan, fullStatement, isInUse, type RestorePlan } from "./restorePlan";

export interface ExecuteContext {
  readonly topology: Topology;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly report: (event: RestoreEvent) => void;
}

/** How far a database got. */
export type DatabaseOutcome = "failed" | "atMark" | "recovered" | "proven";

export interface Execution {
  readonly outcomes: ReadonlyMap<DatabasePlan, DatabaseOutcome>;
  readonly findings: readonly Finding[];
}

/** Databases restored at once on one server. */
const restoresAtOnce = 4;
const keyOf = (database: DatabasePlan) => database.target.server.toUpperCase();

/**
 * Carries a plan out. Recovery is the point of no return of a database: none is recovered before all have reached
 * the mark, so that a failure leaves everything ready to be tried again.
 */
export async function execute(context: ExecuteContext, plan: RestorePlan): Promise<Execution> {
  const outcomes = new Map<DatabasePlan, DatabaseOutcome>();
  const findings: Finding[] = [];
  const failed = (database: DatabasePlan, error: unknown, step: "restore" | "recover" | "proof") => {
    const finding = findingFrom(error, { step, ...database.target });
    findings.push(finding);
    context.report({ kind: "finding", finding });
  };
  const phase = async (step: "restore" | "recover" | "proof", outcome: DatabaseOutcome, work: Work) => {
    await inParallel(plan.databases, { perKey: restoresAtOnce, keyOf }, async (database) => {
      try {
        await work(context, plan, database);
        outcomes.set(database, outcome);
      } catch (error) {
        failed(database, error, step);
        if (step === "restore") outcomes.set(database, "failed");
      }
    });
    return findings.length === 0;
  };
  const reached = await phase("restore", "atMark", bringToMark);
  if (reached) {
    await phase("recover", "recovered", recoverOne);
    await phase("proof", "proven", proveOne);
  }
  return { outcomes, findings };
}

type Work = (context: ExecuteContext, plan: RestorePlan, database: DatabasePlan) => Promise<void>;

async function bringToMark(context: ExecuteContext, plan: RestorePlan, database: DatabasePlan): Promise<void> {
  const { target, chain } = database;
  const instance = context.topology.instance(target.server);
  const options = { database: "master", timeoutSeconds: 0, signal: context.signal };
  const startedAt = context.clock.now().getTime();
  if (isInUse(database)) await instance.execute(takeOffline(target.database), options);
  await instance.execute(fullStatement(database), options);
  let restored = 0;
  for (const [index, log] of chain.logs.entries()) {
    const messages = await instance
      .execute(restoreLog(target.database, log, plan.mark), options)
      .catch((error: unknown) => {
        // The log before had the mark already, which its answer did not tell.
        if (index > 0 && isPastLog(error)) return undefined;
        throw error;
      });
    if (!messages) break;
    restored += 1;
    const notReached = isMarkNotReached(messages);
    if (notReached && index === chain.logs.length - 1) {
      throw new Error(`The last log backup, ${log.files[0]}, ended before the mark ${plan.mark} (message 4329).`);
    }
    // Once a log has reached the mark every later one is refused. Behind a linked server silence proves nothing.
    if (!notReached && instance.way !== "linkedServer") break;
  }
  const ms = context.clock.now().getTime() - startedAt;
  context.report({ kind: "reachedMark", ...target, logs: restored, ms });
}

async function recoverOne(context: ExecuteContext, _plan: RestorePlan, { target }: DatabasePlan): Promise<void> {
  const options = { database: "master", timeoutSeconds: 0, signal: context.signal };
  await context.topology.instance(target.server).execute(recover(target.database), options);
  context.report({ kind: "recovered", ...target });
}

async function proveOne(context: ExecuteContext, plan: RestorePlan, { target }: DatabasePlan): Promise<void> {
  const statement = countMarkRows(plan.mark, target.database);
  const options = { database: "master", signal: context.signal };
  const [row] = await context.topology.instance(target.server).rows<{ marks: number }>(statement, options);
  if (!row || row.marks < 1)
    throw new Error(`The restored database has no row of the mark ${plan.mark} in its MarkLog.`);
  context.report({ kind: "proven", ...target });
}
