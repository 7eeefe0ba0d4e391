/** sys.servers, sys.configurations, sessions, requests, locks, and the like. */
import type { ExecutionContext } from "../engine/expressions/scope";
import type { SessionRuntime } from "../engine/session/runtime";
import { userMessages } from "../engine/session/userMessages";
import { securityOf } from "../security/securityOf";
import type { LinkedServerRecord } from "../storage/records";
import { configurations } from "./configurations";
import { sqlHandle } from "./requestTexts";
import {
  always,
  BIGINT,
  BIT,
  bytes,
  type ColumnList,
  DATETIME,
  defineView,
  INT,
  NOTHING,
  ONE,
  SMALLINT,
  SYSNAME,
  TINYINT,
  text,
  VARIANT,
  ZERO,
} from "./viewBuilder";
import { requireServerState, sessionOf } from "./visibility";

interface ServerRow {
  id: number;
  linked: LinkedServerRecord | undefined;
}

function* servers(_database: unknown, context: ExecutionContext): Iterable<ServerRow> {
  yield { id: 0, linked: undefined };
  for (const linked of sessionOf(context).server.master.metadata.all("linkedServer")) yield { id: linked.id, linked };
}

const option = (name: string, local: number) => (row: ServerRow) =>
  row.linked ? row.linked.options[name] === true : local;

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

