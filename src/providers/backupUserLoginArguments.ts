import { z } from "zod";
import { connectionSchema, secretSourceSchema } from "../objects/server";
import { flag, nameSchema } from "./arguments";

const names = (what: string) => z.array(nameSchema, { error: `must be a list of ${what}` });

/**
 * What is recorded of a login. `read` puts there what it has found, which need not go together as a program's words do:
 * a login that somebody has made anew as an external one still has the program's password beside it.
 */
export const recordedLoginSchema = z.strictObject({
  connection: connectionSchema,
  loginName: nameSchema,
  type: z.enum(["sql", "windows", "external"], { error: 'must be "sql", "windows" or "external"' }).default("sql"),
  password: secretSourceSchema.optional(),
  sid: z
    .string({ error: "must be a string" })
    .regex(/^0x([0-9a-f]{2}){1,85}$/i, "must be 0x and an even number of hexadecimal digits")
    .optional(),
  defaultDatabase: nameSchema.default("master"),
  defaultLanguage: nameSchema.optional(),
  checkPolicy: flag.default(true),
  checkExpiration: flag.default(false),
  enabled: flag.default(true),
  databases: names("databases").default([]),
  roles: names("roles").default(["BTS_BACKUP_USERS"]),
  allowBackup: flag.default(true),
  rights: z.enum(["backup", "backupAndRestore"], { error: 'must be "backup" or "backupAndRestore"' }).optional(),
  serverRoles: names("server roles").default([]),
  serverPermissions: z
    .array(z.string().regex(/^[A-Za-z]+( [A-Za-z]+)*$/, "must be the name of a permission"), {
      error: "must be a list of permissions",
    })
    .default([]),
  adopt: flag.default(false),
});

/** What a program may say of a login. */
export const backupUserLoginSchema = recordedLoginSchema
  .refine((login) => login.type !== "sql" || login.password !== undefined, {
    path: ["password"],
    error: "is missing: a SQL login needs one",
  })
  .refine((login) => login.type === "sql" || login.password === undefined, {
    path: ["password"],
    error: "must not be given: only SQL logins have one",
  })
  .refine((login) => login.type === "sql" || login.sid === undefined, {
    path: ["sid"],
    error: "must not be given: only SQL logins can choose theirs",
  })
  .refine((login) => login.type !== "windows" || /^[^\\]+\\[^\\]+$/.test(login.loginName), {
    path: ["loginName"],
    error: "must be DOMAIN\\name for a Windows account",
  })
  .refine((login) => login.checkPolicy || !login.checkExpiration, {
    path: ["checkExpiration"],
    error: "needs checkPolicy",
  });

/** What a program says about a login. */
export type BackupUserLoginInputs = z.input<typeof backupUserLoginSchema>;
/** The same with defaults. */
export type BackupUserLoginSettings = z.output<typeof backupUserLoginSchema>;
