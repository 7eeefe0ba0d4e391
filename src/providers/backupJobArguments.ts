import { z } from "zod";
import { connectionSchema } from "../objects/server";
import { flag, nameSchema } from "./arguments";
import { jobRules } from "./backupJobRules";
import { pathProblem } from "./backupPathRules";
import { argumentProblem, runnerProblem } from "./runnerCommand";

const range = (least: number, most: number) => {
  const message = `must be ${least} to ${most}`;
  return z.int({ error: "must be a whole number" }).min(least, message).max(most, message);
};

/** A rule for one value, as a function that says what is wrong. */
function rule(problemOf: (text: string) => string | undefined) {
  return (text: string, context: z.RefinementCtx<string>) => {
    const message = problemOf(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  };
}

/** Windows and SQL Server take 259 characters for a file; server, database and mark need their part of it. */
const pathSchema = z
  .string({ error: "must be a folder or a URL" })
  .min(1, "must not be empty")
  .max(200, "must have at most 200 characters: the names of the backup files need the rest of SQL Server's 259")
  .superRefine(rule(pathProblem));

/** msdb cuts spaces off the ends of the names of its objects. */
const agentNameSchema = nameSchema.refine((name) => name === name.trim(), "must not begin or end with a space");

const systemDatabases = ["master", "model", "msdb", "tempdb"];

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
  name: agentNameSchema.optional(),
  enabled: flag.default(true),
  everyMinutes: range(1, 1439).default(15),
  owner: agentNameSchema.default("sa"),
  proxy: agentNameSchema.optional(),
  operator: agentNameSchema.optional(),
  runner: z
    .string({ error: "must be a string" })
    .min(1, "must not be empty")
    .max(1000, "must have at most 1000 characters")
    .superRefine(rule(runnerProblem))
    .default("mssql-backup"),
  connectionFile: z
    .string({ error: "must be a string" })
    .min(1, "must not be empty")
    .max(1000, "must have at most 1000 characters")
    .superRefine(rule(argumentProblem)),
  setup: z.literal("builtIn", { error: 'must be "builtIn"' }).default("builtIn"),
});

export const backupJobSchema = z
  .strictObject({
    connection: connectionSchema,
    managementDatabase: nameSchema.refine(
      (name) => !systemDatabases.includes(name.toLowerCase()),
      "must not be a system database",
    ),
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
    backupHour: range(0, 23).optional(),
    useLocalTime: flag.default(false),
    compression: flag.default(false),
    checksum: flag.default(true),
    stripes: range(1, 64).default(1),
    encryption: encryptionSchema.optional(),
    parallelBackups: range(1, 64).default(4),
    forceFullAfterPartialFailure: flag.default(false),
    daysOfHistory: range(0, 32767).default(14),
    agent: agentSchema.optional(),
    disableBizTalkJob: flag.default(false),
    deleteHistory: flag.default(false),
    adopt: flag.default(false),
    setup: z.literal("builtIn", { error: 'must be "builtIn"' }).default("builtIn"),
  })
  // Also beside other mistakes, so that a program gets all of them at once.
  .superRefine(jobRules, { when: () => true });

/** What a program says about a job. */
export type BackupJobInputs = z.input<typeof backupJobSchema>;
/** The same with defaults. */
export type BackupJobSettings = z.output<typeof backupJobSchema>;
