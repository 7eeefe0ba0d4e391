import { query, quotePath, quoteString, type SqlServerError, type SqlSession, sysname } from "../sqlserver";

/** Why a login or its users cannot be dropped, by SQL Server's number, and where what holds them stands. */
interface Hold {
  /** Rows with a `text` that names one thing; reads `@login`. */
  readonly query: (databases: readonly string[]) => string;
  readonly says: (list: string) => string;
}

const inEach = (databases: readonly string[], one: (database: string) => string) =>
  databases.map(one).join("\nUNION ALL\n");

const holds: Readonly<Record<number, Hold>> = {
  15434: {
    query: () => `SELECT CONCAT(N'session ', session_id, N' of ', program_name, N' on ', host_name, N' since ',
  CONVERT(nvarchar(19), login_time, 120)) AS text
FROM sys.dm_exec_sessions WHERE login_name = @login OR original_login_name = @login ORDER BY session_id;`,
    says: (list) =>
      `These sessions use it: ${list}. Stop what uses it, or end them with KILL and the session's number.`,
  },
  15174: {
    query: () => "SELECT name AS text FROM sys.databases WHERE owner_sid = SUSER_SID(@login) ORDER BY name;",
    says: (list) => `It owns the databases ${list}. ALTER AUTHORIZATION ON DATABASE::… TO sa gives them away.`,
  },
  15170: {
    query: () => "SELECT name AS text FROM msdb.dbo.sysjobs WHERE owner_sid = SUSER_SID(@login) ORDER BY name;",
    says: (list) =>
      `It owns the Agent jobs ${list}. EXEC msdb.dbo.sp_update_job @job_name = …, @owner_login_name = N'sa' gives them away.`,
  },
  15173: {
    query: () => `SELECT CONCAT(g.permission_name, N' to ', p.name) AS text FROM sys.server_permissions AS g
JOIN sys.server_principals AS p ON p.principal_id = g.grantee_principal_id
WHERE g.grantor_principal_id = SUSER_ID(@login) ORDER BY 1;`,
    says: (list) => `It has granted ${list}. REVOKE … FROM … AS the login takes that back; let another one grant it.`,
  },
  15141: {
    query: () => `SELECT CONCAT(N'the server role ', name) AS text FROM sys.server_principals
WHERE type = 'R' AND owning_principal_id = SUSER_ID(@login)
UNION ALL SELECT CONCAT(N'the endpoint ', name) FROM sys.endpoints WHERE principal_id = SUSER_ID(@login) ORDER BY 1;`,
    says: (list) => `It owns ${list}. ALTER AUTHORIZATION ON SERVER ROLE::… (or ENDPOINT::…) TO sa gives them away.`,
  },
  15138: {
    query: (databases) =>
      inEach(
        databases,
        (database) => `SELECT CONCAT(s.name, N' in ', ${quoteString(database)}) AS text
FROM ${quotePath(database, "sys", "schemas")} AS s
JOIN ${quotePath(database, "sys", "database_principals")} AS p ON p.principal_id = s.principal_id
WHERE p.sid = SUSER_SID(@login)`,
      ),
    says: (list) => `Its user owns the schemas ${list}. ALTER AUTHORIZATION ON SCHEMA::… TO dbo gives them away.`,
  },
  15421: {
    query: (databases) =>
      inEach(
        databases,
        (database) => `SELECT CONCAT(r.name, N' in ', ${quoteString(database)}) AS text
FROM ${quotePath(database, "sys", "database_principals")} AS r
JOIN ${quotePath(database, "sys", "database_principals")} AS p ON p.principal_id = r.owning_principal_id
WHERE r.type = 'R' AND p.sid = SUSER_SID(@login)`,
      ),
    says: (list) => `Its user owns the roles ${list}. ALTER AUTHORIZATION ON ROLE::… TO dbo gives them away.`,
  },
};

/**
 * What keeps a login from being dropped, by name, and what to do about it; undefined when the failure says it all, or
 * when what holds the login cannot be seen or is gone by now.
 *
 * @param databases those in which the login has a user, all online
 */
export async function describeLoginUse(
  session: SqlSession,
  loginName: string,
  databases: readonly string[],
  failure: SqlServerError,
): Promise<string | undefined> {
  const hold = Object.entries(holds).find(([number]) => failure.has(Number(number)))?.[1];
  const text = hold?.query(databases);
  if (!hold || !text) return undefined;
  const statement = query(text, { login: sysname(loginName) }, `look for what holds the login ${loginName}`);
  const found = await session.rows<{ text: string }>(statement).catch(() => []);
  return found.length === 0 ? undefined : hold.says(found.map((row) => row.text).join(", "));
}
