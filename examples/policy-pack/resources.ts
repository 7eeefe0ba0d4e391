import { type ResourceValidationPolicy, validateResourceOfType } from "@pulumi/policy";
import { BackupJob, BackupUserLogin, CustomBackupDatabase, LinkedServer } from "pulumi-mssql-backup";

/** A backup without checksums may be damaged, and nobody knows until it is needed. */
export const checksum: ResourceValidationPolicy = {
  name: "checksum-stays-on",
  description: "Backups are written with checksums.",
  enforcementLevel: "mandatory",
  validateResource: validateResourceOfType(BackupJob, (job, _args, reportViolation) => {
    if (job.checksum === false) reportViolation("Take out checksum: false.");
  }),
};

/** Without it the remote part of a mark commits on its own: no error, and no shared point to restore to. */
export const distributedTransactions: ResourceValidationPolicy = {
  name: "distributed-transactions-stay-on",
  description: "A linked server takes part in the caller's transaction.",
  enforcementLevel: "mandatory",
  validateResource: validateResourceOfType(LinkedServer, (server, _args, reportViolation) => {
    if (server.promoteDistributedTransactions === false) {
      reportViolation("Take out promoteDistributedTransactions: false.");
    }
  }),
};

/** SQL Server leaves a mark out of a log that holds bulk-logged work. Advice only: some databases cannot do without. */
export const fullRecovery: ResourceValidationPolicy = {
  name: "full-recovery-model",
  description: "Databases of a backup set are in the full recovery model.",
  enforcementLevel: "advisory",
  validateResource: validateResourceOfType(CustomBackupDatabase, (database, _args, reportViolation) => {
    if (database.recoveryModel === "BULK_LOGGED") {
      reportViolation(`${database.database} is bulk-logged: while such work goes on, no point can be restored.`);
    }
  }),
};

const ours = new Set<string>(
  [BackupJob, BackupUserLogin, CustomBackupDatabase, LinkedServer].map(({ __pulumiType }) => __pulumiType),
);
const passwordKeys = new Set(["password", "remotePassword", "clientSecret", "token"]);

/** A password that is written out gets into the state (encrypted), and out of date when it is changed. */
export const namedPasswords: ResourceValidationPolicy = {
  name: "passwords-are-named",
  description: 'Passwords are named, { env: "NAME" } or { config: "key" }, and not written out.',
  enforcementLevel: "mandatory",
  validateResource(resource, reportViolation) {
    if (!ours.has(resource.type)) return;
    for (const path of writtenOut(resource.props)) reportViolation(`${path} is written out.`);
  },
};

/** The paths of passwords that are there themselves. */
function writtenOut(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const place = path === "" ? key : `${path}.${key}`;
    return typeof item === "string" && passwordKeys.has(key) ? [place] : writtenOut(item, place);
  });
}
