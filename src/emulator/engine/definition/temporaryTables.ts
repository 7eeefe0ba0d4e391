/** The end of `#tables`: with the procedure or session that made them, whatever becomes of transactions. */
import type { Database } from "../../storage/database";
import type { Table } from "../../storage/table";
import type { Transaction } from "../../storage/transaction";
import type { SessionRuntime } from "../session/runtime";

export function dropTemporaryTables(session: SessionRuntime, tables: Iterable<Table>): void {
  const { tempdb, server } = session;
  const present = [...tables].filter((table) => tempdb.tables.get(table.id) === table);
  if (present.length === 0) return;
  // The open transaction's locks on its own tables do not stand in the way: locks of one session never conflict.
  const open = session.transactions.active;
  const transaction = open ?? server.transactions.begin(session, session.login.name);
  dropTables(tempdb, present, transaction);
  if (!open) transaction.commit();
}

export function dropTables(tempdb: Database, tables: Table[], transaction: Transaction): void {
  for (const { id } of tables) {
    for (const child of tempdb.metadata.children(id)) transaction.putRecord(tempdb, "object", child.id, undefined);
    for (const index of tempdb.metadata.indexesOf(id)) transaction.putRecord(tempdb, "index", index.id, undefined);
    transaction.putRecord(tempdb, "object", id, undefined);
  }
}
