/** A session's transaction: nesting, names, savepoints, and what ends it. */
import type { Transaction } from "../../storage/transaction";
import { SqlError } from "../errors";
import type { SessionRuntime } from "./runtime";
import { runSteps, type Steps } from "./steps";

interface NamedSavepoint {
  name: string;
  point: ReturnType<Transaction["savepoint"]>;
}

export class SessionTransactions {
  /** @@TRANCOUNT */
  count = 0;
  /** Cannot be committed any more: XACT_STATE() is -1. */
  doomed = false;
  /** BEGIN DISTRIBUTED TRANSACTION, or already spread by a remote call. */
  distributed = false;
  /** Works inside a transaction that another server coordinates. */
  private enlisted = false;
  private current: Transaction | undefined;
  private outerName = "";
  private savepoints: NamedSavepoint[] = [];
  /** The count is only a trigger's: the client knows of no transaction. */
  private countedForTrigger = false;

  constructor(private readonly session: SessionRuntime) {}

  /** The user's transaction, or the one of the running statement. */
  get active(): Transaction | undefined {
    return this.current;
  }

  /** Opens one for a statement that finds none. True: the caller has to end it. */
  openForStatement(): boolean {
    if (this.current) return false;
    this.current = this.start();
    if (!this.session.settings.implicitTransactions) return true;
    this.count = 1;
    this.announce("beginTransaction");
    return false;
  }

  /** A trigger always finds a transaction open: its statement's, where the user has none. Gives what ends that. */
  countForTrigger(): () => void {
    const { current } = this;
    if (this.count > 0 || !current) return () => undefined;
    this.count = 1;
    this.countedForTrigger = true;
    return () => {
      this.countedForTrigger = false;
      if (this.current !== current || this.count === 0) return;
      this.count--;
      this.doomed = false;
    };
  }

  begin(name: string, distributed: boolean): void {
    this.requireUsable();
    if (this.count === 0) {
      const fresh = this.current === undefined;
      this.current ??= this.start();
      this.outerName = name;
      if (name) this.current.name = name;
      this.count = 1;
      if (fresh) this.announce("beginTransaction");
    } else {
      this.count++;
    }
    if (distributed) this.distributed = true;
  }

  /** WITH MARK: the first one names the mark, further ones are ignored with 3920. */
  mark(name: string, description: string): void {
    const transaction = this.current;
    if (!transaction) return;
    if (transaction.mark) {
      this.session.inform(
        3920,
        "The WITH MARK option only applies to the first BEGIN TRAN WITH MARK statement. The option is ignored.",
        1,
      );
      return;
    }
    transaction.mark = { name, description: description === "" ? null : description };
  }

  save(name: string): void {
    if (!this.current || this.count === 0)
      throw new SqlError(628, "Cannot issue SAVE TRANSACTION when there is no active transaction.");
    this.requireUsable();
    if (this.distributed) throw new SqlError(627, "Cannot use SAVE TRANSACTION within a distributed transaction.");
    this.savepoints.push({ name, point: this.current.savepoint() });
  }

