/** An entry of the description, as far as the plan looks at it. */
export interface PlannedEntry {
  readonly database: string;
  readonly server?: string;
}

/** The children of a topology and their names. */
export interface TopologyPlan {
  readonly job: string;
  readonly servers: readonly { readonly key: string; readonly resource: string }[];
  readonly databases: readonly {
    readonly entry: number;
    readonly server: string | undefined;
    readonly resource: string;
  }[];
  readonly logins: readonly { readonly server: string | undefined; readonly resource: string }[];
  /** The databases on a server; those of the control server without a key. */
  readonly databasesOf: (server: string | undefined) => string[];
}

/** Thrown with every mistake of a description at once, each with its place. */
export class TopologyError extends Error {
  override readonly name = "TopologyError";
}

/** Decides which children a topology has and how they are called. */
export function planTopology(
  name: string,
  entries: readonly PlannedEntry[],
  serverKeys: readonly string[],
): TopologyPlan {
  const mistakes = findMistakes(entries, serverKeys);
  if (mistakes.length > 0) {
    throw new TopologyError([`The backup topology ${name} cannot be as it is described:`, ...mistakes].join("\n  "));
  }
  return {
    job: `${name}-job`,
    servers: serverKeys.map((key) => ({ key, resource: `${name}-${key}` })),
    databases: entries.map(({ database, server }, entry) => ({
      entry,
      server,
      resource: server === undefined ? `${name}-${database}` : `${name}-${server}-${database}`,
    })),
    logins: [
      { server: undefined, resource: `${name}-login` },
      ...serverKeys.map((key) => ({ server: key, resource: `${name}-${key}-login` })),
    ],
    databasesOf: (server) => entries.filter((entry) => entry.server === server).map(({ database }) => database),
  };
}

function findMistakes(entries: readonly PlannedEntry[], serverKeys: readonly string[]): string[] {
  const seen = new Map<string, number>();
  const mistakes = entries.flatMap(({ database, server }, index) => {
    const place = `databases[${index}]`;
    const found: string[] = [];
    if (typeof database !== "string" || database === "")
      found.push(`${place}.database: must be the name of a database`);
    if (server !== undefined && !serverKeys.includes(server)) {
      const known = serverKeys.length > 0 ? serverKeys.join(", ") : "there are none";
      found.push(`${place}.server: "${server}" is not one of the servers (${known})`);
    }
    const key = JSON.stringify([server ?? null, database]).toLowerCase();
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else found.push(`${place}: ${database} is described already, at databases[${first}]`);
    return found;
  });
  for (const key of serverKeys) {
    if (!entries.some(({ server }) => server === key)) mistakes.push(`servers.${key}: no database is on this server`);
    if (key.length > 80) mistakes.push(`servers.${key}: must have at most 80 characters`);
  }
  return mistakes;
}
