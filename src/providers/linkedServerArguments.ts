import { z } from "zod";
import { connectionSchema, secretSourceSchema } from "../objects/server";
import { flag, nameSchema } from "./arguments";

const seconds = z.int({ error: "must be a whole number of seconds" }).min(0, "must not be negative");
const text = (limit: number) =>
  z.string({ error: "must be a string" }).max(limit, `must have at most ${limit} characters`);

/** As whom a local login goes to the remote server. */
const mappingSchema = z
  .strictObject({
    /** The local login; without it, all logins that have no mapping of their own. */
    localLogin: nameSchema.optional(),
    /** Goes as itself, with its own name and password. On unless there is a `remoteUser`. */
    self: flag.optional(),
    /** Goes as this login of the remote server. */
    remoteUser: nameSchema.optional(),
    /** The password of `remoteUser`. */
    remotePassword: secretSourceSchema.optional(),
  })
  .refine((mapping) => !(mapping.self && mapping.remoteUser), {
    path: ["self"],
    error: "must not be true together with a remoteUser",
  })
  .refine((mapping) => mapping.remoteUser !== undefined || mapping.remotePassword === undefined, {
    path: ["remotePassword"],
    error: "needs a remoteUser",
  });

export const linkedServerSchema = z
  .strictObject({
    /** The control server, on which the linked server is made. Another server replaces the resource. */
    connection: connectionSchema,
    /** The linked server's name: the name by which members are joined. Changing this replaces the resource. */
    name: nameSchema,
    /**
     * `SQL Server` reaches a server under its own network name, without provider and data source. Empty by default.
     * Changing this replaces the resource.
     */
    product: text(128).default(""),
    /** The OLE DB provider; `MSOLEDBSQL` by default. Changing this replaces the resource. */
    provider: text(128).default("MSOLEDBSQL"),
    /** The remote server: `host`, `host,port` or `host\instance`. Changing this replaces the resource. */
    dataSource: text(4000).default(""),
    /** The location that the provider is told, if it wants one. Changing this replaces the resource. */
    location: text(4000).default(""),
    /** What the provider is told besides, such as `Encrypt=yes`. A secret. Changing this replaces the resource. */
    providerString: text(4000).default(""),
    /** The database in which remote sessions start. Changing this replaces the resource. */
    catalog: text(128).default(""),
    /** The remote server may call procedures here. On by default: marks depend on it. */
    rpc: flag.default(true),
    /** Procedures may be called on the remote server. On by default: marks and backups depend on it. */
    rpcOut: flag.default(true),
    /**
     * A remote call joins the caller's transaction. On by default: without it the remote part of a mark would commit on
     * its own, without any error.
     */
    promoteDistributedTransactions: flag.default(true),
    /** Queries may read from the remote server. On by default. */
    dataAccess: flag.default(true),
    /** Both servers sort and compare alike. Off by default. */
    collationCompatible: flag.default(false),
    /** Remote columns keep their own collation. On by default. */
    useRemoteCollation: flag.default(true),
    /** The collation to assume for servers that are not SQL Server. Empty by default. */
    collationName: text(128).default(""),
    /** Skips the check of remote tables before a query. Off by default. */
    lazySchemaValidation: flag.default(false),
    /** Seconds to wait for a connection; 0, the default, takes the server's setting. */
    connectTimeout: seconds.default(0),
    /** Seconds to wait for a call; 0, the default, takes the server's setting, which as installed is 10 minutes. */
    queryTimeout: seconds.default(0),
    /** As whom local logins go to the remote server; by default every login goes as itself. `[]` lets nobody through. */
    logins: z.array(mappingSchema, { error: "must be a list of mappings" }).default([{ self: true }]),
    /** Calls the remote server once after each change. On by default. */
    test: flag.default(true),
    /** Has that call take part in a distributed transaction, which is rolled back: proves that MSDTC works. Off by default. */
    testDistributedTransaction: flag.default(false),
    /** Takes over a linked server that exists already. It is then not dropped on delete. Off by default. */
    adopt: flag.default(false),
  })
  .refine((server) => server.product.toLowerCase() === "sql server" || server.dataSource !== "", {
    path: ["dataSource"],
    error: 'is missing (only the product "SQL Server" goes without)',
  })
  .refine((server) => server.product.toLowerCase() !== "sql server" || server.dataSource === "", {
    path: ["dataSource"],
    error: 'must not be given with the product "SQL Server", which is reached under its own name',
  })
  .refine(
    (server) => new Set(server.logins.map(({ localLogin }) => localLogin?.toLowerCase())).size === server.logins.length,
    {
      path: ["logins"],
      error: "must not map one local login twice",
    },
  );

/** What a program says about a linked server. */
export type LinkedServerInputs = z.input<typeof linkedServerSchema>;
/** The same with defaults. */
export type LinkedServerSettings = z.output<typeof linkedServerSchema>;
