import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { TopologyConnections } from "../job";
import { UsageError } from "./errors";

/** The connection flags of a subcommand, as commander gives them. */
export interface ConnectionFlags {
  readonly connection?: string;
  readonly server?: string;
  readonly user?: string;
  readonly database?: string;
  readonly encrypt?: boolean;
  readonly trustServerCertificate?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The flags by which every subcommand finds its servers. A password is never a flag: process lists show flags. */
export function addConnectionOptions(command: Command): Command {
  return command
    .option("-c, --connection <file>", "connection file (JSON), as a stack output writes it [MSSQL_BACKUP_CONNECTION]")
    .option("-S, --server <server>", "control server: host, host,port or host\\instance [MSSQL_BACKUP_SERVER]")
    .option(
      "-U, --user <login>",
      "SQL Server login; its password is read from MSSQL_BACKUP_PASSWORD [MSSQL_BACKUP_USER]",
    )
    .option(
      "-d, --database <name>",
      "management database (default: the connection file's, else BizTalkMgmtDb) [MSSQL_BACKUP_DATABASE]",
    )
    .option("--no-encrypt", "do not ask for an encrypted connection")
    .option("--trust-server-certificate", "accept any certificate [MSSQL_BACKUP_TRUST_SERVER_CERTIFICATE=true]");
}

/**
 * Flags and environment as connections. A connection file has everything; single flags stand for the control server
 * alone, whose linked servers lead to the others. Flags win over the environment.
 *
 * @param readFile reads the connection file
 */
export function connectionsFrom(
  flags: ConnectionFlags,
  env: Environment,
  readFile: (path: string) => string = (path) => readFileSync(path, "utf8"),
): TopologyConnections {
  const file = flags.connection ?? (flags.server === undefined ? env.MSSQL_BACKUP_CONNECTION : undefined);
  if (file !== undefined) {
    if (flags.server !== undefined || flags.user !== undefined) {
      throw new UsageError("Give either --connection or --server and --user, not both.");
    }
    const fromFile = readConnectionFile(file, readFile);
    return flags.database === undefined ? fromFile : { ...fromFile, managementDatabase: flags.database };
  }
  const server = flags.server ?? env.MSSQL_BACKUP_SERVER;
  const user = flags.user ?? env.MSSQL_BACKUP_USER;
  const missing = [
    ...(server ? [] : ["--server (or MSSQL_BACKUP_SERVER)"]),
    ...(user ? [] : ["--user (or MSSQL_BACKUP_USER)"]),
    ...(env.MSSQL_BACKUP_PASSWORD ? [] : ["the environment variable MSSQL_BACKUP_PASSWORD"]),
  ];
  if (!server || !user || missing.length > 0) {
    throw new UsageError(`Which server? Give --connection FILE, or ${missing.join(", ")}.`);
  }
  const trust = flags.trustServerCertificate ?? env.MSSQL_BACKUP_TRUST_SERVER_CERTIFICATE === "true";
  return {
    control: {
      ...parseServer(server),
      authentication: { type: "sql", user, password: { env: "MSSQL_BACKUP_PASSWORD" } },
      ...(flags.encrypt === false && { encrypt: false }),
      ...(trust && { trustServerCertificate: true }),
    },
    managementDatabase: flags.database ?? env.MSSQL_BACKUP_DATABASE ?? "BizTalkMgmtDb",
  };
}

/** `host`, `host,port`, `host:port` or `host\instance`. */
export function parseServer(text: string): { host: string; port?: number; instance?: string } {
  const withInstance = /^([^\\,]+)\\([^\\,]+)$/.exec(text);
  if (withInstance?.[1] && withInstance[2]) return { host: withInstance[1], instance: withInstance[2] };
  const withPort = /^(.+?)(?:,|:)(\d{1,5})$/.exec(text);
  const port = Number(withPort?.[2]);
  if (withPort?.[1] && port >= 1 && port <= 65535 && !withPort[1].includes(":")) return { host: withPort[1], port };
  if (/^[^\\,;\s]+$/.test(text) && !withPort) return { host: text };
  throw new UsageError(`Expected --server as host, host,port or host\\instance, got \`${text}\`.`);
}

function readConnectionFile(file: string, readFile: (path: string) => string): TopologyConnections {
  const { parseTopologyConnections } = require("../job") as typeof import("../job");
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    throw new UsageError(
      `The connection file ${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`The connection file ${file} is not JSON.`);
  }
  return parseTopologyConnections(value, `The connection file ${file}`);
}
