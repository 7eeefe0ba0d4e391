/**
 * Whether principals have a permission: what is granted or denied on the securable and what contains
 * it, what fixed roles imply, ownership. A DENY anywhere wins, except over dbo, owners and sysadmin.
 */
import type { Database } from "../storage/database";
import type { ObjectRecord, PermissionRecord } from "../storage/records";
import type { Server } from "../storage/server";
import { DBO, databasePrincipals, fixedRoles, isInServerRole, isSysadmin, serverPrincipals } from "./memberships";

export const CLASS = { database: 0, object: 1, schema: 3, principal: 4, type: 6, server: 100, login: 101 } as const;

/** What a permission on a container is called when it covers one on what it contains. */
function covering(permission: string, level: "object" | "schema" | "database"): string[] {
  const names = [permission, "CONTROL"];
  if (permission === "VIEW DEFINITION") names.push("ALTER");
  if (level === "database") {
    if (permission === "ALTER") names.push("ALTER ANY SCHEMA");
    if (/^BACKUP |^CREATE /.test(permission) && permission !== "CREATE DATABASE") names.push("ALTER");
    if (/^ALTER ANY (USER|ROLE|SCHEMA)$/.test(permission)) names.push("ALTER");
  }
  return names;
}

const FIXED: Record<string, (permission: string, level: "object" | "schema" | "database") => boolean> = {
  db_owner: () => true,
  db_datareader: (p, level) => p === "SELECT" && level !== "database",
  db_datawriter: (p, level) => /^(INSERT|UPDATE|DELETE)$/.test(p) && level !== "database",
  db_ddladmin: (p, level) =>
    /^(CREATE (TABLE|VIEW|PROCEDURE|FUNCTION|SCHEMA|TYPE|SYNONYM|SEQUENCE|DEFAULT|RULE)|ALTER ANY SCHEMA|REFERENCES)$/.test(
      p,
    ) ||
    (p === "ALTER" && level !== "database"),
  db_backupoperator: (p) => /^(BACKUP DATABASE|BACKUP LOG|CHECKPOINT)$/.test(p),
  db_accessadmin: (p) => /^(ALTER ANY USER|CREATE SCHEMA)$/.test(p),
  db_securityadmin: (p) => /^(ALTER ANY ROLE|ALTER ANY APPLICATION ROLE|CREATE SCHEMA|VIEW DEFINITION)$/.test(p),
};

const FIXED_DENY: Record<string, (permission: string) => boolean> = {
  db_denydatareader: (p) => p === "SELECT",
  db_denydatawriter: (p) => /^(INSERT|UPDATE|DELETE)$/.test(p),
};

type State = "granted" | "denied" | undefined;

function stateOf(
  records: Iterable<PermissionRecord>,
  principals: Set<number>,
  wanted: (record: PermissionRecord) => boolean,
): State {
  let state: State;
  for (const record of records) {
    if (!principals.has(record.granteeId) || !wanted(record)) continue;
    if (record.state === "D") return "denied";
    state = "granted";
  }
  return state;
}

export interface Subject {
  server: Server;
  /** Server principal; undefined while impersonating a database user: no rights beyond the database. */
  loginId: number | undefined;
  userId: number;
}

export function isDatabaseMaster(subject: Subject): boolean {
  return subject.userId === DBO || (subject.loginId !== undefined && isSysadmin(subject.server, subject.loginId));
}

/** Permission on a database. */
export function hasDatabasePermission(subject: Subject, database: Database, permission: string): boolean {
  if (isDatabaseMaster(subject)) return true;
  const principals = databasePrincipals(database, subject.userId);
  const names = covering(permission, "database");
  const state = stateOf(
    database.metadata.all("permission"),
    principals,
    (r) =>
      r.class === CLASS.database &&
      (r.state === "D" ? r.permission === permission || r.permission === "CONTROL" : names.includes(r.permission)),
  );
  if (state) return state === "granted";
  return (
    hasFixed(database, principals, permission, "database") ||
    (subject.loginId !== undefined && hasServerPermission(subject.server, subject.loginId, "CONTROL SERVER"))
  );
}

function hasFixed(
  database: Database,
  principals: Set<number>,
  permission: string,
  level: "object" | "schema" | "database",
): boolean {
  for (const role of fixedRoles(database, principals)) if (FIXED[role]?.(permission, level)) return true;
  return false;
}

