import type { JobSettings } from "../objects/jobSettings";
import type { BackupJobSettings } from "./backupJobArguments";
import type { Properties } from "./wire";

/** A job in the terms of the management database. */
export function jobSettings(wanted: BackupJobSettings): JobSettings {
  const { encryption } = wanted;
  return {
    jobName: wanted.name,
    logMarkName: wanted.logMarkName,
    fullPath: wanted.fullPath,
    logPath: wanted.logPath ?? wanted.fullPath,
    frequency: wanted.frequency,
    ...(wanted.backupHour !== undefined && { backupHour: wanted.backupHour }),
    useLocalTime: wanted.useLocalTime,
    compression: wanted.compression,
    checksum: wanted.checksum,
    stripes: wanted.stripes,
    ...(encryption && {
      encryption: {
        algorithm: encryption.algorithm,
        encryptorKind: encryption.certificate === undefined ? "ASYMMETRIC KEY" : "CERTIFICATE",
        encryptorName: encryption.certificate ?? encryption.asymmetricKey ?? "",
      },
    }),
    parallelBackups: wanted.parallelBackups,
    forceFullAfterPartialFailure: wanted.forceFullAfterPartialFailure,
    ...(wanted.daysOfHistory > 0 && { daysOfHistory: wanted.daysOfHistory }),
  };
}

/** What the management database has, in the program's terms. */
export function observed(recorded: BackupJobSettings, job: JobSettings): Properties {
  const { encryption } = job;
  return {
    name: job.jobName,
    logMarkName: job.logMarkName,
    fullPath: job.fullPath,
    ...((recorded.logPath !== undefined || job.logPath !== recorded.fullPath) && { logPath: job.logPath }),
    frequency: job.frequency,
    backupHour: job.backupHour,
    useLocalTime: job.useLocalTime,
    compression: job.compression,
    checksum: job.checksum,
    stripes: job.stripes,
    encryption: encryption && {
      algorithm: encryption.algorithm,
      ...(encryption.encryptorKind === "CERTIFICATE"
        ? { certificate: encryption.encryptorName }
        : { asymmetricKey: encryption.encryptorName }),
    },
    parallelBackups: job.parallelBackups,
    forceFullAfterPartialFailure: job.forceFullAfterPartialFailure,
    daysOfHistory: job.daysOfHistory ?? 0,
  };
}
