import { backupPermissions, backupRole, isOwner, missingIn, type UserState } from "../objects/databaseUser";
import { displayName } from "../objects/server";
import type { InstalledLogin, Remark } from "./installation";
import type { Names } from "./names";
import type { AdoptedResource, DeclaredServer, Reference } from "./resource";

/** Fixed database roles that hold the right to back up. */
const backupRoles = ["db_backupoperator", "db_owner"];

/** A login that backs up, with the databases in which it does. */
export function declareLogin(
  names: Names,
  server: DeclaredServer,
  connection: Reference,
  { state, users }: InstalledLogin,
  remarks: Remark[],
): AdoptedResource {
  const { loginName, type, sid, defaultDatabase, checkPolicy, checkExpiration, enabled } = state;
  const withoutOwn = users.filter(
    (user) => !isOwner(user) && missingIn(user, { roles: [], permissions: backupPermissions }).permissions.length > 0,
  );
  const lacking = withoutOwn.filter(({ roles }) => !roles.some((role) => backupRoles.includes(role)));
  if (lacking.length > 0) {
    const list = lacking.map(({ database }) => database).join(", ");
    const others = lacking.length < users.length ? " It has it elsewhere; the program leaves that alone." : "";
    remarks.push({
      what: `The login ${loginName} of ${server.serverName}`,
      why: `It has no right to BACKUP DATABASE or BACKUP LOG in ${list}, unless by a server role; it is declared with \`allowBackup: false\`.${others}`,
    });
  }
  const roles = rolesEverywhere(users);
  const sql = type === "sql";
  return {
    kind: "BackupUserLogin",
    name: names.identifier(loginName, "login", server.serverName),
    id: `${displayName(server.connection)}/${loginName}`,
    args: {
      connection,
      loginName,
      ...(sql ? { password: { env: names.variable(loginName, "PASSWORD") } } : { type }),
      ...(defaultDatabase.toLowerCase() !== "master" && { defaultDatabase }),
      ...(sql && !checkPolicy && { checkPolicy }),
      ...(sql && checkExpiration && { checkExpiration }),
      ...(!enabled && { enabled }),
      databases: users.map(({ database }) => database),
      ...(JSON.stringify(roles) !== JSON.stringify([backupRole]) && { roles }),
      ...(withoutOwn.length > 0 && { allowBackup: false }),
      ...(state.serverRoles.length > 0 && { serverRoles: state.serverRoles }),
      ...(state.serverPermissions.length > 0 && { serverPermissions: state.serverPermissions }),
      adopt: true,
    },
    computed: { loginSid: sid, adopted: true, grants: [] },
  };
}

/** The roles that the login's users have in common; an owner has none and needs none. */
function rolesEverywhere(users: readonly UserState[]): string[] {
  const [first, ...others] = users.filter((user) => !isOwner(user));
  return first?.roles.filter((role) => others.every(({ roles }) => roles.includes(role))) ?? [backupRole];
}
