import type { Member } from "../objects/backupMembers";
import type { BackupRecord } from "../objects/backupRecord";
import type { MarkName } from "../objects/markNames";
import { type BrokenChain, type Chain, findChain, isChain, type MarkPosition } from "./backupChain";

/** All that is known of one member's backups and marks. */
export interface MemberBackups extends Member {
  readonly backups: readonly BackupRecord[];
  readonly marks: ReadonlyMap<MarkName, MarkPosition>;
  /** Set when nobody could be asked about the member's backups, with the reason. */
  readonly unreadable?: string;
}

/** A mark that some run placed. */
export interface KnownMark {
  readonly mark: MarkName;
  /** When, in UTC, as ISO 8601. */
  readonly at: string;
  readonly setId?: number;
}

/** The server could not be asked about the member's backups. */
export interface Unreadable {
  readonly problem: "serverUnreadable";
  readonly reason: string;
}

export interface MemberAtPoint extends Member {
  readonly found: Chain | BrokenChain | Unreadable;
}

/** A mark, and for every member whether and from which files it can be restored to it. */
export interface RestorePoint extends KnownMark {
  readonly restorable: boolean;
  readonly members: readonly MemberAtPoint[];
}

/** A point that every member can be restored to. */
export interface RestorablePoint extends KnownMark {
  readonly restorable: true;
  readonly members: readonly (Member & { readonly found: Chain })[];
}

/** Looks at one mark in every member. A point is restorable only if all of them have a chain. */
export function restorePointAt(known: KnownMark, members: readonly MemberBackups[]): RestorePoint {
  const atPoint = members.map((member): MemberAtPoint => {
    const { server, database, unreadable } = member;
    if (unreadable !== undefined) {
      return { server, database, found: { problem: "serverUnreadable", reason: unreadable } };
    }
    return { server, database, found: findChain(member.backups, member.marks.get(known.mark) ?? {}) };
  });
  const restorable = atPoint.length > 0 && atPoint.every(({ found }) => !("problem" in found) && isChain(found));
  return { ...known, members: atPoint, restorable };
}

/** Whether all members of a point have a chain. */
export function isRestorable(point: RestorePoint): point is RestorablePoint {
  return point.restorable;
}

/** Newest first; a later set of the same moment is newer. */
export function newestFirst(marks: readonly KnownMark[]): KnownMark[] {
  return [...marks].sort((a, b) => compareText(b.at, a.at) || (b.setId ?? 0) - (a.setId ?? 0));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
