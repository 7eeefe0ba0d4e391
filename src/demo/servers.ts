import type { ChildProcess } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type ConnectionConfig, openServer, type SqlServer } from "../sqlserver";
import { endProcess, startCommand } from "./childProcess";
import type { DemoSite } from "./site";

/** An emulated server of the demo. */
export interface DemoServer {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly dataFolder: string;
  /** As its administrator. */
  readonly admin: SqlServer;
  /** How somebody else logs in. */
  connectionOf(user: string, passwordVariable: string): ConnectionConfig;
}

export interface DemoServers {
  readonly control: DemoServer;
  readonly remote: DemoServer;
  readonly all: readonly DemoServer[];
  /** Ends both; true if both ended by themselves and well. */
  stop(): Promise<boolean>;
}

interface Started {
  readonly server: DemoServer;
  readonly child: ChildProcess;
}

/** Starts the control server and the remote one, each by `mssql-backup emulator` in a process of its own. */
export async function startServers(site: DemoSite): Promise<DemoServers> {
  const outcomes = await Promise.allSettled(["CONTROL", "REMOTE"].map((name) => start(site, name)));
  const started = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const stop = async () => {
    await Promise.all(started.map(({ server }) => server.admin.close()));
    await Promise.all(started.map(({ child }) => endProcess(child)));
    return started.every(({ child }) => child.exitCode === 0);
  };
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  const [control, remote] = started.map(({ server }) => server);
  if (failure || !control || !remote) {
    await stop();
    throw failure?.reason;
  }
  return { control, remote, all: [control, remote], stop };
}

async function start(site: DemoSite, name: string): Promise<Started> {
  const data = join(site.folder, "data");
  const args = [site.command, "emulator", name, "--data", data, "--json"];
  const env = { ...site.env, MSSQL_BACKUP_PASSWORD: site.env.SA_PASSWORD };
  const { child, firstLine } = await startCommand(process.execPath, args, { cwd: site.folder, env });
  const ready = JSON.parse(firstLine) as { servers: { host: string; port: number }[] };
  const address = ready.servers[0];
  if (!address) throw new Error(`The emulated server ${name} did not tell its address: ${firstLine}`);
  const connectionOf = (user: string, passwordVariable: string): ConnectionConfig => ({
    ...address,
    authentication: { type: "sql", user, password: { env: passwordVariable } },
    // The emulator makes its own certificate at every start.
    trustServerCertificate: true,
  });
  const { host, port } = address;
  const admin = openServer(connectionOf("sa", "SA_PASSWORD"), { stores: { env: site.env } });
  return { child, server: { name, host, port, dataFolder: join(data, name), admin, connectionOf } };
}

/** Removes a folder in which processes may just have ended. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
