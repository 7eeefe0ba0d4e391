import { noParts } from "../objects/memberSetup";
import { displayName } from "../objects/server";
import { madeText } from "../providers/customBackupDatabaseState";
import { agentArguments } from "./agent";
import { withNamedSecrets } from "./connections";
import { declareJob } from "./declareJob";
import { declareLink } from "./declareLink";
import { declareLogin } from "./declareLogin";
import type { Installation, InstalledDatabase, InstalledServer, Remark } from "./installation";
import { Names } from "./names";
import { type AdoptedResource, type DeclaredServer, Reference } from "./resource";

/** An installation in the terms of a program. */
export interface Declaration {
  /** The control server first. */
  readonly servers: readonly DeclaredServer[];
  /** What is the management database in the program. */
  readonly managementDatabase: Reference;
  /** In the order in which they are declared. */
  readonly resources: readonly AdoptedResource[];
  readonly remarks: readonly Remark[];
}

/** Turns what was found into resources. */
export function declareInstallation(installation: Installation): Declaration {
  const names = new Names();
  const remarks: Remark[] = [...installation.remarks];
  const [controlServer, ...otherServers] = installation.servers;
  if (!controlServer) throw new TypeError("Expected the control server among the servers");
  const control = inProgram(controlServer, declareServer(names, controlServer));
  const servers = [control, ...otherServers.map((server) => inProgram(server, declareServer(names, server, control)))];

  const jobs = installation.jobs.map((job) => {
    const agents = installation.agentJobs.map((found) => agentArguments(job, installation.managementDatabase, found));
    const agent = agents.find((found) => found !== undefined);
    const name = names.identifier(job.jobName, "job");
    return declareJob(name, control.connection, installation.managementDatabase, job, agent);
  });
  const [onlyJob] = jobs.length === 1 ? jobs : [];
  const managementDatabase = onlyJob
    ? new Reference(`${onlyJob.name}.managementDatabase`, installation.managementDatabase)
    : new Reference(JSON.stringify(installation.managementDatabase), installation.managementDatabase);

  const set = new Reference("set", {
    connection: control.declared.connection,
    managementDatabase: installation.managementDatabase,
  });
  const resources: AdoptedResource[] = [...jobs];
  for (const { server, declared, connection } of servers) {
    const link = server.link && declareLink(names, control.connection, server.link, server.realName, remarks);
    if (link) resources.push(link);
    const joinedAs = link ? new Reference(`${link.name}.name`, server.name) : server.name;
    for (const database of server.databases) {
      resources.push(declareDatabase(names, declared, connection, database, joinedAs, set));
    }
    for (const login of server.logins) resources.push(declareLogin(names, declared, connection, login, remarks));
  }
  return { servers: servers.map(({ declared }) => declared), managementDatabase, resources, remarks };
}

/** A server as it was found, as it is declared, and its connection in the program. */
interface ServerInProgram {
  readonly server: InstalledServer;
  readonly declared: DeclaredServer;
  readonly connection: Reference;
}

function inProgram(server: InstalledServer, declared: DeclaredServer): ServerInProgram {
  return { server, declared, connection: new Reference(declared.name, declared.connection) };
}

/** Who is logged in to as the control server is takes its secrets from the same places. */
function declareServer(names: Names, server: InstalledServer, control?: ServerInProgram): DeclaredServer {
  const { name: serverName, connection } = server;
  if (!control) return { name: "control", serverName, connection: withNamedSecrets(connection, "control", names) };
  const name = names.identifier(`${serverName} server`, "server");
  const { authentication } = control.server.connection;
  if (JSON.stringify(connection.authentication) !== JSON.stringify(authentication)) {
    return { name, serverName, connection: withNamedSecrets(connection, serverName, names) };
  }
  return {
    name,
    serverName,
    connection: { ...connection, authentication: control.declared.connection.authentication },
  };
}

function declareDatabase(
  names: Names,
  server: DeclaredServer,
  connection: Reference,
  { row, state }: InstalledDatabase,
  joinedAs: Reference | string,
  set: Reference,
): AdoptedResource {
  const { databaseName, defaultDatabaseName, serverName } = row;
  const underItsOwnName = serverName.toLowerCase() === state.serverName.toLowerCase();
  return {
    kind: "CustomBackupDatabase",
    name: names.identifier(databaseName, "database", server.serverName),
    id: `${displayName(server.connection)}/${databaseName}`,
    args: {
      connection,
      database: databaseName,
      ...((joinedAs instanceof Reference || !underItsOwnName) && { serverName: joinedAs }),
      ...(defaultDatabaseName.toLowerCase() !== databaseName.toLowerCase() && { defaultDatabaseName }),
      ...(state.recoveryModel !== "FULL" && { recoveryModel: state.recoveryModel }),
      control: set,
      adopt: true,
    },
    computed: {
      joinedServerName: serverName,
      realServerName: state.serverName,
      made: madeText({
        parts: noParts,
        adopted: true,
        row,
        formerRows: [],
        previousRecoveryModel: state.recoveryModel,
      }),
    },
  };
}
