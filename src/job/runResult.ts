import type { Member } from "../objects/backupMembers";
import type { Finding } from "../objects/finding";
import type { Lsn, MarkName } from "../objects/markNames";
import type { FullDecision } from "./due";
import type { FullBackups } from "./full";
import type { LogBackups } from "./log";
import type { ReadyMember } from "./preflight";
import type { ProvenMark } from "./proof";

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
  /** `failed` when no member got a backup, `incomplete` when anything was found. */
  readonly outcome: "succeeded" | "incomplete" | "failed";
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly fullDecision: string;
  readonly fullSetId?: number;
  readonly logSetId?: number;
  /** The mark, if it was placed; every member has it only if the outcome is `succeeded`. */
  readonly mark?: MarkName;
  readonly members: readonly MemberResult[];
  readonly findings: readonly Finding[];
}

export interface RunFacts {
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
  readonly findings: readonly Finding[];
}

/** Puts together what the steps brought. */
export function runResult(facts: RunFacts): RunResult {
  const { fulls, logs, mark, findings } = facts;
  const nothing = fulls.taken.length === 0 && logs.taken.length === 0;
  return {
    job: facts.job,
    controlServer: facts.controlServer,
    outcome: nothing ? "failed" : findings.length > 0 ? "incomplete" : "succeeded",
    startedAt: facts.startedAt.toISOString(),
    finishedAt: facts.finishedAt.toISOString(),
    fullDecision: facts.decision.text,
    ...(fulls.set && { fullSetId: fulls.set.id }),
    ...(logs.set && { logSetId: logs.set.id }),
    ...(mark !== undefined && { mark }),
    members: facts.members.map((member) => memberResult(member, facts)),
    findings,
  };
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
