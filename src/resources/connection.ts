import type { Input } from "@pulumi/pulumi";

/**
 * A secret: itself, or where to find it when it is needed. Named by an environment variable it enters neither program
 * nor state, and it alone survives a rotation before `refresh` or `destroy`.
 */
export type Secret =
  | string
  | {
      /** The environment variable that holds the secret. */
      env: Input<string>;
    }
  | {
      /** The key of the stack's configuration that holds the secret, such as `project:sqlPassword`. */
      config: Input<string>;
    };

/** A SQL Server login. */
export interface SqlAuthentication {
  type: "sql";
  user: Input<string>;
  password: Input<Secret>;
}

/** A Windows account, by NTLM. */
export interface NtlmAuthentication {
  type: "ntlm";
  domain: Input<string>;
  user: Input<string>;
  password: Input<Secret>;
}

/** Whatever Entra credential the machine has: environment, managed identity, Azure CLI. */
export interface EntraDefaultAuthentication {
  type: "azure-active-directory-default";
  clientId?: Input<string>;
}

/** An Entra user and password. */
export interface EntraPasswordAuthentication {
  type: "azure-active-directory-password";
  user: Input<string>;
  password: Input<Secret>;
  clientId: Input<string>;
  tenantId?: Input<string>;
}

/** An Entra access token for `https://database.windows.net/`. */
export interface EntraTokenAuthentication {
  type: "azure-active-directory-access-token";
  token: Input<Secret>;
}

/** The managed identity of a virtual machine or an App Service. */
export interface EntraManagedIdentityAuthentication {
  type: "azure-active-directory-msi-vm" | "azure-active-directory-msi-app-service";
  clientId?: Input<string>;
}

/** An Entra application with a client secret. */
export interface EntraApplicationAuthentication {
  type: "azure-active-directory-service-principal-secret";
  clientId: Input<string>;
  clientSecret: Input<Secret>;
  tenantId: Input<string>;
}

/** How to log in. The kinds and their names are those of the `mssql` driver. */
export type Authentication =
  | SqlAuthentication
  | NtlmAuthentication
  | EntraDefaultAuthentication
  | EntraPasswordAuthentication
  | EntraTokenAuthentication
  | EntraManagedIdentityAuthentication
  | EntraApplicationAuthentication;

/** How a server is reached. One object can serve any number of resources. */
export interface Connection {
  /** The server's host name or address. */
  host: Input<string>;
  /** The TCP port; 1433 when neither port nor instance is given. */
  port?: Input<number>;
  /** A named instance, found through SQL Server Browser (UDP 1434). Not together with `port`. */
  instance?: Input<string>;
  /** The database in which the connection starts; `master` by default. */
  database?: Input<string>;
  /** How to log in. */
  authentication: Input<Authentication>;
  /** Encrypts the connection; `"strict"` asks for TDS 8. On by default. */
  encrypt?: Input<boolean | "strict">;
  /** Accepts any certificate, which lets a forger read along. Off by default. */
  trustServerCertificate?: Input<boolean>;
  /** A certificate authority (PEM) to trust besides those of the system. */
  ca?: Input<string>;
  /** The name that the server's certificate must carry, if it is not the host. */
  certificateName?: Input<string>;
  /** How long to wait for the connection, in seconds; 15 by default. */
  connectTimeoutSeconds?: Input<number>;
  /** How long one statement may take, in seconds; 60 by default. Backups and restores have no limit. */
  requestTimeoutSeconds?: Input<number>;
  /** Tries all addresses of an availability group listener at once. */
  multiSubnetFailover?: Input<boolean>;
}
