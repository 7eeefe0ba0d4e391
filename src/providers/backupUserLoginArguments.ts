import { z } from "zod";
import { connectionSchema, secretSourceSchema } from "../objects/server";
import { flag, nameSchema } from "./arguments";

const names = (what: string) => z.array(nameSchema, { error: `must be a list of ${what}` });

export const backupUserLoginSchema = z
  .strictObject({
    /** The server on which the login is made. Another server replaces the resource. */
    connection: connectionSchema,
    /** The login's name, for a Windows account `DOMAIN\name`. Changing this replaces the resource. */
    loginName: nameSchema,
    /** `sql` (the default), `windows` or `external` (Microsoft Entra). Changing this replaces the resource. */
    type: z.enum(["sql", "windows", "external"], { error: 'must be "sql", "windows" or "external"' }).default("sql"),
    /** The password of a SQL login. A secret; best given as `{ env: "NAME" }`. Changing it alters the login in place. */
    password: secretSourceSchema.optional(),
    /**
     * The SID of a SQL login, `0x…`, so that it is the same on every replica of an availability group. Changing this
     * replaces the resource.
     */
    sid: z
      .string({ error: "must be a string" })
      .regex(/^0x([0-9a-f]{2}){1,85}$/i, "must be 0x and an even number of hexadecimal digits")
      .optional(),
    /** The database in which the login's sessions start; `master` by default. */
    defaultDatabase: nameSchema.default("master"),
    /** The language of the login's sessions; the server's by default. */
    defaultLanguage: nameSchema.optional(),
    /** Holds the password to the server's policy. On by default. */
    checkPolicy: flag.default(true),
    /** Lets the password expire. Off by default: a job's login that expires stops the job. */
    checkExpiration: flag.default(false),
    /** On by default. */
    enabled: flag.default(true),
    /** The databases of this server that the login backs up: in each it gets a user. */
    databases: names("databases").default([]),
    /** The roles of that user; `BTS_BACKUP_USERS`, which holds the right to run the backup procedures, by default. */
    roles: names("roles").default(["BTS_BACKUP_USERS"]),
    /**
     * Gives the user BACKUP DATABASE and BACKUP LOG. On by default: the role alone lets it run the procedures, which
     * then fail (262), because they back up with the caller's own rights.
     */
    allowBackup: flag.default(true),
    /** Server roles, such as `sysadmin` on the control server. None by default. */
    serverRoles: names("server roles").default([]),
    /** Permissions at the server, such as `VIEW SERVER STATE`. None by default. */
    serverPermissions: z
      .array(z.string().regex(/^[A-Za-z]+( [A-Za-z]+)*$/, "must be the name of a permission"), {
        error: "must be a list of permissions",
      })
      .default([]),
    /** Takes over a login that exists already. It is then never dropped. Off by default. */
    adopt: flag.default(false),
  })
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
