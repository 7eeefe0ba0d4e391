import {
  type ConnectionConfig,
  displayName,
  type ExecuteOptions,
  isUnreachable,
  type SqlServer,
  type Statement,
} from "../objects/server";
import { serverOf } from "./servers";

/**
 * The environment variable that lists the servers that are gone for good, as resources show them (`host,port` or
 * `host\instance`), with `;` or spaces between. An environment variable, because `destroy` and `refresh` run without
 * the program, and what the state and the stack's configuration say then may be out of date.
 */
export const goneServersVariable = "MSSQL_BACKUP_GONE_SERVERS";

function goneServers(): string[] {
  return (process.env[goneServersVariable] ?? "").split(/[;\s]+/).filter((name) => name !== "");
}

/**
 * The server behind a connection, for whoever reads or takes away what is there; undefined when it is listed as gone,
 * and everything on it with it. Nobody connects to it then, nor looks for its password. If a server that is not listed
 * cannot be reached, the error says how to go on without it.
 */
export function serverLeft(connection: ConnectionConfig): SqlServer | undefined {
  const name = displayName(connection);
  if (goneServers().some((gone) => gone.toLowerCase() === name.toLowerCase())) return undefined;
  const server = serverOf(connection);
  const execute = (statement: Statement, options?: ExecuteOptions) =>
    server.execute(statement, options).catch(tellHowToGoOn);
  const rows = <T extends object>(statement: Statement, options?: ExecuteOptions) =>
    server.rows<T>(statement, options).catch(tellHowToGoOn);
  return { ...server, execute, rows };
}

function tellHowToGoOn(error: unknown): never {
  if (!isUnreachable(error)) throw error;
  const all = [...new Set([...goneServers(), error.server])].join(";");
  throw new Error(
    `${error.message}
  If ${error.server} is gone for good: with ${goneServersVariable}="${all}" in Pulumi's environment, refresh and destroy take whatever was on it for gone and go on with the other servers. pulumi state delete makes Pulumi forget a single resource.`,
    { cause: error },
  );
}