export function registerServerViews(): void {
  defineView("sys.servers", servers, [
    ["server_id", INT, (s) => s.id],
    ["name", SYSNAME, (s, database) => s.linked?.name ?? database.server.serverName],
    ["product", SYSNAME, (s) => s.linked?.product ?? "SQL Server"],
    ["provider", SYSNAME, (s) => s.linked?.provider ?? "SQLNCLI"],
    ["data_source", text(4000), (s, database) => (s.linked ? s.linked.dataSource : database.server.serverName)],
    ["location", text(4000), (s) => s.linked?.location],
    ["provider_string", text(4000), (s) => s.linked?.providerString],
    ["catalog", SYSNAME, (s) => s.linked?.catalog],
    ["connect_timeout", INT, (s) => Number(s.linked?.options["connect timeout"] ?? 0)],
    ["query_timeout", INT, (s) => Number(s.linked?.options["query timeout"] ?? 0)],
    ["is_linked", BIT, (s) => s.linked !== undefined],
    ["is_remote_login_enabled", BIT, option("rpc", 1)],
    ["is_rpc_out_enabled", BIT, option("rpc out", 1)],
    ["is_data_access_enabled", BIT, option("data access", 0)],
    ["is_collation_compatible", BIT, option("collation compatible", 0)],
    ["uses_remote_collation", BIT, option("use remote collation", 1)],
    [
      "collation_name",
      SYSNAME,
      (s) => (s.linked?.options["collation name"] ? String(s.linked.options["collation name"]) : null),
    ],
    ["lazy_schema_validation", BIT, option("lazy schema validation", 0)],
    ["is_system", BIT, option("system", 0)],
    ["is_publisher", BIT, option("pub", 0)],
    ["is_subscriber", BIT, option("sub", 0)],
    ["is_distributor", BIT, option("dist", 0)],
    ["is_nonsql_subscriber", BIT, ZERO],
    ["is_remote_proc_transaction_promotion_enabled", BIT, option("remote proc transaction promotion", 0)],
    ["modify_date", DATETIME, (s, database) => s.linked?.modifyDate ?? database.server.startTime],
    ["is_rda_server", BIT, ZERO],
  ]);
  defineView("sys.sysservers", servers, [
    ["srvid", SMALLINT, (s) => s.id],
    ["srvname", SYSNAME, (s, database) => s.linked?.name ?? database.server.serverName],
    ["srvproduct", SYSNAME, (s) => s.linked?.product ?? "SQL Server"],
    ["providername", SYSNAME, (s) => s.linked?.provider ?? "SQLNCLI"],
    ["datasource", text(4000), (s, database) => (s.linked ? s.linked.dataSource : database.server.serverName)],
    ["catalog", SYSNAME, (s) => s.linked?.catalog],
    ["isremote", BIT, ZERO],
    ["rpc", BIT, option("rpc", 1)],
    ["rpcout", BIT, option("rpc out", 1)],
    ["dataaccess", BIT, option("data access", 0)],
  ]);
  defineView(
    "sys.linked_logins",
    (_database, context) => sessionOf(context).server.master.metadata.all("linkedLogin"),
    [
      ["server_id", INT, (l) => l.serverId],
      ["local_principal_id", INT, (l) => l.localPrincipalId],
      ["uses_self_credential", BIT, (l) => l.useSelf],
      ["remote_name", SYSNAME, (l) => l.remoteName],
      ["modify_date", DATETIME, (l) => l.modifyDate],
    ],
  );
  defineView("sys.configurations", configurations, [
    ["configuration_id", INT, (c) => c.id],
    ["name", text(35), (c) => c.name],
    [
      "value",
      VARIANT,
      (c, database) => ({
        type: INT,
        value: database.server.master.metadata.get("configuration", c.id)?.value ?? c.initial,
      }),
    ],
    ["minimum", VARIANT, (c) => ({ type: INT, value: c.minimum })],
    ["maximum", VARIANT, (c) => ({ type: INT, value: c.maximum })],
    [
      "value_in_use",
      VARIANT,
      (c, database) => ({
        type: INT,
        value: database.server.master.metadata.get("configuration", c.id)?.valueInUse ?? c.initial,
      }),
    ],
    ["description", text(255), (c) => c.name],
    ["is_dynamic", BIT, (c) => c.dynamic],
    ["is_advanced", BIT, (c) => c.advanced],
  ]);
  const session: ColumnList<SessionRuntime> = [
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
  ];
  defineView("sys.dm_exec_sessions", sessions, session);
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
    ["command", text(32), always("BATCH")],
    ["database_id", SMALLINT, (s) => s.database.id],
    ["blocking_session_id", SMALLINT, blockerOf],
    ["wait_type", text(60), (s) => (blockerOf(s) ? "LCK_M_X" : null)],
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
    ["cmd", { kind: "nchar", length: 16 }, (s) => (s.request ? "SELECT" : "AWAITING COMMAND").padEnd(16)],
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
  defineView("sys.messages", (_database, context) => userMessages(sessionOf(context).server).values(), [
    ["message_id", INT, (m) => m.number],
    ["language_id", SMALLINT, always(1033)],
    ["severity", TINYINT, (m) => m.severity],
    ["is_event_logged", BIT, ZERO],
    ["text", text(2048), (m) => m.text],
  ]);
  defineView("sys.credentials", (_database, context) => sessionOf(context).server.master.metadata.all("credential"), [
    ["credential_id", INT, (c) => c.id],
    ["name", SYSNAME, (c) => c.name],
    ["credential_identity", text(4000), (c) => c.identity],
    ["create_date", DATETIME, (c) => c.createDate],
    ["modify_date", DATETIME, (c) => c.modifyDate],
  ]);
  defineView(
    "sys.backup_devices",
    (_database, context) => sessionOf(context).server.master.metadata.all("backupDevice"),
    [
      ["name", SYSNAME, (d) => d.name],
      ["type", TINYINT, (d) => d.type],
      ["type_desc", text(60), always("DISK")],
      ["physical_name", text(260), (d) => d.physicalName],
    ],
  );
  defineView("sys.certificates", (database) => database.metadata.all("certificate"), [
    ["name", SYSNAME, (c) => c.name],
    ["certificate_id", INT, (c) => c.id],
    ["principal_id", INT, ONE],
    ["subject", text(4000), (c) => c.subject],
    ["start_date", DATETIME, (c) => c.startDate],
    ["expiry_date", DATETIME, (c) => c.expiryDate],
    ["thumbprint", bytes(32), (c) => c.thumbprint],
  ]);
  defineView("sys.endpoints", () => [0], [
    ["name", SYSNAME, always("TSQL Default TCP")],
    ["endpoint_id", INT, always(4)],
    ["protocol_desc", text(60), always("TCP")],
    ["type_desc", text(60), always("TSQL")],
    ["state_desc", text(60), always("STARTED")],
  ]);
}
