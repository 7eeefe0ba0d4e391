/**
 * Who holds and who waits for which resource. A resource is any object: a Table, a RowEntry, a
 * PendingRecord, an application lock. Requests queue in order; conversions go first. Locks of one
 * session never conflict with each other, whoever of its transaction and itself owns them.
 */
import type { LockMode, LockTarget } from "../engine/errors";
import { LockWait, SqlError } from "../engine/errors";
import { conflicts, covers, type ModeSet, modesOf, withMode, withoutMode } from "./lockModes";

/** A transaction, or a session that owns locks beyond its transactions. */
export interface LockOwner {
  /** Conflicts and deadlocks are between participants; usually the session. */
  readonly participant: LockParticipant;
}

export interface LockParticipant {
  readonly id: number;
  /** SET DEADLOCK_PRIORITY; the lower one is the victim. */
  readonly deadlockPriority: number;
  /** Log records written by the open transaction: the cheaper rollback is the victim. */
  work(): number;
}

/** A resource whose writer holds it exclusively without an entry in the lock table until somebody waits. */
export interface ImplicitlyLocked {
  writer: LockOwner | undefined;
  /** What the writer holds; X by default. */
  readonly writerMode?: LockMode;
}

/** A lock wanted only while the statement reads: granted for the next attempt, released after it. */
export class TransientLockWait extends LockWait {}

interface Waiter {
  owner: LockOwner;
  target: LockTarget;
  mode: LockMode;
  conversion: boolean;
  granted: () => void;
  failed: (reason: unknown) => void;
}

interface Head {
  holders: Map<LockOwner, ModeSet>;
  queue: Waiter[];
}

export interface WaitOptions {
  /** Milliseconds; -1 for ever, 0 not at all. */
  timeout: number;
  signal?: AbortSignal | undefined;
}

/** A row of sys.dm_tran_locks. */
export interface LockInformation {
  target: LockTarget;
  mode: LockMode;
  status: "GRANT" | "WAIT" | "CONVERT";
  owner: LockOwner;
}

export class LockManager {
  private readonly heads = new Map<LockTarget, Head>();
  private readonly owned = new Map<LockOwner, Set<LockTarget>>();
  private readonly waiting = new Map<LockParticipant, Waiter>();

  /** Takes the lock until it is released, or throws LockWait. */
  acquire(owner: LockOwner, target: LockTarget, mode: LockMode): void {
    if (!this.tryAcquire(owner, target, mode)) throw new LockWait(target, mode);
  }

  tryAcquire(owner: LockOwner, target: LockTarget, mode: LockMode): boolean {
    const held = this.heads.get(target)?.holders.get(owner) ?? 0;
    if (covers(held, mode)) return true;
    if (this.blocked(owner, target, mode, held !== 0)) return false;
    this.grant(owner, target, mode);
    return true;
  }

  /** Whether `owner` would have to wait now. */
  isBlocked(owner: LockOwner | undefined, target: LockTarget, mode: LockMode): boolean {
    const head = this.heads.get(target);
    if (!head) return isWrittenByOther(target, owner);
    return this.blocked(owner, target, mode, owner ? head.holders.has(owner) : false);
  }

  held(owner: LockOwner, target: LockTarget): LockMode[] {
    return modesOf(this.heads.get(target)?.holders.get(owner) ?? 0);
  }

  /** Whether anybody holds the resource. */
  isHeld(target: LockTarget): boolean {
    return (this.heads.get(target)?.holders.size ?? 0) > 0;
  }

  release(owner: LockOwner, target: LockTarget, mode?: LockMode): void {
    const head = this.heads.get(target);
    const held = head?.holders.get(owner);
    if (!head || held === undefined) return;
    const left = mode ? withoutMode(held, mode) : 0;
    if (left !== 0) {
      head.holders.set(owner, left);
    } else {
      head.holders.delete(owner);
      const targets = this.owned.get(owner);
      targets?.delete(target);
      if (targets?.size === 0) this.owned.delete(owner);
    }
    this.grantQueued(target, head);
  }

  releaseAll(owner: LockOwner): void {
    const targets = this.owned.get(owner);
    if (!targets) return;
    this.owned.delete(owner);
    for (const target of targets) {
      const head = this.heads.get(target);
      if (!head) continue;
      head.holders.delete(owner);
      this.grantQueued(target, head);
    }
  }

  /** Waits until `owner` has the lock. Fails with 1222, 1205 or the signal's reason. */
  wait(owner: LockOwner, target: LockTarget, mode: LockMode, options: WaitOptions): Promise<void> {
    if (this.tryAcquire(owner, target, mode)) return Promise.resolve();
    if (options.timeout === 0) return Promise.reject(lockTimeout());
    if (options.signal?.aborted) return Promise.reject(options.signal.reason);
    return new Promise((resolve, reject) => {
      const head = this.head(target);
      const conversion = head.holders.has(owner);
      let timer: NodeJS.Timeout | undefined;
      const end = () => {
        clearTimeout(timer);
        options.signal?.removeEventListener("abort", cancel);
        this.waiting.delete(owner.participant);
      };
      const waiter: Waiter = {
        owner,
        target,
        mode,
        conversion,
        granted: () => {
          end();
          resolve();
        },
        failed: (reason) => {
          end();
          head.queue.splice(head.queue.indexOf(waiter), 1);
          this.grantQueued(target, head);
          reject(reason);
        },
      };
      const cancel = () => waiter.failed(options.signal?.reason);
      const behind = conversion ? head.queue.findIndex((other) => !other.conversion) : -1;
      if (behind >= 0) head.queue.splice(behind, 0, waiter);
      else head.queue.push(waiter);
      this.waiting.set(owner.participant, waiter);
      if (options.timeout > 0) timer = setTimeout(() => waiter.failed(lockTimeout()), options.timeout);
      options.signal?.addEventListener("abort", cancel, { once: true });
      this.breakDeadlock(waiter);
    });
  }

