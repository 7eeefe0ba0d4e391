import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "./connection";
import { providerText } from "./providerText";
import { markSecrets } from "./secrets";

/** What a program says about a job. */
export interface BackupJobArgs {
  /** The control server. Another server replaces the resource. */
  connection: pulumi.Input<Connection>;
  /**
   * The management database: `BizTalkMgmtDb`, or one of your own, but no system database. Several jobs, of one stack or
   * of many, may share it. Changing this replaces the resource.
   */
  managementDatabase: pulumi.Input<string>;
  /**
   * The folder or URL of full backups, as every server of the set sees it; at most 200 characters, and with the name of
   * a backup file (`<server>_<database>_Full_<mark>.bak`) at most SQL Server's 259. A URL has no query: a shared access
   * signature belongs into a credential on every server.
   */
  fullPath: pulumi.Input<string>;
  /**
   * The job's name in its settings; `Backup` by default. Each job of a management database needs one of its own. Changing
   * this renames the job with its records; the resource keeps the id it has.
   */
  name?: pulumi.Input<string>;
  /** Creates the management database if there is none. Off by default. */
  createDatabase?: pulumi.Input<boolean>;
  /** The folder or URL of log backups; that of full backups by default. */
  logPath?: pulumi.Input<string>;
  /** The short name before the time in a mark's name, at most 8 characters; `BTS` by default. */
  logMarkName?: pulumi.Input<string>;
  /** How often a full backup is due: `h`, `d` (the default), `w`, `m` or `y`. */
  frequency?: pulumi.Input<"h" | "d" | "w" | "m" | "y">;
  /** The hour, 0 to 23, from which on a full backup is due in its period; any by default. Not with the frequency `h`. */
  backupHour?: pulumi.Input<number>;
  /** Reckons in the server's local time instead of UTC. Off by default. */
  useLocalTime?: pulumi.Input<boolean>;
  /** Compresses backups. Off by default. */
  compression?: pulumi.Input<boolean>;
  /** Has checksums written into backups. On by default. */
  checksum?: pulumi.Input<boolean>;
  /** Files in which one backup is written side by side; 1 by default. */
  stripes?: pulumi.Input<number>;
  /** Encrypts backups. Off by default. */
  encryption?: pulumi.Input<EncryptionArgs>;
  /** Backups at once on one server; 4 by default. */
  parallelBackups?: pulumi.Input<number>;
  /** Takes a full backup of all when the last set was not completed. Off by default. */
  forceFullAfterPartialFailure?: pulumi.Input<boolean>;
  /** Days for which history is kept; 14 by default, 0 keeps it for ever. */
  daysOfHistory?: pulumi.Input<number>;
  /** Registers a SQL Server Agent job that starts the runner. None by default: then you start it yourself. */
  agent?: pulumi.Input<AgentArgs>;
  /**
   * Disables BizTalk's own backup job, and enables it again on delete. Off by default: then it must be disabled already.
   * An error where there is no such job.
   */
  disableBizTalkJob?: pulumi.Input<boolean>;
  /**
   * Whether delete takes away the history too, and a management database that create made; both only when no other job
   * uses them. Off by default. Backup files always stay.
   */
  deleteHistory?: pulumi.Input<boolean>;
  /** Takes over a job of this name that is in the management database already. Off by default. */
  adopt?: pulumi.Input<boolean>;
  /** Not a choice: shows, after a refresh, what somebody changed in the set-up. */
  setup?: pulumi.Input<"builtIn">;
}

/** How backups are encrypted, by exactly one of certificate and asymmetric key. */
export interface EncryptionArgs {
  /** The algorithm; `AES_256` by default. */
  algorithm?: pulumi.Input<"AES_128" | "AES_192" | "AES_256" | "TRIPLE_DES_3KEY">;
  /** The certificate, in `master` of every server of the set. That of the control server must be there at create. */
  certificate?: pulumi.Input<string>;
  /** The asymmetric key, in `master` of every server of the set. */
  asymmetricKey?: pulumi.Input<string>;
}

/** The SQL Server Agent job that starts the runner. */
export interface AgentArgs {
  /**
   * The Agent job's name; `Backup SQL Server (<management database>)` by default, so that a second job of one management
   * database needs another. Changing this renames the Agent job, which keeps its id and its history.
   */
  name?: pulumi.Input<string>;
  /** On by default. */
  enabled?: pulumi.Input<boolean>;
  /**
   * Minutes between two runs, 1 to 1439; 15 by default. Changed in place, unless the schedule has been attached to other
   * jobs too: then they keep it, and this job gets one of its own. Other schedules of the job are left alone.
   */
  everyMinutes?: pulumi.Input<number>;
  /** The login that owns the job; `sa` by default. One that is not in sysadmin needs a `proxy`. */
  owner?: pulumi.Input<string>;
  /**
   * The proxy account under which the runner is started; the Agent's own account by default. It must be there, and have
   * been granted to the subsystem CmdExec and, unless that is in sysadmin, to the owner.
   */
  proxy?: pulumi.Input<string>;
  /** The operator who is told by mail when the job fails. */
  operator?: pulumi.Input<string>;
  /**
   * How the runner is started on the control server, as a program with its first arguments; `mssql-backup` by default.
   * The Agent looks for an .exe: give the whole path of one, or `cmd.exe /c mssql-backup` for what npm has installed.
   * Tokens of the Agent need an escape macro: `$(ESCAPE_NONE(SQLDIR))`.
   */
  runner?: pulumi.Input<string>;
  /** The path of the runner's connection file on the control server. May contain neither `%` nor `$(`. */
  connectionFile: pulumi.Input<string>;
  /** Not a choice: shows, after a refresh, what somebody changed in the Agent job beyond these arguments. */
  setup?: pulumi.Input<"builtIn">;
}

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
    // What the provider adds or fills in has to be named here, or it would be no output of the object. What it only
    // remembers is not: it is in the state all the same, and each name costs the SDK four stack traces an object.
    const outputs = { name: undefined, server: undefined };
    super(BackupJob.__pulumiType, name, { ...outputs, ...markSecrets(args), __provider: provider }, opts);
  }
}
