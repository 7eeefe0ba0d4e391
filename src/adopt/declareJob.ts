import type { JobSettings } from "../objects/jobSettings";
import { type ConnectionConfig, displayName } from "../objects/server";
import type { BackupJobInputs } from "../providers/backupJobArguments";
import type { AdoptedResource, Reference } from "./resource";

/** What a program need not say. */
const defaults = {
  logMarkName: "BTS",
  frequency: "d",
  useLocalTime: false,
  compression: false,
  checksum: true,
  stripes: 1,
  parallelBackups: 4,
  forceFullAfterPartialFailure: false,
  daysOfHistory: 14,
};

/** A job of ours with its Agent job, if that is one of ours too. */
export function declareJob(
  name: string,
  connection: Reference,
  managementDatabase: string,
  job: JobSettings,
  agent: BackupJobInputs["agent"],
): AdoptedResource {
  const { jobName, fullPath, logPath, backupHour, encryption, daysOfHistory = 0, ...settings } = job;
  const others = Object.entries({ ...settings, daysOfHistory }).filter(
    ([key, value]) => value !== defaults[key as keyof typeof defaults],
  );
  return {
    kind: "BackupJob",
    name,
    id: `${displayName(connection.value as ConnectionConfig)}/${managementDatabase}/${jobName}`,
    args: {
      connection,
      managementDatabase,
      ...(jobName !== "Backup" && { name: jobName }),
      fullPath,
      ...(logPath !== fullPath && { logPath }),
      ...Object.fromEntries(others),
      ...(backupHour !== undefined && { backupHour }),
      ...(encryption && {
        encryption: {
          algorithm: encryption.algorithm,
          [encryption.encryptorKind === "CERTIFICATE" ? "certificate" : "asymmetricKey"]: encryption.encryptorName,
        },
      }),
      ...(agent && { agent }),
      adopt: true,
    },
    computed: { made: { database: false, settings: false, formerAgentJobs: [] } },
  };
}
