import { readAgentJob } from "../objects/agentJob";
import { readAllJoined, readBackupAgentJobs } from "../objects/installedSet";
import type { TopologyConnections } from "../objects/instances";
import type { JoinedDatabase } from "../objects/joinedDatabase";
import { readLinkedServer } from "../objects/linkedServer";
import { type ManagementDatabase, readManagementDatabase } from "../objects/managementDatabase";
import { type ConnectionConfig, openServer, type SecretStores, type SqlServer } from "../objects/server";
import { connectionBehind } from "./connections";
import type { Installation, InstalledServer, Remark } from "./installation";
import { readServer } from "./readServer";

/** What of an installation is read, and how its servers are reached. */
export interface ReadRequest {
  readonly connections: TopologyConnections;
  readonly stores: SecretStores;
  /** One job of those in the management database; all of them without it. */
  readonly job?: string | undefined;
}

/** The job that was asked for is not in the management database. */
export class JobChoiceError extends Error {
  override readonly name = "JobChoiceError";
}

/** Reads an installation without changing anything. What cannot be read becomes a remark, unless nothing can. */
export async function readInstallation({ connections, stores, job }: ReadRequest): Promise<Installation> {
  const opened: SqlServer[] = [];
  const open = (connection: ConnectionConfig): SqlServer => {
    const server = openServer(connection, { appName: "mssql-backup", stores });
    opened.push(server);
    return server;
  };
  try {
    const control = open(connections.control);
    const { managementDatabase } = connections;
    const management = await readManagementDatabase(control, managementDatabase);
    const rows = management.state === "ONLINE" ? await readAllJoined(control, managementDatabase) : undefined;
    if (rows === undefined) throw notThere(control, managementDatabase, management);
    const jobs = chosenJobs(management, job);
    const agentJobs = await Promise.all(
      (await readBackupAgentJobs(control, managementDatabase)).map((name) => readAgentJob(control, name)),
    );
    const remarks: Remark[] = [];
    const servers: InstalledServer[] = [];
    for (const [name, joined] of byServer(management.serverName, rows)) {
      const isControl = sameName(name, management.serverName);
      const link = isControl ? undefined : await readLinkedServer(control, name);
      const own = Object.entries(connections.servers ?? {}).find(([known]) => sameName(known, name))?.[1];
      const connection = isControl
        ? connections.control
        : (own ?? (link && connectionBehind(link.dataSource || name, connections.control)));
      if (!connection) {
        remarks.push({ what: `The server ${name}`, why: noConnection(name, joined, link !== undefined) });
        continue;
      }
      const server = { name, connection, link };
      try {
        const alsoManagement = isControl ? [managementDatabase] : [];
        servers.push({ ...server, ...(await readServer(open(connection), joined, alsoManagement, remarks)) });
      } catch (error) {
        if (isControl) throw error;
        const message = error instanceof Error ? error.message : String(error);
        remarks.push({
          what: `The server ${name}`,
          why: `Its databases (${list(joined)}) could not be read: ${message} Give it a connection of its own under "servers" in a connection file.`,
        });
        servers.push({ ...server, realName: undefined, databases: [], logins: [] });
      }
    }
    return {
      managementDatabase,
      bizTalk: management.bizTalk,
      servers,
      jobs,
      agentJobs: agentJobs.filter((found) => found !== undefined),
      remarks,
    };
  } finally {
    await Promise.all(opened.map((server) => server.close()));
  }
}

function notThere(control: SqlServer, database: string, { state }: ManagementDatabase): Error {
  const where = `The database ${database} on ${control.displayName}`;
  if (state === undefined) {
    return new Error(
      `${where} does not exist, or the login may not see it. Name the management database by --database.`,
    );
  }
  if (state !== "ONLINE") return new Error(`${where} is ${state}; it must be ONLINE.`);
  return new Error(
    `${where} is no management database: it has no table adm_OtherBackupDatabases. Name the management database by --database.`,
  );
}

function chosenJobs({ jobs }: ManagementDatabase, wanted: string | undefined): ManagementDatabase["jobs"] {
  if (wanted === undefined) return jobs;
  const chosen = jobs.filter(({ jobName }) => sameName(jobName, wanted));
  if (chosen.length > 0) return chosen;
  const known = jobs.map(({ jobName }) => jobName).join(", ");
  throw new JobChoiceError(`There is no job ${wanted} in the management database (there: ${known || "none"}).`);
}

/** The control server first, with or without databases of its own. */
function byServer(controlName: string, rows: readonly JoinedDatabase[]): Map<string, JoinedDatabase[]> {
  const servers = new Map<string, JoinedDatabase[]>([[controlName, []]]);
  for (const row of rows) {
    const known = [...servers.keys()].find((name) => sameName(name, row.serverName)) ?? row.serverName;
    servers.set(known, [...(servers.get(known) ?? []), row]);
  }
  return servers;
}

function noConnection(name: string, rows: readonly JoinedDatabase[], linked: boolean): string {
  const reason = linked
    ? "the data source of its linked server is not the address of a server"
    : "no linked server of that name leads to it";
  return `Its databases (${list(rows)}) were not read: ${reason}. Give it a connection under "servers" in a connection file, as ${JSON.stringify(name)}.`;
}

const list = (rows: readonly JoinedDatabase[]): string =>
  [...new Set(rows.map(({ databaseName }) => databaseName))].join(", ");

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
