import { findingFrom, isCancelled } from "../objects/finding";
import type { MarkName } from "../objects/markNames";
import { type MarkStep, markTransaction, runMark, trialMark } from "../objects/markTransaction";
import { orderMarkCalls } from "./markOrder";
import type { ReadyMember } from "./preflight";
import { addFinding, type RunContext } from "./runContext";

/**
 * Places one mark in all members by one transaction. Where that fails, each member is tried alone in a transaction
 * that is rolled back; those that cannot be marked become findings, and the others get their mark.
 *
 * @returns the members whose transaction committed; none if no mark was placed
 */
export async function placeMark(
  context: RunContext,
  members: readonly ReadyMember[],
  mark: MarkName,
  blockTracking: boolean,
): Promise<readonly ReadyMember[]> {
  if (members.length === 0) return [];
  const startedAt = context.clock.now();
  const marked = await markAll(context, members, mark, blockTracking);
  if (marked.length > 0) {
    const ms = context.clock.now().getTime() - startedAt.getTime();
    context.log.done({ step: "mark", startedAt: startedAt.toISOString() });
    context.report({ kind: "markPlaced", mark, members: marked.length, ms });
  }
  return marked;
}

async function markAll(
  context: RunContext,
  members: readonly ReadyMember[],
  mark: MarkName,
  blockTracking: boolean,
): Promise<readonly ReadyMember[]> {
  const failure = await tryMark(context, members, mark, blockTracking);
  if (!failure) return members;
  const able = await membersAble(context, members);
  // With every member able or none, leaving some out would not help.
  if (able.length === 0) return [];
  const second = able.length === members.length ? failure : await tryMark(context, able, mark, blockTracking);
  if (!second) return able;
  addFinding(context, findingFrom(second.error, { step: "mark", server: context.topology.controlName }));
  return [];
}

async function tryMark(
  context: RunContext,
  members: readonly ReadyMember[],
  mark: MarkName,
  blockTracking: boolean,
): Promise<{ error: unknown } | undefined> {
  const { control, controlName, managementDatabase: database } = context.topology;
  const steps = orderMarkCalls(members, controlName).map(({ member, procedure }) =>
    markStep(context, member, procedure),
  );
  try {
    await runMark(control, markTransaction(mark, steps, blockTracking), { database, signal: context.signal });
    return undefined;
  } catch (error) {
    if (isCancelled(error)) throw error;
    return { error };
  }
}

async function membersAble(context: RunContext, members: readonly ReadyMember[]): Promise<ReadyMember[]> {
  const { control, managementDatabase: database, controlName } = context.topology;
  const able: ReadyMember[] = [];
  for (const { member, procedure } of members.flatMap((each) => orderMarkCalls([each], controlName))) {
    try {
      const trial = trialMark(markStep(context, member, procedure));
      await runMark(control, trial, { database, signal: context.signal });
      able.push(member);
    } catch (error) {
      addFinding(context, findingFrom(error, { step: "mark", server: member.server, database: member.database }));
    }
  }
  return able;
}

/** An alias that leads back to the control server is not called through its link (error 3910). */
function markStep(context: RunContext, member: ReadyMember, procedure: MarkStep["procedure"]): MarkStep {
  const isLocal = member.realServer.toUpperCase() === context.topology.controlName.toUpperCase();
  return { link: isLocal ? undefined : member.server, database: member.database, procedure };
}
