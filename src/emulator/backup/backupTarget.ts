/** The database that a BACKUP names, and whether it can be backed up this way now. */
import type { Database } from "../storage/database";
import type { BackupPlan } from "./backupPlan";
import { cause } from "./errors";
import type { OperationSession } from "./operation";

export function backupTarget(plan: BackupPlan, session: OperationSession): Database {
  const { server } = session;
  const { databaseName } = plan;
  const database = server.database(databaseName);
  if (!database) {
    throw cause(911, `Database '${databaseName}' does not exist. Make sure that the name is entered correctly.`, 11);
  }
  if (database === server.tempdb) {
    throw cause(3147, "Backup and restore operations are not allowed on database tempdb.", 3);
  }
  session.requireDatabasePermission(database, plan.what === "log" ? "BACKUP LOG" : "BACKUP DATABASE");
  if (plan.noTruncate && (database.state === "SUSPECT" || database.state === "EMERGENCY")) return database;
  database.requireOnline();
  if (database.options.standby) {
    throw cause(
      3036,
      `The database "${database.name}" is in warm-standby state (set by executing RESTORE WITH STANDBY) and cannot be backed up until the entire restore sequence is completed.`,
    );
  }
  if (plan.what === "log") requireLogChain(plan, database);
  else requireDataBackup(plan, database);
  if (plan.leave !== "online") requireAlone(database, session);
  return database;
}

function requireLogChain(plan: BackupPlan, database: Database): void {
  if (database === database.server.master) {
    throw cause(4212, "Cannot back up the log of the master database. Use BACKUP DATABASE instead.");
  }
  if (database.options.recoveryModel === "SIMPLE") {
    throw cause(
      4208,
      "The statement BACKUP LOG is not allowed while the recovery model is SIMPLE. Use BACKUP DATABASE or change the recovery model using ALTER DATABASE.",
    );
  }
  if (database.name === "model" && plan.leave === "restoring") {
    throw cause(4220, "Cannot back up the log of the model database with NORECOVERY option.");
  }
  if (database.boot.logBackupStart === null) {
    throw cause(4214, "BACKUP LOG cannot be performed because there is no current database backup.");
  }
}

function requireDataBackup(plan: BackupPlan, database: Database): void {
  if (!plan.differential) return;
  if (database === database.server.master) {
    throw cause(
      3024,
      "You can only perform a full backup of the master database. Use BACKUP DATABASE to back up the entire master database.",
      0,
    );
  }
  if (database.boot.differentialBase === null) {
    throw cause(
      3035,
      `Cannot perform a differential backup for database "${database.name}", because a current database backup does not exist. Perform a full database backup by reissuing BACKUP DATABASE, omitting the WITH DIFFERENTIAL option.`,
    );
  }
}

/** A backup that takes the database away from its users needs it for itself. */
function requireAlone(database: Database, session: OperationSession): void {
  const { server } = session;
  if (session.database === database) {
    throw cause(
      3102,
      `BACKUP LOG cannot process database '${database.name}' because it is in use by this session. It is recommended that the master database be used when performing this operation.`,
      3,
    );
  }
  if (server.usersOf(database, session.id).length > 0 || server.isWrittenBy(database)) {
    throw cause(3101, "Exclusive access could not be obtained because the database is in use.");
  }
}

/** Error 3023 while a backup of the same kind runs; log backups may run beside a data backup. */
export function requireSerialized(database: Database, plan: BackupPlan): () => void {
  const { running } = database;
  const kind = plan.what === "log" ? "logBackup" : "dataBackup";
  const obstacle = running.has(kind) || running.has("restore") || (plan.leave !== "online" && running.size > 0);
  if (obstacle) {
    throw cause(
      3023,
      "Backup, file manipulation operations (such as ALTER DATABASE ADD FILE) and encryption changes on a database must be serialized. Reissue the statement after the current backup or file manipulation operation is completed.",
      2,
    );
  }
  running.add(kind);
  return () => running.delete(kind);
}
