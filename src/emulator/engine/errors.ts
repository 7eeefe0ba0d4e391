/** An error or message of the emulated server, as a client sees it in an ERROR or INFO token. */
export interface SqlMessage {
  number: number;
  state: number;
  /** Severity. Up to 10 it is information, above it an error, from 20 on it ends the connection. */
  class: number;
  message: string;
  /** "" outside a procedure. */
  procedure: string;
  /** Line in the batch or in the procedure; 0 until the interpreter fills it in. */
  line: number;
  /** Set on messages that came from another server through a link. */
  server?: string;
}

/**
 * Thrown for every error that T-SQL can see. `precedingErrors` come before it on the wire
 * (BACKUP: the cause, then 3013).
 */
export class SqlError extends Error implements SqlMessage {
  procedure = "";
  line = 0;
  server?: string;
  precedingErrors: SqlError[] = [];
  /** The whole batch ends, also without XACT_ABORT (conversion errors and the like); the transaction is rolled back too. */
  abortsBatch = false;
  /** Raised by RAISERROR: leaves the transaction alone, also under XACT_ABORT. */
  isRaiserror = false;
  /** Raised by THROW: outside TRY it ends the batch, but rolls back only under XACT_ABORT. */
  endsBatch = false;
  /** Sent to the client already. */
  reported = false;
  /** The activation it was first met in: a TRY does not catch compile errors of its own scope. */
  raisedIn?: object;
  constructor(
    readonly number: number,
    message: string,
    readonly state = 1,
    readonly severity = 16,
  ) {
    super(message);
    this.name = "SqlError";
  }
  get class(): number {
    return this.severity;
  }
}

/** The refusal of something that SQL Server does and the emulator does not: error 49999, naming it. */
export class NotEmulatedError extends SqlError {
  constructor(what: string) {
    super(NOT_EMULATED, `The emulator does not support ${what}.`, 1, 16);
    this.name = "NotEmulatedError";
  }
}

/** Number of every refusal; outside the numbers that SQL Server itself uses. */
export const NOT_EMULATED = 49999;

/** Thrown by sync engine code when a lock is held by another transaction: the statement is undone, waits, and runs again. */
export class LockWait extends Error {
  constructor(
    readonly resource: LockTarget,
    readonly mode: LockMode,
  ) {
    super("lock wait");
  }
}
export type LockMode = "IS" | "IX" | "S" | "U" | "X" | "SchS" | "SchM";
/** Opaque to everyone but the lock manager. */
export type LockTarget = object;
