import type { SecretStores } from "../objects/instances";
import { type BackupStatus, readBackupStatus } from "../status";
import { backupStatusSchema, connectionsOf, parseArguments } from "./arguments";

/** What stands behind the program's `getBackupStatus`. */
export async function getBackupStatus(args: unknown, stores: SecretStores): Promise<BackupStatus> {
  const { connection, managementDatabase, servers, ...asked } = parseArguments(
    "getBackupStatus",
    backupStatusSchema,
    args,
  );
  return readBackupStatus({
    connections: connectionsOf({ connection, managementDatabase, servers }),
    stores,
    ...asked,
  });
}
