/** Runs synchronous statements that may have to wait for locks: undo, wait, run again. */
import { LockWait } from "../engine/errors";
import { type LockManager, type LockOwner, type LockParticipant, TransientLockWait } from "./lockManager";
import type { Transaction } from "./transaction";

/** What a session tells about itself to those who wait on its behalf. */
export interface StatementSession {
  readonly lockTimeout: number;
  /** Aborted by an attention or KILL; its reason is thrown out of the wait. */
  readonly cancelSignal?: AbortSignal | undefined;
}

/** Holds a read lock for one attempt only. */
class AttemptLock implements LockOwner {
  constructor(readonly participant: LockParticipant) {}
}

/**
 * Runs `body` in the transaction. When it throws LockWait, what it did is undone, the lock is
 * awaited (errors 1222 and 1205 come from here) and it runs again; when it throws anything else,
 * what it did is undone. `body` must have no effects besides those on the transaction.
 */
export function* statementSteps<T>(
  session: StatementSession,
  transaction: Transaction,
  body: () => T,
): Generator<Promise<unknown>, T, unknown> {
  const savepoint = transaction.savepoint();
  const locks: LockManager = transaction.locks;
  let attempt: AttemptLock | undefined;
  try {
    for (;;) {
      try {
        return body();
      } catch (error) {
        transaction.undoStatement(savepoint);
        if (attempt) locks.releaseAll(attempt);
        attempt = undefined;
        if (!(error instanceof LockWait)) throw error;
        if (error instanceof TransientLockWait) attempt = new AttemptLock(transaction.participant);
        yield locks.wait(attempt ?? transaction, error.resource, error.mode, {
          timeout: session.lockTimeout,
          signal: session.cancelSignal,
        });
      }
    }
  } finally {
    if (attempt) locks.releaseAll(attempt);
  }
}

/** As `statementSteps`, for callers that await. */
export async function runStatement<T>(session: StatementSession, transaction: Transaction, body: () => T): Promise<T> {
  const steps = statementSteps(session, transaction, body);
  let next = steps.next();
  while (!next.done) {
    try {
      await next.value;
    } catch (error) {
      next = steps.throw(error);
      continue;
    }
    next = steps.next();
  }
  return next.value;
}
