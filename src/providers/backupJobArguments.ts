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
    /** The algorithm; `AES_256` by default. */
    algorithm: z
      .enum(["AES_128", "AES_192", "AES_256", "TRIPLE_DES_3KEY"], {
        error: "must be AES_128, AES_192, AES_256 or TRIPLE_DES_3KEY",
      })
      .default("AES_256"),
    /** The certificate, in `master` of every server of the set. */
    certificate: nameSchema.optional(),
    /** The asymmetric key, in `master` of every server of the set. */
    asymmetricKey: nameSchema.optional(),
  })
  .refine((encryption) => (encryption.certificate === undefined) !== (encryption.asymmetricKey === undefined), {
    path: ["certificate"],
    error: "exactly one of certificate and asymmetricKey must be given",
  });

const agentSchema = z.strictObject({
  /** The Agent job's name; `Backup SQL Server (<management database>)` by default. */
  name: nameSchema.optional(),
  /** On by default. */
  enabled: flag.default(true),
  /** Minutes between two runs; 15 by default. */
  everyMinutes: z
    .int({ error: "must be a whole number" })
    .min(1, "must be 1 to 1439")
    .max(1439, "must be 1 to 1439")
    .default(15),
  /** The login that owns the job; `sa` by default. */
  owner: nameSchema.default("sa"),
  /** The proxy account under which the runner is started; the Agent's own account by default. */
  proxy: nameSchema.optional(),
  /** The operator who is told by mail when the job fails. */
  operator: nameSchema.optional(),
  /** How the runner is started on the control server; `mssql-backup` by default. */
  runner: z.string().min(1, "must not be empty").max(1000).default("mssql-backup"),
  /** The runner's connection file on the control server, such as the content of `connectionFile`. */
  connectionFile: z.string().min(1, "must not be empty").max(1000),
});

export const backupJobSchema = z.strictObject({
  /** The control server. Another server replaces the resource. */
  connection: connectionSchema,
  /** The management database: `BizTalkMgmtDb`, or one of your own. Changing this replaces the resource. */
  managementDatabase: nameSchema,
  /** The job's name in its settings; `Backup` by default. Changing this replaces the resource. */
  name: nameSchema.default("Backup"),
  /** Creates the management database if there is none. Off by default. */
  createDatabase: flag.default(false),
  /** The folder or URL of full backups, as every server of the set sees it. */
  fullPath: pathSchema,
  /** The folder or URL of log backups; that of full backups by default. */
  logPath: pathSchema.optional(),
  /** The short name before the time in a mark's name, at most 8 characters; `BTS` by default. */
  logMarkName: z
    .string({ error: "must be a string" })
    .min(1, "must not be empty")
    .max(8, "must have at most 8 characters: the real job cuts a longer one silently")
    .regex(/^[A-Za-z0-9_]+$/, "must consist of letters, digits and _")
    .refine((name) => !/^lsn$/i.test(name), "must not be LSN")
    .default("BTS"),
  /** How often a full backup is due: `h`, `d` (the default), `w`, `m` or `y`. */
  frequency: z.enum(["h", "d", "w", "m", "y"], { error: 'must be "h", "d", "w", "m" or "y"' }).default("d"),
  /** The hour, 0 to 23, from which on a full backup is due in its period; any by default. */
  backupHour: z
    .int({ error: "must be a whole number" })
    .min(0, "must be 0 to 23")
    .max(23, "must be 0 to 23")
    .optional(),
  /** Reckons in the server's local time instead of UTC. Off by default. */
  useLocalTime: flag.default(false),
  /** Compresses backups. Off by default. */
  compression: flag.default(false),
  /** Has checksums written into backups. On by default. */
  checksum: flag.default(true),
  /** Files in which one backup is written side by side; 1 by default. */
  stripes: z.int({ error: "must be a whole number" }).min(1, "must be 1 to 64").max(64, "must be 1 to 64").default(1),
  /** Encrypts backups. Off by default. */
  encryption: encryptionSchema.optional(),
  /** Backups at once on one server; 4 by default. */
  parallelBackups: z
    .int({ error: "must be a whole number" })
    .min(1, "must be 1 to 64")
    .max(64, "must be 1 to 64")
    .default(4),
  /** Takes a full backup of all when the last set was not completed. Off by default. */
  forceFullAfterPartialFailure: flag.default(false),
  /** Days for which history is kept; 14 by default, 0 keeps it for ever. */
  daysOfHistory: z.int({ error: "must be a whole number" }).min(0, "must not be negative").max(32767).default(14),
  /** Registers a SQL Server Agent job that starts the runner. None by default: then you start it yourself. */
  agent: agentSchema.optional(),
  /** Disables BizTalk's own backup job, and enables it again on delete. Off by default: then it must be disabled already. */
  disableBizTalkJob: flag.default(false),
  /** Whether delete takes away the history too, and a management database that create made. Off by default. */
  deleteHistory: flag.default(false),
  /** Takes over a job of this name that is in the management database already. Off by default. */
  adopt: flag.default(false),
  /** Not a choice: shows, after a refresh, what somebody changed in the set-up. */
  setup: z.literal("builtIn", { error: 'must be "builtIn"' }).default("builtIn"),
});

/** What a program says about a job. */
export type BackupJobInputs = z.input<typeof backupJobSchema>;
/** The same with defaults. */
export type BackupJobSettings = z.output<typeof backupJobSchema>;
