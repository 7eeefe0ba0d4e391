import type * as mssql from "mssql";
import { type ConnectionConfig, connectionKey, displayName, resolveConnection, type SecretStores } from "./connection";
import { driver, type PoolSize, parameterDeclarations, parameterType, poolConfig } from "./driver";
import { isDeadlock, isTransient, type ServerMessage, SqlServerError } from "./errors";
import { serverMessage, sqlServerError } from "./failures";
import { quotePath } from "./names";
import { retry } from "./retry";
import { announceStatement, type Statement, summarize } from "./statement";

export interface ExecuteOptions {
  /**
   * The database whose context the statement runs in. It runs as `EXEC [database].sys.sp_executesql`, so that the
   * connection's own database never changes and connections can be shared.
   */
  readonly database?: string;
  /** How long the statement may take; 0 for no limit, which backups, restores and DBCC need. */
  readonly timeoutSeconds?: number;
  /** Sees warnings, PRINT and progress as they come (severity 10 and below). */
  readonly onMessage?: (message: ServerMessage) => void;
  /** Ends the statement on the server when it is aborted. */
  readonly signal?: AbortSignal;
}

/** A row as it comes: bigint, numeric and LSN columns as text, bit as boolean. */
export type Row = Readonly<Record<string, unknown>>;

export interface StatementResult {
  /** The result sets, in order. */
  readonly recordsets: readonly (readonly Row[])[];
  readonly rowsAffected: readonly number[];
  /** Everything that the server said, in order; no error is among it, because an error is thrown. */
  readonly messages: readonly ServerMessage[];
}

/** What runs statements: a server with its pool, or one session of it. */
export interface SqlSession {
  /** `host,port` or `host\instance`. */
  readonly displayName: string;
  /** The rows of the first result set. */
  rows<T extends object = Row>(statement: Statement, options?: ExecuteOptions): Promise<T[]>;
  execute(statement: Statement, options?: ExecuteOptions): Promise<StatementResult>;
}

export interface SqlServer extends SqlSession {
  /**
   * Runs `work` on one connection that nothing else uses, for application locks, temporary tables and transactions that
   * outlive a statement. If that connection is lost, the statements that follow fail instead of running on another one.
   */
  withSession<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** Gives the server back. The last holder's call closes its connections. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** How the sessions call themselves in `sys.dm_exec_sessions`. */
  readonly appName?: string;
  /** Where secrets are looked up; the process's environment by default. */
  readonly stores?: SecretStores;
}

export const defaultAppName = "pulumi-mssql-backup";
const poolSize: PoolSize = { min: 0, max: 10 };

interface SharedPool {
  readonly open: () => Promise<mssql.ConnectionPool>;
  readonly close: () => Promise<void>;
  holders: number;
}

/** The pools of this process. Two holders of the same connection share one. */
const pools = new Map<string, SharedPool>();

/**
 * Opens a server. Nothing is sent before the first statement, and connections are shared with every other holder of the
 * same connection in this process. Throws `MissingSecretError` when a secret is not where the connection says.
 */
export function openServer(connection: ConnectionConfig, options: OpenOptions = {}): SqlServer {
  const appName = options.appName ?? defaultAppName;
  const resolved = resolveConnection(connection, options.stores ?? { env: process.env });
  const server = displayName(resolved);
  const homeDatabase = resolved.database ?? "master";
  const key = connectionKey(resolved, appName);

  const shared = pools.get(key) ?? lazyPool(() => openPool(server, poolConfig(resolved, appName, poolSize)));
  pools.set(key, shared);
  shared.holders += 1;
  let open = true;

  const execute = (statement: Statement, executeOptions: ExecuteOptions = {}): Promise<StatementResult> =>
    retry(async () => send({ pool: await shared.open(), server, homeDatabase }, statement, executeOptions), {
      attempts: 4,
      firstPauseMs: 50,
      worthwhile: (error) => isTransient(error) && mayRepeat(statement, error),
      signal: executeOptions.signal,
    });

  return {
    displayName: server,
    execute,
    rows: (statement, executeOptions) => firstRows(execute(statement, executeOptions)),
    async withSession(work) {
      const guard = sessionGuard();
      const config = { ...poolConfig(resolved, appName, { min: 1, max: 1 }), beforeConnect: guard.beforeConnect };
      const pool = await openPool(server, config as mssql.config);
      guard.connected();
      const run = (statement: Statement, executeOptions: ExecuteOptions = {}) =>
        send({ pool, server, homeDatabase, lost: guard.lost }, statement, executeOptions);
      try {
        return await work({
          displayName: server,
          execute: run,
          rows: (statement, executeOptions) => firstRows(run(statement, executeOptions)),
        });
      } finally {
        await pool.close();
      }
    },
    async close() {
      if (!open) return;
      open = false;
      shared.holders -= 1;
      if (shared.holders > 0) return;
      pools.delete(key);
      await shared.close();
    },
  };
}

/** Whether sending a statement again after this error cannot do anything twice. */
function mayRepeat(statement: Statement, error: unknown): boolean {
  if (statement.repeatable) return true;
  if (error instanceof SqlServerError && error.beforeSending) return true;
  return statement.transactional === true && isDeadlock(error);
}

async function firstRows<T extends object>(result: Promise<StatementResult>): Promise<T[]> {
  return [...((await result).recordsets[0] ?? [])] as T[];
}

