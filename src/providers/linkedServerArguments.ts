import { z } from "zod";
import { connectionSchema, secretSourceSchema } from "../objects/server";
import { flag, nameSchema } from "./arguments";

const seconds = z.int({ error: "must be a whole number of seconds" }).min(0, "must not be negative");
const text = (limit: number) =>
  z.string({ error: "must be a string" }).max(limit, `must have at most ${limit} characters`);

/** As whom a local login goes to the remote server. */
const mappingSchema = z
  .strictObject({
    localLogin: nameSchema.optional(),
    self: flag.optional(),
    remoteUser: nameSchema.optional(),
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
    connection: connectionSchema,
    name: nameSchema,
    product: text(128).default(""),
    provider: text(128).default("MSOLEDBSQL"),
    dataSource: text(4000).default(""),
    location: text(4000).default(""),
    providerString: text(4000).default(""),
    catalog: text(128).default(""),
    rpc: flag.default(true),
    rpcOut: flag.default(true),
    promoteDistributedTransactions: flag.default(true),
    dataAccess: flag.default(true),
    collationCompatible: flag.default(false),
    useRemoteCollation: flag.default(true),
    collationName: text(128).default(""),
    lazySchemaValidation: flag.default(false),
    connectTimeout: seconds.default(0),
    queryTimeout: seconds.default(0),
    logins: z.array(mappingSchema, { error: "must be a list of mappings" }).default([{ self: true }]),
    test: flag.default(true),
    testDistributedTransaction: flag.default(false),
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
