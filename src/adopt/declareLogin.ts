import { backupPermissions, isOwner, missingIn } from "../objects/databaseUser";
import { displayName } from "../objects/server";
import type { InstalledLogin, Remark } from "./installation";
import type { Names } from "./names";
import type { AdoptedResource, DeclaredServer, Reference } from "./resource";

/** A login that backs up, with the databases in which it does. */
export function declareLogin(
  names: Names,
  server: DeclaredServer,
  connection: Reference,
  { state, users }: InstalledLogin,
  remarks: Remark[],
): AdoptedResource {
  const { loginName, type, sid, defaultDatabase, checkPolicy, checkExpiration, enabled } = state;
  const lacking = users.filter(
    (user) => !isOwner(user) && missingIn(user, { roles: [], permissions: backupPermissions }).permissions.length > 0,
  );
  if (lacking.length > 0) {
    const list = lacking.map(({ database }) => database).join(", ");
    const others = lacking.length < users.length ? " It has it elsewhere; the program leaves that alone." : "";
    remarks.push({
      what: `The login ${loginName} of ${server.serverName}`,
      why: `It has no right to BACKUP DATABASE or BACKUP LOG in ${list}, unless by a server role; it is declared with \`allowBackup: false\`.${others}`,
    });
  }
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
      ...(lacking.length > 0 && { allowBackup: false }),
      ...(state.serverRoles.length > 0 && { serverRoles: state.serverRoles }),
      ...(state.serverPermissions.length > 0 && { serverPermissions: state.serverPermissions }),
      adopt: true,
    },
    computed: { loginSid: sid, adopted: true, grants: [] },
  };
}
