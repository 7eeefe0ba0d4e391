import { query, type SqlSession, type Statement } from "../sqlserver";

/** A database of the topology and the name under which the control server reaches its server. */
export interface Member {
  readonly server: string;
  readonly database: string;
}

/** Reads the databases that are backed up together, duplicates removed, in a stable order. */
export function readMembersStatement(): Statement {
  return query(
    `SELECT ServerName AS server, DatabaseName AS [database]
FROM dbo.admv_BackupDatabases
WHERE ServerName <> N'' AND DatabaseName <> N''
ORDER BY ServerName, DatabaseName;`,
    undefined,
    "read the members of the backup set",
  );
}

/** The members of the topology. */
export function readMembers(session: SqlSession, database: string, signal?: AbortSignal): Promise<Member[]> {
  return session.rows<Member>(readMembersStatement(), { database, ...(signal && { signal }) });
}
