import { parseUsers, readUsersText } from "../objects/databaseUser";
import { readBackupUsers } from "../objects/installedSet";
import type { JoinedDatabase } from "../objects/joinedDatabase";
import { type MemberDatabase, readMemberDatabase } from "../objects/memberDatabase";
import { memberSetupProblems } from "../objects/memberSetup";
import type { SqlServer } from "../objects/server";
import { loginParameters, readLogin } from "../objects/serverLogin";
import type { InstalledDatabase, InstalledLogin, InstalledServer, Remark } from "./installation";

/**
 * The joined databases of a server, and the logins that back these and its other members up. What is odd about them
 * goes to the remarks.
 */
export async function readServer(
  server: SqlServer,
  rows: readonly JoinedDatabase[],
  ownMembers: readonly string[],
  remarks: Remark[],
): Promise<Pick<InstalledServer, "realName" | "databases" | "logins">> {
  const databases: InstalledDatabase[] = [];
  const withUsers: string[] = [];
  let realName: string | undefined;
  for (const row of rows) {
    const what = `The database ${row.databaseName} of ${row.serverName}`;
    if (databases.some((other) => other.row.databaseName.toLowerCase() === row.databaseName.toLowerCase())) {
      remarks.push({
        what,
        why: `It is joined a second time, as ${row.defaultDatabaseName}. That row means the same member; it stays as it is.`,
      });
      continue;
    }
    const state = await readMemberDatabase(server, row.databaseName);
    realName = state.serverName;
    const refused = unusable(state);
    if (state.state === "ONLINE") withUsers.push(row.databaseName);
    if (refused !== undefined) {
      remarks.push({ what, why: refused });
      continue;
    }
    databases.push({ row, state });
    const problems = memberSetupProblems(state);
    if (problems.length > 0) {
      remarks.push({ what, why: `It lacks what a member needs (${problems.join(", ")}). A refresh shows that.` });
    }
  }
  for (const database of ownMembers) {
    const { state } = await readMemberDatabase(server, database);
    if (state === "ONLINE") {
      withUsers.push(database);
    } else {
      const why = `BizTalk names it a member, but it ${state === undefined ? "does not exist, or the login may not see it" : `is ${state}`}.`;
      remarks.push({ what: `The database ${database} on ${server.displayName}`, why });
    }
  }
  realName ??= (await readMemberDatabase(server, "master")).serverName;
  return { realName, databases, logins: await readLogins(server, withUsers, remarks) };
}

function unusable({ state, recoveryModel, readOnly }: MemberDatabase): string | undefined {
  if (state === undefined) return "It is joined, but does not exist, or the login may not see it.";
  if (state !== "ONLINE") return `It is ${state}; only databases that are ONLINE can be declared.`;
  if (readOnly) return "It is read-only: it can hold no marks.";
  if (recoveryModel === "SIMPLE") {
    return "It is in the SIMPLE recovery model, in which nothing can be marked. Set it to FULL and import again.";
  }
  return undefined;
}

async function readLogins(
  server: SqlServer,
  databases: readonly string[],
  remarks: Remark[],
): Promise<InstalledLogin[]> {
  const databasesOf = new Map<string, string[]>();
  for (const database of databases) {
    for (const { user, login } of await readBackupUsers(server, database)) {
      if (login === null) {
        const why = "It is in BTS_BACKUP_USERS and has no login: a role, or a user left over from another server.";
        remarks.push({ what: `The user ${user} in ${database} on ${server.displayName}`, why });
      } else {
        databasesOf.set(login, [...(databasesOf.get(login) ?? []), database]);
      }
    }
  }
  const logins: InstalledLogin[] = [];
  for (const [login, itsDatabases] of databasesOf) {
    const state = await readLogin(server, login);
    if (!state) continue;
    const { recordsets } = await server.execute({
      text: readUsersText(itsDatabases),
      parameters: loginParameters(login, undefined),
      summary: `read the users of the login ${login}`,
      repeatable: true,
    });
    logins.push({ state, users: parseUsers(itsDatabases, recordsets) });
  }
  return logins;
}
