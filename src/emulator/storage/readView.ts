/** How a statement reads tables: isolation level and table hints. */
import { SqlError } from "../engine/errors";
import type { Database } from "./database";
import type { Transaction } from "./transaction";

export type IsolationLevel = "READ UNCOMMITTED" | "READ COMMITTED" | "REPEATABLE READ" | "SERIALIZABLE" | "SNAPSHOT";

export interface TableHints {
  readonly nolock?: boolean;
  readonly updlock?: boolean;
  readonly xlock?: boolean;
  readonly tablock?: boolean;
  readonly tablockx?: boolean;
  readonly holdlock?: boolean;
  readonly readpast?: boolean;
  readonly rowlock?: boolean;
  readonly nowait?: boolean;
  readonly readcommitted?: boolean;
  /** READCOMMITTEDLOCK: waits even where READ_COMMITTED_SNAPSHOT is on. */
  readonly readcommittedlock?: boolean;
  readonly repeatableread?: boolean;
}

export interface ReadView {
  readonly transaction: Transaction;
  readonly isolation: IsolationLevel;
  readonly hints: TableHints;
  /** The rows are about to be changed (target of UPDATE or DELETE): waits for the row whatever the isolation. */
  readonly forUpdate?: boolean;
}

/**
 * - dirty: whatever is there
 * - waiting: waits for rows that others changed, keeps no lock
 * - version: the committed row of the moment
 * - snapshot: the committed row of the transaction's start
 * - holding: S locks on what was read until the end of the transaction
 */
export type ReadMode = "dirty" | "waiting" | "version" | "snapshot" | "holding";

export function readMode(view: ReadView, database: Database): ReadMode {
  const { hints, isolation } = view;
  if (hints.nolock) return "dirty";
  if (hints.updlock || hints.xlock || hints.holdlock || hints.repeatableread) return "holding";
  if (hints.readcommittedlock) return "waiting";
  if (hints.tablock || hints.tablockx) return "waiting";
  switch (isolation) {
    case "READ UNCOMMITTED":
      return hints.readcommitted ? committedMode(view, database) : view.forUpdate ? "waiting" : "dirty";
    case "READ COMMITTED":
      return committedMode(view, database);
    case "SNAPSHOT":
      requireSnapshot(database);
      return "snapshot";
    default:
      return "holding";
  }
}

function committedMode(view: ReadView, database: Database): ReadMode {
  return database.options.readCommittedSnapshot && !view.forUpdate ? "version" : "waiting";
}

/** SERIALIZABLE and HOLDLOCK also keep others from adding rows that would have been read. */
export function locksRanges(view: ReadView): boolean {
  return view.hints.holdlock === true || (view.isolation === "SERIALIZABLE" && view.hints.nolock !== true);
}

function requireSnapshot(database: Database): void {
  if (database.options.allowSnapshot || database.isSystem) return;
  throw new SqlError(
    3952,
    `Snapshot isolation transaction failed accessing database '${database.name}' because snapshot isolation is not allowed in this database. Use ALTER DATABASE to allow snapshot isolation.`,
  );
}
