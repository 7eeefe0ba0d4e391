/** msdb's procedures that delete the history of backups and restores. */
import type { Server } from "../storage/server";
import { rowsOf, systemTable } from "../storage/systemTable";
import type { Transaction } from "../storage/transaction";

/** Sets older than the date, and what hangs on them. */
export function deleteHistoryBefore(server: Server, transaction: Transaction, oldest: bigint): void {
  deleteSets(
    server,
    transaction,
    (set) => set.backup_finish_date !== null && (set.backup_finish_date as bigint) < oldest,
  );
}

/** Everything about one database. */
export function deleteHistoryOf(server: Server, transaction: Transaction, databaseName: string): void {
  const wanted = databaseName.toLowerCase();
  deleteSets(server, transaction, (set) => String(set.database_name).toLowerCase() === wanted);
}

type Values = Record<string, unknown>;

function deleteSets(server: Server, transaction: Transaction, goes: (set: Values) => boolean): void {
  const remove = (name: string, condition: (values: Values) => boolean): Values[] => {
    const table = systemTable(server.msdb, name);
    const gone: Values[] = [];
    for (const { id, values } of [...rowsOf(transaction, table)]) {
      if (!condition(values)) continue;
      transaction.delete(table, id);
      gone.push(values);
    }
    return gone;
  };
  const sets = new Set(remove("backupset", goes).map((set) => set.backup_set_id));
  const ofSet = (values: Values) => sets.has(values.backup_set_id);
  const restores = new Set(remove("restorehistory", ofSet).map((restore) => restore.restore_history_id));
  const ofRestore = (values: Values) => restores.has(values.restore_history_id);
  remove("restorefile", ofRestore);
  remove("restorefilegroup", ofRestore);
  remove("backupfile", ofSet);
  remove("backupfilegroup", ofSet);
  const used = new Set(
    [...rowsOf(transaction, systemTable(server.msdb, "backupset"))].map(({ values }) => values.media_set_id),
  );
  const unused = (values: Values) => !used.has(values.media_set_id as number);
  remove("backupmediafamily", unused);
  remove("backupmediaset", unused);
}
