/** The database that a RESTORE names: whether this backup set may be restored into it. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { SqlError } from "../engine/errors";
import type { Database } from "../storage/database";
import type { DatabaseFileRecord } from "../storage/records";
import { DEFAULT_DATA_DIRECTORY, type Server } from "../storage/server";
import { cause, type Operation, several } from "./errors";
import type { SetHeader } from "./mediaFormat";
import type { OperationSession } from "./operation";
import type { RestorePlan } from "./restorePlan";

/** Nobody but this session may be using it: errors 3102 and 3101. */
export function requireUnused(database: Database, session: OperationSession, operation: Operation): void {
  if (session.database === database) {
    throw cause(
      3102,
      `${operation.split(" ")[0]} cannot process database '${database.name}' because it is in use by this session. It is recommended that the master database be used when performing this operation.`,
      3,
    );
  }
  const { server } = session;
  const inUse = database.running.size > 0 || server.usersOf(database, session.id).length > 0;
  if (inUse || server.isWrittenBy(database)) {
    throw cause(3101, "Exclusive access could not be obtained because the database is in use.");
  }
}

/** Errors 3147, 3108 and 3123 of names that cannot be restored to. */
export function requireRestorable(server: Server, name: string): void {
  if (name.trim() === "")
    throw cause(3123, `Invalid database name '${name}' specified for backup or restore operation.`);
  const database = server.database(name);
  if (database === server.tempdb)
    throw cause(3147, "Backup and restore operations are not allowed on database tempdb.", 3);
  if (database === server.master) {
    throw cause(
      3108,
      'To restore the master database, the server must be running in single-user mode. For information on starting in single-user mode, see "How to: Start an Instance of SQL Server (sqlservr.exe)" in Books Online.',
    );
  }
}

/** Errors 262 and 3110. */
export function requirePermission(session: OperationSession, name: string, existing: Database | undefined): void {
  if (existing ? session.mayRestore(existing) : session.mayCreateDatabase()) return;
  if (existing) throw cause(3110, `User does not have permission to RESTORE database '${name}'.`, 1, 14);
  throw createDatabaseDenied();
}

export function createDatabaseDenied(): SqlError {
  return cause(262, "CREATE DATABASE permission denied in database 'master'.", 1, 14);
}

/** May a full backup replace the existing database? Errors 3154 and 3159. */
export function requireReplaceable(existing: Database, header: SetHeader, plan: RestorePlan): void {
  if (plan.replace) return;
  if (existing.boot.familyGuid !== header.familyGuid) {
    throw cause(
      3154,
      `The backup set holds a backup of a database other than the existing '${existing.name}' database.`,
      4,
    );
  }
  const { recoveryModel } = existing.options;
  const tail = existing.state === "ONLINE" && !existing.options.standby && recoveryModel !== "SIMPLE";
  if (tail && existing.boot.logBackupStart !== null && plan.stop?.kind !== "time") {
    throw cause(
      3159,
      `The tail of the log for the database "${existing.name}" has not been backed up. Use BACKUP LOG WITH NORECOVERY to backup the log if it contains work you do not want to lose. Use the WITH REPLACE or WITH STOPAT clause of the RESTORE statement to just overwrite the contents of the log.`,
    );
  }
}

/** Where the files go: as they were, or moved. Errors 3234, 3176, 1834 and 5133. */
export function placeFiles(
  server: Server,
  header: SetHeader,
  plan: RestorePlan,
  existing: Database | undefined,
): DatabaseFileRecord[] {
  const moves = new Map(plan.moves.map(({ logicalName, physicalName }) => [logicalName.toLowerCase(), physicalName]));
  for (const { logicalName } of plan.moves) {
    if (header.files.some(({ name }) => name.toLowerCase() === logicalName.toLowerCase())) continue;
    throw cause(
      3234,
      `Logical file '${logicalName}' is not part of database '${plan.databaseName}'. Use RESTORE FILELISTONLY to list the logical file names.`,
      2,
    );
  }
  const files = header.files.map(({ backedUpPages, ...file }): DatabaseFileRecord => {
    const physicalName = moves.get(file.name.toLowerCase()) ?? placeInExisting(existing, file) ?? file.physicalName;
    return { ...file, physicalName };
  });
  const problems = [...claimedTwice(files), ...files.flatMap((file) => placeProblems(server, file, existing))];
  if (problems.length > 0) {
    const planning = cause(
      3119,
      "Problems were identified while planning for the RESTORE statement. Previous messages provide details.",
    );
    throw several(...(problems as [SqlError, ...SqlError[]]), planning);
  }
  return files;
}

/** Restored over a database, a file stays where that database has it. */
function placeInExisting(existing: Database | undefined, file: DatabaseFileRecord): string | undefined {
  return existing?.files.find(({ id, type }) => id === file.id && type === file.type)?.physicalName;
}

function claimedTwice(files: readonly DatabaseFileRecord[]): SqlError[] {
  const claims = new Map<string, DatabaseFileRecord>();
  const problems: SqlError[] = [];
  for (const file of files) {
    const key = pathKey(file.physicalName);
    const other = claims.get(key);
    if (!other) {
      claims.set(key, file);
      continue;
    }
    problems.push(
      cause(
        3176,
        `File '${file.physicalName}' is claimed by '${file.name}'(${file.id}) and '${other.name}'(${other.id}). The WITH MOVE clause can be used to relocate one or more files.`,
      ),
    );
  }
  return problems;
}

function placeProblems(server: Server, file: DatabaseFileRecord, existing: Database | undefined): SqlError[] {
  const { name, physicalName } = file;
  const elsewhere = cause(
    3156,
    `File '${name}' cannot be restored to '${physicalName}'. Use WITH MOVE to identify a valid location for the file.`,
    8,
  );
  for (const other of server.databases.values()) {
    if (other === existing) continue;
    if (!other.files.some((taken) => pathKey(taken.physicalName) === pathKey(physicalName))) continue;
    const inUse = `The file '${physicalName}' cannot be overwritten.  It is being used by database '${other.name}'.`;
    return [cause(1834, inUse), elsewhere];
  }
  if (!physicalName.startsWith("/") || folderExists(server, dirname(physicalName))) return [];
  const lost = `Directory lookup for the file "${physicalName}" failed with the operating system error 2(The system cannot find the file specified.).`;
  return [cause(5133, lost), elsewhere];
}

/** The folders of the emulated installation count as there: no database file is really written. */
function folderExists(server: Server, folder: string): boolean {
  return folder === DEFAULT_DATA_DIRECTORY || folder === server.defaultDataDirectory || existsSync(folder);
}

function pathKey(path: string): string {
  return /^[a-z]:/i.test(path) ? path.toLowerCase() : path;
}
