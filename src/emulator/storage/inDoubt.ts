/** Takes up again, after a restart, transactions that were prepared and whose coordinator has not been heard. */
import type { DecisionId } from "./decisionLog";
import type { DistributedIdentity } from "./dtc";
import type { LockParticipant } from "./lockManager";
import type { Server } from "./server";
import type { Writing } from "./transactionManager";

/** The session id that SQL Server shows for transactions without a session. */
const ORPHAN_SESSION = -2;

interface Doubtful {
  identity: DistributedIdentity;
  writing: Writing[];
}

/** Their changes are made again, uncommitted, so that their rows are locked until the outcome is known. */
export function adoptInDoubt(server: Server): void {
  const doubtful = new Map<DecisionId, Doubtful>();
  for (const database of server.databases.values()) {
    for (const { decision, record, distributed } of database.store?.unresolved ?? []) {
      if (!distributed) continue;
      const entry = doubtful.get(decision) ?? { identity: distributed, writing: [] };
      entry.writing.push({ database, record });
      doubtful.set(decision, entry);
    }
  }
  for (const [decision, { identity, writing }] of doubtful) {
    const orphan: LockParticipant = { id: ORPHAN_SESSION, deadlockPriority: 10, work: () => Number.MAX_SAFE_INTEGER };
    const transaction = server.transactions.begin(orphan, "");
    for (const { database, record } of writing) transaction.repeat(database, record.changes);
    server.transactions.adoptPrepared(transaction, decision, writing);
    server.dtc.adopt(transaction, identity);
  }
}
