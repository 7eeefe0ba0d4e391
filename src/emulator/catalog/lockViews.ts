/** sys.dm_tran_locks, sys.dm_os_waiting_tasks and sys.dm_tran_database_transactions. */
import type { ExecutionContext } from "../engine/expressions/scope";
import type { SessionRuntime } from "../engine/session/runtime";
import { ApplicationLock } from "../storage/applicationLocks";
import type { Database } from "../storage/database";
import { RowEntry } from "../storage/rowEntry";
import type { Server } from "../storage/server";
import { Table } from "../storage/table";
import type { Transaction } from "../storage/transaction";
import {
  always,
  BIGINT,
  bytes,
  DATETIME,
  defineView,
  GUID,
  INT,
  NOTHING,
  ONE,
  SMALLINT,
  text,
  ZERO,
} from "./viewBuilder";
import { requireServerState, sessionOf } from "./visibility";

interface Resource {
  type: "DATABASE" | "OBJECT" | "RID" | "APPLICATION" | "METADATA";
  databaseId: number;
  description: string;
  entity: bigint;
}

interface LockRow extends Resource {
  mode: string;
  status: string;
  sessionId: number;
  ownerType: string;
}

/** Characters of a lock's own name that are shown. */
const SHOWN = 32;

function resourceOf(target: object, server: Server): Resource {
  if (target instanceof ApplicationLock) {
    const [databaseId = "0", principal = "", ...resource] = target.key.split(":");
    const id = server.databaseById(Number(databaseId))?.metadata.findOne("principal", principal)?.id ?? 0;
    const name = resource.join(":");
    return {
      type: "APPLICATION",
      databaseId: Number(databaseId),
      description: `${id}:[${name.slice(0, SHOWN)}]:(${hash(name)})`,
      entity: 0n,
    };
  }
  if (target instanceof Table)
    return { type: "OBJECT", databaseId: target.database.id, description: "", entity: BigInt(target.id) };
  if (target instanceof RowEntry) {
    const table = tableOf(target, server);
    return {
      type: "RID",
      databaseId: table?.database.id ?? 0,
      description: `1:1:${target.id}`,
      entity: BigInt(table?.id ?? 0),
    };
  }
  return { type: "METADATA", databaseId: 0, description: "", entity: 0n };
}

function tableOf(entry: RowEntry, server: Server): Table | undefined {
  for (const database of server.databases.values()) {
    for (const table of database.tables.values()) if (table.entries.get(entry.id) === entry) return table;
  }
  return undefined;
}

function hash(name: string): string {
  let value = 0;
  for (const character of name) value = (Math.imul(value, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return value.toString(16).padStart(8, "0");
}

const MODE: Record<string, string> = { SchS: "Sch-S", SchM: "Sch-M" };

function* locks(_database: Database, context: ExecutionContext): Iterable<LockRow> {
  requireServerState(context);
  const { server } = sessionOf(context);
  for (const info of server.sessions.values()) {
    const shared = { mode: "S", status: "GRANT", sessionId: info.id, ownerType: "SHARED_TRANSACTION_WORKSPACE" };
    // Being in a database is a lock on it; master and tempdb are always there.
    if (info.database.id > 2)
      yield { type: "DATABASE", databaseId: info.database.id, description: "", entity: 0n, ...shared };
  }
  for (const { target, mode, status, owner } of server.locks.all()) {
    const { id } = owner.participant;
    const session = server.sessions.get(id) as SessionRuntime | undefined;
    const ownerType = session && owner === session.sessionLocks ? "SESSION" : "TRANSACTION";
    yield { ...resourceOf(target, server), mode: MODE[mode] ?? mode, status, sessionId: id, ownerType };
  }
}

function* waiting(
  _database: Database,
  context: ExecutionContext,
): Iterable<{ session: SessionRuntime; blocker: number; type: string }> {
  requireServerState(context);
  const { server } = sessionOf(context);
  for (const info of server.sessions.values()) {
    const session = info as SessionRuntime;
    const wait = server.locks.waitOf(session);
    if (wait)
      yield {
        session,
        blocker: wait.blockers[0]?.id ?? 0,
        type: `LCK_M_${(MODE[wait.mode] ?? wait.mode).replace("-", "_").toUpperCase()}`,
      };
  }
}

function* databaseTransactions(
  _database: Database,
  context: ExecutionContext,
): Iterable<{ transaction: Transaction; database: Database }> {
  requireServerState(context);
  for (const transaction of sessionOf(context).server.transactions.active) {
    for (const database of transaction.participants.keys()) yield { transaction, database };
  }
}

export function registerLockViews(): void {
  defineView("sys.dm_tran_locks", locks, [
    ["resource_type", text(60), (l) => l.type],
    ["resource_subtype", text(60), always("")],
    ["resource_database_id", INT, (l) => l.databaseId],
    ["resource_description", text(256), (l) => l.description],
    ["resource_associated_entity_id", BIGINT, (l) => l.entity],
    ["resource_lock_partition", INT, ZERO],
    ["request_mode", text(60), (l) => l.mode],
    ["request_type", text(60), always("LOCK")],
    ["request_status", text(60), (l) => l.status],
    ["request_reference_count", SMALLINT, ONE],
    ["request_lifetime", INT, ZERO],
    ["request_session_id", INT, (l) => l.sessionId],
    ["request_exec_context_id", INT, ZERO],
    ["request_request_id", INT, ZERO],
    ["request_owner_type", text(60), (l) => l.ownerType],
    ["request_owner_id", BIGINT, (l) => BigInt(l.sessionId)],
    ["request_owner_guid", GUID, NOTHING],
    ["request_owner_lockspace_id", text(32), always("")],
    ["lock_owner_address", bytes(8), NOTHING],
  ]);
  defineView("sys.dm_os_waiting_tasks", waiting, [
    ["session_id", SMALLINT, (w) => w.session.id],
    ["exec_context_id", INT, ZERO],
    [
      "wait_duration_ms",
      BIGINT,
      ({ session }) => (session.server.clock().local - (session.request?.start ?? session.loginTime)) / 10_000n,
    ],
    ["wait_type", text(60), (w) => w.type],
    ["blocking_session_id", SMALLINT, (w) => w.blocker],
    ["resource_description", text(3072), NOTHING],
  ]);
  defineView("sys.dm_tran_database_transactions", databaseTransactions, [
    ["transaction_id", BIGINT, (t) => BigInt(t.transaction.id)],
    ["database_id", INT, (t) => t.database.id],
    ["database_transaction_begin_time", DATETIME, (t) => t.transaction.startTime],
    ["database_transaction_type", INT, ONE],
    ["database_transaction_state", INT, always(4)],
    ["database_transaction_log_record_count", BIGINT, (t) => BigInt(t.transaction.work)],
  ]);
}
