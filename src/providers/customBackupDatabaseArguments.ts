import { z } from "zod";
import { connectionSchema } from "../objects/server";
import { controlSchema, flag, nameSchema } from "./arguments";

export const customBackupDatabaseSchema = z.strictObject({
  /** The server that holds the database. Another server replaces the resource. */
  connection: connectionSchema,
  /** The database. Changing this replaces the resource. */
  database: nameSchema,
  /** The management database of the backup set that it joins. Another one replaces the resource. */
  control: controlSchema,
  /**
   * The name under which the control server reaches the server: that of a linked server. Without it, the name that the
   * server itself goes by. Changing this replaces the resource.
   */
  serverName: z
    .string({ error: "must be a string" })
    .min(1, "must not be empty")
    .max(80, "must have at most 80 characters: adm_OtherBackupDatabases holds no more")
    .optional(),
  /** The name of the database's role in BizTalk, a key of `adm_OtherBackupDatabases`; the database's own name by default. */
  defaultDatabaseName: nameSchema.optional(),
  /** The recovery model that the database must have; `FULL` by default. In `SIMPLE` nothing can be marked. */
  recoveryModel: z.enum(["FULL", "BULK_LOGGED"], { error: 'must be "FULL" or "BULK_LOGGED"' }).default("FULL"),
  /** Sets the recovery model where it is another, and back on delete. Off by default: then it must be right already. */
  setRecoveryModel: flag.default(false),
  /**
   * Which procedures the database gets: `builtIn`, the default, or the path of a folder with the official
   * `Backup_Setup_All_Tables.sql` and `Backup_Setup_All_Procs.sql`.
   */
  setup: z
    .string({ error: 'must be "builtIn" or the path of a folder' })
    .min(1, "must not be empty")
    .default("builtIn"),
  /** Whether it is a member of the backup set; on by default. */
  joined: z.literal(true, { error: "must be true: leave the resource out to take the database out" }).default(true),
  /** Takes over a database that is joined already. Its row then stays on delete. Off by default. */
  adopt: flag.default(false),
});

/** What a program says about a joined database. */
export type CustomBackupDatabaseInputs = z.input<typeof customBackupDatabaseSchema>;
/** The same with defaults. */
export type CustomBackupDatabaseSettings = z.output<typeof customBackupDatabaseSchema>;