  /** The resource a session waits for and who is in its way, for the dynamic management views. */
  waitOf(
    participant: LockParticipant,
  ): { target: LockTarget; mode: LockMode; blockers: LockParticipant[] } | undefined {
    const waiter = this.waiting.get(participant);
    return waiter && { target: waiter.target, mode: waiter.mode, blockers: this.blockersOf(waiter) };
  }

  *all(): IterableIterator<LockInformation> {
    for (const [target, head] of this.heads) {
      for (const [owner, held] of head.holders) {
        for (const mode of modesOf(held)) yield { target, mode, status: "GRANT", owner };
      }
      for (const { mode, owner, conversion } of head.queue) {
        yield { target, mode, status: conversion ? "CONVERT" : "WAIT", owner };
      }
    }
  }

  private head(target: LockTarget): Head {
    let head = this.heads.get(target);
    if (!head) {
      head = { holders: new Map(), queue: [] };
      this.heads.set(target, head);
      this.materialize(target, head);
    }
    return head;
  }

  private grant(owner: LockOwner, target: LockTarget, mode: LockMode): void {
    const head = this.head(target);
    head.holders.set(owner, withMode(head.holders.get(owner) ?? 0, mode));
    const targets = this.owned.get(owner);
    if (targets) targets.add(target);
    else this.owned.set(owner, new Set([target]));
  }

  private blocked(owner: LockOwner | undefined, target: LockTarget, mode: LockMode, conversion: boolean): boolean {
    const head = this.heads.get(target);
    if (!head) return isWrittenByOther(target, owner);
    this.materialize(target, head);
    const self = owner?.participant;
    let holds = conversion;
    for (const [other, held] of head.holders) {
      if (other.participant !== self) {
        if (conflicts(held, mode)) return true;
      } else if (covers(held, mode)) holds = true;
    }
    // Who waited has been granted it, for this attempt or for good: those behind it in the queue come later.
    if (holds) return false;
    return head.queue.some((other) => other.owner.participant !== self && conflicts(withMode(0, other.mode), mode));
  }

  /** The writer of a row that others already have locks on. */
  private materialize(target: LockTarget, head: Head): void {
    const { writer, writerMode = "X" } = target as Partial<ImplicitlyLocked>;
    if (writer && !head.holders.has(writer)) this.grant(writer, target, writerMode);
  }

  private grantQueued(target: LockTarget, head: Head): void {
    for (let i = 0; i < head.queue.length; ) {
      const waiter = head.queue[i] as Waiter;
      if (this.obstacles(waiter, head, i).length > 0) {
        i++;
        continue;
      }
      head.queue.splice(i, 1);
      this.grant(waiter.owner, target, waiter.mode);
      waiter.granted();
    }
    if (head.holders.size === 0 && head.queue.length === 0) this.heads.delete(target);
  }

  private obstacles(waiter: Waiter, head: Head, position: number): LockParticipant[] {
    const self = waiter.owner.participant;
    const result: LockParticipant[] = [];
    for (const [owner, held] of head.holders) {
      if (owner.participant !== self && conflicts(held, waiter.mode)) result.push(owner.participant);
    }
    for (let i = 0; i < position; i++) {
      const earlier = head.queue[i] as Waiter;
      if (earlier.owner.participant !== self && conflicts(withMode(0, earlier.mode), waiter.mode)) {
        result.push(earlier.owner.participant);
      }
    }
    return result;
  }

  private blockersOf(waiter: Waiter): LockParticipant[] {
    const head = this.heads.get(waiter.target);
    return head ? this.obstacles(waiter, head, head.queue.indexOf(waiter)) : [];
  }

  private breakDeadlock(requester: Waiter): void {
    for (;;) {
      const cycle = this.cycleThrough(requester);
      if (!cycle) return;
      const victim = cycle.reduce((chosen, other) => (cheaper(other, chosen) ? other : chosen));
      const waiter = this.waiting.get(victim);
      waiter?.failed(deadlockVictim(victim.id));
      if (victim === requester.owner.participant) return;
    }
  }

  /** Participants of a waits-for cycle through the requester, the requester first. */
  private cycleThrough(requester: Waiter): LockParticipant[] | undefined {
    const start = requester.owner.participant;
    const seen = new Set<LockParticipant>();
    const visit = (participant: LockParticipant, path: LockParticipant[]): LockParticipant[] | undefined => {
      const waiter = this.waiting.get(participant);
      if (!waiter) return undefined;
      for (const blocker of this.blockersOf(waiter)) {
        if (blocker === start) return path;
        if (seen.has(blocker)) continue;
        seen.add(blocker);
        const found = visit(blocker, [...path, blocker]);
        if (found) return found;
      }
      return undefined;
    };
    return visit(start, [start]);
  }
}

function isWrittenByOther(target: LockTarget, owner: LockOwner | undefined): boolean {
  const writer = (target as Partial<ImplicitlyLocked>).writer;
  return writer !== undefined && writer.participant !== owner?.participant;
}

function cheaper(one: LockParticipant, other: LockParticipant): boolean {
  if (one.deadlockPriority !== other.deadlockPriority) return one.deadlockPriority < other.deadlockPriority;
  return one.work() < other.work();
}

function lockTimeout(): SqlError {
  return new SqlError(1222, "Lock request time out period exceeded.", 51);
}

function deadlockVictim(processId: number): SqlError {
  return new SqlError(
    1205,
    `Transaction (Process ID ${processId}) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.`,
    51,
    13,
  );
}
