/** Backup topologies of SQL Server for Pulumi programs. */
export { BackupJob, type BackupJobArgs } from "./resources/backupJob";
export {
  BackupTopology,
  type BackupTopologyArgs,
  type Connection,
  type TopologyDatabase,
  type TopologyLogin,
  type TopologyServer,
} from "./resources/backupTopology";
export { BackupUserLogin, type BackupUserLoginArgs } from "./resources/backupUserLogin";
export { CustomBackupDatabase, type CustomBackupDatabaseArgs } from "./resources/customBackupDatabase";
export { LinkedServer, type LinkedServerArgs } from "./resources/linkedServer";
