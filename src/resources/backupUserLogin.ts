import * as pulumi from "@pulumi/pulumi";
import type { BackupUserLoginInputs } from "../providers/backupUserLoginArguments";
import type { InputsOf } from "./inputs";
import { providerText } from "./providerText";
import { markSecrets } from "./secrets";

/** What a program says about a login. */
export type BackupUserLoginArgs = InputsOf<BackupUserLoginInputs>;

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
    // What the provider adds has to be named here, or it would not be an output.
    const outputs = {
      loginSid: undefined,
      server: undefined,
      adopted: undefined,
      grants: undefined,
      passwordDigest: undefined,
      findings: undefined,
    };
    super(BackupUserLogin.__pulumiType, name, { ...outputs, ...markSecrets(args), __provider: provider }, options);
  }
}
