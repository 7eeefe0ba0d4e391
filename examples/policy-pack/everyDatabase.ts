import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import {
  BackupJob,
  type BackupJobArgs,
  type Connection,
  CustomBackupDatabase,
  type CustomBackupDatabaseArgs,
  getBackupStatus,
  getUserDatabases,
} from "pulumi-mssql-backup";

/**
 * Asks every server on which the stack backs anything up for its databases. Each has to be one that the stack declares,
 * or a member already of a set whose job the stack declares.
 */
export const everyDatabase: StackValidationPolicy = {
  name: "every-database-is-in-a-backup-set",
  description: "Every user database of a server is in a backup set.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      exempt: {
        type: "array",
        items: { type: "string" },
        description: "Databases that need no backup, by name.",
      },
    },
  },
  async validateStack({ resources, getConfig }, reportViolation) {
    const stack = readStack(resources);
    const members = await membersOf(stack);
    const exempt = new Set((getConfig<{ exempt?: string[] }>().exempt ?? []).map(lower));
    for (const { connection, declared } of stack.servers.values()) {
      const { server, databases } = await getUserDatabases({ connection });
      for (const { database } of databases) {
        const name = lower(database);
        if (declared.has(name) || exempt.has(name) || members.has(member(server, database))) continue;
        reportViolation(`${database} on ${server} is in no backup set: declare it as a CustomBackupDatabase.`);
      }
    }
  },
};

/** A server on which the stack backs something up. */
interface BackedUpServer {
  readonly connection: Connection;
  /** The databases that the stack declares there, in lower case. */
  readonly declared: Set<string>;
}

type Kind = typeof BackupJob | typeof CustomBackupDatabase;

interface Stack {
  readonly jobs: readonly Unwrap<BackupJobArgs>[];
  /** By address. */
  readonly servers: ReadonlyMap<string, BackedUpServer>;
  /** Connections by the names under which control servers reach them. */
  readonly linked: Readonly<Record<string, Connection>>;
}

function readStack(resources: readonly PolicyResource[]): Stack {
  const propsOf = (kind: Kind) => resources.filter(({ type }) => type === kind.__pulumiType).map(({ props }) => props);
  // BackupTopology's children are among them: they are resources like others.
  const jobs = propsOf(BackupJob) as Unwrap<BackupJobArgs>[];
  const joined = propsOf(CustomBackupDatabase) as Unwrap<CustomBackupDatabaseArgs>[];
  const servers = new Map<string, BackedUpServer>();
  const declare = (connection: Connection, database: string) => {
    const { host, port = 1433, instance } = connection;
    const address = lower(JSON.stringify([host, instance ?? port]));
    const server = servers.get(address) ?? { connection, declared: new Set() };
    server.declared.add(lower(database));
    servers.set(address, server);
  };
  for (const { connection, managementDatabase } of jobs) declare(connection, managementDatabase);
  for (const { connection, database } of joined) declare(connection, database);
  const linked = joined.flatMap(({ serverName, connection }) =>
    serverName ? [[serverName, connection] as const] : [],
  );
  return { jobs, servers, linked: Object.fromEntries(linked) };
}

/** The members of the sets that are there already, whoever joined them. */
async function membersOf({ jobs, linked }: Stack): Promise<Set<string>> {
  const sets = await Promise.all(
    jobs.map(({ connection, managementDatabase }) =>
      getBackupStatus({ connection, managementDatabase, servers: linked }),
    ),
  );
  return new Set(
    sets.flatMap(({ members }) => members.map((each) => member(each.ownServerName ?? each.server, each.database))),
  );
}

const member = (server: string, database: string) => lower(JSON.stringify([server, database]));
const lower = (text: string) => text.toLowerCase();
