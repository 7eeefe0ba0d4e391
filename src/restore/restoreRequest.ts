import type { Member } from "../objects/backupMembers";
import type { Clock } from "../objects/clock";
import type { SecretStores, TopologyConnections } from "../objects/instances";
import type { RestoreGoal } from "./choosePoint";
import type { RestoreEvent } from "./restoreEvent";

/** What a restore is asked to do. */
export interface RestoreRequest {
  readonly connections: TopologyConnections;
  readonly goal: RestoreGoal;
  /** Only prepares: nothing is restored. */
  readonly planOnly: boolean;
  /** Allows that databases which are in use or intact are overwritten. */
  readonly replace: boolean;
  /** Other servers to restore on, by the member's server. */
  readonly serverMap?: Readonly<Record<string, string>>;
  readonly rename?: readonly RenameRule[];
  readonly move?: readonly MoveRule[];
  readonly stores?: SecretStores;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly report?: (event: RestoreEvent) => void;
}

/** A new name for a database. `*` stands for every name, and in the new name for the old one. */
export interface RenameRule {
  /** Only databases of this server. */
  readonly server?: string;
  readonly from: string;
  readonly to: string;
}

/** A folder for the files of restored databases. */
export interface MoveRule {
  /** Only databases restored on this server. */
  readonly server?: string;
  readonly folder: string;
}

/** Where a member is restored. */
export interface RestoreTarget extends Member {
  readonly folder?: string;
}

/** Two members would be restored over one another. */
export class TargetConflictError extends Error {
  override readonly name = "TargetConflictError";
}

/** Decides where each member goes. The first rule that fits counts, a rule with a server before one without. */
export function restoreTargets(
  members: readonly Member[],
  request: Pick<RestoreRequest, "serverMap" | "rename" | "move">,
): Map<Member, RestoreTarget> {
  const servers = new Map(Object.entries(request.serverMap ?? {}).map(([from, to]) => [from.toUpperCase(), to]));
  const targets = new Map<Member, RestoreTarget>();
  const taken = new Map<string, Member>();
  for (const member of members) {
    const server = servers.get(member.server.toUpperCase()) ?? member.server;
    const database = newName(member, request.rename ?? []);
    const folder = specificFirst(request.move ?? []).find((rule) => applies(rule, server))?.folder;
    const key = JSON.stringify([server.toUpperCase(), database.toUpperCase()]);
    const other = taken.get(key);
    if (other) {
      throw new TargetConflictError(
        `${name(other)} and ${name(member)} would both be restored as ${database} on ${server}: rename one of them.`,
      );
    }
    taken.set(key, member);
    targets.set(member, { server, database, ...(folder !== undefined && { folder }) });
  }
  return targets;
}

function newName(member: Member, rules: readonly RenameRule[]): string {
  const fits = (rule: RenameRule) =>
    applies(rule, member.server) && (rule.from === "*" || rule.from.toUpperCase() === member.database.toUpperCase());
  const rule = specificFirst(rules).find(fits);
  return rule ? rule.to.replaceAll("*", () => member.database) : member.database;
}

function applies(rule: { readonly server?: string }, server: string): boolean {
  return rule.server === undefined || rule.server.toUpperCase() === server.toUpperCase();
}

function specificFirst<T extends { readonly server?: string }>(rules: readonly T[]): T[] {
  return [...rules].sort((a, b) => Number(a.server === undefined) - Number(b.server === undefined));
}

function name({ server, database }: Member): string {
  return `${database} of ${server}`;
}
