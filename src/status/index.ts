export type {
  BackupStatus,
  BackupThresholds,
  FullDueStatus,
  MarkStatus,
  MemberStatus,
  RunStatus,
  StatusFinding,
  StatusMember,
  TakenBackupStatus,
} from "./backupStatus";
export { type BackupStatusRequest, readBackupStatus } from "./readStatus";
