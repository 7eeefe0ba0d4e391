/**
 * The embedded stand-in for SQL Server: named servers in this process, reached by any TDS client.
 *
 * @example
 * const emulator = await startEmulator({ serverName: "CONTROL", saPassword: "Secret-1" });
 * console.log(`sqlcmd -S 127.0.0.1,${emulator.port} -U sa`);
 * await emulator.close();
 */
import { stopAgent } from "./agent/running";
import { startScheduler } from "./agent/scheduler";
import type { AvailabilityGroups } from "./availability";
import { createSessionHost } from "./engine/session/host";
import type { Faults } from "./faults";
import { announceServer } from "./linked/serverDirectory";
import { loadParts } from "./parts";
import { runScript } from "./script";
import { hashPassword, verifyPassword } from "./security/passwords";
import { Server } from "./storage/server";
import { type EncryptionMode, type Listener, listen } from "./tds/listener";
import type { Certificate } from "./tds/tls/certificate";

export type { AvailabilityGroups, Replica } from "./availability";
export {
  type DiskFault,
  DiskFaultError,
  type DroppedConnection,
  Faults,
  parseFaults,
  type StatementFault,
} from "./faults";
export { ScriptError } from "./script";
export type { EncryptionMode } from "./tds/listener";
export type { Certificate } from "./tds/tls/certificate";

export interface EmulatorOptions {
  /** `@@SERVERNAME`; linked servers and backup files bear it. */
  serverName: string;
  /** Password of the login sa. Set at every start. */
  saPassword: string;
  /** Address to listen at; `127.0.0.1` by default. */
  host?: string;
  /** `0`, the default, takes any free port. */
  port?: number;
  /** Folder of the databases, made if it is not there; in memory by default. */
  dataDirectory?: string;
  /** Where relative paths of BACKUP and RESTORE begin; by default `backup` in the data folder, or the working folder. */
  backupDirectory?: string;
  /** `SQL_Latin1_General_CP1_CI_AS` by default. */
  collation?: string;
  /** What is encrypted, and with which certificate; by default what the client asks for, with one made at start. */
  tls?: { encryption?: EncryptionMode; certificate?: Certificate };
  /** What is to go wrong; nothing by default. May be changed while the emulator runs. */
  faults?: Faults;
  /** As SQL Server's `user connections`; 32,767 by default. */
  maximumConnections?: number;
  /** Whether SQL Server Agent starts jobs by their schedules; `false` by default: they run when `sp_start_job` says so. */
  agentSchedules?: boolean;
  /** Hears of errors that are the emulator's own fault; each also ends its connection with a message. */
  onInternalError?: (error: unknown) => void;
}

export interface Emulator {
  readonly serverName: string;
  readonly host: string;
  readonly port: number;
  /** PEM; for clients that check it. */
  readonly certificate: string;
  readonly faults: Faults;
  /** Which databases are replicas in availability groups; none at first. */
  readonly availability: AvailabilityGroups;
  /**
   * Runs a T-SQL script as sa, batch by batch between its lines of GO: makes the databases that a trial or a test needs.
   * @throws ScriptError at the first batch that fails; what the batches before it did stays.
   */
  execute(script: string): Promise<void>;
  /** Ends all sessions, rolling back what is open, and leaves the data folder complete. */
  close(): Promise<void>;
}

/** Starts a server; resolves once it takes connections. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  loadParts();
  const server = Server.open({
    serverName: options.serverName,
    ...(options.dataDirectory === undefined ? {} : { dataDirectory: options.dataDirectory }),
    ...(options.backupDirectory === undefined ? {} : { backupDirectory: options.backupDirectory }),
    ...(options.collation === undefined ? {} : { collation: options.collation }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });
  let listener: Listener;
  try {
    setPasswordOfSa(server, options.saPassword);
    listener = await listen(createSessionHost(server), {
      address: options.host ?? "127.0.0.1",
      port: options.port ?? 0,
      collation: server.collation,
      version: server.version,
      faults: server.faults,
      ...options.tls,
      ...(options.maximumConnections === undefined ? {} : { maximumConnections: options.maximumConnections }),
      ...(options.onInternalError === undefined ? {} : { onInternalError: options.onInternalError }),
    });
  } catch (error) {
    server.close();
    throw error;
  }
  const { address: host, port } = listener;
  server.dtc.address = `${host},${port}`;
  const stopScheduler = options.agentSchedules ? startScheduler(server) : undefined;
  const withdraw = announceServer(server.serverName, { host, port });
  return {
    serverName: server.serverName,
    host,
    port,
    get certificate() {
      return listener.certificate;
    },
    faults: server.faults,
    availability: server.availability,
    execute: (script) => runScript(server, script),
    close: async () => {
      withdraw();
      stopScheduler?.();
      await stopAgent(server);
      await listener.close();
      server.close();
    },
  };
}

/** Starts several servers, or none: if one fails, the others are closed again. */
export async function startEmulators(options: readonly EmulatorOptions[]): Promise<Emulator[]> {
  const outcomes = await Promise.allSettled(options.map(startEmulator));
  const started = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure) {
    await Promise.all(started.map((emulator) => emulator.close()));
    throw failure.reason;
  }
  return started;
}

function setPasswordOfSa(server: Server, password: string): void {
  // By its id: it may have been renamed.
  const SA = 1;
  const sa = server.master.metadata.get("login", SA);
  if (!sa || (sa.passwordHash && verifyPassword(password, sa.passwordHash))) {
    return;
  }
  const passwordHash = hashPassword(password);
  server.inSystemTransaction((transaction) => {
    transaction.putRecord(server.master, "login", sa.id, {
      ...sa,
      passwordHash,
      passwordLastSet: server.clock().local,
    });
  });
}
