/** msdb.dbo.logmarkhistory: a row for each database that a committed transaction marked. */
import { LockWait } from "../engine/errors";
import { roundToDatetime } from "../engine/types/temporal/calendar";
import type { Server } from "./server";
import { insertInto, systemTable } from "./systemTable";
import type { Transaction } from "./transaction";
import type { Writing } from "./transactionManager";

export function recordMarks(server: Server, writing: readonly Writing[], userName: string): void {
  const marked = writing.filter(({ record }) => record.mark);
  if (marked.length === 0) return;
  const record = (transaction: Transaction) => {
    const table = systemTable(server.msdb, "logmarkhistory");
    for (const { database, record: written } of marked) {
      insertInto(transaction, table, {
        database_name: database.name,
        mark_name: written.mark?.name ?? null,
        description: written.mark?.description ?? null,
        user_name: userName,
        lsn: written.commitLsn,
        mark_time: roundToDatetime(written.time),
      });
    }
  };
  try {
    server.inSystemTransaction(record);
  } catch (error) {
    if (!(error instanceof LockWait)) throw error;
    // Somebody has locked the table: the rows come when it is free.
    void server.whenUnlocked(record);
  }
}
