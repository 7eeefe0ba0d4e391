/** The two servers of an acceptance test: real ones where the environment names them, else emulators in processes of their own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionConfig, openServer, type SqlServer } from "../../src/sqlserver";
import { type Running, startCommand } from "./command";

/** `user:password@host:port` each. */
const named = [process.env.MSSQL_BACKUP_TEST_CONTROL, process.env.MSSQL_BACKUP_TEST_REMOTE];
export const onRealServers = named.every(Boolean);

/** For what only an emulator can be made to do. */
export const emulatedOnly = onRealServers ? describe.skip : describe;

export interface Target {
  readonly connection: ConnectionConfig;
  readonly sql: SqlServer;
  /** Runs statements as they are, in a database. */
  run(text: string, database?: string): Promise<void>;
  rows<T extends object>(text: string, database?: string): Promise<T[]>;
}

export interface Targets {
  readonly control: Target;
  readonly remote: Target;
  /** How the control server reaches the remote one. */
  readonly remoteSource: string;
  /** A folder that both servers write backups to. */
  readonly backups: string;
  /** Kills the emulated remote server, as a power failure would. */
  killRemote(): Promise<void>;
  /** Starts it again, with the data and under the address that it had. */
  startRemote(): Promise<void>;
  stop(): Promise<void>;
}

const emulatorPassword = "Acceptance-1";
const passwordVariables = ["TEST_CONTROL_PASSWORD", "TEST_REMOTE_PASSWORD"] as const;

/** The servers of a test file. Their passwords are in its environment, where commands and the engine find them. */
export async function startTargets({ latency = 0 }: { readonly latency?: number } = {}): Promise<Targets> {
  return onRealServers ? realTargets() : emulatedTargets(latency);
}

function realTargets(): Targets {
  const parsed = named.map((text) => {
    const [, user = "", password = "", host = "", port = ""] = /^([^:]+):(.*)@([^:@]+):(\d+)$/.exec(text ?? "") ?? [];
    return { user, password, host, port: Number(port) };
  });
  const [control, remote] = parsed.map(({ user, host, port }, index) => at(host, port, user, index));
  setPasswords(parsed.map(({ password }) => password));
  const never = () => Promise.reject(new Error("Only emulators are killed."));
  return targets(control as ConnectionConfig, remote as ConnectionConfig, {
    // As test/compose.yaml has them.
    remoteSource: "remote",
    backups: "/backups",
    killRemote: never,
    startRemote: never,
    end: async () => undefined,
  });
}

async function emulatedTargets(latency: number): Promise<Targets> {
  const folder = mkdtempSync(join(tmpdir(), "targets-"));
  setPasswords([emulatorPassword, emulatorPassword]);
  const emulator = (name: string) => {
    const args = [
      "emulator",
      name,
      "--data",
      join(folder, "data"),
      ...(latency ? ["--faults", `latency=${latency}`] : []),
    ];
    return startCommand(args, { cwd: folder, env: { ...process.env, MSSQL_BACKUP_PASSWORD: emulatorPassword } });
  };
  const portOf = async (started: Running) => Number((await started.shows(/listens on \S+,(\d+)\nReady/))[1]);
  const controlEmulator = emulator("CONTROL");
  let remoteEmulator = emulator("REMOTE");
  const [controlPort, remotePort] = await Promise.all([portOf(controlEmulator), portOf(remoteEmulator)]);
  const end = async (started: Running, signal: NodeJS.Signals) => {
    started.child.kill(signal);
    await started.ended;
  };
  return targets(at("127.0.0.1", controlPort, "sa", 0), at("127.0.0.1", remotePort, "sa", 1), {
    remoteSource: `127.0.0.1,${remotePort}`,
    backups: folder,
    killRemote: () => end(remoteEmulator, "SIGKILL"),
    async startRemote() {
      remoteEmulator = emulator(`REMOTE:${remotePort}`);
      await portOf(remoteEmulator);
    },
    async end() {
      await Promise.all([end(controlEmulator, "SIGINT"), end(remoteEmulator, "SIGINT")]);
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

function at(host: string, port: number, user: string, index: number): ConnectionConfig {
  const password = { env: passwordVariables[index] as string };
  return { host, port, trustServerCertificate: true, authentication: { type: "sql", user, password } };
}

function setPasswords(passwords: readonly string[]): void {
  for (const [index, name] of passwordVariables.entries()) process.env[name] = passwords[index];
}

interface Rest extends Pick<Targets, "remoteSource" | "backups" | "killRemote" | "startRemote"> {
  readonly end: () => Promise<void>;
}

function targets(control: ConnectionConfig, remote: ConnectionConfig, rest: Rest): Targets {
  const opened = [control, remote].map(target) as [Target, Target];
  const { end, ...others } = rest;
  return {
    control: opened[0],
    remote: opened[1],
    ...others,
    async stop() {
      await Promise.all(opened.map(({ sql }) => sql.close()));
      await end();
    },
  };
}

function target(connection: ConnectionConfig): Target {
  const sql = openServer(connection);
  const options = (database: string | undefined) => (database === undefined ? {} : { database });
  return {
    connection,
    sql,
    async run(text, database) {
      await sql.execute({ text }, options(database));
    },
    rows: (text, database) => sql.rows({ text, repeatable: true }, options(database)),
  };
}
