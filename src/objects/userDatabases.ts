import { query, type SqlSession, type Statement } from "../sqlserver";

interface UserDatabaseRow {
  readonly database: string;
  readonly state: string;
  readonly recoveryModel: string;
  readonly readOnly: boolean;
}

/** Reads a server's name and its user databases: neither system databases, nor a distribution database, nor snapshots. */
export function readUserDatabasesStatement(): Statement {
  return query(
    `SELECT CONVERT(nvarchar(128), SERVERPROPERTY('ServerName')) AS server;
SELECT name AS [database], state_desc AS state, recovery_model_desc AS recoveryModel, is_read_only AS readOnly
FROM sys.databases
WHERE name NOT IN (N'master', N'model', N'msdb', N'tempdb') AND is_distributor = 0 AND source_database_id IS NULL
ORDER BY name;`,
    undefined,
    "read the databases of the server",
  );
}

/** What the server calls itself, and its user databases by name. */
export async function readUserDatabases(
  session: SqlSession,
): Promise<{ readonly server: string; readonly databases: readonly UserDatabaseRow[] }> {
  const { recordsets } = await session.execute(readUserDatabasesStatement());
  const [[identity] = [], databases = []] = recordsets as unknown as [{ server: string }[], UserDatabaseRow[]];
  return { server: identity?.server ?? session.displayName, databases };
}
