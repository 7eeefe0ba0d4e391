/** Locks, and statements that wait for them. */
export {
  type ImplicitlyLocked,
  type LockInformation,
  LockManager,
  type LockOwner,
  type LockParticipant,
  TransientLockWait,
  type WaitOptions,
} from "./lockManager";
export { runStatement, type StatementSession, statementSteps } from "./statement";
