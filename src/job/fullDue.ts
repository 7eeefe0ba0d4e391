import type { DateTime } from "luxon";
import { type FullSchedule, latestFullMoment } from "./fullSchedule";

/** Why a member gets a full backup in this run. */
export type FullReason = "forced" | "partialSetFailure" | "noFullYet" | "noLogBase" | "failedBefore" | "periodBegan";

/** What the decision needs to know of one member. */
export interface FullCandidate {
  /** Time of the member's latest full that succeeded, by the history. */
  readonly lastFull?: DateTime;
  /** Whether the full that was tried last failed. */
  readonly failedBefore: boolean;
  /** Whether SQL Server would accept a log backup now (there is a full it can follow). */
  readonly hasLogBase: boolean;
}

/** What the decision needs to know of the sets as a whole. */
export interface FullHistory {
  readonly forceFull: boolean;
  /** Highest set, of full or log backups, that was not completed. */
  readonly incompleteSet?: number;
  /** Highest set of full backups that was completed. */
  readonly completeFullSet?: number;
}

export interface FullPolicy extends FullSchedule {
  /** After a set that failed in part, every member gets a full again. */
  readonly forceFullAfterPartialSetFailure: boolean;
}

/**
 * Decides which members get a full backup now. The order is the real job's; where it says "the set had a
 * full in this period", each member is asked for itself, so that one that failed is due again at the next
 * run and does not make the others repeat theirs.
 *
 * @param now in the zone in which periods are counted
 */
export function decideFulls<T extends FullCandidate>(
  policy: FullPolicy,
  history: FullHistory,
  members: readonly T[],
  now: DateTime,
): Map<T, FullReason> {
  const setReason = reasonForAll(policy, history);
  const moment = latestFullMoment(policy, now);
  const due = new Map<T, FullReason>();
  for (const member of members) {
    const reason = setReason ?? reasonForMember(member, moment);
    if (reason) due.set(member, reason);
  }
  return due;
}

function reasonForAll(policy: FullPolicy, history: FullHistory): FullReason | undefined {
  if (history.forceFull) return "forced";
  const failedInPart = history.incompleteSet !== undefined && history.incompleteSet > (history.completeFullSet ?? 0);
  return policy.forceFullAfterPartialSetFailure && failedInPart ? "partialSetFailure" : undefined;
}

function reasonForMember(member: FullCandidate, moment: DateTime): FullReason | undefined {
  if (member.lastFull === undefined) return "noFullYet";
  if (!member.hasLogBase) return "noLogBase";
  if (member.failedBefore) return "failedBefore";
  return member.lastFull < moment ? "periodBegan" : undefined;
}
