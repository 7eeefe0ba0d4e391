import * as pulumi from "@pulumi/pulumi";
import type { CustomBackupDatabaseInputs } from "../providers/customBackupDatabaseArguments";
import type { InputsOf } from "./inputs";
import { providerText } from "./providerText";
import { markSecrets } from "./secrets";

/** What a program says about a joined database. */
export type CustomBackupDatabaseArgs = InputsOf<CustomBackupDatabaseInputs>;

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

  constructor(name: string, args: CustomBackupDatabaseArgs, opts?: pulumi.CustomResourceOptions) {
    // What the provider adds has to be named here, or it would not be an output.
    const outputs = {
      server: undefined,
      joinedServerName: undefined,
      realServerName: undefined,
      made: undefined,
      findings: undefined,
    };
    super(CustomBackupDatabase.__pulumiType, name, { ...outputs, ...markSecrets(args), __provider: provider }, opts);
  }
}
