import { isIP } from "node:net";
import type * as mssql from "mssql";
import {
  defaultConnectTimeoutSeconds,
  defaultPort,
  defaultRequestTimeoutSeconds,
  type ResolvedAuthentication,
  type ResolvedConnection,
} from "./connection";
import type { Parameter, Statement } from "./statement";

type Mssql = typeof mssql;

/** The driver takes 150 ms to load: only who really talks to a server pays for it. */
export function driver(): Mssql {
  return require("mssql") as Mssql;
}

/** Idle connections are given up after this time, so that they keep no process alive for longer. */
const idleTimeoutMs = 5_000;

export interface PoolSize {
  readonly min: number;
  readonly max: number;
}

/** The driver's configuration of a pool. The driver keeps and changes the object, so it is made anew for each pool. */
export function poolConfig(connection: ResolvedConnection, appName: string, size: PoolSize): mssql.config {
  const options: Record<string, unknown> = {
    appName,
    encrypt: connection.encrypt ?? true,
    trustServerCertificate: connection.trustServerCertificate ?? false,
    // Named options replace the driver's own: an instance is looked up, a port is used as it is.
    ...(connection.instance && { instanceName: connection.instance }),
    ...(connection.multiSubnetFailover && { multiSubnetFailover: true }),
    ...tlsServerName(connection),
    ...(connection.ca && { cryptoCredentialsDetails: { ca: connection.ca } }),
    // Procedures and tables of scripts keep the settings of the session that makes them.
    enableAnsiNull: true,
    enableQuotedIdentifier: true,
  };
  return {
    server: connection.host,
    ...(!connection.instance && { port: connection.port ?? defaultPort }),
    database: connection.database ?? "master",
    connectionTimeout: (connection.connectTimeoutSeconds ?? defaultConnectTimeoutSeconds) * 1000,
    requestTimeout: (connection.requestTimeoutSeconds ?? defaultRequestTimeoutSeconds) * 1000,
    pool: { min: size.min, max: size.max, idleTimeoutMillis: idleTimeoutMs },
    options,
    authentication: driverAuthentication(connection.authentication),
    // A look at the socket instead of a SELECT 1 before every statement.
    validateConnection: "socket",
  } as mssql.config;
}

/**
 * The name to ask the server's certificate for, if it is not the host. An address is no such name, and Node.js warns
 * about it; where any certificate will do, any name will.
 */
function tlsServerName({ host, certificateName, trustServerCertificate }: ResolvedConnection): { serverName?: string } {
  if (certificateName) return { serverName: certificateName };
  return isIP(host) !== 0 && trustServerCertificate ? { serverName: "localhost" } : {};
}

function driverAuthentication(authentication: ResolvedAuthentication): object {
  if (authentication.type === "sql") {
    return { type: "default", options: { userName: authentication.user, password: authentication.password } };
  }
  const { type, ...options } = authentication;
  const { user, ...others } = options as { user?: string } & Record<string, unknown>;
  return { type, options: { ...others, ...(user !== undefined && { userName: user }) } };
}

const unicodeLimit = 4000;
const byteLimit = 8000;

/** The type of a parameter in the driver's terms and as T-SQL declares it. */
export function parameterType({ type, value }: Parameter): { driver: mssql.ISqlType; declaration: string } {
  const sql = driver();
  const length = typeof value === "string" || Buffer.isBuffer(value) ? value.length : 0;
  switch (type) {
    case "bigint":
      return { driver: sql.BigInt(), declaration: "bigint" };
    case "bit":
      return { driver: sql.Bit(), declaration: "bit" };
    case "datetime2":
      // Sent as text, which the server converts: JavaScript's Date knows no time without a zone.
      return { driver: sql.VarChar(40), declaration: "datetime2(7)" };
    case "int":
      return { driver: sql.Int(), declaration: "int" };
    case "smallint":
      return { driver: sql.SmallInt(), declaration: "smallint" };
    case "sysname":
      return { driver: sql.NVarChar(128), declaration: "sysname" };
    case "uniqueidentifier":
      return { driver: sql.UniqueIdentifier(), declaration: "uniqueidentifier" };
    case "nvarchar":
      return length > unicodeLimit
        ? { driver: sql.NVarChar(sql.MAX), declaration: "nvarchar(max)" }
        : { driver: sql.NVarChar(unicodeLimit), declaration: `nvarchar(${unicodeLimit})` };
    case "varchar":
      return length > byteLimit
        ? { driver: sql.VarChar(sql.MAX), declaration: "varchar(max)" }
        : { driver: sql.VarChar(byteLimit), declaration: `varchar(${byteLimit})` };
    case "varbinary":
      return length > byteLimit
        ? { driver: sql.VarBinary(sql.MAX), declaration: "varbinary(max)" }
        : { driver: sql.VarBinary(byteLimit), declaration: `varbinary(${byteLimit})` };
  }
}

/** The `@params` text of `sp_executesql` for a statement. */
export function parameterDeclarations(statement: Statement): string {
  return Object.entries(statement.parameters ?? {})
    .map(([name, parameter]) => `@${name} ${parameterType(parameter).declaration}`)
    .join(", ");
}
