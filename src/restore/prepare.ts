import { checkBackupFile, readDatabaseFiles } from "../objects/backupFiles";
import type { Member } from "../objects/backupMembers";
import type { BackupRecord } from "../objects/backupRecord";
import { readDatabaseStates } from "../objects/databaseStates";
import { type Finding, findingFrom } from "../objects/finding";
import { inParallel } from "../objects/inParallel";
import type { Topology } from "../objects/instances";
import { isSqlServerError } from "../objects/server";
import type { Chain } from "./backupChain";
import { choosePoint, type RestoreGoal } from "./choosePoint";
import { fileMoves } from "./fileMoves";
import type { Knowledge } from "./knowledge";
import { PointRefusedError } from "./pointRefused";
import type { RestoreEvent } from "./restoreEvent";
import type { DatabasePlan, RestorePlan } from "./restorePlan";
import type { RestorablePoint } from "./restorePoint";
import type { RestoreTarget } from "./restoreRequest";

export interface PrepareContext {
  readonly topology: Topology;
  readonly targets: ReadonlyMap<string, RestoreTarget>;
  readonly signal: AbortSignal;
  readonly report: (event: RestoreEvent) => void;
}

export interface Prepared {
  readonly plan: RestorePlan;
  /** Backup files that could not be read and were gone around. */
  readonly findings: readonly Finding[];
}

const checksAtOnce = 4;

/** Reading the header of a backup takes the right to create databases. */
const createDatabaseDenied = 262;

/**
 * Chooses the point and reads every file it needs, before anything is restored over. A file that cannot be read is
 * taken out, and the choice is made again: another chain, or an older point, may do without it.
 */
export async function prepare(context: PrepareContext, goal: RestoreGoal, knowledge: Knowledge): Promise<Prepared> {
  const findings: Finding[] = [];
  let { members } = knowledge;
  for (;;) {
    const choice = choosePoint(goal, knowledge.marks, members);
    if (!("point" in choice)) throw new PointRefusedError(choice, goal, findings);
    const { point } = choice;
    const bad = await findUnreadable(context, point);
    if (bad.length === 0) {
      const files = point.members.reduce((count, { found }) => count + 1 + found.logs.length, 0);
      context.report({ kind: "pointChosen", mark: point.mark, at: point.at, databases: point.members.length });
      context.report({ kind: "filesChecked", files });
      return { plan: await planFor(context, point), findings };
    }
    for (const { finding } of bad) {
      findings.push(finding);
      context.report({ kind: "finding", finding });
    }
    const unusable = new Set(bad.map(({ backup }) => backup));
    members = members.map((member) => ({ ...member, backups: member.backups.filter((each) => !unusable.has(each)) }));
  }
}

/** The key under which a member's target is found. */
export function memberKey({ server, database }: Member): string {
  return JSON.stringify([server, database]);
}

function targetOf(context: PrepareContext, member: Member): RestoreTarget {
  return context.targets.get(memberKey(member)) ?? { server: member.server, database: member.database };
}

async function findUnreadable(
  context: PrepareContext,
  point: RestorablePoint,
): Promise<{ backup: BackupRecord; finding: Finding }[]> {
  const files = point.members.flatMap((member) =>
    [member.found.full, ...member.found.logs].map((backup) => ({
      member,
      backup,
      server: targetOf(context, member).server,
    })),
  );
  const limits = { perKey: checksAtOnce, keyOf: (each: { server: string }) => each.server.toUpperCase() };
  const checked = await inParallel(files, limits, async ({ member, backup, server }) => {
    const place = { step: "files", server, database: member.database } as const;
    try {
      const instance = context.topology.instance(server);
      const wrong = await checkBackupFile(instance, backup, member.database, context.signal);
      return wrong === undefined ? undefined : { backup, finding: { ...place, message: wrong } };
    } catch (error) {
      // Who may not look at any file must not be told that they are bad.
      if (isSqlServerError(error) && error.has(createDatabaseDenied)) throw error;
      return { backup, finding: findingFrom(error, place) };
    }
  });
  return checked.filter((each) => each !== undefined);
}

async function planFor(context: PrepareContext, point: RestorablePoint): Promise<RestorePlan> {
  const { topology, signal } = context;
  const states = new Map<string, Map<string, string>>();
  const databases: DatabasePlan[] = [];
  for (const member of point.members) {
    const target = targetOf(context, member);
    const instance = topology.instance(target.server);
    const known = states.get(instance.name) ?? (await readDatabaseStates(instance, signal));
    states.set(instance.name, known);
    databases.push({
      member: { server: member.server, database: member.database },
      target: { server: target.server, database: target.database },
      existing: known.get(target.database.toUpperCase()),
      chain: member.found,
      moves: await movesFor(context, member, member.found, target),
    });
  }
  return { mark: point.mark, at: point.at, databases };
}

async function movesFor(context: PrepareContext, member: Member, chain: Chain, target: RestoreTarget) {
  if (target.database === member.database && target.folder === undefined) return [];
  const files = await readDatabaseFiles(context.topology.instance(target.server), chain.full, context.signal);
  const folder = target.folder === undefined ? {} : { folder: target.folder };
  return fileMoves(files, { database: member.database, newName: target.database, ...folder });
}
