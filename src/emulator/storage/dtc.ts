/**
 * The distributed transaction coordinator: two-phase commit over servers, presumed abort. Here as
 * the coordinator of transactions that began on this server, and as the memory of those that
 * another server coordinates. How requests travel is the linked servers' affair.
 */
import { SqlError } from "../engine/errors";
import { newGuid } from "./boot";
import type { DecisionId, Outcome } from "./decisionLog";
import type { Server } from "./server";
import type { Transaction } from "./transaction";

/** Another server's part of a transaction that this server coordinates. */
export interface RemoteBranch {
  /** The linked server's name, for messages. */
  readonly server: string;
  prepare(): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** Who decides about a transaction. */
export interface DistributedIdentity {
  readonly id: string;
  /** Address (`host,port`) of the coordinator. */
  readonly coordinator: string;
}

export class DistributedTransaction {
  readonly branches: RemoteBranch[] = [];

  constructor(
    readonly id: string,
    readonly transaction: Transaction,
  ) {}
}

/** Asks a coordinator about a transaction; "active" while it has not decided. */
export type CoordinatorQuestion = (address: string, id: string) => Promise<Outcome | "active">;

const COORDINATED = "dtc:";
const RETRY_MS = 500;

export class Dtc {
  /** Where other servers reach this one (`host,port`); set by the listener. */
  address = "";
  private readonly coordinated = new Map<Transaction, DistributedTransaction>();
  private readonly joined = new Map<Transaction, DistributedIdentity>();
  private readonly active = new Set<string>();
  private question: CoordinatorQuestion | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly server: Server) {}

  // ---- coordinating

  /** Makes the transaction distributed with this server as coordinator. */
  promote(transaction: Transaction): DistributedTransaction {
    this.requirePresent();
    let distributed = this.coordinated.get(transaction);
    if (!distributed) {
      distributed = new DistributedTransaction(newGuid(), transaction);
      this.coordinated.set(transaction, distributed);
      this.active.add(distributed.id);
    }
    return distributed;
  }

  coordinatedOf(transaction: Transaction): DistributedTransaction | undefined {
    return this.coordinated.get(transaction);
  }

  /** What other servers enlist with. */
  cookieOf(distributed: DistributedTransaction): Uint8Array {
    return encodeCookie({ id: distributed.id, coordinator: this.address });
  }

  /**
   * Commits on every server or none: prepares here and there, decides, commits. A branch that cannot
   * be told in the end asks for the outcome itself.
   */
  *commitSteps(distributed: DistributedTransaction): Generator<Promise<unknown>, SqlError[], unknown> {
    const { transaction, branches, id } = distributed;
    const decision: DecisionId = COORDINATED + id;
    let messages: SqlError[];
    try {
      this.requirePresent();
      messages = yield* this.server.transactions.prepareSteps(transaction, decision, undefined);
      yield Promise.all(branches.map((branch) => branch.prepare()));
    } catch (error) {
      yield this.abort(distributed);
      throw error;
    }
    this.server.transactions.commitPrepared(transaction);
    this.coordinated.delete(transaction);
    this.active.delete(id);
    const told = yield Promise.allSettled(branches.map((branch) => branch.commit()));
    const all = (told as PromiseSettledResult<void>[]).every(({ status }) => status === "fulfilled");
    if (all) this.server.decisions.forget(decision);
    return messages;
  }

  /** Rolls back here and on every server that can be reached; the others ask and learn it. */
  async abort(distributed: DistributedTransaction): Promise<void> {
    const { transaction, branches, id } = distributed;
    if (transaction.state === "prepared") this.server.transactions.abortPrepared(transaction);
    else transaction.rollback();
    this.coordinated.delete(transaction);
    this.active.delete(id);
    await Promise.allSettled(branches.map((branch) => branch.abort()));
  }

  /** The answer to a participant; what is not known was aborted. */
  outcome(id: string): Outcome | "active" {
    if (this.active.has(id)) return "active";
    return this.server.decisions.outcome(COORDINATED + id) ?? "aborted";
  }

  /** Whether participants may still ask for the decision. */
  isCoordinated(decision: DecisionId): boolean {
    return decision.startsWith(COORDINATED) && this.server.decisions.outcome(decision) === "committed";
  }

  // ---- taking part

  /** Puts a transaction of this server under another's coordination. */
  join(transaction: Transaction, cookie: Uint8Array): DistributedIdentity {
    this.requirePresent();
    const identity = decodeCookie(cookie);
    this.joined.set(transaction, identity);
    return identity;
  }

  joinedOf(transaction: Transaction): DistributedIdentity | undefined {
    return this.joined.get(transaction);
  }

  *prepareSteps(transaction: Transaction): Generator<Promise<unknown>, SqlError[], unknown> {
    this.requirePresent();
    const identity = this.joined.get(transaction);
    if (!identity) throw new Error("the transaction has no coordinator");
    return yield* this.server.transactions.prepareSteps(transaction, newGuid(), identity);
  }

  commitPrepared(transaction: Transaction): void {
    this.joined.delete(transaction);
    this.server.transactions.commitPrepared(transaction);
  }

  abortJoined(transaction: Transaction): void {
    this.joined.delete(transaction);
    if (transaction.state === "prepared") this.server.transactions.abortPrepared(transaction);
    else transaction.rollback();
  }

  /** A transaction found prepared in the logs at the start. */
  adopt(transaction: Transaction, identity: DistributedIdentity): void {
    this.joined.set(transaction, identity);
    this.watch();
  }

  /**
   * The connection over which its coordinator would have told the outcome is gone. Prepared: the
   * coordinator is asked until it answers; otherwise it is rolled back.
   */
  orphan(transaction: Transaction): void {
    if (transaction.state === "prepared") this.watch();
    else this.abortJoined(transaction);
  }

  /** How to ask other servers' coordinators; set by the linked servers. */
  set ask(question: CoordinatorQuestion) {
    this.question = question;
    this.watch();
  }

  /** Transactions whose outcome only their coordinator knows. */
  get inDoubt(): { transaction: Transaction; identity: DistributedIdentity }[] {
    return [...this.joined]
      .filter(([transaction]) => transaction.state === "prepared")
      .map(([transaction, identity]) => ({ transaction, identity }));
  }

  /** Asks once for every transaction in doubt. */
  async resolveInDoubt(): Promise<void> {
    const { question } = this;
    if (!question) return;
    for (const { transaction, identity } of this.inDoubt) {
      const outcome = await question(identity.coordinator, identity.id).catch(() => "active" as const);
      if (outcome === "active" || !this.joined.has(transaction)) continue;
      if (outcome === "committed") this.commitPrepared(transaction);
      else this.abortJoined(transaction);
    }
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.question = undefined;
  }

  private watch(): void {
    if (this.timer || !this.question) return;
    this.timer = setTimeout(() => {
      this.resolveInDoubt().finally(() => {
        this.timer = undefined;
        if (this.inDoubt.length > 0) this.watch();
      });
    }, RETRY_MS);
    this.timer.unref();
  }

  private requirePresent(): void {
    if (!this.server.faults.coordinatorAbsent) return;
    throw new SqlError(8501, `MSDTC on server '${this.server.serverName}' is unavailable.`, 3);
  }
}

export function encodeCookie(identity: DistributedIdentity): Uint8Array {
  return Buffer.from(JSON.stringify([identity.id, identity.coordinator]), "utf8");
}

export function decodeCookie(cookie: Uint8Array): DistributedIdentity {
  const [id, coordinator] = JSON.parse(Buffer.from(cookie).toString("utf8")) as [string, string];
  return { id, coordinator };
}
