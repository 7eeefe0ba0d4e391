import type { SecretStores } from "../objects/instances";
import { describeMember, listPoints, ManagementMissingError, type MemberAtPoint, type RestorePoint } from "../restore";
import { connectionsOf, parseArguments, restorePointsSchema } from "./arguments";
import type { GetRestorePointsResult, RestorePointMember, RestorePoint as RestorePointResult } from "./results";

/** What stands behind the program's `getRestorePoints`. */
export async function getRestorePoints(args: unknown, stores: SecretStores): Promise<GetRestorePointsResult> {
  const { limit, before, ...set } = parseArguments("getRestorePoints", restorePointsSchema, args);
  const connections = connectionsOf(set);
  try {
    const points = await listPoints({ connections, limit, stores, ...(before !== undefined && { before }) });
    return { points: points.map(pointResult) };
  } catch (error) {
    throw withAdvice(error);
  }
}

/** Who asks before the first `up` learns how to ask after it. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof ManagementMissingError) || error.state !== undefined) return error;
  const advice =
    "If this stack creates it, ask by getRestorePointsOutput with the job in dependsOn: it waits until the job is there.";
  return new Error(`getRestorePoints: ${error.message}\n  hint: ${advice}`, { cause: error });
}

function pointResult({ mark, at, restorable, members }: RestorePoint): RestorePointResult {
  return { mark, at: new Date(at).toISOString(), restorable, members: members.map(memberResult) };
}

function memberResult(member: MemberAtPoint): RestorePointMember {
  const { server, database, found } = member;
  if (!("problem" in found)) return { server, database, restorable: true, logBackups: found.logs.length };
  const after = "after" in found && found.after !== undefined ? { afterLsn: found.after } : {};
  const lacks = { problem: found.problem, reason: describeMember(member), ...after };
  return { server, database, restorable: false, lacks };
}
