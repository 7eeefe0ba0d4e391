import * as pulumi from "@pulumi/pulumi";
import type { BackupJobInputs } from "../providers/backupJobArguments";
import type { InputsOf } from "./inputs";
import { providerText } from "./providerText";
import { markSecrets } from "./secrets";

/** What a program says about a job. */
export type BackupJobArgs = InputsOf<BackupJobInputs>;

/** What stands for the provider in every user's state, see `providerText`. */
const provider = providerText("backupJob");

/**
 * A backup job: the management database with its tables, the job's settings, and if wanted a SQL Server Agent job that
 * starts the runner. Beside BizTalk its own tables are used and never altered.
 *
 * @example
 * ```ts
 * new BackupJob("backup", {
 *   connection: control,
 *   managementDatabase: "BackupMgmt",
 *   createDatabase: true,
 *   fullPath: "\\\\files\\backup",
 * });
 * ```
 */
export class BackupJob extends pulumi.CustomResource {
  /** The type under which policies and states know it. A change would replace every such resource. */
  static readonly __pulumiType = "pulumi-nodejs:dynamic/mssql-backup:BackupJob";

  /** Whether something is a BackupJob, of this or another copy of the package. */
  static override isInstance(obj: unknown): obj is BackupJob {
    return (obj as { __pulumiType?: unknown } | undefined)?.__pulumiType === BackupJob.__pulumiType;
  }

  /**
   * Looks at a job that exists already, without managing it.
   *
   * @param id what the resource's id is where it is managed
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: BackupJobArgs,
    opts?: pulumi.CustomResourceOptions,
  ): BackupJob {
    return new BackupJob(name, args, { ...opts, id });
  }

  /** The job's name in its settings. */
  declare readonly name: pulumi.Output<string>;
  /** The management database. */
  declare readonly managementDatabase: pulumi.Output<string>;
  /** The control server, `host,port` or `host\instance`. */
  declare readonly server: pulumi.Output<string>;

  constructor(name: string, args: BackupJobArgs, opts?: pulumi.CustomResourceOptions) {
    // What the provider adds has to be named here, or it would not be an output.
    const outputs = { server: undefined, made: undefined, findings: undefined };
    super(BackupJob.__pulumiType, name, { ...outputs, ...markSecrets(args), __provider: provider }, opts);
  }
}
