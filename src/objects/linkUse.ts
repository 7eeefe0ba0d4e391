import { setTimeout as sleep } from "node:timers/promises";
import {
  isSqlServerError,
  query,
  quotePath,
  quoteString,
  type SqlSession,
  type Statement,
  sysname,
} from "../sqlserver";
import { groupBy } from "./groupBy";

/** A member of a backup set whose server is reached through a linked server. */
export interface LinkUser {
  readonly managementDatabase: string;
  readonly database: string;
}

/** Databases that were last restored from a backup of a database of another name: copies, which nobody backs up by. */
const findCopiesText = `DECLARE @copies TABLE (name sysname);
IF HAS_PERMS_BY_NAME(N'msdb.dbo.restorehistory', N'OBJECT', N'SELECT') = 1
  AND HAS_PERMS_BY_NAME(N'msdb.dbo.backupset', N'OBJECT', N'SELECT') = 1
  INSERT INTO @copies (name)
  SELECT r.destination_database_name
  FROM msdb.dbo.restorehistory AS r
  JOIN msdb.dbo.backupset AS b ON b.backup_set_id = r.backup_set_id
  WHERE b.database_name <> r.destination_database_name AND r.restore_history_id = (
    SELECT MAX(l.restore_history_id) FROM msdb.dbo.restorehistory AS l
    WHERE l.destination_database_name = r.destination_database_name AND l.restore_type = 'D');`;

/**
 * Where members are to be found, for as long as the linked server is there: in every database of the server that the
 * login may read and that is no copy of another, in BizTalk's view of the members or, where that is missing, in the
 * table of the joined ones.
 */
export function findMemberListsStatement(link: string): Statement {
  const readable = (name: string) => `HAS_PERMS_BY_NAME(QUOTENAME(name) + N'.dbo.${name}', N'OBJECT', N'SELECT') = 1`;
  return query(
    `${findCopiesText}
SELECT name AS [database], list FROM (
  SELECT name, CASE
    WHEN state <> 0 OR ISNULL(HAS_DBACCESS(name), 0) = 0 THEN NULL
    WHEN ${readable("admv_BackupDatabases")} THEN N'admv_BackupDatabases'
    WHEN ${readable("adm_OtherBackupDatabases")} THEN N'adm_OtherBackupDatabases'
  END AS list
  FROM sys.databases
) AS d
WHERE list IS NOT NULL AND name NOT IN (SELECT name FROM @copies)
  AND EXISTS (SELECT * FROM sys.servers WHERE name = @link AND is_linked = 1)
ORDER BY name;`,
    { link: sysname(link) },
    `look for backup sets that use the linked server ${link}`,
  );
}

interface MemberList {
  readonly database: string;
  readonly list: string;
}

/** The members in these lists that are joined by the name of the linked server. */
export function readLinkUsersStatement(link: string, lists: readonly MemberList[]): Statement {
  const members = lists.map(
    // The databases may have collations of their own.
    ({
      database,
      list,
    }) => `SELECT ${quoteString(database)} AS managementDatabase, DatabaseName COLLATE DATABASE_DEFAULT AS [database]
FROM ${quotePath(database, "dbo", list)} WHERE ServerName = @link`,
  );
  return query(
    `${members.join("\nUNION\n")}\nORDER BY 1, 2;`,
    { link: sysname(link) },
    `look for members that use the linked server ${link}`,
  );
}

/** SQL Server's errors for a database or a table that goes while somebody looks: 208, 911, 942, 952, 4060. */
const goneMeanwhile = [208, 911, 942, 952, 4060];

/**
 * The members that are reached through a linked server, as far as the login can see them; none when there is no such
 * linked server; undefined when a management database went while it was read.
 */
export async function readLinkUsers(session: SqlSession, link: string): Promise<LinkUser[] | undefined> {
  const lists = await session.rows<MemberList>(findMemberListsStatement(link));
  if (lists.length === 0) return [];
  try {
    return await session.rows<LinkUser>(readLinkUsersStatement(link, lists));
  } catch (error) {
    if (isSqlServerError(error) && error.has(...goneMeanwhile)) return undefined;
    throw error;
  }
}

/** How long members that are leaving may take, each after the one before it, in milliseconds. */
const leavingPatienceMs = 5_000;
/** How long to wait before looking again, in milliseconds. */
const lookAgainMs = 200;

/**
 * Waits for the members that are reached through a linked server to leave: `destroy` removes what does not depend on
 * each other at the same time. Returns those that stay.
 */
export async function waitForLinkUsers(session: SqlSession, link: string): Promise<readonly LinkUser[]> {
  let users = await readLinkUsers(session, link);
  let patience = leavingPatienceMs;
  while (users?.length !== 0 && patience > 0) {
    await sleep(lookAgainMs);
    const now = await readLinkUsers(session, link);
    patience = isFewer(now, users) ? leavingPatienceMs : patience - lookAgainMs;
    users = now ?? users;
  }
  return users ?? [];
}

function isFewer(now: readonly LinkUser[] | undefined, before: readonly LinkUser[] | undefined): boolean {
  return now !== undefined && before !== undefined && now.length < before.length;
}

/** How many names a message lists. */
const namesListed = 10;

/** Says who uses a linked server, and how to let them leave. */
export function describeLinkUsers(link: string, users: readonly LinkUser[]): string {
  const byDatabase = groupBy(users, ({ managementDatabase }) => managementDatabase);
  const uses = [...byDatabase].map(([managementDatabase, members]) => {
    const names = members.slice(0, namesListed).map(({ database }) => database);
    const more = members.length > names.length ? ` and ${members.length - names.length} more` : "";
    return `${names.join(", ")}${more} (members of the set of ${managementDatabase})`;
  });
  const deletes = [...byDatabase.keys()].map(
    (managementDatabase) =>
      `DELETE FROM ${quotePath(managementDatabase, "dbo", "adm_OtherBackupDatabases")} WHERE ServerName = ${quoteString(link)};`,
  );
  return [
    `is in use: through it the backup job reaches ${uses.join("; ")}.`,
    "Have them leave the set first: destroy their CustomBackupDatabase resources, which a dependsOn on the LinkedServer",
    `puts in the right order, or take out their rows: ${deletes.join(" ")}`,
    "With retainOnDelete: true Pulumi only forgets the linked server and leaves it where it is.",
  ].join(" ");
}
