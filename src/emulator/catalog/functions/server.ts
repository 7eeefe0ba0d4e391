/** SERVERPROPERTY, CONNECTIONPROPERTY, CURSOR_STATUS and what tells of the instance as a whole. */

import { registerGlobalVariables } from "../../engine/functions/registry";
import type { Cursor } from "../../engine/session/cursor";
import type { SessionRuntime } from "../../engine/session/runtime";
import { findCollation } from "../../engine/types/collations/collation";
import type { SqlType, Value } from "../../engine/values";
import { type Call, define, lookup, NAME, textOf, VARIANT, variant } from "./define";

const INT: SqlType = { kind: "int" };
const DATETIME: SqlType = { kind: "datetime", scale: 3 };

type Property = (session: SessionRuntime) => Value;

const always =
  (value: string | number | null): Property =>
  () =>
    variant(value);

const collation = (session: SessionRuntime) => findCollation(session.server.collation);

const SERVER_PROPERTY = lookup<Property>({
  BuildClrVersion: always("v4.0.30319"),
  Collation: ({ server }) => variant(server.collation),
  CollationID: always(872468488),
  ComparisonStyle: (session) => variant(collation(session)?.caseSensitive ? 0 : 196609),
  ComputerNamePhysicalNetBIOS: ({ server }) => variant(hostOf(server.serverName)),
  Edition: always("Developer Edition (64-bit)"),
  EditionID: () => variant(-2117995310n),
  EngineEdition: always(3),
  FilestreamConfiguredLevel: always(0),
  FilestreamEffectiveLevel: always(0),
  FilestreamShareName: always("MSSQLSERVER"),
  HadrManagerStatus: always(2),
  InstanceDefaultBackupPath: ({ server }) => variant(server.defaultBackupDirectory),
  InstanceDefaultDataPath: ({ server }) => variant(`${server.defaultDataDirectory}/`),
  InstanceDefaultLogPath: ({ server }) => variant(`${server.defaultDataDirectory}/`),
  InstanceName: ({ server }) => variant(server.serverName.split("\\")[1]),
  IsAdvancedAnalyticsInstalled: always(0),
  IsBigDataCluster: always(0),
  IsClustered: always(0),
  IsExternalAuthenticationOnly: always(0),
  IsFullTextInstalled: always(0),
  IsHadrEnabled: always(0),
  IsIntegratedSecurityOnly: always(0),
  IsLocalDB: always(0),
  IsPolyBaseInstalled: always(0),
  IsServerSuspendedForSnapshotBackup: always(0),
  IsSingleUser: always(0),
  IsTempDbMetadataMemoryOptimized: always(0),
  IsXTPSupported: always(1),
  LCID: always(1033),
  LicenseType: always("DISABLED"),
  MachineName: ({ server }) => variant(hostOf(server.serverName)),
  NumLicenses: always(null),
  PathSeparator: always("/"),
  ProcessID: always(process.pid),
  ProductBuild: ({ server }) => variant(String(server.version.build)),
  ProductBuildType: always(null),
  ProductLevel: always("RTM"),
  ProductMajorVersion: ({ server }) => variant(String(server.version.major)),
  ProductMinorVersion: ({ server }) => variant(String(server.version.minor)),
  ProductUpdateLevel: always(null),
  ProductUpdateReference: always(null),
  ProductVersion: ({ server }) => variant(server.version.text),
  ResourceLastUpdateDateTime: ({ server }) => ({ type: DATETIME, value: server.startTime }),
  ResourceVersion: ({ server }) => variant(server.version.text),
  ServerName: ({ server }) => variant(server.serverName),
  SqlCharSet: () => ({ type: { kind: "tinyint" }, value: 1 }),
  SqlCharSetName: always("iso_1"),
  SqlSortOrder: () => ({ type: { kind: "tinyint" }, value: 52 }),
  SqlSortOrderName: always("nocase_iso"),
  SuspendedDatabaseCount: always(0),
});

const CONNECTION_PROPERTY = lookup<Property>({
  net_transport: always("TCP"),
  protocol_type: always("TSQL"),
  auth_scheme: always("SQL"),
  local_net_address: ({ server }) => variant(server.dtc.address.split(",")[0]),
  local_tcp_port: ({ server }) => variant(Number(server.dtc.address.split(",")[1] ?? 0)),
  client_net_address: ({ client }) => variant(client.address),
  physical_net_transport: always("TCP"),
});

function hostOf(serverName: string): string {
  return serverName.split("\\")[0] ?? serverName;
}

/** 1 open, 0 open without rows, -1 closed, -2 a variable without cursor, -3 no such cursor. */
function cursorStatus(kind: string, name: string, { session, activation }: Call): number {
  let cursor: Cursor | null | undefined;
  if (kind === "global") cursor = session.globalCursors.get(name.toLowerCase());
  else {
    cursor = activation.findCursor(name);
    if (kind === "variable" && cursor === null) return -2;
  }
  if (!cursor) return -3;
  if (!cursor.isOpen) return -1;
  return cursor.rowCount > 0 ? 1 : 0;
}

export function registerServerFunctions(): void {
  define("SERVERPROPERTY", [NAME], VARIANT, ([name], { session }) => SERVER_PROPERTY(textOf(name))?.(session));
  define("CONNECTIONPROPERTY", [NAME], VARIANT, ([name], { session }) => CONNECTION_PROPERTY(textOf(name))?.(session));
  define("CURSOR_STATUS", [NAME, NAME], { kind: "smallint" }, ([kind, name], call) =>
    kind === null || name === null ? null : cursorStatus(String(kind).trim().toLowerCase(), String(name), call),
  );
  // No availability group ever has the database.
  define("FN_HADR_IS_PRIMARY_REPLICA", [NAME], { kind: "bit" }, () => null);
  define("FN_HADR_BACKUP_IS_PREFERRED_REPLICA", [NAME], { kind: "bit" }, () => 1);
  registerGlobalVariables([
    { name: "CURSOR_ROWS", type: INT, evaluate: (context) => (context.session as SessionRuntime).cursorRows },
  ]);
}
