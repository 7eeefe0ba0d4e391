import { bit, command, int, nvarchar, type Statement, sysname } from "../sqlserver";

/** How often a full backup is due: hourly, daily, weekly, monthly, yearly. */
export type Frequency = "h" | "d" | "w" | "m" | "y";

/** How backup files are encrypted. */
export interface EncryptionSettings {
  readonly algorithm: "AES_128" | "AES_192" | "AES_256" | "TRIPLE_DES_3KEY";
  /** What in `master` encrypts the files' key. */
  readonly encryptorKind: "CERTIFICATE" | "ASYMMETRIC KEY";
  readonly encryptorName: string;
}

/** A row of `mssql_backup.Job`: what the runner reads at the start of each run. */
export interface JobSettings {
  readonly jobName: string;
  readonly logMarkName: string;
  readonly fullPath: string;
  readonly logPath: string;
  readonly frequency: Frequency;
  /** The hour from which a full is due; undefined for any. */
  readonly backupHour?: number | undefined;
  readonly useLocalTime: boolean;
  readonly compression: boolean;
  readonly checksum: boolean;
  readonly stripes: number;
  readonly encryption?: EncryptionSettings | undefined;
  /** Backups at once on one server. */
  readonly parallelBackups: number;
  readonly forceFullAfterPartialFailure: boolean;
  /** Undefined keeps the history for ever. */
  readonly daysOfHistory?: number | undefined;
}

/** Columns of `mssql_backup.Job`, in the names of `JobRow`. */
export const selectJobText = `SELECT JobName AS jobName, LogMarkName AS logMarkName, FullPath AS fullPath, LogPath AS logPath,
  Frequency AS frequency, BackupHour AS backupHour, UseLocalTime AS useLocalTime, Compression AS compression,
  BackupChecksum AS [checksum], Stripes AS stripes, EncryptionAlgorithm AS encryptionAlgorithm,
  EncryptorKind AS encryptorKind, EncryptorName AS encryptorName, ParallelBackups AS parallelBackups,
  ForceFullAfterPartialFailure AS forceFullAfterPartialFailure, DaysOfHistory AS daysOfHistory
FROM mssql_backup.Job ORDER BY JobName;`;

/** A row as `selectJobText` gives it. */
export interface JobRow extends Omit<JobSettings, "encryption" | "backupHour" | "daysOfHistory"> {
  readonly backupHour: number | null;
  readonly daysOfHistory: number | null;
  readonly encryptionAlgorithm: EncryptionSettings["algorithm"] | null;
  readonly encryptorKind: EncryptionSettings["encryptorKind"] | null;
  readonly encryptorName: string | null;
}

export function parseJob(row: JobRow): JobSettings {
  const { encryptionAlgorithm, encryptorKind, encryptorName, backupHour, daysOfHistory, ...settings } = row;
  return {
    ...settings,
    ...(backupHour !== null && { backupHour }),
    ...(daysOfHistory !== null && { daysOfHistory }),
    ...(encryptionAlgorithm !== null && {
      encryption: {
        algorithm: encryptionAlgorithm,
        encryptorKind: encryptorKind ?? "CERTIFICATE",
        encryptorName: encryptorName ?? "",
      },
    }),
  };
}

/** How a job is stored. */
export interface JobStorage {
  /** Fails (51001) if there is a job of that name already. */
  readonly mustBeNew?: boolean;
  /** The name that the job has had so far. Its records go with it. */
  readonly formerName?: string | undefined;
}

/** The number of the error when a job of that name is there already. */
export const jobIsThere = 51001;

/**
 * Writes a job's settings, and unless the tables are BizTalk's the compression flag with them. Runs in the management
 * database.
 */
export function storeJob(
  job: JobSettings,
  { mustBeNew, formerName, besideBizTalk }: JobStorage & { readonly besideBizTalk?: boolean } = {},
): Statement {
  const isThere = "EXISTS (SELECT * FROM mssql_backup.Job WHERE JobName = @jobName)";
  const refusal = `THROW ${jobIsThere}, N'A job of that name is in this management database already.', 1;`;
  return command(
    `${
      mustBeNew
        ? `IF ${isThere} ${refusal}
`
        : ""
    }${formerName === undefined ? "" : renameText(isThere, refusal)}UPDATE mssql_backup.Job
SET LogMarkName = @logMarkName, FullPath = @fullPath, LogPath = @logPath, Frequency = @frequency, BackupHour = @backupHour,
  UseLocalTime = @useLocalTime, Compression = @compression, BackupChecksum = @checksum, Stripes = @stripes,
  EncryptionAlgorithm = @algorithm, EncryptorKind = @encryptorKind, EncryptorName = @encryptorName,
  ParallelBackups = @parallelBackups, ForceFullAfterPartialFailure = @forceFull, DaysOfHistory = @daysOfHistory
WHERE JobName = @jobName;
IF NOT ${isThere}
  INSERT INTO mssql_backup.Job (JobName, LogMarkName, FullPath, LogPath, Frequency, BackupHour, UseLocalTime, Compression,
    BackupChecksum, Stripes, EncryptionAlgorithm, EncryptorKind, EncryptorName, ParallelBackups,
    ForceFullAfterPartialFailure, DaysOfHistory)
  VALUES (@jobName, @logMarkName, @fullPath, @logPath, @frequency, @backupHour, @useLocalTime, @compression,
    @checksum, @stripes, @algorithm, @encryptorKind, @encryptorName, @parallelBackups, @forceFull, @daysOfHistory);
${besideBizTalk ? "" : "UPDATE dbo.adm_BackupSettings SET UseCompression = @compression;"}`,
    `store the settings of the job ${job.jobName}`,
    {
      jobName: sysname(job.jobName),
      logMarkName: nvarchar(job.logMarkName),
      fullPath: nvarchar(job.fullPath),
      logPath: nvarchar(job.logPath),
      frequency: nvarchar(job.frequency),
      backupHour: int(job.backupHour),
      useLocalTime: bit(job.useLocalTime),
      compression: bit(job.compression),
      checksum: bit(job.checksum),
      stripes: int(job.stripes),
      algorithm: nvarchar(job.encryption?.algorithm),
      encryptorKind: nvarchar(job.encryption?.encryptorKind),
      encryptorName: sysname(job.encryption?.encryptorName),
      parallelBackups: int(job.parallelBackups),
      forceFull: bit(job.forceFullAfterPartialFailure),
      daysOfHistory: int(job.daysOfHistory),
      ...(formerName !== undefined && { formerName: sysname(formerName) }),
    },
  );
}

/** Gives a job its new name, unless that was done before. */
function renameText(isThere: string, refusal: string): string {
  return `IF EXISTS (SELECT * FROM mssql_backup.Job WHERE JobName = @formerName)
BEGIN
  IF ${isThere} ${refusal}
  UPDATE mssql_backup.Job SET JobName = @jobName WHERE JobName = @formerName;
  UPDATE mssql_backup.Run SET JobName = @jobName WHERE JobName = @formerName;
  UPDATE mssql_backup.Drill SET JobName = @jobName WHERE JobName = @formerName;
END;
`;
}

/** Forgets a job's settings. Settings that are gone already are no failure. */
export function forgetJob(jobName: string): Statement {
  return command(
    `IF OBJECT_ID(N'mssql_backup.Job', N'U') IS NOT NULL
  DELETE FROM mssql_backup.Job WHERE JobName = @jobName;`,
    `forget the settings of the job ${jobName}`,
    { jobName: sysname(jobName) },
  );
}
