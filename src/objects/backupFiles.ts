import { lsn, query, type Statement } from "../sqlserver";
import type { BackupRecord } from "./backupRecord";
import type { Instance } from "./instance";
import { devices } from "./restoreStatements";

/** A file of a database, as its full backup lists it. */
export interface DatabaseFile {
  readonly logicalName: string;
  readonly physicalName: string;
}

/** Lists the files of the database in a full backup. */
export function listFiles(backup: Pick<BackupRecord, "files" | "position">): Statement {
  return query(
    `RESTORE FILELISTONLY FROM ${devices(backup)} WITH FILE = ${backup.position};`,
    undefined,
    "list the database's files in the backup",
  );
}

/** Reads the headers of a backup file: fails where the file is missing, cut off, or not a backup. */
export function readHeaders(backup: Pick<BackupRecord, "files">): Statement {
  return query(`RESTORE HEADERONLY FROM ${devices(backup)};`, undefined, "read the header of the backup file");
}

/** The files that a full backup restores. */
export async function readDatabaseFiles(
  instance: Instance,
  backup: BackupRecord,
  signal?: AbortSignal,
): Promise<DatabaseFile[]> {
  const rows = await instance.rows<{ LogicalName: string; PhysicalName: string }>(listFiles(backup), {
    database: "master",
    ...(signal && { signal }),
  });
  return rows.map((row) => ({ logicalName: row.LogicalName, physicalName: row.PhysicalName }));
}

/** Makes sure that a backup can be read and is the one that is meant, before anything is restored over. */
export async function checkBackupFile(
  instance: Instance,
  backup: BackupRecord,
  database: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const rows = await instance.rows<{ Position: number; DatabaseName: string | null; BackupType: number }>(
    readHeaders(backup),
    { database: "master", ...(signal && { signal }) },
  );
  const header = rows.find((row) => row.Position === backup.position);
  if (!header) return `${backup.files[0]} holds no backup at position ${backup.position}`;
  if (header.DatabaseName !== database)
    return `${backup.files[0]} holds a backup of ${header.DatabaseName}, not of ${database}`;
  const kind = header.BackupType === 1 ? "full" : header.BackupType === 2 ? "log" : "other";
  return kind === backup.kind
    ? undefined
    : `${backup.files[0]} holds no ${backup.kind} backup at position ${backup.position}`;
}

/**
 * Reads the headers with their LSNs as text. They go through a temporary table, because the client's numbers cannot
 * hold the 25 digits; its columns are those of the server's version.
 */
export function readHeaderRecords(file: string): Statement {
  return query(
    `SET NOCOUNT ON;
CREATE TABLE #header (${headerColumns.map(([name, type]) => `[${name}] ${type} NULL`).join(", ")});
IF CONVERT(int, LEFT(CONVERT(nvarchar(128), SERVERPROPERTY('ProductVersion')), CHARINDEX(N'.', CONVERT(nvarchar(128), SERVERPROPERTY('ProductVersion'))) - 1)) >= 16
  ALTER TABLE #header ADD [LastValidRestoreTime] datetime NULL, [TimeZone] nvarchar(32) NULL, [CompressionAlgorithm] nvarchar(32) NULL;
INSERT INTO #header EXEC sys.sp_executesql @restore, N'@file nvarchar(4000)', @file = @file;
SELECT [Position] AS position, [BackupType] AS type, [DatabaseName] AS [database], [HasBackupChecksums] AS [checksum],
  CONVERT(varchar(25), [FirstLSN]) AS firstLsn, CONVERT(varchar(25), [LastLSN]) AS lastLsn,
  CONVERT(varchar(25), [ForkPointLSN]) AS forkPoint, CONVERT(varchar(36), [FirstRecoveryForkID]) AS firstFork,
  CONVERT(varchar(36), [RecoveryForkID]) AS lastFork, CONVERT(varchar(23), [BackupFinishDate], 126) AS finishedAt
FROM #header
WHERE [BackupType] IN (1, 2) AND [IsDamaged] = 0
ORDER BY [Position];
DROP TABLE #header;`,
    {
      file: { type: "nvarchar", value: file },
      restore: {
        type: "nvarchar",
        value: `RESTORE HEADERONLY FROM ${/^(https?|s3):\/\//i.test(file) ? "URL" : "DISK"} = @file;`,
      },
    },
    "read the LSNs in the header of the backup file",
  );
}

