import type { Member } from "../objects/backupMembers";
import type { Finding } from "../objects/finding";
import type { Lsn, MarkName } from "../objects/markNames";
import type { FullDecision } from "./due";
import type { FullBackups } from "./full";
import type { LogBackups } from "./log";
import type { ReadyMember } from "./preflight";
import type { ProvenMark } from "./proof";
import type { RunPart } from "./runParts";

/** What became of one member in a run. */
export interface MemberResult extends Member {
  readonly realServer?: string;
  readonly full?: { readonly file: string; readonly ms: number };
  readonly log?: { readonly file: string; readonly ms: number };
  /** Where the mark stands in its log; absent when the mark is not proven there. */
  readonly markLsn?: Lsn;
}

export interface RunResult {
  readonly job: string;
  readonly controlServer: string;
  /** The part that was asked for; all of them without it. */
  readonly only?: RunPart;
  /** `failed` when no member got a backup that it should have, `incomplete` when anything was found. */
  readonly outcome: "succeeded" | "incomplete" | "failed";
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Which members get a full, and why; absent where no full was in question. */
  readonly fullDecision?: string;
  readonly fullSetId?: number;
  readonly logSetId?: number;
  /** How many old backup sets were cleared from the history. */
  readonly setsCleared: number;
  /** The mark, if it was placed; every member has it only if the outcome is `succeeded`. */
  readonly mark?: MarkName;
  readonly members: readonly MemberResult[];
  readonly findings: readonly Finding[];
}

export interface RunFacts {
  readonly only: RunPart | undefined;
  readonly job: string;
  readonly controlServer: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly members: readonly Member[];
  readonly ready: readonly ReadyMember[];
  readonly decision: FullDecision;
  readonly fulls: FullBackups;
  readonly mark: MarkName | undefined;
  readonly proven: readonly ProvenMark[];
  readonly logs: LogBackups;
  readonly setsCleared: number;
  readonly findings: readonly Finding[];
}

/** Puts together what the steps brought. */
export function runResult(facts: RunFacts): RunResult {
  const { only, decision, fulls, logs, mark, findings } = facts;
  return {
    job: facts.job,
    controlServer: facts.controlServer,
    ...(only !== undefined && { only }),
    outcome: outcomeOf(facts),
    startedAt: facts.startedAt.toISOString(),
    finishedAt: facts.finishedAt.toISOString(),
    ...(decision.text !== undefined && { fullDecision: decision.text }),
    ...(fulls.set && { fullSetId: fulls.set.id }),
    ...(logs.set && { logSetId: logs.set.id }),
    ...(mark !== undefined && { mark }),
    setsCleared: facts.setsCleared,
    members: facts.members.map((member) => memberResult(member, facts)),
    findings,
  };
}

function outcomeOf({ only, ready, decision, fulls, logs, findings }: RunFacts): RunResult["outcome"] {
  const nothingTaken = fulls.taken.length === 0 && logs.taken.length === 0;
  const nothingToTake = only === "clean" || (only === "full" && ready.length > 0 && decision.due.length === 0);
  if (nothingTaken && !nothingToTake) return "failed";
  return findings.length > 0 ? "incomplete" : "succeeded";
}

function memberResult(member: Member, { ready, fulls, proven, logs }: RunFacts): MemberResult {
  const same = (other: Member) => other.server === member.server && other.database === member.database;
  const state = ready.find(same);
  const full = fulls.taken.find((backup) => same(backup.member));
  const log = logs.taken.find((backup) => same(backup.member));
  const mark = proven.find((each) => same(each.member));
  return {
    ...member,
    ...(state && { realServer: state.realServer }),
    ...(full && { full: { file: full.file, ms: full.ms } }),
    ...(log && { log: { file: log.file, ms: log.ms } }),
    ...(mark && { markLsn: mark.recorded.lsn }),
  };
}
