/** Makes commits durable: one write, or one for each database and one for the decision. */
import { newGuid } from "./boot";
import type { DecisionId } from "./decisionLog";
import type { DistributedIdentity } from "./dtc";
import type { Server } from "./server";
import type { Writing } from "./transactionManager";

export class CommitWriter {
  constructor(private readonly server: Server) {}

  /** Makes a commit durable: one write, or one for each database and one for the decision. */
  commit(writing: readonly Writing[]): void {
    const stored = writing.filter(({ database }) => database.store);
    if (stored.length <= 1) {
      for (const { database, record } of stored) database.store?.commit(record);
      return;
    }
    const id = newGuid();
    for (const { database, record } of stored) database.store?.prepare({ decision: id, record, prepared: false });
    this.server.decisions.decide(id, "committed");
  }

  prepare(writing: readonly Writing[], decision: DecisionId, distributed: DistributedIdentity | undefined): void {
    const shared = { decision, prepared: true, ...(distributed ? { distributed } : {}) };
    for (const { database, record } of writing) database.store?.prepare({ ...shared, record });
  }

  commitPrepared(writing: readonly Writing[], decision: DecisionId): void {
    this.server.decisions.decide(decision, "committed");
    for (const { database, record } of writing) database.store?.resolve(decision, record);
    if (!this.server.dtc.isCoordinated(decision)) this.server.decisions.forget(decision);
  }

  abortPrepared(writing: readonly Writing[], decision: DecisionId): void {
    this.server.decisions.decide(decision, "aborted");
    for (const { database } of writing) database.store?.resolve(decision, undefined);
    this.server.decisions.forget(decision);
  }
}
