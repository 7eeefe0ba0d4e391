/** Sessions, connections, requests and transactions, by their old and their new names. */
import type { ExecutionContext } from "../engine/expressions/scope";
import type { SessionRuntime } from "../engine/session/runtime";
import { securityOf } from "../security/securityOf";
import { sqlHandle } from "./requestTexts";
import {
  always,
  BIGINT,
  BIT,
  bytes,
  DATETIME,
  defineView,
  INT,
  NOTHING,
  ONE,
  SMALLINT,
  text,
  ZERO,
} from "./viewBuilder";
import { requireServerState, sessionOf } from "./visibility";

const TICKS_PER_MILLISECOND = 10_000n;

const NO_COUNT = always(0n);

function* sessions(_database: unknown, context: ExecutionContext): Iterable<SessionRuntime> {
  const own = sessionOf(context);
  const all = securityOf(own).hasServer("VIEW SERVER STATE");
  for (const session of own.server.sessions.values()) if (all || session.id === own.id) yield session as SessionRuntime;
}

function connections(database: unknown, context: ExecutionContext): Iterable<SessionRuntime> {
  requireServerState(context);
  return sessions(database, context);
}

const blockerOf = (session: SessionRuntime) => session.server.locks.waitOf(session)?.blockers[0]?.id ?? 0;

/** Milliseconds of the running request. */
function elapsed({ server, request }: SessionRuntime): number {
  return request ? Number((server.clock().local - request.start) / TICKS_PER_MILLISECOND) : 0;
}

/** What the request is doing, by its first words: `BACKUP LOG`, `SELECT`. */
function commandOf({ request }: SessionRuntime): string {
  const words = /^(?:\s|--[^\n]*\n)*((?:BACKUP|RESTORE|ALTER|CREATE|DROP)\s+\w+|\w+)/i.exec(request?.text ?? "");
  return (words?.[1] ?? "").replace(/\s+/g, " ").toUpperCase();
}

function waitType(session: SessionRuntime): string | null {
  const wait = session.server.locks.waitOf(session);
  if (!wait) return null;
  return `LCK_M_${wait.mode === "SchS" ? "SCH_S" : wait.mode === "SchM" ? "SCH_M" : wait.mode}`;
}

