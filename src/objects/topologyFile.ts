import { z } from "zod";
import { connectionSchema } from "../sqlserver/connectionSchema";
import type { TopologyConnections } from "./instances";

/** What the runner's connection file holds, as JSON. */
export const topologyConnectionsSchema = z.strictObject({
  /** The control server. */
  control: connectionSchema,
  /** The database that holds settings, members and history. */
  managementDatabase: z
    .string({ error: "must be the name of the management database" })
    .min(1, "must not be empty")
    .max(128),
  /** Connections of their own, by the server names of the members. */
  servers: z.record(z.string(), connectionSchema).optional(),
});

/** The connection file is not what it should be; lists every mistake with its place. */
export class ConnectionFileError extends Error {
  override readonly name = "ConnectionFileError";
}

/** Parses connections and tells all mistakes at once, without values: some are secrets. */
export function parseTopologyConnections(value: unknown, where: string): TopologyConnections {
  const parsed = topologyConnectionsSchema.safeParse(value);
  if (parsed.success) return parsed.data as TopologyConnections;
  const mistakes = parsed.error.issues.map((issue) => `  ${issue.path.join(".") || "(whole)"}: ${issue.message}`);
  throw new ConnectionFileError([`${where} does not describe the servers:`, ...mistakes].join("\n"));
}