/** A pool that connects at its first use, and again at the next use if that failed. */
function lazyPool(connect: () => Promise<mssql.ConnectionPool>): SharedPool {
  let opening: Promise<mssql.ConnectionPool> | undefined;
  return {
    holders: 0,
    open() {
      opening ??= connect().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    async close() {
      const pool = await opening?.catch(() => undefined);
      opening = undefined;
      await pool?.close();
    },
  };
}

type DriverConnection = mssql.Connection & {
  on(event: "errorMessage", listener: (message: Parameters<typeof serverMessage>[0]) => void): unknown;
  close(): void;
};

async function openPool(server: string, config: mssql.config): Promise<mssql.ConnectionPool> {
  const messages: ServerMessage[] = [];
  const { beforeConnect } = config as { beforeConnect?: (connection: DriverConnection) => void };
  let connecting = true;
  // The driver's own login error has no number: the server's message has.
  const listen = (connection: DriverConnection) => {
    beforeConnect?.(connection);
    if (!connecting) return;
    connection.on("errorMessage", (sent) => {
      const message = serverMessage(sent);
      if (message) messages.push(message);
    });
  };
  const { ConnectionPool } = driver();
  const pool = new ConnectionPool({ ...config, beforeConnect: listen } as unknown as mssql.config);
  // The pool emits what it also throws; without a listener Node.js would end the process.
  pool.on("error", () => undefined);
  try {
    await pool.connect();
  } catch (error) {
    throw sqlServerError(error, { server, doing: "the connection", messages, beforeSending: true });
  } finally {
    connecting = false;
  }
  return pool;
}

interface SessionGuard {
  readonly beforeConnect: (connection: DriverConnection) => void;
  readonly connected: () => void;
  readonly lost: () => boolean;
}

/** Lets a session's pool connect once. A second connection would silently have none of the first one's locks. */
function sessionGuard(): SessionGuard {
  let probing = true;
  let connections = 0;
  return {
    connected: () => {
      probing = false;
    },
    lost: () => connections > 1,
    beforeConnect(connection) {
      if (probing) return;
      connections += 1;
      if (connections > 1) connection.close();
    },
  };
}

interface Channel {
  readonly pool: mssql.ConnectionPool;
  readonly server: string;
  readonly homeDatabase: string;
  readonly lost?: () => boolean;
}

async function send(channel: Channel, statement: Statement, options: ExecuteOptions): Promise<StatementResult> {
  const { server, homeDatabase } = channel;
  const { onMessage, signal } = options;
  const database = options.database ?? homeDatabase;
  const elsewhere = database.toLowerCase() !== homeDatabase.toLowerCase();
  const messages: ServerMessage[] = [];
  const circumstances = {
    server,
    database: options.database,
    doing: summarize(statement),
    messages,
  };
  if (signal?.aborted) {
    throw new SqlServerError({
      ...circumstances,
      kind: "cancelled",
      text: "cancelled before it was sent",
      beforeSending: true,
    });
  }
  if (statement.batch && (elsewhere || statement.parameters)) {
    throw new TypeError(`A plain batch takes neither parameters nor another database: ${circumstances.doing}`);
  }
  announceStatement(statement, { server, database });

  const request = newRequest(channel.pool, options.timeoutSeconds);
  request.on("info", (info: Parameters<typeof serverMessage>[0]) => {
    const message = serverMessage(info);
    if (!message) return;
    messages.push(message);
    onMessage?.(message);
  });
  const cancel = () => request.cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    const result = await run(request, statement, elsewhere ? database : undefined);
    return {
      recordsets: (result.recordsets as Row[][] | undefined) ?? [],
      rowsAffected: result.rowsAffected,
      messages,
    };
  } catch (error) {
    if (channel.lost?.()) {
      const text = "the session was lost, and with it its locks and open transactions";
      throw new SqlServerError({ ...circumstances, kind: "network", text, cause: error });
    }
    throw sqlServerError(error, circumstances);
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

/** The driver's types do not know the second argument yet. */
type RequestConstructor = new (pool: mssql.ConnectionPool, overrides?: { requestTimeout: number }) => mssql.Request;

function newRequest(pool: mssql.ConnectionPool, timeoutSeconds: number | undefined): mssql.Request {
  const Request = driver().Request as RequestConstructor;
  return timeoutSeconds === undefined
    ? new Request(pool)
    : new Request(pool, { requestTimeout: timeoutSeconds * 1000 });
}

/** Sends a statement in the way its kind and database ask for. */
function run(
  request: mssql.Request,
  statement: Statement,
  database: string | undefined,
): Promise<{ recordsets: unknown; rowsAffected: number[] }> {
  if (statement.batch) return request.batch(statement.text);
  if (database === undefined) {
    addParameters(request, statement);
    return request.query(statement.text);
  }
  const { NVarChar, MAX } = driver();
  request.input("stmt", NVarChar(MAX), statement.text);
  if (statement.parameters) request.input("params", NVarChar(MAX), parameterDeclarations(statement));
  addParameters(request, statement);
  return request.execute(quotePath(database, "sys", "sp_executesql"));
}

function addParameters(request: mssql.Request, statement: Statement): void {
  for (const [name, parameter] of Object.entries(statement.parameters ?? {})) {
    request.input(name, parameterType(parameter).driver, parameter.value);
  }
}
