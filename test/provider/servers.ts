import { type Emulator, type Faults, startEmulators } from "../../src/emulator";
import { type ConnectionConfig, openServer, query, type SqlServer } from "../../src/sqlserver";

const password = "Secret-1";

/** Two servers to try resources on: a control server and a remote one. */
export interface TestServers {
  readonly control: TestServer;
  readonly remote: TestServer;
  stop(): Promise<void>;
}

export interface TestServer {
  readonly connection: ConnectionConfig;
  /** The certificate that it shows. */
  readonly certificate: string;
  readonly sql: SqlServer;
  /** What is to go wrong on it. */
  readonly faults: Faults;
  /** Runs statements as they are, in a database. */
  run(text: string, database?: string): Promise<void>;
  /** The rows of a query. */
  rows(text: string, database?: string): Promise<object[]>;
  /** Ends it: from then on nobody answers there. */
  stop(): Promise<void>;
}

/** Counts the requests that come to a server while something is done. */
export async function countRequests(server: TestServer, work: () => Promise<unknown>): Promise<number> {
  let requests = 0;
  class Counter extends RegExp {
    override [Symbol.search](): number {
      requests += 1;
      return -1;
    }
  }
  server.faults.dropConnection({ matching: new Counter("") });
  await work();
  server.faults.clear();
  return requests;
}

/** Starts two servers in memory. */
export async function startServers(): Promise<TestServers> {
  const internalErrors: unknown[] = [];
  const options = { saPassword: password, onInternalError: (error: unknown) => void internalErrors.push(error) };
  const emulators = await startEmulators([
    { ...options, serverName: "CONTROL" },
    { ...options, serverName: "REMOTE" },
  ]);
  const [control, remote] = emulators.map(testServer) as [TestServer, TestServer];
  return {
    control,
    remote,
    async stop() {
      await Promise.all([control.stop(), remote.stop()]);
      expect(internalErrors).toEqual([]);
    },
  };
}

function testServer(emulator: Emulator): TestServer {
  const { host, port, faults, certificate } = emulator;
  let running = true;
  const connection: ConnectionConfig = {
    host,
    port,
    trustServerCertificate: true,
    authentication: { type: "sql", user: "sa", password },
  };
  const sql = openServer(connection);
  return {
    connection,
    certificate,
    sql,
    faults,
    async run(text, database) {
      await sql.execute({ text }, database === undefined ? {} : { database });
    },
    rows: (text, database) => sql.rows(query(text), database === undefined ? {} : { database }),
    async stop() {
      if (!running) return;
      running = false;
      await sql.close();
      await emulator.close();
    },
  };
}

/**
 * Everything in the catalogs that a resource may touch, so that before and after can be compared. Ids and dates are
 * left out: they never come back.
 */
export async function catalogOf(server: Pick<TestServer, "rows">): Promise<Record<string, object[]>> {
  const databases = (await server.rows(
    "SELECT name, state_desc, recovery_model_desc FROM sys.databases ORDER BY name;",
  )) as { name: string }[];
  const catalog: Record<string, object[]> = { databases };
  for (const [name, text] of Object.entries(serverViews)) catalog[name] = await server.rows(text);
  for (const { name } of databases) {
    if (["master", "model", "msdb", "tempdb"].includes(name)) continue;
    for (const [view, text] of Object.entries(databaseViews))
      catalog[`${name}.${view}`] = await server.rows(text, name);
  }
  return catalog;
}

const serverViews = {
  logins:
    "SELECT name, type, is_disabled, default_database_name FROM sys.server_principals WHERE type IN ('S', 'U', 'G', 'R') ORDER BY name;",
  serverRoles: `SELECT r.name AS role, p.name AS member FROM sys.server_role_members AS m
JOIN sys.server_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.server_principals AS p ON p.principal_id = m.member_principal_id ORDER BY r.name, p.name;`,
  linkedServers: `SELECT name, product, provider, data_source, is_remote_login_enabled, is_rpc_out_enabled,
  is_remote_proc_transaction_promotion_enabled, connect_timeout, query_timeout FROM sys.servers ORDER BY name;`,
  jobs: "SELECT name, enabled FROM msdb.dbo.sysjobs ORDER BY name;",
};

const databaseViews = {
  objects:
    "SELECT SCHEMA_NAME(schema_id) AS [schema], name, type FROM sys.objects WHERE is_ms_shipped = 0 ORDER BY 1, name;",
  principals: "SELECT name, type FROM sys.database_principals ORDER BY name;",
  schemas: "SELECT name FROM sys.schemas ORDER BY name;",
  members: `SELECT r.name AS role, p.name AS member FROM sys.database_role_members AS m
JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.database_principals AS p ON p.principal_id = m.member_principal_id ORDER BY r.name, p.name;`,
  permissions: `SELECT p.name AS grantee, g.class, g.permission_name, g.state FROM sys.database_permissions AS g
JOIN sys.database_principals AS p ON p.principal_id = g.grantee_principal_id
WHERE p.name NOT IN (N'public', N'dbo') ORDER BY p.name, g.permission_name;`,
};
