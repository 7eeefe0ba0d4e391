import type * as pulumi from "@pulumi/pulumi";
import type { GetRestorePointsResult } from "../invokes/results";
import type { Connection } from "../resources/connection";
import { callLater, type FunctionOutputOptions, type OutputArgs, plainArgs, programStores } from "./call";

export type { GetRestorePointsResult, RestorePoint, RestorePointLack, RestorePointMember } from "../invokes/results";

/** Which restore points are asked for. */
export interface GetRestorePointsArgs {
  /** The connection to the control server. */
  connection: Connection;
  /** The management database on it. */
  managementDatabase: string;
  /**
   * Connections of their own for servers that would otherwise be asked through their linked servers, by the names of
   * these: needed where the connection's login may not read msdb there.
   */
  servers?: Record<string, Connection>;
  /** At most so many, the newest; 20 by default. */
  limit?: number;
  /** Only those at or before this time: ISO 8601, in UTC unless it has an offset. */
  before?: string;
}

/** The same for `getRestorePointsOutput`. */
export type GetRestorePointsOutputArgs = OutputArgs<GetRestorePointsArgs>;

/**
 * Lists the marks of a backup set, newest first, and tells for each whether every database of the set can be restored to
 * it, and if not, which one lacks what.
 *
 * It is read from the servers whenever the program runs, in a preview too. A management database that does not exist,
 * or is not online, is an error and not an empty list: nobody can tell then what could be restored.
 *
 * @example
 * ```ts
 * const { points } = await getRestorePoints({ connection: control, managementDatabase: "BackupMgmt" });
 * const newest = points.find(({ restorable }) => restorable)?.mark;
 * ```
 */
export async function getRestorePoints(args: GetRestorePointsArgs): Promise<GetRestorePointsResult> {
  const invokes = require("../invokes/getRestorePoints") as typeof import("../invokes/getRestorePoints");
  return invokes.getRestorePoints(await plainArgs("getRestorePoints", args), programStores);
}

/**
 * `getRestorePoints` for arguments that come from resources. With a password among them that is a secret of Pulumi's, the
 * result is one too.
 */
export function getRestorePointsOutput(
  args: GetRestorePointsOutputArgs,
  opts?: FunctionOutputOptions,
): pulumi.Output<GetRestorePointsResult> {
  return callLater(getRestorePoints, args, opts);
}
