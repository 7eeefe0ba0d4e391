import type { UserGrant, UserState } from "../objects/databaseUser";
import { hasLanguage, type LoginState, namesWithout } from "../objects/serverLogin";
import type { BackupUserLoginSettings } from "./backupUserLoginArguments";
import { asNameSet, type Findings, sameValue } from "./difference";
import { historyDatabase, rolesOfRights, withoutRolesOfRights } from "./loginRights";
import { describeDifference, userIn, wantedIn, wantedUsers } from "./userGrants";
import type { Properties } from "./wire";

/** What shows as the password when the server has another one than was set. */
const changedPassword = "(changed on the server)";

/** What the server has, in the program's terms. */
export function observed(recorded: BackupUserLoginSettings, login: LoginState): Properties {
  return {
    type: login.type,
    defaultDatabase: sameName(recorded.defaultDatabase, login.defaultDatabase),
    ...(recorded.defaultLanguage !== undefined && {
      defaultLanguage: hasLanguage(login, recorded.defaultLanguage) ? recorded.defaultLanguage : login.defaultLanguage,
    }),
    ...(recorded.type === "sql" && { checkPolicy: login.checkPolicy, checkExpiration: login.checkExpiration }),
    ...(recorded.sid !== undefined && { sid: sameName(recorded.sid, login.sid) }),
    enabled: login.enabled,
    serverRoles: sameNames(
      recorded.serverRoles,
      withoutRolesOfRights(login.serverRoles, recorded.serverRoles, recorded.rights),
    ),
    serverPermissions: sameNames(recorded.serverPermissions, login.serverPermissions),
  };
}

/** What is amiss with the password, in the databases and with the rights. */
export function findingsOf(
  recorded: BackupUserLoginSettings,
  login: LoginState,
  users: readonly UserState[],
  grants: readonly UserGrant[],
): Findings {
  const places = wantedUsers(recorded);
  const differenceIn = (database: string) => {
    const user = userIn(users, database);
    return user && describeDifference(user, wantedIn(places, database), grants);
  };
  const databases = recorded.databases.map((database) => {
    const difference = differenceIn(database);
    return difference === undefined ? database : `${database} (${difference})`;
  });
  const rights = recorded.rights === undefined ? [] : lackingRights(recorded, login, differenceIn(historyDatabase));
  return {
    ...(login.passwordMatches === false && { password: changedPassword }),
    ...(!sameValue(databases, recorded.databases) && { databases }),
    ...(rights.length > 0 && { rights: `${recorded.rights} (${rights.join(", ")})` }),
  };
}

function lackingRights(recorded: BackupUserLoginSettings, login: LoginState, inHistory: string | undefined): string[] {
  const roles = namesWithout(rolesOfRights(recorded.rights), login.serverRoles);
  return [
    ...roles.map((role) => `not in ${role}`),
    ...(inHistory === undefined ? [] : [`${historyDatabase}: ${inHistory}`]),
  ];
}

/** Keeps the program's case where the name is the same. */
function sameName(recorded: string, found: string): string {
  return recorded.toLowerCase() === found.toLowerCase() ? recorded : found;
}

/** Keeps the program's order and case where the set is the same. */
function sameNames(recorded: readonly string[], found: readonly string[]): readonly string[] {
  return sameValue(asNameSet(recorded), asNameSet(found)) ? recorded : found;
}
