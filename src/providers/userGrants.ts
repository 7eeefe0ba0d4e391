import {
  backupPermissions,
  backupRole,
  isEmptyGrant,
  isOwner,
  missingIn,
  rolesNowhere,
  surplusIn,
  type UserGrant,
  type UserSettings,
  type UserState,
} from "../objects/databaseUser";
import { namesWithout } from "../objects/serverLogin";
import type { BackupUserLoginSettings } from "./backupUserLoginArguments";
import { historyDatabase, historyPermissions } from "./loginRights";

/** What a login is to be in one of its databases. */
export interface WantedUser extends UserSettings {
  readonly database: string;
}

/** Every database in which the login gets a user, each once, and what it is to be there. */
export function wantedUsers(wanted: BackupUserLoginSettings): WantedUser[] {
  const permissions: readonly string[] = wanted.allowBackup ? backupPermissions : [];
  const users = new Map<string, WantedUser>();
  for (const database of wanted.databases) {
    users.set(database.toLowerCase(), { database, roles: wanted.roles, permissions });
  }
  if (wanted.rights !== undefined) {
    const { database, roles, permissions } = users.get(historyDatabase) ?? { ...nothing, database: historyDatabase };
    users.set(historyDatabase, { database, roles, permissions: [...permissions, ...historyPermissions] });
  }
  return [...users.values()];
}

const nothing: UserSettings = { roles: [], permissions: [] };

/** What the login is to be in a database; nothing in those where it is to be nothing any more. */
export function wantedIn(wanted: readonly WantedUser[], database: string): UserSettings {
  return wanted.find((user) => isSameName(user.database, database)) ?? nothing;
}

/** What has to be added in each database. Says which databases and roles are not there before anything is done. */
export function planGrants(server: string, wanted: BackupUserLoginSettings, users: readonly UserState[]): UserGrant[] {
  const places = wantedUsers(wanted);
  const absent = users.filter(({ databaseState }) => databaseState !== "ONLINE");
  if (absent.length > 0) {
    const list = absent.map(({ database, databaseState }) => `${database} (${databaseState ?? "does not exist"})`);
    throw new Error(
      `The login ${wanted.loginName} cannot get its users on ${server}, because these databases are not online: ${list.join(", ")}.`,
    );
  }
  const members = users.filter((user) => !isOwner(user));
  const nowhere = members.flatMap((user) =>
    rolesNowhere(user, wantedIn(places, user.database)).map((role) => `${role} in ${user.database}`),
  );
  if (nowhere.length > 0) {
    throw new Error(
      `The login ${wanted.loginName} cannot become a member of these roles on ${server}, because they do not exist: ${nowhere.join(", ")}. Create them first; only ${backupRole} is made here.`,
    );
  }
  return members
    .map((user) => missingIn(user, wantedIn(places, user.database)))
    .filter((grant) => !isEmptyGrant(grant));
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
  const all = [...before, ...added];
  const firsts = all.filter(
    ({ database }, index) => all.findIndex((grant) => isSameName(grant.database, database)) === index,
  );
  return firsts.map(({ database }) => {
    const parts = all.filter((grant) => isSameName(grant.database, database));
    const gone = removed.filter((grant) => isSameName(grant.database, database));
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
  return users.find((user) => isSameName(user.database, database));
}

const isSameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** What users that were made here have come to be beyond what is wanted. */
export function surplusGrants(
  wanted: readonly WantedUser[],
  users: readonly UserState[],
  grants: readonly UserGrant[],
): UserGrant[] {
  return users
    .filter((user) => isMadeHere(user, grants))
    .map((user) => surplusIn(user, wantedIn(wanted, user.database)))
    .filter((grant) => !isEmptyGrant(grant));
}

function isMadeHere(user: UserState, grants: readonly UserGrant[]): boolean {
  return grants.some(({ database, createdUser }) => createdUser && isSameName(database, user.database));
}

/** How a user differs from what it is to be, in words; undefined when it does not. */
export function describeDifference(
  user: UserState,
  wanted: UserSettings,
  grants: readonly UserGrant[],
): string | undefined {
  if (user.databaseState !== "ONLINE") return user.databaseState ?? "does not exist";
  if (isOwner(user)) return undefined;
  if (user.user === undefined) return "no user";
  const missing = missingIn(user, wanted);
  const surplus = isMadeHere(user, grants) ? surplusIn(user, wanted) : undefined;
  const differences = [
    ...missing.roles.map((role) => `not in ${role}`),
    ...missing.permissions.map((name) => `no ${name}`),
    ...(surplus?.roles ?? []).map((role) => `also in ${role}`),
    ...(surplus?.permissions ?? []).map((name) => `also ${name}`),
  ];
  return differences.length === 0 ? undefined : differences.join(", ");
}