const lsnType = "numeric(25,0)";

/** The result columns of RESTORE HEADERONLY, SQL Server 2014 to 2019, in their order. */
const headerColumns: readonly (readonly [name: string, type: string])[] = [
  ["BackupName", "nvarchar(128)"],
  ["BackupDescription", "nvarchar(255)"],
  ["BackupType", "smallint"],
  ["ExpirationDate", "datetime"],
  ["Compressed", "tinyint"],
  ["Position", "smallint"],
  ["DeviceType", "tinyint"],
  ["UserName", "nvarchar(128)"],
  ["ServerName", "nvarchar(128)"],
  ["DatabaseName", "nvarchar(128)"],
  ["DatabaseVersion", "int"],
  ["DatabaseCreationDate", "datetime"],
  ["BackupSize", "numeric(20,0)"],
  ["FirstLSN", lsnType],
  ["LastLSN", lsnType],
  ["CheckpointLSN", lsnType],
  ["DatabaseBackupLSN", lsnType],
  ["BackupStartDate", "datetime"],
  ["BackupFinishDate", "datetime"],
  ["SortOrder", "smallint"],
  ["CodePage", "smallint"],
  ["UnicodeLocaleId", "int"],
  ["UnicodeComparisonStyle", "int"],
  ["CompatibilityLevel", "tinyint"],
  ["SoftwareVendorId", "int"],
  ["SoftwareVersionMajor", "int"],
  ["SoftwareVersionMinor", "int"],
  ["SoftwareVersionBuild", "int"],
  ["MachineName", "nvarchar(128)"],
  ["Flags", "int"],
  ["BindingID", "uniqueidentifier"],
  ["RecoveryForkID", "uniqueidentifier"],
  ["Collation", "nvarchar(128)"],
  ["FamilyGUID", "uniqueidentifier"],
  ["HasBulkLoggedData", "bit"],
  ["IsSnapshot", "bit"],
  ["IsReadOnly", "bit"],
  ["IsSingleUser", "bit"],
  ["HasBackupChecksums", "bit"],
  ["IsDamaged", "bit"],
  ["BeginsLogChain", "bit"],
  ["HasIncompleteMetaData", "bit"],
  ["IsForceOffline", "bit"],
  ["IsCopyOnly", "bit"],
  ["FirstRecoveryForkID", "uniqueidentifier"],
  ["ForkPointLSN", lsnType],
  ["RecoveryModel", "nvarchar(60)"],
  ["DifferentialBaseLSN", lsnType],
  ["DifferentialBaseGUID", "uniqueidentifier"],
  ["BackupTypeDescription", "nvarchar(60)"],
  ["BackupSetGUID", "uniqueidentifier"],
  ["CompressedSize", "bigint"],
  ["Containment", "tinyint"],
  ["KeyAlgorithm", "nvarchar(32)"],
  ["EncryptorThumbprint", "varbinary(20)"],
  ["EncryptorType", "nvarchar(32)"],
];

interface HeaderRow {
  position: number;
  type: number;
  database: string;
  checksum: boolean;
  firstLsn: string;
  lastLsn: string;
  forkPoint: string | null;
  firstFork: string | null;
  lastFork: string | null;
  finishedAt: string;
}

/** The backups of a database in a file, for when msdb no longer knows them. */
export async function readBackupRecordsIn(
  instance: Instance,
  file: string,
  database: string,
  signal?: AbortSignal,
): Promise<BackupRecord[]> {
  const rows = await instance.rows<HeaderRow>(readHeaderRecords(file), {
    database: "master",
    ...(signal && { signal }),
  });
  return rows
    .filter((row) => row.database === database)
    .map((row) => {
      const last = row.lastFork?.toLowerCase();
      const first = row.firstFork?.toLowerCase() ?? last;
      return {
        kind: row.type === 1 ? "full" : "log",
        files: [file],
        position: row.position,
        firstLsn: lsn(row.firstLsn),
        lastLsn: lsn(row.lastLsn),
        ...(first && last && { fork: { first, last, ...(row.forkPoint !== null && { point: lsn(row.forkPoint) }) } }),
        finishedAt: row.finishedAt.slice(0, 19),
        checksum: row.checksum,
      };
    });
}
