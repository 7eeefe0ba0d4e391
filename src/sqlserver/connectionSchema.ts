import { z } from "zod";

/**
 * The one source of what a connection is: its types, validation and defaults. Kept apart from `connection.ts` so that
 * only who validates loads zod.
 */

/** A secret: itself, or where to find it when it is needed, so that it enters neither program nor state. */
export const secretSourceSchema = z.union(
  [
    z.string().min(1, "must not be empty"),
    z.strictObject({
      /** The environment variable that holds the secret. The recommended way: it alone survives a rotation before `refresh` or `destroy`. */
      env: z.string().min(1, "must name an environment variable"),
    }),
    z.strictObject({
      /** The key of the stack's configuration that holds the secret, such as `project:sqlPassword`. */
      config: z.string().min(1, "must name a configuration key"),
    }),
  ],
  { error: 'must be a string, { env: "NAME" } or { config: "key" }' },
);

const required = (what: string) => z.string({ error: `must be ${what}` }).min(1, "must not be empty");

/** How to log in. The kinds and their names are those of the `mssql` driver. */
export const authenticationSchema = z.discriminatedUnion(
  "type",
  [
    z.strictObject({
      /** A SQL Server login. */
      type: z.literal("sql"),
      user: required("the name of a login"),
      password: secretSourceSchema,
    }),
    z.strictObject({
      /** A Windows account, by NTLM. */
      type: z.literal("ntlm"),
      domain: required("the account's domain"),
      user: required("the account's name"),
      password: secretSourceSchema,
    }),
    z.strictObject({
      /** Whatever Entra credential the machine has: environment, managed identity, Azure CLI. */
      type: z.literal("azure-active-directory-default"),
      clientId: z.string().optional(),
    }),
    z.strictObject({
      /** An Entra user and password. */
      type: z.literal("azure-active-directory-password"),
      user: required("the user's name"),
      password: secretSourceSchema,
      clientId: required("an application's client id"),
      tenantId: z.string().optional(),
    }),
    z.strictObject({
      /** An Entra access token for `https://database.windows.net/`. */
      type: z.literal("azure-active-directory-access-token"),
      token: secretSourceSchema,
    }),
    z.strictObject({
      /** The managed identity of a virtual machine. */
      type: z.literal("azure-active-directory-msi-vm"),
      clientId: z.string().optional(),
    }),
    z.strictObject({
      /** The managed identity of an App Service. */
      type: z.literal("azure-active-directory-msi-app-service"),
      clientId: z.string().optional(),
    }),
    z.strictObject({
      /** An Entra application with a client secret. */
      type: z.literal("azure-active-directory-service-principal-secret"),
      clientId: required("the application's client id"),
      clientSecret: secretSourceSchema,
      tenantId: required("the application's tenant id"),
    }),
  ],
  {
    error:
      'must have a "type": "sql", "ntlm", or an "azure-active-directory-…" kind (default, password, access-token, msi-vm, msi-app-service, service-principal-secret)',
  },
);

export const connectionSchema = z
  .strictObject({
    /** The server's host name or address. */
    host: z
      .string({ error: "must be the server's host name or address" })
      .min(1, "must not be empty")
      .refine(
        (host) => !/[\\,;]/.test(host),
        'must be a host alone: give a named instance as "instance", a port as "port"',
      ),
    /** The TCP port; 1433 when neither port nor instance is given. */
    port: z
      .int({ error: "must be a whole number" })
      .min(1, "must be 1 to 65535")
      .max(65535, "must be 1 to 65535")
      .optional(),
    /** A named instance, found through SQL Server Browser (UDP 1434). Not together with `port`. */
    instance: z.string({ error: "must be the name of an instance" }).min(1, "must not be empty").optional(),
    /** The database in which the connection starts; `master` by default. */
    database: z.string().min(1, "must not be empty").max(128, "must have at most 128 characters").optional(),
    /** How to log in. */
    authentication: authenticationSchema,
    /** Encrypts the connection; `"strict"` asks for TDS 8. On by default. */
    encrypt: z.union([z.boolean(), z.literal("strict")], { error: 'must be true, false or "strict"' }).optional(),
    /** Accepts any certificate, which lets a forger read along. Off by default. */
    trustServerCertificate: z.boolean({ error: "must be true or false" }).optional(),
    /** A certificate authority (PEM) to trust besides those of the system. */
    ca: z.string().optional(),
    /** The name that the server's certificate must carry, if it is not the host. */
    certificateName: z.string().optional(),
    /** How long to wait for the connection, in seconds; 15 by default. */
    connectTimeoutSeconds: z.number({ error: "must be a number of seconds" }).min(1).max(600).optional(),
    /** How long one statement may take, in seconds; 60 by default. Backups and restores have no limit. */
    requestTimeoutSeconds: z.number({ error: "must be a number of seconds" }).min(1).optional(),
    /** Tries all addresses of an availability group listener at once. */
    multiSubnetFailover: z.boolean({ error: "must be true or false" }).optional(),
  })
  .refine((connection) => connection.port === undefined || connection.instance === undefined, {
    path: ["instance"],
    error: 'must not be given together with "port"',
  });

/** How a server is reached. */
export type ConnectionConfig = z.input<typeof connectionSchema>;
/** How to log in. */
export type Authentication = z.input<typeof authenticationSchema>;
/** A secret, or where it is found. */
export type SecretSource = z.input<typeof secretSourceSchema>;
