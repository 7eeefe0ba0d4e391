import { describeMember } from "../restore/describePoint";
import type { RestorePoint } from "../restore/restorePoint";
import type { BackupStatus, BackupThresholds, MemberStatus, TakenBackupStatus } from "./backupStatus";

/** A status before it is judged. */
export type StatusFacts = Omit<BackupStatus, "healthy" | "problems">;

/**
 * What is not as it should be, in words.
 *
 * @param nearest where no mark can be restored in every member, the one that comes nearest
 */
export function findProblems(facts: StatusFacts, limits: BackupThresholds, nearest?: RestorePoint): string[] {
  const problems = [
    ...runProblems(facts),
    ...pointProblems(facts, limits, nearest),
    ...facts.members.flatMap((member) => memberProblems(member, limits)),
  ];
  // What the last run found may still be so.
  return [...new Set(problems)];
}

function runProblems({ job, lastRun, findings }: StatusFacts): string[] {
  if (job === undefined) return [];
  if (!lastRun) return [`The job ${job} has not run yet.`];
  const told = findings.map(({ server, database, message }) => {
    const place = [database, server].filter((name) => name !== undefined).join(" on ");
    const [text = message] = message.split("\nhint: ");
    return place === "" ? text : `${place}: ${text}`;
  });
  if (lastRun.outcome === "succeeded") return told;
  const ended = { incomplete: "was incomplete", failed: "failed", cancelled: "was cancelled" }[lastRun.outcome];
  return [`The last run of ${job}, at ${lastRun.startedAt}, ${ended}.`, ...told];
}

function pointProblems(
  { lastRun, newestRestorePoint: newest }: StatusFacts,
  { maximumAgeMinutes: limit }: BackupThresholds,
  nearest: RestorePoint | undefined,
): string[] {
  if (newest) {
    return isTooOld(newest, limit)
      ? [`The newest restore point, ${newest.mark}, is ${newest.ageMinutes} minutes old; ${limit} are allowed.`]
      : [];
  }
  if (nearest) {
    const lacks = nearest.members.filter(({ found }) => "problem" in found).map(describeMember);
    return [`No mark can be restored in every database. ${nearest.mark} comes nearest; it lacks: ${lacks.join("; ")}.`];
  }
  return lastRun ? ["There is no restore point yet: no run has placed a mark."] : [];
}

function memberProblems(member: MemberStatus, limits: BackupThresholds): string[] {
  const name = `${member.database} on ${member.server}`;
  const problems: string[] = [];
  if (member.problem !== undefined) problems.push(`${name}: ${member.problem}`);
  if (member.ready && member.hasBase === false) {
    problems.push(`${name} has no full backup that a log backup could follow; the next run takes one.`);
  }
  const aged = [
    { what: "full", backup: member.lastFull, limit: limits.maximumFullAgeMinutes },
    { what: "log", backup: member.lastLog, limit: limits.maximumLogAgeMinutes },
  ];
  for (const { what, backup, limit } of aged) {
    if (limit === undefined) continue;
    if (!backup) problems.push(`${name} has no ${what} backup yet.`);
    else if (isTooOld(backup, limit)) {
      problems.push(`The last ${what} backup of ${name} is ${backup.ageMinutes} minutes old; ${limit} are allowed.`);
    }
  }
  return problems;
}

function isTooOld({ ageMinutes }: Pick<TakenBackupStatus, "ageMinutes">, limit: number | undefined): boolean {
  return limit !== undefined && ageMinutes > limit;
}
