import { lsn, nvarchar, query, type Statement } from "../sqlserver";
import type { BackupRecord } from "./backupRecord";
import { groupBy } from "./groupBy";
import type { Instance } from "./instance";

const columns = `SELECT b.backup_set_id AS id, b.type, b.position, b.has_backup_checksums AS [checksum],
  CONVERT(varchar(25), b.first_lsn) AS firstLsn, CONVERT(varchar(25), b.last_lsn) AS lastLsn,
  CONVERT(varchar(25), b.fork_point_lsn) AS forkPoint,
  CONVERT(varchar(36), b.first_recovery_fork_guid) AS firstFork,
  CONVERT(varchar(36), b.last_recovery_fork_guid) AS lastFork,
  CONVERT(varchar(23), b.backup_finish_date, 126) AS finishedAt, f.physical_device_name AS [file]
FROM msdb.dbo.backupset AS b
JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = b.media_set_id`;

/** 2 is a disk, 9 a URL; a tape or a virtual device of other software cannot be named in RESTORE again. */
const restorable = "b.type IN ('D', 'L') AND b.is_damaged = 0 AND b.is_snapshot = 0 AND f.device_type IN (2, 102, 9)";

/** Reads the full and log backups of a database that its instance took and remembers. */
export function readBackupsOf(database: string): Statement {
  return query(
    `${columns}
WHERE b.database_name = @database AND ${restorable}
ORDER BY b.backup_set_id, f.family_sequence_number;`,
    { database: nvarchar(database) },
    `read the backups of ${database}`,
  );
}

/** Reads the latest backup of a database into a file. */
export function readBackupIn(database: string, file: string): Statement {
  return query(
    `${columns}
WHERE b.database_name = @database AND f.physical_device_name = @file AND ${restorable}
ORDER BY b.backup_set_id DESC;`,
    { database: nvarchar(database), file: nvarchar(file) },
    `look for the backup of ${database} in msdb`,
  );
}

interface BackupRow {
  id: number | string;
  type: string;
  position: number;
  checksum: boolean | null;
  firstLsn: string;
  lastLsn: string;
  forkPoint: string | null;
  firstFork: string | null;
  lastFork: string | null;
  finishedAt: string;
  file: string;
}

/** All backups of a database that msdb knows, stripes put together. */
export async function readCatalog(instance: Instance, database: string, signal?: AbortSignal): Promise<BackupRecord[]> {
  const rows = await instance.rows<BackupRow>(readBackupsOf(database), { database: "msdb", ...(signal && { signal }) });
  const stripes = groupBy(rows, (row) => String(row.id));
  return [...stripes.values()].flatMap((group) => toRecord(group) ?? []);
}

/** The backup that was just written to a file, if msdb has it. */
export async function findBackupIn(
  instance: Instance,
  database: string,
  file: string,
  signal?: AbortSignal,
): Promise<BackupRecord | undefined> {
  const rows = await instance.rows<BackupRow>(readBackupIn(database, file), {
    database: "msdb",
    ...(signal && { signal }),
  });
  const [latest] = rows;
  return latest && toRecord([latest]);
}

function toRecord(stripes: readonly BackupRow[]): BackupRecord | undefined {
  const [row] = stripes;
  if (!row) return undefined;
  const last = row.lastFork?.toLowerCase();
  const first = row.firstFork?.toLowerCase() ?? last;
  return {
    kind: row.type.trim() === "D" ? "full" : "log",
    files: stripes.map((stripe) => stripe.file),
    position: row.position,
    firstLsn: lsn(row.firstLsn),
    lastLsn: lsn(row.lastLsn),
    ...(first && last && { fork: { first, last, ...(row.forkPoint !== null && { point: lsn(row.forkPoint) }) } }),
    finishedAt: row.finishedAt.slice(0, 19),
    checksum: Boolean(row.checksum),
  };
}
