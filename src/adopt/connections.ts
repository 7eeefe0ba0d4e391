import type { ConnectionConfig } from "../objects/server";
import type { Names } from "./names";

const secretKeys = ["password", "token", "clientSecret"];

/** A connection that names its secrets: what is written out becomes the name of an environment variable. */
export function withNamedSecrets(connection: ConnectionConfig, server: string, names: Names): ConnectionConfig {
  const authentication = Object.entries(connection.authentication).map(([key, value]) =>
    secretKeys.includes(key) && typeof value === "string"
      ? [key, { env: names.variable(server, "PASSWORD") }]
      : [key, value],
  );
  return { ...connection, authentication: Object.fromEntries(authentication) };
}

/**
 * The connection to the server behind a linked server: its data source, with the control server's way to log in.
 * Undefined when the data source is not the address of a server.
 */
export function connectionBehind(dataSource: string, control: ConnectionConfig): ConnectionConfig | undefined {
  const found = /^(?:tcp:)?([^\\,;:\s()]+)(?:\\([^\\,\s]+))?(?:,\s*(\d{1,5}))?$/i.exec(dataSource.trim());
  const [, host, instance, port] = found ?? [];
  if (host === undefined || host === ".") return undefined;
  const { port: _port, instance: _instance, certificateName: _name, ...access } = control;
  return { ...access, host, ...(port ? { port: Number(port) } : instance && { instance }) };
}

/** The environment variables that a connection takes its secrets from. */
export function variablesOf(connection: ConnectionConfig): string[] {
  return Object.values(connection.authentication).flatMap((value) =>
    typeof value === "object" && value !== null && "env" in value ? [value.env] : [],
  );
}
