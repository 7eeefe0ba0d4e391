import * as pulumi from "@pulumi/pulumi";
import type { Connection, Secret } from "./connection";
import { providerText } from "./providerText";
import { markSecrets } from "./secrets";

/** What a program says about a login. */
export interface BackupUserLoginArgs {
  /** The server on which the login is made. Another server replaces the resource. */
  connection: pulumi.Input<Connection>;
  /** The login's name, for a Windows account `DOMAIN\name`. Changing this replaces the resource. */
  loginName: pulumi.Input<string>;
  /** `sql` (the default), `windows` or `external` (Microsoft Entra). Changing this replaces the resource. */
  type?: pulumi.Input<"sql" | "windows" | "external">;
  /** The password of a SQL login. A secret; best given as `{ env: "NAME" }`. Changing it alters the login in place. */
  password?: pulumi.Input<Secret>;
  /**
   * The SID of a SQL login, `0x…`, so that it is the same on every replica of an availability group. Changing this
   * replaces the resource.
   */
  sid?: pulumi.Input<string>;
  /** The database in which the login's sessions start; `master` by default. It has to be there (error 15010). */
  defaultDatabase?: pulumi.Input<string>;
  /** The language of the login's sessions, by its name or its alias (`sys.syslanguages`); the server's by default. */
  defaultLanguage?: pulumi.Input<string>;
  /** Holds the password to the server's policy. On by default. */
  checkPolicy?: pulumi.Input<boolean>;
  /**
   * Lets the password expire. Off by default: a job's login that expires stops the job. For the same reason there is no
   * `mustChange`: nobody is there to choose a new password when the job logs in for the first time.
   */
  checkExpiration?: pulumi.Input<boolean>;
  /** On by default. */
  enabled?: pulumi.Input<boolean>;
  /** The databases of this server that the login backs up: in each it gets a user. */
  databases?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * The roles of that user; `BTS_BACKUP_USERS`, which holds the right to run the backup procedures, by default. That
   * one is made if the database does not have it yet, and goes with the last resource that needs it; any other has to be
   * there. A user that was made here is a member of exactly these; one that was there before keeps its own.
   */
  roles?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Gives the user BACKUP DATABASE and BACKUP LOG. On by default: the role alone lets it run the procedures, which
   * then fail (262), because they back up with the caller's own rights.
   */
  allowBackup?: pulumi.Input<boolean>;
  /**
   * What the login is for, where it is not a member of `sysadmin`: exactly the rights that takes at this server, beside
   * those in `databases`.
   * - `backup`: reads the history of backups and marks in msdb, by which a run proves its mark.
   * - `backupAndRestore`: also is a member of `dbcreator`, without which nobody restores over a database or reads the
   *   header of a backup file.
   *
   * None by default. `docs/rights.md` has what needs what.
   */
  rights?: pulumi.Input<"backup" | "backupAndRestore">;
  /** Further server roles. None by default; `sysadmin` makes `rights` needless. */
  serverRoles?: pulumi.Input<pulumi.Input<string>[]>;
  /** Permissions at the server, such as `VIEW SERVER STATE`. None by default. */
  serverPermissions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Takes over a login that exists already. It is then never dropped. Off by default. */
  adopt?: pulumi.Input<boolean>;
}

/** What stands for the provider in every user's state, see `providerText`. */
const provider = providerText("backupUserLogin");

/**
 * A login that may mark and back up: the login itself, a user in each database, its membership of `BTS_BACKUP_USERS`
 * and the right to back up, which that role alone does not give.
 *
 * @example
 * ```ts
 * new BackupUserLogin("backup", {
 *   connection: branch,
 *   loginName: "backup",
 *   password: { env: "BACKUP_PASSWORD" },
 *   databases: ["Orders", "Stock"],
 *   rights: "backup",
 * });
 * ```
 */
export class BackupUserLogin extends pulumi.CustomResource {
  /** The type under which policies and states know it. A change would replace every such resource. */
  static readonly __pulumiType = "pulumi-nodejs:dynamic/mssql-backup:BackupUserLogin";

  /** Whether something is a BackupUserLogin, of this or another copy of the package. */
  static override isInstance(obj: unknown): obj is BackupUserLogin {
    return (obj as { __pulumiType?: unknown } | undefined)?.__pulumiType === BackupUserLogin.__pulumiType;
  }

  /**
   * Looks at a login that exists already, without managing it.
   *
   * @param id what the resource's id is where it is managed
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: BackupUserLoginArgs,
    opts?: pulumi.CustomResourceOptions,
  ): BackupUserLogin {
    return new BackupUserLogin(name, args, { ...opts, id });
  }

  /** The login's name. */
  declare readonly loginName: pulumi.Output<string>;
  /** The login's SID, `0x…`. */
  declare readonly loginSid: pulumi.Output<string>;
  /** The server it is on, `host,port` or `host\instance`. */
  declare readonly server: pulumi.Output<string>;
  /** Whether it existed before, and so is never dropped. */
  declare readonly adopted: pulumi.Output<boolean>;

  constructor(name: string, args: BackupUserLoginArgs, opts?: pulumi.CustomResourceOptions) {
    const options = pulumi.mergeOptions(opts, { additionalSecretOutputs: ["password", "passwordDigest"] });
    // What the provider adds or fills in has to be named here, or it would be no output of the object. What it only
    // remembers is not: it is in the state all the same, and each name costs the SDK four stack traces an object.
    const outputs = {
      loginSid: undefined,
      server: undefined,
      adopted: undefined,
    };
    super(BackupUserLogin.__pulumiType, name, { ...outputs, ...markSecrets(args), __provider: provider }, options);
  }
}
