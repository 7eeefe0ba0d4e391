import { setTimeout as sleep } from "node:timers/promises";
import { findingFrom } from "../objects/finding";
import { groupBy } from "../objects/groupBy";
import { type RecordedMark, readMark, readMarks } from "../objects/markHistory";
import type { MarkName } from "../objects/markNames";
import type { ReadyMember } from "./preflight";
import { addFinding, type RunContext } from "./runContext";

/** A member whose own instance has recorded the mark. */
export interface ProvenMark {
  readonly member: ReadyMember;
  readonly recorded: RecordedMark;
}

/** The history of marks is written after the commit, on a remote server after the second phase. */
const pausesMs = [0, 50, 200, 500, 1000];

/**
 * Looks for the mark in `msdb.dbo.logmarkhistory` of every member's own instance. SQL Server can leave a mark out
 * without an error (3923, 3920, an unwritten database), so a commit alone proves nothing.
 */
export async function proveMark(
  context: RunContext,
  members: readonly ReadyMember[],
  mark: MarkName,
): Promise<ProvenMark[]> {
  const startedAt = context.clock.now().toISOString();
  const servers = groupBy(members, (member) => member.realServer.toUpperCase());
  const proven = await Promise.all([...servers.values()].map((group) => proveOn(context, group, mark)));
  const all = proven.flat();
  if (all.length > 0) {
    context.log.done({ step: "proof", startedAt });
    context.report({ kind: "markProven", mark, members: all.length });
  }
  return all;
}

async function proveOn(context: RunContext, members: readonly ReadyMember[], mark: MarkName): Promise<ProvenMark[]> {
  const [first] = members;
  if (!first) return [];
  const server = first.server;
  const proven = new Map<ReadyMember, RecordedMark>();
  try {
    for (const pause of pausesMs) {
      await sleep(pause, undefined, { signal: context.signal });
      const recorded = await readMarks(first.instance, readMark(mark), context.signal);
      for (const member of members) {
        const own = recorded.find((row) => row.database.toLowerCase() === member.database.toLowerCase());
        if (own) proven.set(member, own);
      }
      if (proven.size === members.length) break;
    }
  } catch (error) {
    addFinding(context, findingFrom(error, { step: "proof", server }));
    return [];
  }
  for (const member of members.filter((each) => !proven.has(each))) {
    addFinding(context, {
      step: "proof",
      server: member.server,
      database: member.database,
      message: `The marked transaction ${mark} was committed, but ${member.realServer} recorded no mark for this database.`,
      hint:
        "bulk-logged work that is not backed up makes SQL Server leave the mark out (message 3923), and so does a server " +
        "whose first member was marked without a transaction of its own: the next run places a new mark",
    });
  }
  return [...proven].map(([member, recorded]) => ({ member, recorded }));
}
