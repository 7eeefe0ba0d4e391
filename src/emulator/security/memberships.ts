/** Which roles a login or user is in, over any number of steps. */
import type { Database } from "../storage/database";
import type { RoleMemberRecord } from "../storage/records";
import type { Server } from "../storage/server";

export const SERVER_PUBLIC = 2;
export const DATABASE_PUBLIC = 0;
export const DBO = 1;
export const GUEST = 2;

function reach(start: number, members: Iterable<RoleMemberRecord>): Set<number> {
  const all = [...members];
  const found = new Set([start]);
  for (const id of found) for (const { memberId, roleId } of all) if (memberId === id) found.add(roleId);
  return found;
}

/** The login, its server roles and public. */
export function serverPrincipals(server: Server, loginId: number): Set<number> {
  return reach(loginId, server.master.metadata.all("serverRoleMember")).add(SERVER_PUBLIC);
}

/** The user, its database roles and public. */
export function databasePrincipals(database: Database, userId: number): Set<number> {
  return reach(userId, database.metadata.all("roleMember")).add(DATABASE_PUBLIC);
}

export function isInServerRole(server: Server, loginId: number, role: string): boolean {
  const record = server.master.metadata.findOne("login", role);
  return record !== undefined && record.type === "R" && serverPrincipals(server, loginId).has(record.id);
}

export function isSysadmin(server: Server, loginId: number): boolean {
  return loginId === 1 || isInServerRole(server, loginId, "sysadmin");
}

/** Names of the fixed roles among the principals, lower case. */
export function fixedRoles(database: Database, principals: Set<number>): Set<string> {
  const names = new Set<string>();
  for (const id of principals) {
    const record = database.metadata.get("principal", id);
    if (record?.fixedRole) names.add(record.name.toLowerCase());
  }
  return names;
}

/** Whether `memberId` reaches `roleId`: adding the other way round would close a circle. */
export function isMemberOf(members: Iterable<RoleMemberRecord>, memberId: number, roleId: number): boolean {
  return reach(memberId, members).has(roleId);
}
