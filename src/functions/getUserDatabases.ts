import type * as pulumi from "@pulumi/pulumi";
import type { GetUserDatabasesResult } from "../invokes/results";
import type { Connection } from "../resources/connection";
import { callLater, type FunctionOutputOptions, type OutputArgs, plainArgs, programStores } from "./call";

export type { GetUserDatabasesResult, UserDatabase } from "../invokes/results";

/** Whose databases are asked for. */
export interface GetUserDatabasesArgs {
  /** The connection to the server. */
  connection: Connection;
}

/** The same for `getUserDatabasesOutput`. */
export type GetUserDatabasesOutputArgs = OutputArgs<GetUserDatabasesArgs>;

/**
 * Lists the databases of a server that are not SQL Server's own: what a policy compares with the members of backup sets.
 * Neither `master`, `model`, `msdb` and `tempdb` are among them, nor a distribution database, nor snapshots. The login
 * sees those that it may see: all of them with `VIEW ANY DATABASE`, which everybody has unless it was revoked.
 *
 * @example
 * ```ts
 * const { server, databases } = await getUserDatabases({ connection });
 * const { members } = await getBackupStatus({ connection: control, managementDatabase: "BackupMgmt" });
 * const without = databases.filter(
 *   ({ database }) => !members.some((member) => member.ownServerName === server && member.database === database),
 * );
 * ```
 */
export async function getUserDatabases(args: GetUserDatabasesArgs): Promise<GetUserDatabasesResult> {
  const invokes = require("../invokes/getUserDatabases") as typeof import("../invokes/getUserDatabases");
  return invokes.getUserDatabases(await plainArgs("getUserDatabases", args), programStores);
}

/**
 * `getUserDatabases` for arguments that come from resources. With a password among them that is a secret of Pulumi's, the
 * result is one too.
 */
export function getUserDatabasesOutput(
  args: GetUserDatabasesOutputArgs,
  opts?: FunctionOutputOptions,
): pulumi.Output<GetUserDatabasesResult> {
  return callLater(getUserDatabases, args, opts);
}
