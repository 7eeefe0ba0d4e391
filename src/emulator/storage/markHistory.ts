/** msdb.dbo.logmarkhistory: a row for each database that a committed transaction marked. */
import type { Server } from "./server";
import { insertInto, systemTable } from "./systemTable";
import { toDatetime } from "./time";
import type { Writing } from "./transactionManager";

export function recordMarks(server: Server, writing: readonly Writing[], userName: string): void {
  const marked = writing.filter(({ record }) => record.mark);
  if (marked.length === 0) return;
  server.inSystemTransaction((transaction) => {
    const table = systemTable(server.msdb, "logmarkhistory");
    for (const { database, record } of marked) {
      insertInto(transaction, table, {
        database_name: database.name,
        mark_name: record.mark?.name ?? null,
        description: record.mark?.description ?? null,
        user_name: userName,
        lsn: record.commitLsn,
        mark_time: toDatetime(record.time),
      });
    }
  });
}
