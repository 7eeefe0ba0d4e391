/** sys.servers, sys.configurations, sys.messages and what else belongs to the server as a whole. */
import type { ExecutionContext } from "../engine/expressions/scope";
import { userMessages } from "../engine/session/userMessages";
import type { LinkedServerRecord } from "../storage/records";
import { configurations } from "./configurations";
import {
  always,
  BIT,
  bytes,
  DATETIME,
  defineView,
  INT,
  ONE,
  SMALLINT,
  SYSNAME,
  TINYINT,
  text,
  VARIANT,
  ZERO,
} from "./viewBuilder";
import { sessionOf } from "./visibility";

interface ServerRow {
  id: number;
  linked: LinkedServerRecord | undefined;
}

/**
 * The local server, and the linked servers that the login may know of: those that it has a mapping on, its own or the
 * one for all, and every one with a right to alter them or logins (sys.servers, "Permissions").
 */
function* servers(_database: unknown, context: ExecutionContext): Iterable<ServerRow> {
  yield { id: 0, linked: undefined };
  const { server, login, security } = sessionOf(context);
  const { metadata } = server.master;
  const seesAll = security.hasServer("ALTER ANY LINKED SERVER") || security.hasServer("ALTER ANY LOGIN");
  const mapped = new Set<number>();
  for (const { serverId, localPrincipalId } of metadata.all("linkedLogin")) {
    if (localPrincipalId === 0 || localPrincipalId === login.principalId) mapped.add(serverId);
  }
  for (const linked of metadata.all("linkedServer")) {
    if (seesAll || mapped.has(linked.id)) yield { id: linked.id, linked };
  }
}

const option = (name: string, local: number) => (row: ServerRow) =>
  row.linked ? row.linked.options[name] === true : local;

export function registerServerViews(): void {
  defineView("sys.servers", servers, [
    ["server_id", INT, (s) => s.id],
    ["name", SYSNAME, (s, database) => s.linked?.name ?? database.server.serverName],
    ["product", SYSNAME, (s) => s.linked?.product ?? "SQL Server"],
    ["provider", SYSNAME, (s) => s.linked?.provider ?? "SQLNCLI"],
    ["data_source", text(4000), (s, database) => (s.linked ? s.linked.dataSource : database.server.serverName)],
    ["location", text(4000), (s) => s.linked?.location],
    // It may hold a password.
    [
      "provider_string",
      text(4000),
      (s, _database, context) =>
        sessionOf(context).security.hasServer("ALTER ANY LINKED SERVER") ? s.linked?.providerString : null,
    ],
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
    ["principal_id", INT, always(1)],
    ["protocol", TINYINT, always(2)],
    ["protocol_desc", text(60), always("TCP")],
    ["type", TINYINT, always(2)],
    ["type_desc", text(60), always("TSQL")],
    ["state", TINYINT, ZERO],
    ["state_desc", text(60), always("STARTED")],
    ["is_admin_endpoint", BIT, ZERO],
  ]);
}
