import type * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../resources/connection";
import type { BackupStatus, BackupThresholds } from "../status/backupStatus";
import { callLater, type FunctionOutputOptions, type OutputArgs, plainArgs, programStores } from "./call";

export type {
  FullDueStatus,
  MarkStatus,
  MemberStatus,
  RunStatus,
  StatusFinding,
  StatusMember,
  TakenBackupStatus,
} from "../status/backupStatus";

/** Which backup set is asked about, and how old things in it may be. What has no maximum is not judged by its age. */
export interface GetBackupStatusArgs extends BackupThresholds {
  /** The connection to the control server. */
  connection: Connection;
  /** The management database on it. */
  managementDatabase: string;
  /**
   * Connections of their own for servers that would otherwise be asked through their linked servers, by the names of
   * these: needed where the connection's login may not read msdb there.
   */
  servers?: Record<string, Connection>;
  /** Which job, where the management database has several. */
  job?: string;
}

/** The same for `getBackupStatusOutput`. */
export type GetBackupStatusOutputArgs = OutputArgs<GetBackupStatusArgs>;

/** How a backup set stands. */
export interface GetBackupStatusResult extends BackupStatus {}

/**
 * Tells how a backup set stands: of each database its last backups, its last mark and its state; of the set the last run,
 * the newest mark that all can be restored to, and what is wrong. `healthy` sums it up, `problems` says it in words.
 *
 * It is read from the servers whenever the program runs, in a preview too. A management database that does not exist is
 * an answer, `exists: false`, and no error: a program that asks how backups stand is to be told, also before its first
 * `up`. So is a server of the set that cannot be reached. Only a control server that cannot be reached is an error.
 *
 * @example
 * ```ts
 * const status = await getBackupStatus({
 *   connection: control,
 *   managementDatabase: "BackupMgmt",
 *   maximumAgeMinutes: 60,
 * });
 * if (status.exists && !status.healthy) throw new Error(status.problems.join("\n"));
 * ```
 */
export async function getBackupStatus(args: GetBackupStatusArgs): Promise<GetBackupStatusResult> {
  const invokes = require("../invokes/getBackupStatus") as typeof import("../invokes/getBackupStatus");
  return invokes.getBackupStatus(await plainArgs("getBackupStatus", args), programStores);
}

/**
 * `getBackupStatus` for arguments that come from resources. With a password among them that is a secret of Pulumi's, the
 * result is one too.
 */
export function getBackupStatusOutput(
  args: GetBackupStatusOutputArgs,
  opts?: FunctionOutputOptions,
): pulumi.Output<GetBackupStatusResult> {
  return callLater(getBackupStatus, args, opts);
}