export function registerSessionViews(): void {
  defineView("sys.dm_exec_sessions", sessions, [
    ["session_id", SMALLINT, (s) => s.id],
    ["login_time", DATETIME, (s) => s.loginTime],
    ["host_name", text(128), (s) => s.hostName],
    ["program_name", text(128), (s) => s.applicationName],
    ["host_process_id", INT, (s) => s.client.processId],
    ["client_version", INT, always(7)],
    ["client_interface_name", text(32), (s) => s.client.interfaceName],
    ["security_id", bytes(85), (s) => s.login.sid],
    ["login_name", text(128), (s) => s.login.name],
    ["nt_domain", text(128), NOTHING],
    ["nt_user_name", text(128), NOTHING],
    ["status", text(30), (s) => (s.request ? "running" : "sleeping")],
    ["context_info", bytes(128), (s) => s.contextInfo],
    ["is_user_process", BIT, ONE],
    [
      "transaction_isolation_level",
      SMALLINT,
      (s) =>
        ["", "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "SNAPSHOT"].indexOf(
          s.settings.isolation,
        ),
    ],
    ["lock_timeout", INT, (s) => s.settings.lockTimeout],
    ["deadlock_priority", INT, (s) => s.settings.deadlockPriority],
    ["row_count", BIGINT, (s) => BigInt(s.rowCount)],
    ["prev_error", INT, (s) => s.lastError],
    ["original_security_id", bytes(85), (s) => s.login.sid],
    ["original_login_name", text(128), (s) => s.login.original],
    ["database_id", SMALLINT, (s) => s.database.id],
    ["authenticating_database_id", INT, ONE],
    ["open_transaction_count", INT, (s) => s.transactions.count],
    ["last_request_start_time", DATETIME, (s) => s.request?.start ?? s.loginTime],
    ["last_request_end_time", DATETIME, (s) => (s.request ? null : s.loginTime)],
    ["text_size", INT, (s) => s.textSize],
    ["language", text(128), (s) => s.settings.language],
    ["date_format", text(3), (s) => s.settings.dateFormat],
    ["date_first", SMALLINT, (s) => s.settings.dateFirst],
    ["quoted_identifier", BIT, (s) => s.settings.quotedIdentifier],
    ["arithabort", BIT, (s) => s.settings.arithAbort],
    ["ansi_null_dflt_on", BIT, (s) => s.settings.ansiNullDefault],
    ["ansi_warnings", BIT, (s) => s.settings.ansiWarnings],
    ["ansi_padding", BIT, (s) => s.settings.ansiPadding],
    ["ansi_nulls", BIT, (s) => s.settings.ansiNulls],
    ["concat_null_yields_null", BIT, (s) => s.settings.concatNullYieldsNull],
    ["cpu_time", INT, ZERO],
    ["memory_usage", INT, ZERO],
    ["total_elapsed_time", INT, elapsed],
    ["reads", BIGINT, NO_COUNT],
    ["writes", BIGINT, NO_COUNT],
    ["logical_reads", BIGINT, NO_COUNT],
    ["endpoint_id", INT, always(4)],
    ["group_id", INT, ONE],
  ]);
  defineView("sys.dm_exec_connections", connections, [
    ["session_id", INT, (s) => s.id],
    ["connect_time", DATETIME, (s) => s.loginTime],
    ["net_transport", text(40), always("TCP")],
    ["protocol_type", text(40), always("TSQL")],
    ["encrypt_option", text(40), (s) => (s.client.encrypted ? "TRUE" : "FALSE")],
    ["auth_scheme", text(40), always("SQL")],
    ["client_net_address", { kind: "varchar", length: 48 }, (s) => s.client.address],
    ["net_packet_size", INT, (s) => s.client.packetSize],
    ["local_net_address", { kind: "varchar", length: 48 }, (s) => s.server.dtc.address.split(",")[0]],
    ["local_tcp_port", INT, (s) => Number(s.server.dtc.address.split(",")[1] ?? 0)],
  ]);
  defineView("sys.dm_exec_requests", (database, context) => [...sessions(database, context)].filter((s) => s.request), [
    ["session_id", SMALLINT, (s) => s.id],
    ["request_id", INT, ZERO],
    ["start_time", DATETIME, (s) => s.request?.start],
    ["sql_handle", bytes(64), sqlHandle],
    ["status", text(30), (s) => (blockerOf(s) ? "suspended" : "running")],
    ["command", text(32), commandOf],
    ["user_id", INT, (s) => s.user.id],
    ["database_id", SMALLINT, (s) => s.database.id],
    ["blocking_session_id", SMALLINT, blockerOf],
    ["wait_type", text(60), waitType],
    ["wait_time", INT, (s) => (waitType(s) === null ? 0 : elapsed(s))],
    ["wait_resource", text(256), always("")],
    ["transaction_id", BIGINT, (s) => BigInt(s.transactions.active?.id ?? 0)],
    ["total_elapsed_time", INT, elapsed],
    ["cpu_time", INT, ZERO],
    ["reads", BIGINT, NO_COUNT],
    ["writes", BIGINT, NO_COUNT],
    ["logical_reads", BIGINT, NO_COUNT],
    ["row_count", BIGINT, (s) => BigInt(s.rowCount)],
    ["estimated_completion_time", BIGINT, NO_COUNT],
    ["open_transaction_count", INT, (s) => s.transactions.count],
    ["percent_complete", { kind: "real" }, ZERO],
  ]);
  defineView("sys.sysprocesses", sessions, [
    ["spid", SMALLINT, (s) => s.id],
    ["blocked", SMALLINT, blockerOf],
    ["dbid", SMALLINT, (s) => s.database.id],
    ["open_tran", SMALLINT, (s) => s.transactions.count],
    ["status", { kind: "nchar", length: 30 }, (s) => (s.request ? "running" : "sleeping").padEnd(30)],
    ["hostname", { kind: "nchar", length: 128 }, (s) => s.hostName.padEnd(128)],
    ["program_name", { kind: "nchar", length: 128 }, (s) => s.applicationName.padEnd(128)],
    ["loginame", { kind: "nchar", length: 128 }, (s) => s.login.name.padEnd(128)],
    [
      "cmd",
      { kind: "nchar", length: 16 },
      (s) => (s.request ? commandOf(s) : "AWAITING COMMAND").slice(0, 16).padEnd(16),
    ],
  ]);
  defineView(
    "sys.dm_tran_session_transactions",
    (database, context) => [...sessions(database, context)].filter((s) => s.transactions.active),
    [
      ["session_id", INT, (s) => s.id],
      ["transaction_id", BIGINT, (s) => BigInt(s.transactions.active?.id ?? 0)],
      ["is_user_transaction", BIT, (s) => s.transactions.count > 0],
      ["is_local", BIT, (s) => !s.transactions.distributed],
      ["open_transaction_count", INT, (s) => s.transactions.count],
    ],
  );
  defineView("sys.dm_tran_active_transactions", (_database, context) => sessionOf(context).server.transactions.active, [
    ["transaction_id", BIGINT, (t) => BigInt(t.id)],
    ["name", text(32), (t) => t.name],
    ["transaction_begin_time", DATETIME, (t) => t.startTime],
    ["transaction_type", INT, (t) => (t.hasWritten ? 1 : 2)],
    ["transaction_state", INT, (t) => (t.state === "prepared" ? 5 : 2)],
  ]);
}
