/** Who a login is in a database. */
import { SqlError } from "../engine/errors";
import type { DatabaseUser } from "../engine/session/security";
import type { Database } from "../storage/database";
import type { PermissionRecord } from "../storage/records";
import type { Server } from "../storage/server";
import { DBO, databasePrincipals, fixedRoles, GUEST, isSysadmin } from "./memberships";
import { CLASS } from "./permissions";

export interface Login {
  name: string;
  sid: Uint8Array;
  principalId: number;
}

/** The user, or undefined when the login may not enter. */
export function findUser(server: Server, login: Login, database: Database): DatabaseUser | undefined {
  if (isSysadmin(server, login.principalId) || sameSid(database.ownerSid, login.sid))
    return { id: DBO, name: "dbo", defaultSchema: "dbo" };
  for (const principal of database.metadata.all("principal")) {
    if (principal.type === "R" || !principal.sid || !sameSid(principal.sid, login.sid)) continue;
    return mayConnect(database, principal.id)
      ? { id: principal.id, name: principal.name, defaultSchema: principal.defaultSchema ?? "dbo" }
      : undefined;
  }
  // master, msdb and tempdb admit guests; others when guest has been granted CONNECT.
  if (database.isSystem && database.name.toLowerCase() !== "model")
    return { id: GUEST, name: "guest", defaultSchema: "guest" };
  return grantOf(database, GUEST, "CONNECT") === "G" ? { id: GUEST, name: "guest", defaultSchema: "guest" } : undefined;
}

function mayConnect(database: Database, userId: number): boolean {
  return grantOf(database, userId, "CONNECT") !== "D";
}

function grantOf(database: Database, userId: number, permission: string): PermissionRecord["state"] | undefined {
  let state: PermissionRecord["state"] | undefined;
  for (const record of database.metadata.all("permission")) {
    if (record.class !== CLASS.database || record.granteeId !== userId || record.permission !== permission) continue;
    if (record.state === "D") return "D";
    state = record.state;
  }
  return state;
}

/** Errors 916 and, in a database with restricted access, 924 and 18456's cause. */
export function requireUser(
  server: Server,
  login: Login,
  database: Database,
  sessionId: number | undefined,
): DatabaseUser {
  const user = findUser(server, login, database);
  if (!user) {
    throw new SqlError(
      916,
      `The server principal "${login.name}" is not able to access the database "${database.name}" under the current security context.`,
      2,
      14,
    );
  }
  const { userAccess } = database.options;
  if (userAccess === "RESTRICTED_USER" && !isPrivileged(server, login, database, user.id)) {
    throw new SqlError(
      916,
      `The server principal "${login.name}" is not able to access the database "${database.name}" under the current security context.`,
      2,
      14,
    );
  }
  if (userAccess === "SINGLE_USER" && server.usersOf(database, sessionId).length > 0) {
    throw new SqlError(924, `Database '${database.name}' is already open and can only have one user at a time.`, 1, 14);
  }
  return user;
}

function isPrivileged(server: Server, login: Login, database: Database, userId: number): boolean {
  if (userId === DBO || isSysadmin(server, login.principalId)) return true;
  if (fixedRoles(database, databasePrincipals(database, userId)).has("db_owner")) return true;
  const role = server.master.metadata.findOne("login", "dbcreator");
  return (
    role !== undefined &&
    [...server.master.metadata.all("serverRoleMember")].some(
      (m) => m.roleId === role.id && m.memberId === login.principalId,
    )
  );
}

export function sameSid(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
