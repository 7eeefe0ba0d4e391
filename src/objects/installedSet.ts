import { query, type SqlSession, sysname } from "../sqlserver";
import { type Member, readMembersStatement } from "./backupMembers";
import { backupRole } from "./databaseUser";
import type { JoinedDatabase } from "./joinedDatabase";

/** Readers of a backup set as a whole, for who does not know yet what it consists of. */

/** Every row of `adm_OtherBackupDatabases`; undefined when there is no such table. */
export async function readAllJoined(
  session: SqlSession,
  managementDatabase: string,
): Promise<JoinedDatabase[] | undefined> {
  const { recordsets } = await session.execute(
    query(
      `IF OBJECT_ID(N'dbo.adm_OtherBackupDatabases', N'U') IS NOT NULL
  SELECT DefaultDatabaseName AS defaultDatabaseName, DatabaseName AS databaseName, ServerName AS serverName,
    BTSServerName AS btsServerName
  FROM dbo.adm_OtherBackupDatabases
  WHERE ServerName <> N'' AND DatabaseName <> N''
  ORDER BY ServerName, DatabaseName, DefaultDatabaseName;`,
      undefined,
      "read adm_OtherBackupDatabases",
    ),
    { database: managementDatabase },
  );
  return recordsets[0] as unknown as JoinedDatabase[] | undefined;
}

/** Every member of the set; none when there is no view `admv_BackupDatabases`. */
export async function readAllMembers(session: SqlSession, managementDatabase: string): Promise<Member[]> {
  const members = readMembersStatement();
  const text = `IF OBJECT_ID(N'dbo.admv_BackupDatabases', N'V') IS NOT NULL\n${members.text}`;
  const { recordsets } = await session.execute({ ...members, text }, { database: managementDatabase });
  return (recordsets[0] ?? []) as unknown as Member[];
}

/** A member of `BTS_BACKUP_USERS` in a database. */
export interface BackupUser {
  readonly user: string;
  /** The login behind the user; null for a role, or a user that lost its login. */
  readonly login: string | null;
}

/** Who is in `BTS_BACKUP_USERS` in an online database. */
export function readBackupUsers(session: SqlSession, database: string): Promise<BackupUser[]> {
  return session.rows<BackupUser>(
    query(
      `SELECT p.name AS [user], s.name AS login
FROM sys.database_role_members AS m
JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.database_principals AS p ON p.principal_id = m.member_principal_id
LEFT JOIN sys.server_principals AS s ON s.sid = p.sid AND s.type IN ('S', 'U', 'G', 'E', 'X')
WHERE r.name = @role
ORDER BY p.name;`,
      { role: sysname(backupRole) },
      `read the members of ${backupRole} in ${database}`,
    ),
    { database },
  );
}

/** The names of Agent jobs that back the set of a management database up: BizTalk's own, and those that start the runner. */
export async function readBackupAgentJobs(session: SqlSession, managementDatabase: string): Promise<string[]> {
  const rows = await session.rows<{ name: string }>(
    query(
      `SELECT DISTINCT j.name AS name
FROM msdb.dbo.sysjobs AS j
JOIN msdb.dbo.sysjobsteps AS s ON s.job_id = j.job_id
WHERE (s.database_name = @database AND (s.command LIKE N'%sp[_]MarkAll%' OR s.command LIKE N'%sp[_]BackupAllFull%'))
  OR s.command LIKE N'% run --only %--connection %'
ORDER BY j.name;`,
      { database: sysname(managementDatabase) },
      "look for the Agent jobs of the backup set",
    ),
  );
  return rows.map(({ name }) => name);
}
