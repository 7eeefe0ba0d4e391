import { type ConnectionConfig, openServer, query, type SecretStores, type SqlServer } from "../sqlserver";

export type { ConnectionConfig, SecretStores } from "../sqlserver";

import { directInstance, type Instance, linkedInstance } from "./instance";

/** How the servers of a topology are reached: what the runner's connection file holds. */
export interface TopologyConnections {
  readonly control: ConnectionConfig;
  /** The database that holds settings, members and history. */
  readonly managementDatabase: string;
  /** Connections of their own for servers that would otherwise be reached through linked servers. */
  readonly servers?: Readonly<Record<string, ConnectionConfig>>;
}

/** The servers of a topology, opened. */
export interface Topology {
  readonly control: SqlServer;
  readonly managementDatabase: string;
  /** What the control server calls itself. */
  readonly controlName: string;
  /** The control server's offset from UTC now, e.g. `+02:00`. */
  readonly controlOffset: string;
  /** The instance that the control server knows by a name. */
  instance(name: string): Instance;
  close(): Promise<void>;
}

const identity = query(
  `SELECT CONVERT(nvarchar(128), SERVERPROPERTY('ServerName')) AS name, @@SERVERNAME AS alias,
  RIGHT(CONVERT(varchar(40), SYSDATETIMEOFFSET(), 126), 6) AS offset;`,
  undefined,
  "ask the control server for its name",
);

/** Opens the control server and asks for its name; other servers are connected when they are first needed. */
export async function openTopology(connections: TopologyConnections, stores: SecretStores): Promise<Topology> {
  const options = { appName: "mssql-backup", stores };
  const control = openServer(connections.control, options);
  const opened: SqlServer[] = [control];
  const close = async () => {
    await Promise.all(opened.map((server) => server.close()));
  };
  try {
    const [row] = await control.rows<{ name: string; alias: string | null; offset: string }>(identity);
    if (!row) throw new Error(`${control.displayName} did not tell its name`);
    const controlNames = new Set([row.name, row.alias ?? row.name].map(key));
    const direct = new Map(Object.entries(connections.servers ?? {}).map(([name, config]) => [key(name), config]));
    const instances = new Map<string, Instance>();
    const open = (name: string): Instance => {
      if (controlNames.has(key(name))) return directInstance(name, control, "control");
      const config = direct.get(key(name));
      if (!config) return linkedInstance(name, control);
      const server = openServer(config, options);
      opened.push(server);
      return directInstance(name, server, "direct");
    };
    return {
      control,
      managementDatabase: connections.managementDatabase,
      controlName: row.name,
      controlOffset: /^[+-]\d\d:\d\d$/.test(row.offset) ? row.offset : "+00:00",
      instance(name) {
        const instance = instances.get(key(name)) ?? open(name);
        instances.set(key(name), instance);
        return instance;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function key(name: string): string {
  return name.toUpperCase();
}
