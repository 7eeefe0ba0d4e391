import * as pulumi from "@pulumi/pulumi";
import { BackupJob, BackupUserLogin, type Connection, CustomBackupDatabase } from "pulumi-mssql-backup";

/** The control server, SQL1. */
const control: Connection = {
  host: "127.0.0.1",
  port: 14331,
  authentication: { type: "sql", user: "sa", password: { env: "MSSQL_BACKUP_PASSWORD" } },
  trustServerCertificate: true,
};

/** The backup set that the databases are joined to. */
const set = { connection: control, managementDatabase: "BizTalkMgmtDb" };

new CustomBackupDatabase("payments", {
  connection: control,
  database: "Payments",
  control: set,
  adopt: true,
});

new BackupUserLogin("svcBackup", {
  connection: control,
  loginName: "svc-backup",
  password: { env: "SVC_BACKUP_PASSWORD" },
  checkPolicy: false,
  databases: ["Payments"],
  adopt: true,
});

// Up to here it is what `mssql-backup import` wrote; what follows is new.

// Not adopted: `destroy` takes it out of the set again.
new CustomBackupDatabase("invoices", {
  connection: control,
  database: "Invoices",
  control: set,
});

// The README that `import` wrote tells with which settings BizTalk's own job worked.
new BackupJob("job", {
  ...set,
  fullPath: new pulumi.Config().require("backupFolder"),
  logMarkName: "BTS",
  frequency: "d",
  disableBizTalkJob: true,
  deleteHistory: true,
});
