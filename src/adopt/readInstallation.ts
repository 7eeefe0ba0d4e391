import { readAgentJob } from "../objects/agentJob";
import type { Member } from "../objects/backupMembers";
import { readAllJoined, readAllMembers, readBackupAgentJobs } from "../objects/installedSet";
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
      (await readBackupAgentJobs(control, managementDatabase)).map((name) => readAgentJob(control, { name })),
    );
    const members = await readAllMembers(control, managementDatabase);
    const remarks: Remark[] = [];
    const servers: InstalledServer[] = [];
    for (const [name, onServer] of byServer(management.serverName, rows, members)) {
      const isControl = sameName(name, management.serverName);
      const link = isControl ? undefined : await readLinkedServer(control, name);
      const own = Object.entries(connections.servers ?? {}).find(([known]) => sameName(known, name))?.[1];
      const connection = isControl
        ? connections.control
        : (own ?? (link && connectionBehind(link.dataSource || name, connections.control)));
      if (!connection) {
        remarks.push({ what: `The server ${name}`, why: noConnection(name, onServer, link !== undefined) });
        continue;
      }
      const server = { name, connection, link };
      try {
        const ownMembers = isControl
          ? [managementDatabase, ...onServer.ownMembers.filter((member) => !sameName(member, managementDatabase))]
          : onServer.ownMembers;
        servers.push({
          ...server,
          ownMembers,
          ...(await readServer(open(connection), onServer.joined, ownMembers, remarks)),
        });
      } catch (error) {
        if (isControl) throw error;
        const message = error instanceof Error ? error.message : String(error);
        remarks.push({
          what: `The server ${name}`,
          why: `Its databases (${list(onServer)}) could not be read: ${message} Give it a connection of its own under "servers" in a connection file.`,
        });
        servers.push({ ...server, realName: undefined, databases: [], ownMembers: onServer.ownMembers, logins: [] });
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

/** What of the set is on one server. */
interface OnServer {
  readonly joined: readonly JoinedDatabase[];
  readonly ownMembers: readonly string[];
}

/** The control server first, with or without databases of its own. */
function byServer(
  controlName: string,
  rows: readonly JoinedDatabase[],
  members: readonly Member[],
): Map<string, OnServer> {
  const servers = new Map<string, { joined: JoinedDatabase[]; ownMembers: string[] }>();
  const on = (serverName: string) => {
    const name = [...servers.keys()].find((known) => sameName(known, serverName)) ?? serverName;
    const server = servers.get(name) ?? { joined: [], ownMembers: [] };
    servers.set(name, server);
    return server;
  };
  on(controlName);
  for (const row of rows) on(row.serverName).joined.push(row);
  for (const { server, database } of members) {
    const { joined, ownMembers } = on(server);
    if (!joined.some(({ databaseName }) => sameName(databaseName, database))) ownMembers.push(database);
  }
  return servers;
}

function noConnection(name: string, onServer: OnServer, linked: boolean): string {
  const reason = linked
    ? "the data source of its linked server is not the address of a server"
    : "no linked server of that name leads to it";
  return `Its databases (${list(onServer)}) were not read: ${reason}. Give it a connection under "servers" in a connection file, as ${JSON.stringify(name)}.`;
}

const list = ({ joined, ownMembers }: OnServer): string =>
  [...new Set([...joined.map(({ databaseName }) => databaseName), ...ownMembers])].join(", ");

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
