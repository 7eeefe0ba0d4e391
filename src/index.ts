/** Backup topologies of SQL Server for Pulumi programs. */
export type { FunctionOutputOptions } from "./functions/call";
export {
  type FullDueStatus,
  type GetBackupStatusArgs,
  type GetBackupStatusOutputArgs,
  type GetBackupStatusResult,
  getBackupStatus,
  getBackupStatusOutput,
  type MarkStatus,
  type MemberStatus,
  type RunStatus,
  type StatusFinding,
  type StatusMember,
  type TakenBackupStatus,
} from "./functions/getBackupStatus";
export {
  type GetRestorePointsArgs,
  type GetRestorePointsOutputArgs,
  type GetRestorePointsResult,
  getRestorePoints,
  getRestorePointsOutput,
  type RestorePoint,
  type RestorePointLack,
  type RestorePointMember,
} from "./functions/getRestorePoints";
export {
  type GetUserDatabasesArgs,
  type GetUserDatabasesOutputArgs,
  type GetUserDatabasesResult,
  getUserDatabases,
  getUserDatabasesOutput,
  type UserDatabase,
} from "./functions/getUserDatabases";
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
export { type Server, ServerConfigError, serverFromConfig } from "./resources/server";
