import { z } from "zod";
import { connectionSchema } from "../objects/server";
import { flag, nameSchema } from "./arguments";

/** Windows and SQL Server take 259 characters for a file; server, database and mark need their part of it. */
const pathSchema = z
  .string({ error: "must be a folder or a URL" })
  .min(1, "must not be empty")
  .max(200, "must have at most 200 characters: the names of the backup files need the rest of SQL Server's 259")
  .refine((path) => !/[\n\r\0]/.test(path), "must be one line");

const encryptionSchema = z
  .strictObject({
    algorithm: z
      .enum(["AES_128", "AES_192", "AES_256", "TRIPLE_DES_3KEY"], {
        error: "must be AES_128, AES_192, AES_256 or TRIPLE_DES_3KEY",
      })
      .default("AES_256"),
    certificate: nameSchema.optional(),
    asymmetricKey: nameSchema.optional(),
  })
  .refine((encryption) => (encryption.certificate === undefined) !== (encryption.asymmetricKey === undefined), {
    path: ["certificate"],
    error: "exactly one of certificate and asymmetricKey must be given",
  });

const agentSchema = z.strictObject({
  name: nameSchema.optional(),
  enabled: flag.default(true),
  everyMinutes: z
    .int({ error: "must be a whole number" })
    .min(1, "must be 1 to 1439")
    .max(1439, "must be 1 to 1439")
    .default(15),
  owner: nameSchema.default("sa"),
  proxy: nameSchema.optional(),
  operator: nameSchema.optional(),
  runner: z.string().min(1, "must not be empty").max(1000).default("mssql-backup"),
  connectionFile: z.string().min(1, "must not be empty").max(1000),
});

export const backupJobSchema = z.strictObject({
  connection: connectionSchema,
  managementDatabase: nameSchema,
  name: nameSchema.default("Backup"),
  createDatabase: flag.default(false),
  fullPath: pathSchema,
  logPath: pathSchema.optional(),
  logMarkName: z
    .string({ error: "must be a string" })
    .min(1, "must not be empty")
    .max(8, "must have at most 8 characters: the real job cuts a longer one silently")
    .regex(/^[A-Za-z0-9_]+$/, "must consist of letters, digits and _")
    .refine((name) => !/^lsn$/i.test(name), "must not be LSN")
    .default("BTS"),
  frequency: z.enum(["h", "d", "w", "m", "y"], { error: 'must be "h", "d", "w", "m" or "y"' }).default("d"),
  backupHour: z
    .int({ error: "must be a whole number" })
    .min(0, "must be 0 to 23")
    .max(23, "must be 0 to 23")
    .optional(),
  useLocalTime: flag.default(false),
  compression: flag.default(false),
  checksum: flag.default(true),
  stripes: z.int({ error: "must be a whole number" }).min(1, "must be 1 to 64").max(64, "must be 1 to 64").default(1),
  encryption: encryptionSchema.optional(),
  parallelBackups: z
    .int({ error: "must be a whole number" })
    .min(1, "must be 1 to 64")
    .max(64, "must be 1 to 64")
    .default(4),
  forceFullAfterPartialFailure: flag.default(false),
  daysOfHistory: z.int({ error: "must be a whole number" }).min(0, "must not be negative").max(32767).default(14),
  agent: agentSchema.optional(),
  disableBizTalkJob: flag.default(false),
  deleteHistory: flag.default(false),
  adopt: flag.default(false),
  setup: z.literal("builtIn", { error: 'must be "builtIn"' }).default("builtIn"),
});

/** What a program says about a job. */
export type BackupJobInputs = z.input<typeof backupJobSchema>;
/** The same with defaults. */
export type BackupJobSettings = z.output<typeof backupJobSchema>;
