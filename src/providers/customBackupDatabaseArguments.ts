import { z } from "zod";
import { connectionSchema } from "../objects/server";
import { controlSchema, flag, nameSchema } from "./arguments";

const systemDatabases = ["master", "model", "msdb", "tempdb"];

export const customBackupDatabaseSchema = z.strictObject({
  connection: connectionSchema,
  database: nameSchema.refine((name) => !systemDatabases.includes(name.toLowerCase()), {
    error:
      "must not be a system database: master and tempdb take no log backups, and no system database can be restored to a mark beside the server's others",
  }),
  control: controlSchema,
  serverName: z
    .string({ error: "must be a string" })
    .min(1, "must not be empty")
    .max(80, "must have at most 80 characters: adm_OtherBackupDatabases holds no more")
    .optional(),
  defaultDatabaseName: nameSchema.optional(),
  recoveryModel: z.enum(["FULL", "BULK_LOGGED"], { error: 'must be "FULL" or "BULK_LOGGED"' }).default("FULL"),
  setRecoveryModel: flag.default(false),
  restoreRecoveryModel: flag.optional(),
  setup: z
    .string({ error: 'must be "builtIn" or the path of a folder' })
    .min(1, "must not be empty")
    .default("builtIn"),
  joined: z.literal(true, { error: "must be true: leave the resource out to take the database out" }).default(true),
  adopt: flag.default(false),
});

/** What a program says about a joined database. */
export type CustomBackupDatabaseInputs = z.input<typeof customBackupDatabaseSchema>;
/** The same with defaults. */
export type CustomBackupDatabaseSettings = z.output<typeof customBackupDatabaseSchema>;