  async commit(): Promise<void> {
    if (this.count === 0)
      throw new SqlError(3902, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.");
    this.requireUsable();
    if (this.count > 1) {
      this.count--;
      return;
    }
    if (this.enlisted) {
      throw new SqlError(
        8525,
        "Distributed transaction completed. Either enlist this session in a new transaction or the NULL transaction.",
      );
    }
    await runSteps(this.commitSteps());
  }

  /** Ends the transaction that a statement opened for itself. */
  *endStatement(): Steps<void> {
    yield* this.commitSteps();
  }

  private *commitSteps(): Steps<void> {
    const transaction = this.current;
    if (!transaction) return;
    const told = this.count > 0 && !this.countedForTrigger;
    try {
      const { dtc } = this.session.server;
      const distributed = dtc.coordinatedOf(transaction);
      const messages = distributed ? yield* dtc.commitSteps(distributed) : yield* transaction.commitSteps();
      for (const { number, message, state, severity } of messages)
        this.session.inform(number, message, state, severity);
    } catch (error) {
      this.clear();
      if (told) this.announce("rollbackTransaction");
      throw error;
    }
    this.clear();
    if (told) this.announce("commitTransaction");
  }

  /** ROLLBACK, or ROLLBACK to a savepoint or the outermost transaction's name. */
  async rollback(name?: string): Promise<void> {
    if (this.count === 0) {
      throw new SqlError(3903, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.");
    }
    if (name !== undefined && name !== "") {
      const index = this.savepoints.findLastIndex((s) => s.name === name);
      const savepoint = this.savepoints[index];
      if (savepoint && this.current) {
        if (this.doomed) throw cannotGoOn();
        this.current.rollbackTo(savepoint.point);
        this.savepoints.length = index + 1;
        return;
      }
      if (name !== this.outerName) {
        throw new SqlError(6401, `Cannot roll back ${name}. No transaction or savepoint of that name was found.`);
      }
    }
    await this.rollbackAll();
  }

  async rollbackAll(): Promise<void> {
    const transaction = this.current;
    const told = this.count > 0 && !this.countedForTrigger;
    const { enlisted } = this;
    this.clear();
    if (transaction) {
      const { dtc } = this.session.server;
      const distributed = dtc.coordinatedOf(transaction);
      if (distributed) await dtc.abort(distributed);
      else if (enlisted) dtc.orphan(transaction);
      else transaction.rollback();
    }
    if (told) this.announce("rollbackTransaction");
  }

  doom(): void {
    if (this.count > 0) this.doomed = true;
  }

  /** What keeps a transaction from becoming a distributed one: savepoints (3933) and SNAPSHOT (3996). */
  requirePromotable(): void {
    if (this.savepoints.length > 0)
      throw new SqlError(
        3933,
        "Cannot promote the transaction to a distributed transaction because there is an active save point in this transaction.",
      );
    if (this.session.settings.isolation === "SNAPSHOT") {
      throw new SqlError(
        3996,
        "Snapshot isolation level is not supported for distributed transaction. Use another isolation level or do not use distributed transaction.",
      );
    }
  }

  // ---- inside another server's transaction

  /** TM_PROPAGATE_XACT: works from now on in the transaction that the cookie names. */
  async enlist(cookie: Uint8Array): Promise<void> {
    if (this.current) await this.rollbackAll();
    const transaction = this.start();
    this.session.server.dtc.join(transaction, cookie);
    this.current = transaction;
    this.count = 1;
    this.distributed = true;
    this.enlisted = true;
    this.session.newDescriptor();
    this.session.output.environment({ kind: "enlistTransaction", descriptor: this.session.descriptor });
  }

  /** Leaves it; what has not been prepared by then is rolled back. */
  async defect(): Promise<void> {
    if (!this.enlisted) return;
    await this.rollbackAll();
    this.session.output.environment({ kind: "defectTransaction", descriptor: this.session.descriptor });
  }

  /** The transaction that its coordinator prepares or ends. */
  joined(): Transaction {
    if (!this.current || !this.enlisted)
      throw new SqlError(8504, "The import buffer for this transaction is not valid.");
    return this.current;
  }

  /** Its coordinator has ended the transaction. */
  release(outcome: "commitTransaction" | "rollbackTransaction"): void {
    this.clear();
    this.announce(outcome);
  }

  /** A doomed transaction can only be read in and rolled back: 3930. */
  requireUsable(): void {
    if (this.doomed) throw cannotGoOn();
  }

  /** Runs engine code in another transaction than the session's own. */
  during<T>(transaction: Transaction, work: () => T): T {
    const { current, doomed } = this;
    this.current = transaction;
    this.doomed = false;
    try {
      return work();
    } finally {
      this.current = current;
      this.doomed = doomed;
    }
  }

  private start(): Transaction {
    return this.session.server.transactions.begin(this.session, this.session.login.name);
  }

  private clear(): void {
    this.current = undefined;
    this.count = 0;
    this.doomed = false;
    this.distributed = false;
    this.enlisted = false;
    this.outerName = "";
    this.savepoints = [];
  }

  private announce(kind: "beginTransaction" | "commitTransaction" | "rollbackTransaction"): void {
    if (kind === "beginTransaction") this.session.newDescriptor();
    this.session.output.environment({ kind, descriptor: this.session.descriptor });
  }
}

function cannotGoOn(): SqlError {
  return new SqlError(
    3930,
    "The current transaction cannot be committed and cannot support operations that write to the log file. Roll back the transaction.",
  );
}
