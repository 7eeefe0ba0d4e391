/** Backup topologies of SQL Server for Pulumi programs. */
export { type AgentArgs, BackupJob, type BackupJobArgs, type EncryptionArgs } from "./resources/backupJob";
export {
  BackupTopology,
  type BackupTopologyArgs,
  type TopologyDatabase,
  type TopologyLogin,
  type TopologyServer,
} from "./resources/backupTopology";
export { BackupUserLogin, type BackupUserLoginArgs } from "./resources/backupUserLogin";
export type {
  Authentication,
  Connection,
  EntraApplicationAuthentication,
  EntraDefaultAuthentication,
  EntraManagedIdentityAuthentication,
  EntraPasswordAuthentication,
  EntraTokenAuthentication,
  NtlmAuthentication,
  Secret,
  SqlAuthentication,
} from "./resources/connection";
export {
  type ControlArgs,
  CustomBackupDatabase,
  type CustomBackupDatabaseArgs,
} from "./resources/customBackupDatabase";
export { LinkedServer, type LinkedServerArgs, type LoginMappingArgs } from "./resources/linkedServer";
