import {
  type ConnectionConfig,
  openServer,
  resolveSecret,
  type SecretSource,
  type SecretStores,
  type SqlServer,
} from "../objects/server";

/** The stack's configuration, as the engine hands it to a dynamic provider. */
export interface StackConfig {
  get(key: string): string | undefined;
}

let stackConfig: StackConfig | undefined;

/**
 * Keeps the stack's configuration for later. Must not wait for anything: the engine's process starts to use a provider
 * while its `configure` is still under way.
 */
export async function configure(request: { readonly config: StackConfig }): Promise<void> {
  stackConfig = request.config;
}

/** The environment first: it alone is current in `refresh` and `destroy`. */
function stores(): SecretStores {
  return { env: process.env, ...(stackConfig && { config: (key: string) => stackConfig?.get(key) }) };
}

/** The secret that a source names. */
export function secretOf(source: SecretSource, what: string): string {
  return resolveSecret(source, stores(), what);
}

const servers = new Map<string, SqlServer>();

/**
 * The server behind a connection. It stays open, so that all resources of an engine run share its connections; idle
 * ones go by themselves and keep no process alive.
 */
export function serverOf(connection: ConnectionConfig): SqlServer {
  const key = JSON.stringify(connection);
  const known = servers.get(key);
  if (known) return known;
  const server = openServer(connection, { stores: stores() });
  servers.set(key, server);
  return server;
}

/** Closes every server that was opened. */
export async function closeServers(): Promise<void> {
  const open = [...servers.values()];
  servers.clear();
  await Promise.all(open.map((server) => server.close()));
}
