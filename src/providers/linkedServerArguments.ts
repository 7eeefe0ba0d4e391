import { z } from "zod";
import { isSqlServerProduct } from "../objects/linkedServer";
import { connectionSchema, secretSourceSchema } from "../objects/server";
import { flag, nameSchema } from "./arguments";

const seconds = z
  .int({ error: "must be a whole number of seconds" })
  .min(0, "must not be negative")
  .max(2 ** 31 - 1, "must fit into 32 bits");
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
    provider: text(128).min(1, "must not be empty").default("MSOLEDBSQL"),
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
  .refine((server) => isSqlServerProduct(server) || server.dataSource !== "", {
    path: ["dataSource"],
    error: 'is missing (only the product "SQL Server" goes without)',
  })
  .superRefine((server, context) => {
    if (!isSqlServerProduct(server)) return;
    // SQL Server refuses them (15428).
    for (const key of ["dataSource", "location", "providerString", "catalog"] as const) {
      if (server[key] === "") continue;
      const message = 'must not be given with the product "SQL Server", which is reached under its own name';
      context.addIssue({ code: "custom", path: [key], message });
    }
  })
  // Whoever sets one resets the other (sp_serveroption, "Remarks").
  .refine((server) => !server.collationCompatible || server.collationName === "", {
    path: ["collationName"],
    error: "must not be given with collationCompatible",
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
