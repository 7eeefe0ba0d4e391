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

/** Matches nothing, and counts what it is asked about. */
class Counter extends RegExp {
  count = 0;

  override [Symbol.search](): number {
    this.count += 1;
    return -1;
  }
}

/** Counts the requests that come to a server while something is done. */
export async function countRequests(server: TestServer, work: () => Promise<unknown>): Promise<number> {
  return (await requestsAndStatements(server, work)).requests;
}

/** The statements of each request that may be deadlock victims while something is done: how many they are. */
export async function statementsOfRequests(server: TestServer, work: () => Promise<unknown>): Promise<number[]> {
  return (await requestsAndStatements(server, work)).statements;
}

async function requestsAndStatements({ faults }: TestServer, work: () => Promise<unknown>) {
  const requests = new Counter("");
  const statements: number[] = [];
  class Statements extends RegExp {
    override [Symbol.search](): number {
      statements[requests.count - 1] = (statements[requests.count - 1] ?? 0) + 1;
      return -1;
    }
  }
  faults.dropConnection({ matching: requests });
  faults.deadlock({ matching: new Statements("") });
  await work();
  faults.clear();
  return { requests: requests.count, statements: Array.from(statements, (count) => count ?? 0) };
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