/** Permission on a schema-scoped object, whole or on one column. */
export function hasObjectPermission(
  subject: Subject,
  database: Database,
  object: ObjectRecord,
  permission: string,
  columnId = 0,
): boolean {
  if (isDatabaseMaster(subject)) return true;
  const principals = databasePrincipals(database, subject.userId);
  const owner = object.ownerId ?? database.metadata.get("schema", object.schemaId)?.ownerId ?? DBO;
  if (principals.has(owner)) return true;
  for (const role of fixedRoles(database, principals)) if (FIXED_DENY[role]?.(permission)) return false;
  const records = [...database.metadata.all("permission")];
  const onObject = covering(permission, "object");
  const denied = (r: PermissionRecord) =>
    r.state === "D" && (r.permission === permission || r.permission === "CONTROL");
  const state = stateOf(records, principals, (r) => {
    if (r.class === CLASS.object && r.majorId === object.id) {
      if (r.minorId !== 0 && r.minorId !== columnId) return false;
      return denied(r) || (r.state !== "D" && onObject.includes(r.permission));
    }
    if (r.class === CLASS.schema && r.majorId === object.schemaId)
      return denied(r) || (r.state !== "D" && covering(permission, "schema").includes(r.permission));
    if (r.class === CLASS.database)
      return denied(r) || (r.state !== "D" && covering(permission, "database").includes(r.permission));
    return false;
  });
  if (state) return state === "granted";
  if (hasFixed(database, principals, permission, "object")) return true;
  return subject.loginId !== undefined && hasServerPermission(subject.server, subject.loginId, "CONTROL SERVER");
}

export function hasSchemaPermission(
  subject: Subject,
  database: Database,
  schemaId: number,
  permission: string,
): boolean {
  if (isDatabaseMaster(subject)) return true;
  const principals = databasePrincipals(database, subject.userId);
  const owner = database.metadata.get("schema", schemaId)?.ownerId;
  if (owner !== undefined && principals.has(owner)) return true;
  const state = stateOf(database.metadata.all("permission"), principals, (r) => {
    const names = covering(permission, r.class === CLASS.schema ? "schema" : "database");
    if (r.class === CLASS.schema ? r.majorId !== schemaId : r.class !== CLASS.database) return false;
    return r.state === "D" ? r.permission === permission || r.permission === "CONTROL" : names.includes(r.permission);
  });
  return state ? state === "granted" : hasFixed(database, principals, permission, "schema");
}

/** Permission on a database principal (IMPERSONATE, ALTER, CONTROL). */
export function hasPrincipalPermission(
  subject: Subject,
  database: Database,
  principalId: number,
  permission: string,
): boolean {
  if (isDatabaseMaster(subject)) return true;
  const principals = databasePrincipals(database, subject.userId);
  const state = stateOf(
    database.metadata.all("permission"),
    principals,
    (r) =>
      r.class === CLASS.principal &&
      r.majorId === principalId &&
      (r.permission === permission || r.permission === "CONTROL"),
  );
  return state ? state === "granted" : fixedRoles(database, principals).has("db_owner");
}

const SERVER_ROLES: Record<string, RegExp> = {
  securityadmin: /^(ALTER ANY LOGIN|CONNECT SQL)$/,
  serveradmin: /^(ALTER ANY ENDPOINT|ALTER RESOURCES|ALTER SERVER STATE|ALTER SETTINGS|SHUTDOWN|VIEW SERVER STATE)$/,
  setupadmin: /^(ALTER ANY LINKED SERVER)$/,
  processadmin: /^(ALTER ANY CONNECTION|ALTER SERVER STATE)$/,
  dbcreator: /^(CREATE ANY DATABASE|ALTER ANY DATABASE)$/,
  bulkadmin: /^ADMINISTER BULK OPERATIONS$/,
};

const SERVER_COVERING: Record<string, string[]> = {
  "CREATE ANY DATABASE": ["ALTER ANY DATABASE"],
  "VIEW ANY DATABASE": ["CREATE ANY DATABASE", "ALTER ANY DATABASE"],
  "VIEW SERVER STATE": ["ALTER SERVER STATE"],
};

/** Permission on the server. */
export function hasServerPermission(server: Server, loginId: number, permission: string): boolean {
  if (isSysadmin(server, loginId)) return true;
  const names = [permission, "CONTROL SERVER", ...(SERVER_COVERING[permission] ?? [])];
  const state = stateOf(
    server.master.metadata.all("serverPermission"),
    serverPrincipals(server, loginId),
    (r) => r.class === CLASS.server && (r.state === "D" ? r.permission === permission : names.includes(r.permission)),
  );
  if (state) return state === "granted";
  // Granted to public on every new server.
  if (permission === "VIEW ANY DATABASE" || permission === "CONNECT SQL") return true;
  return Object.entries(SERVER_ROLES).some(
    ([role, pattern]) => pattern.test(permission) && isInServerRole(server, loginId, role),
  );
}

export function hasLoginPermission(server: Server, loginId: number, targetId: number, permission: string): boolean {
  if (isSysadmin(server, loginId) || hasServerPermission(server, loginId, "CONTROL SERVER")) return true;
  const state = stateOf(
    server.master.metadata.all("serverPermission"),
    serverPrincipals(server, loginId),
    (r) =>
      r.class === CLASS.login && r.majorId === targetId && (r.permission === permission || r.permission === "CONTROL"),
  );
  return (
    state === "granted" ||
    (state === undefined && permission !== "IMPERSONATE" && hasServerPermission(server, loginId, "ALTER ANY LOGIN"))
  );
}
