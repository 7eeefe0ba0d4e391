/** An entry of the description, as far as the plan looks at it. */
export interface PlannedEntry {
  readonly database: string;
  readonly server?: string;
}

/** A child of a topology that stands for a server: `server` is its key, undefined for the control server. */
export interface PlannedChild {
  readonly server: string | undefined;
  /** The name of the child. */
  readonly resource: string;
}

/** The children of a topology and their names. The names are a contract with every state there is. */
export interface TopologyPlan {
  readonly job: string;
  /** That of the control server first. */
  readonly logins: readonly PlannedChild[];
  /** The linked servers. */
  readonly servers: readonly { readonly key: string; readonly resource: string }[];
  /** In the order of the description. */
  readonly databases: readonly (PlannedChild & { readonly entry: number })[];
  /** The databases on a server; those of the control server without a key. */
  readonly databasesOf: (server: string | undefined) => readonly string[];
}

/** Decides which children a topology has and how they are called. */
export function planTopology(
  name: string,
  entries: readonly PlannedEntry[],
  serverKeys: readonly string[],
): TopologyPlan {
  const byServer = new Map<string | undefined, string[]>();
  for (const { server, database } of entries) {
    const known = byServer.get(server);
    if (known) known.push(database);
    else byServer.set(server, [database]);
  }
  return {
    job: `${name}-job`,
    logins: [
      { server: undefined, resource: `${name}-login` },
      ...serverKeys.map((key) => ({ server: key, resource: `${name}-${key}-login` })),
    ],
    servers: serverKeys.map((key) => ({ key, resource: `${name}-${key}` })),
    databases: entries.map(({ database, server }, entry) => ({
      entry,
      server,
      resource: server === undefined ? `${name}-${database}` : `${name}-${server}-${database}`,
    })),
    databasesOf: (server) => byServer.get(server) ?? [],
  };
}
