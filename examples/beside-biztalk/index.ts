import * as pulumi from "@pulumi/pulumi";
import { BackupJob, type Connection, CustomBackupDatabase } from "pulumi-mssql-backup";

const config = new pulumi.Config();

const sqlServer: Connection = {
  host: config.require("host"),
  port: config.requireNumber("port"),
  authentication: { type: "sql", user: "sa", password: { env: "MSSQL_BACKUP_PASSWORD" } },
  trustServerCertificate: config.requireBoolean("trustServerCertificate"),
};

// Everything stands in BizTalk's own tables, which are used as they are and never altered.
const job = new BackupJob("backup", {
  connection: sqlServer,
  managementDatabase: "BizTalkMgmtDb",
  fullPath: config.require("backupFolder"),
  // As BizTalk's job has it, so that marks and files are called what everybody expects.
  logMarkName: "BTS",
  // Two jobs on one set would break each other's log chains: BizTalk's rests, until `destroy` enables it again.
  disableBizTalkJob: true,
  // Our part of the history, the schema mssql_backup, goes on `destroy`; BizTalk's always stays.
  deleteHistory: true,
});

// Gets what it takes to be marked and backed up, and a row in adm_OtherBackupDatabases. The next run takes its first
// full backup, without which its log backups would fail.
new CustomBackupDatabase("payments", {
  connection: sqlServer,
  database: "Payments",
  control: { connection: sqlServer, managementDatabase: job.managementDatabase },
});
