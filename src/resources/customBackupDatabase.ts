import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "./connection";
import { providerText } from "./providerText";
import { markSecrets } from "./secrets";

/** What a program says about a joined database. */
export interface CustomBackupDatabaseArgs {
  /** The server that holds the database. Another server replaces the resource. */
  connection: pulumi.Input<Connection>;
  /** The database. Changing this replaces the resource. */
  database: pulumi.Input<string>;
  /** The management database of the backup set that it joins. Another one replaces the resource. */
  control: pulumi.Input<ControlArgs>;
  /**
   * The name under which the control server reaches the server: that of a linked server. Without it, the name that the
   * server itself goes by. A database in an availability group needs one, that of a linked server which leads to the
   * group's listener. Changing this replaces the resource.
   */
  serverName?: pulumi.Input<string>;
  /**
   * The name of the database's role in BizTalk, a key of `adm_OtherBackupDatabases` together with the server's name; the
   * database's own name by default, or that of the row that is adopted.
   */
  defaultDatabaseName?: pulumi.Input<string>;
  /**
   * The recovery model that the database must have; `FULL` by default. In `SIMPLE` nothing can be marked. `BULK_LOGGED`
   * can lose a mark: SQL Server leaves it out where there is bulk-logged work that has not been backed up (3923).
   */
  recoveryModel?: pulumi.Input<"FULL" | "BULK_LOGGED">;
  /**
   * Sets the recovery model where it is another. Off by default: then it must be right already. The next run takes the
   * full backup without which a database in `FULL` would go on as in `SIMPLE`.
   */
  setRecoveryModel?: pulumi.Input<boolean>;
  /**
   * Whether delete sets the recovery model back to what it was before `setRecoveryModel` set it; on by default. It does
   * so only if the database has left the set and nobody has changed the model since. Without log backups, the log of a
   * database in `FULL` grows until its disk is full: switch this off where others back it up.
   */
  restoreRecoveryModel?: pulumi.Input<boolean>;
  /**
   * Which procedures the database gets: `builtIn`, the default, or the path of a folder with the official
   * `Backup_Setup_All_Tables.sql` and `Backup_Setup_All_Procs.sql`, on the machine that runs Pulumi and seen from the
   * project's folder. They run in this database only, in one transaction, and again when the folder has others. A
   * database that has BizTalk's own procedures already is left as it is, whichever is asked for.
   */
  setup?: pulumi.Input<string>;
  /** Whether it is a member of the backup set; on by default. */
  joined?: pulumi.Input<true>;
  /**
   * Takes over a database that is joined already. Its row then stays on delete, and with it the procedures that a member
   * needs. Off by default.
   */
  adopt?: pulumi.Input<boolean>;
}

/** Where the management database is. */
export interface ControlArgs {
  /** The connection to the control server. */
  connection: pulumi.Input<Connection>;
  /** The management database: `BizTalkMgmtDb` of a BizTalk group, or the one that a BackupJob has set up. */
  managementDatabase: pulumi.Input<string>;
}

/** What stands for the provider in every user's state, see `providerText`. */
const provider = providerText("customBackupDatabase");

/**
 * A database that joins a backup set: it gets what it takes to be marked and backed up, a row in
 * `adm_OtherBackupDatabases`, and the next run takes its first full backup.
 *
 * @example
 * ```ts
 * new CustomBackupDatabase("orders", {
 *   connection: branch,
 *   database: "Orders",
 *   serverName: link.name,
 *   control: { connection: control, managementDatabase: job.managementDatabase },
 * });
 * ```
 */
export class CustomBackupDatabase extends pulumi.CustomResource {
  /** The type under which policies and states know it. A change would replace every such resource. */
  static readonly __pulumiType = "pulumi-nodejs:dynamic/mssql-backup:CustomBackupDatabase";

  /** Whether something is a CustomBackupDatabase, of this or another copy of the package. */
  static override isInstance(obj: unknown): obj is CustomBackupDatabase {
    return (obj as { __pulumiType?: unknown } | undefined)?.__pulumiType === CustomBackupDatabase.__pulumiType;
  }

  /**
   * Looks at a joined database that exists already, without managing it.
   *
   * @param id what the resource's id is where it is managed
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: CustomBackupDatabaseArgs,
    opts?: pulumi.CustomResourceOptions,
  ): CustomBackupDatabase {
    return new CustomBackupDatabase(name, args, { ...opts, id });
  }

  /** The database. */
  declare readonly database: pulumi.Output<string>;
  /** The server that holds it, `host,port` or `host\instance`. */
  declare readonly server: pulumi.Output<string>;
  /** The server name in its row of `adm_OtherBackupDatabases`. */
  declare readonly joinedServerName: pulumi.Output<string>;
  /** The name by which its server knows itself. */
  declare readonly realServerName: pulumi.Output<string>;
  /** The recovery model that the database had before it joined. */
  declare readonly previousRecoveryModel: pulumi.Output<string>;
  /**
   * The versions of the procedures that this package has installed, `sp_SetMark 1, sp_SetMarkRemote 1, …`, or the digests
   * of the scripts of a folder. Empty where somebody else's procedures are used, such as BizTalk's own.
   */
  declare readonly installedVersions: pulumi.Output<string>;

  constructor(name: string, args: CustomBackupDatabaseArgs, opts?: pulumi.CustomResourceOptions) {
    // What the provider adds or fills in has to be named here, or it would be no output of the object. What it only
    // remembers is not: it is in the state all the same, and each name costs the SDK four stack traces an object.
    const outputs = {
      server: undefined,
      joinedServerName: undefined,
      realServerName: undefined,
      previousRecoveryModel: undefined,
      installedVersions: undefined,
    };
    super(CustomBackupDatabase.__pulumiType, name, { ...outputs, ...markSecrets(args), __provider: provider }, opts);
  }
}
