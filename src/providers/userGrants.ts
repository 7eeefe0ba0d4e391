import {
  backupPermissions,
  backupRole,
  isEmptyGrant,
  isOwner,
  missingIn,
  rolesNowhere,
  type UserGrant,
  type UserSettings,
  type UserState,
} from "../objects/databaseUser";
import { namesWithout } from "../objects/serverLogin";
import type { BackupUserLoginSettings } from "./backupUserLoginArguments";

/** What has to be added in each database. Says which databases and roles are not there before anything is done. */
export function planGrants(server: string, wanted: BackupUserLoginSettings, users: readonly UserState[]): UserGrant[] {
  const absent = users.filter(({ databaseState }) => databaseState !== "ONLINE");
  if (absent.length > 0) {
    const list = absent.map(({ database, databaseState }) => `${database} (${databaseState ?? "does not exist"})`);
    throw new Error(
      `The login ${wanted.loginName} cannot get its users on ${server}, because these databases are not online: ${list.join(", ")}.`,
    );
  }
  const members = users.filter((user) => !isOwner(user));
  const nowhere = members.flatMap((user) =>
    rolesNowhere(user, userSettings(wanted)).map((role) => `${role} in ${user.database}`),
  );
  if (nowhere.length > 0) {
    throw new Error(
      `The login ${wanted.loginName} cannot become a member of these roles on ${server}, because they do not exist: ${nowhere.join(", ")}. Create them first; only ${backupRole} is made here.`,
    );
  }
  return members.map((user) => missingIn(user, userSettings(wanted))).filter((grant) => !isEmptyGrant(grant));
}

/** What the login is to be in each of its databases. */
export function userSettings(wanted: BackupUserLoginSettings): UserSettings {
  return { roles: wanted.roles, permissions: wanted.allowBackup ? [...backupPermissions] : [] };
}

/** The part of a grant that is not wanted any more, as its own grant. */
export function withoutWanted(grant: UserGrant, wanted: UserSettings): UserGrant {
  return {
    database: grant.database,
    createdUser: false,
    roles: namesWithout(grant.roles, wanted.roles),
    permissions: namesWithout(grant.permissions, wanted.permissions),
  };
}

/** What was added so far and now, less what is taken away. */
export function mergeGrants(
  before: readonly UserGrant[],
  added: readonly UserGrant[],
  removed: readonly UserGrant[],
): UserGrant[] {
  const databases = [...new Set([...before, ...added].map(({ database }) => database))];
  return databases.map((database) => {
    const parts = [...before, ...added].filter((grant) => grant.database === database);
    const gone = removed.filter((grant) => grant.database === database);
    const union = (key: "roles" | "permissions") =>
      namesWithout(
        [...new Set(parts.flatMap((grant) => grant[key]))],
        gone.flatMap((grant) => grant[key]),
      );
    return {
      database,
      createdUser: parts.some(({ createdUser }) => createdUser),
      roles: union("roles"),
      permissions: union("permissions"),
    };
  });
}

/** The state of one database among several. */
export function userIn(users: readonly UserState[], database: string): UserState | undefined {
  return users.find((user) => user.database === database);
}

/** A database's name, with what its user lacks. */
export function describeUser(user: UserState, wanted: UserSettings): string {
  if (user.databaseState !== "ONLINE") return `${user.database} (${user.databaseState ?? "does not exist"})`;
  if (isOwner(user)) return user.database;
  if (user.user === undefined) return `${user.database} (no user)`;
  const { roles, permissions } = missingIn(user, wanted);
  const lacking = [...roles.map((role) => `not in ${role}`), ...permissions.map((name) => `no ${name}`)];
  return lacking.length === 0 ? user.database : `${user.database} (${lacking.join(", ")})`;
}
