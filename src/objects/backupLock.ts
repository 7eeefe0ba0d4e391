import { isSqlServerError, nvarchar, type SqlServer, type SqlSession, type Statement } from "../sqlserver";
import type { Topology } from "./instances";
import { findRunningRun, type RunningRun } from "./runRecords";

/** The application lock that BizTalk's job, its log-shipping readers and this runner take in turn. */
export const backupLockName = "BTS_BackupJob_Lock";

/** Who holds the lock, as far as the server tells. */
export interface LockHolder {
  readonly sessionId: number;
  readonly login: string;
  readonly host: string | null;
  readonly program: string | null;
  readonly since: string;
}

/** Asks for the lock without waiting. It belongs to the session and ends with it. */
export function acquireLock(): Statement {
  return {
    text: `DECLARE @status int;
EXEC @status = sp_getapplock @Resource = @resource, @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0;
SELECT @status AS status;`,
    parameters: { resource: nvarchar(backupLockName) },
    summary: `take the application lock ${backupLockName}`,
  };
}

/** Gives the lock back before the session ends. */
export function releaseLock(): Statement {
  return {
    text: "EXEC sp_releaseapplock @Resource = @resource, @LockOwner = 'Session';",
    parameters: { resource: nvarchar(backupLockName) },
    summary: `release the application lock ${backupLockName}`,
  };
}

/** Finds the session that holds the lock in the current database. Needs VIEW SERVER STATE. */
export function findLockHolder(): Statement {
  return {
    text: `SELECT s.session_id AS sessionId, s.login_name AS login, s.host_name AS host, s.program_name AS program,
  CONVERT(varchar(23), s.login_time, 126) AS since
FROM sys.dm_tran_locks AS l
JOIN sys.dm_exec_sessions AS s ON s.session_id = l.request_session_id
WHERE l.resource_type = N'APPLICATION' AND l.request_status = N'GRANT'
  AND l.resource_database_id = DB_ID() AND CHARINDEX(@resource, l.resource_description) > 0;`,
    parameters: { resource: nvarchar(backupLockName) },
    summary: "look for the holder of the lock",
    repeatable: true,
  };
}

/** Takes the lock in the session. Returns whether it is ours now. */
export async function tryLock(session: SqlSession, database: string, signal?: AbortSignal): Promise<boolean> {
  const [row] = await session.rows<{ status: number }>(acquireLock(), { database, ...(signal && { signal }) });
  return row !== undefined && row.status >= 0;
}

/** Another run, BizTalk's own job or a log-shipping reader has the lock. */
export class LockHeldError extends Error {
  override readonly name = "LockHeldError";

  constructor(
    readonly server: string,
    readonly database: string,
    readonly holder: string,
  ) {
    super(
      `The lock ${backupLockName} in ${database} on ${server} is held by ${holder}. ` +
        "Nothing was done; run again when it is free.",
    );
  }
}

/** Who holds the lock, in words: as the server tells it, or as the record of runs does where the login may not look. */
async function describeHolder(server: SqlServer, database: string): Promise<string> {
  const [holder] = await rowsIfAllowed<LockHolder>(server, findLockHolder(), database);
  if (holder) {
    const host = holder.host ? ` on ${holder.host}` : "";
    const program = holder.program ? ` (${holder.program})` : "";
    return `session ${holder.sessionId} of ${holder.login}${host}${program}, connected since ${holder.since}`;
  }
  const [run] = await rowsIfAllowed<RunningRun>(server, findRunningRun(), database);
  if (run) return `the run of ${run.job} that began on ${run.host ?? "an unknown host"} at ${run.startedAt}Z`;
  return "another session (to see which, the login needs VIEW SERVER STATE)";
}

async function rowsIfAllowed<T extends object>(
  server: SqlServer,
  statement: Statement,
  database: string,
): Promise<T[]> {
  try {
    return await server.rows<T>(statement, { database });
  } catch (error) {
    if (isSqlServerError(error) && error.kind === "server") return [];
    throw error;
  }
}

/**
 * Does the work while holding the lock of the backup set, on a session that holds nothing else.
 *
 * @param work gets a function that gives the lock back early, for who is about to restore over the database it is in
 */
export async function withBackupLock<T>(
  topology: Topology,
  signal: AbortSignal,
  work: (release: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const { control, controlName, managementDatabase: database } = topology;
  return control.withSession(async (session) => {
    if (!(await tryLock(session, database, signal))) {
      throw new LockHeldError(controlName, database, await describeHolder(control, database));
    }
    let held = true;
    const release = async () => {
      if (!held) return;
      held = false;
      // The end of the session would release it too; a lost session has done so already.
      await session.execute(releaseLock(), { database }).catch(() => undefined);
    };
    try {
      return await work(release);
    } finally {
      await release();
    }
  });
}
