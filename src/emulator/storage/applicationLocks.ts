/** Application locks: resources that programs name themselves, locked like any other. */
import type { LockMode } from "../engine/errors";
import { SqlError } from "../engine/errors";
import type { LockManager, LockOwner, WaitOptions } from "./lockManager";

/** A resource name within a database and a database principal; names are compared byte by byte. */
export class ApplicationLock {
  constructor(readonly key: string) {}
}

const MODES: Record<string, LockMode> = {
  shared: "S",
  update: "U",
  exclusive: "X",
  intentshared: "IS",
  intentexclusive: "IX",
};

const RESOURCE_LENGTH = 255;
const TIMEOUT = 1222;
const DEADLOCK = 1205;

/** What sp_getapplock returns. */
export const GRANTED = 0;
export const GRANTED_AFTER_WAITING = 1;
export const TIMED_OUT = -1;
export const DEADLOCK_VICTIM = -3;

export class ApplicationLocks {
  private readonly resources = new Map<string, ApplicationLock>();
  /** How often each owner has asked: as often it has to release. */
  private readonly counts = new WeakMap<LockOwner, Map<ApplicationLock, number>>();

  constructor(private readonly locks: LockManager) {}

  /** sp_getapplock: gives its return code. */
  *acquire(
    owner: LockOwner,
    key: string,
    mode: LockMode,
    options: WaitOptions,
  ): Generator<Promise<unknown>, number, unknown> {
    const lock = this.resource(key);
    let result = GRANTED;
    if (!this.locks.tryAcquire(owner, lock, mode)) {
      try {
        yield this.locks.wait(owner, lock, mode, options);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        if (error.number === TIMEOUT) return TIMED_OUT;
        if (error.number === DEADLOCK) return DEADLOCK_VICTIM;
        throw error;
      }
      result = GRANTED_AFTER_WAITING;
    }
    this.countsOf(owner).set(lock, this.count(owner, lock) + 1);
    return result;
  }

  /** sp_releaseapplock: false if the owner does not hold it. */
  release(owner: LockOwner, key: string): boolean {
    const lock = this.resources.get(key);
    if (!lock || this.locks.held(owner, lock).length === 0) return false;
    const left = this.count(owner, lock) - 1;
    if (left > 0) {
      this.countsOf(owner).set(lock, left);
      return true;
    }
    this.countsOf(owner).delete(lock);
    this.locks.release(owner, lock);
    this.forgetUnused(lock);
    return true;
  }

  /** APPLOCK_MODE */
  mode(owner: LockOwner, key: string): string {
    const lock = this.resources.get(key);
    const held = new Set(lock ? this.locks.held(owner, lock) : []);
    if (held.has("X")) return "Exclusive";
    if (held.has("IX") && held.has("U")) return "UpdateIntentExclusive";
    if (held.has("IX") && held.has("S")) return "SharedIntentExclusive";
    if (held.has("U")) return "Update";
    if (held.has("IX")) return "IntentExclusive";
    if (held.has("S")) return "Shared";
    return held.has("IS") ? "IntentShared" : "NoLock";
  }

  /** APPLOCK_TEST */
  isGrantable(owner: LockOwner, key: string, mode: LockMode): boolean {
    const lock = this.resources.get(key);
    return !lock || !this.locks.isBlocked(owner, lock, mode);
  }

  private resource(key: string): ApplicationLock {
    let lock = this.resources.get(key);
    if (!lock) {
      for (const other of this.resources.values()) this.forgetUnused(other);
      lock = new ApplicationLock(key);
      this.resources.set(key, lock);
    }
    return lock;
  }

  private forgetUnused(lock: ApplicationLock): void {
    if (!this.locks.isHeld(lock)) this.resources.delete(lock.key);
  }

  /** Locks that went with their transaction or session count no more. */
  private count(owner: LockOwner, lock: ApplicationLock): number {
    const count = this.countsOf(owner).get(lock) ?? 0;
    return this.locks.held(owner, lock).length === 0 ? 0 : count;
  }

  private countsOf(owner: LockOwner): Map<ApplicationLock, number> {
    let counts = this.counts.get(owner);
    if (!counts) {
      counts = new Map();
      this.counts.set(owner, counts);
    }
    return counts;
  }
}

export function applicationLockKey(databaseId: number, principal: string, resource: string): string {
  return `${databaseId}:${principal.toLowerCase()}:${resource.slice(0, RESOURCE_LENGTH)}`;
}

/** By its name in T-SQL, whatever its case. */
export function applicationLockMode(name: string): LockMode | undefined {
  return MODES[name.trimEnd().toLowerCase()];
}
