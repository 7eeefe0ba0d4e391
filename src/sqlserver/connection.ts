import { createHash } from "node:crypto";
import type { Authentication, ConnectionConfig, SecretSource } from "./connectionSchema";

export type { Authentication, ConnectionConfig, SecretSource } from "./connectionSchema";

/** The port on which a default instance listens. */
export const defaultPort = 1433;
/** How long to wait for a connection, in seconds, unless the connection says otherwise. */
export const defaultConnectTimeoutSeconds = 15;
/** How long a statement may take, in seconds, unless connection or statement say otherwise. */
export const defaultRequestTimeoutSeconds = 60;

type WithoutSources<T> = { [K in keyof T]: SecretSource extends T[K] ? string : T[K] };

/** A way to log in whose secrets are at hand. */
export type ResolvedAuthentication = Authentication extends infer Kind
  ? Kind extends Authentication
    ? WithoutSources<Kind>
    : never
  : never;

/** A connection whose secrets are at hand. */
export type ResolvedConnection = Omit<ConnectionConfig, "authentication"> & {
  readonly authentication: ResolvedAuthentication;
};

/** Where secrets are looked up. */
export interface SecretStores {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The stack's configuration, where there is one. */
  readonly config?: (key: string) => string | undefined;
}

/** Thrown when a secret is not where the program said. Names the place, never a value. */
export class MissingSecretError extends Error {
  override readonly name = "MissingSecretError";
}

/** The secret itself. */
export function resolveSecret(source: SecretSource, stores: SecretStores, what: string): string {
  if (typeof source === "string") return source;
  if ("env" in source) {
    const value = stores.env[source.env];
    if (value) return value;
    throw new MissingSecretError(`${what}: the environment variable ${source.env} is not set.`);
  }
  const value = stores.config?.(source.config);
  if (value) return value;
  throw new MissingSecretError(
    `${what}: the configuration key ${source.config} is not set${stores.config ? "" : " (there is no stack configuration here)"}.`,
  );
}

const secretKeys = ["password", "token", "clientSecret"] as const;

/** The connection with every secret looked up. */
export function resolveConnection(connection: ConnectionConfig, stores: SecretStores): ResolvedConnection {
  const authentication: Record<string, unknown> = { ...connection.authentication };
  for (const key of secretKeys) {
    const source = authentication[key] as SecretSource | undefined;
    if (source === undefined) continue;
    authentication[key] = resolveSecret(
      source,
      stores,
      `connection to ${displayName(connection)}, authentication.${key}`,
    );
  }
  return { ...connection, authentication: authentication as ResolvedAuthentication };
}

/** How people write the server: `host,port` or `host\instance`. */
export function displayName(connection: Pick<ConnectionConfig, "host" | "port" | "instance">): string {
  if (connection.instance) return `${connection.host}\\${connection.instance}`;
  return `${connection.host},${connection.port ?? defaultPort}`;
}

/** Tells connections apart that must not share a pool. Holds a digest of the secrets, not the secrets. */
export function connectionKey(connection: ResolvedConnection, appName: string): string {
  const inOrder = (_key: string, value: unknown): unknown =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash("sha256")
    .update(JSON.stringify([appName, connection], inOrder))
    .digest("hex");
}
