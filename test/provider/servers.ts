import { type AvailabilityGroups, type Emulator, type Faults, startEmulators } from "../../src/emulator";
import { type ConnectionConfig, openServer, query, type SqlServer } from "../../src/sqlserver";

export { catalogOf } from "./catalog";

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
  /** Which of its databases are in availability groups. */
  readonly availability: AvailabilityGroups;
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
  const { servers, stop } = await startNamedServers(["CONTROL", "REMOTE"]);
  const [control, remote] = servers as [TestServer, TestServer];
  return { control, remote, stop };
}

/** Starts servers in memory that know themselves by these names. */
export async function startNamedServers(
  names: readonly string[],
): Promise<{ readonly servers: TestServer[]; stop(): Promise<void> }> {
  const internalErrors: unknown[] = [];
  const options = { saPassword: password, onInternalError: (error: unknown) => void internalErrors.push(error) };
  const emulators = await startEmulators(names.map((serverName) => ({ ...options, serverName })));
  const servers = emulators.map(testServer);
  return {
    servers,
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      expect(internalErrors).toEqual([]);
    },
  };
}

function testServer(emulator: Emulator): TestServer {
  const { host, port, faults, availability, certificate } = emulator;
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
    availability,
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
