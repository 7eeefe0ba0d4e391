import type { FailureKind, ServerMessage } from "./errors";

const noConnectionBetween =
  "the control server cannot reach the other one: see that SQL Server runs there and listens on TCP, that the linked server's data source names host and port as the control server sees them, and that no firewall is between";
const cutBetween =
  "the connection between the control server and the other one was cut: see whether that server was stopped, restarted or failed over; the next run catches up";
const replicated =
  "replication uses the linked server: end that first (sp_dropsubscription for a subscriber, sp_dropdistpublisher for a publisher, sp_dropdistributor for the distributor)";

const lacksServerPermission =
  "the login lacks a permission at the server: give it that one (BackupUserLogin's serverPermissions), or use a member of sysadmin";

/** What to do about SQL Server's errors that this package's users meet, by number. */
const hints: Readonly<Record<number, string>> = {
  53: noConnectionBetween,
  208: "the database lacks what BackupJob or CustomBackupDatabase installs: check that it is the right one",
  229: "the login lacks a permission: BTS_BACKUP_USERS in the database holds those of a run, and BackupUserLogin's rights give those at the server and in msdb",
  258: noConnectionBetween,
  262: "the role BTS_BACKUP_USERS alone does not allow backups: the user also needs BACKUP DATABASE and BACKUP LOG in the database; who restores or reads the header of a backup needs dbcreator",
  297: lacksServerPermission,
  300: lacksServerPermission,
  911: "check the name of the database, and that it exists on this server",
  916: "the login has no user in the database",
  927: "the database is being restored: if that was interrupted run it again, or finish it with RESTORE DATABASE … WITH RECOVERY",
  942: "the database is offline: if a restore was interrupted run it again, or ALTER DATABASE … SET ONLINE",
  2812: "the database lacks a procedure: declare it as CustomBackupDatabase, or run the Backup_Setup_All scripts in it",
  3023: "another backup or file operation of this database is running; wait for it and run again",
  3101: "other sessions use the database: close them, or set it to SINGLE_USER",
  3110: "the login may not restore: it must be sysadmin, dbcreator or the database's owner",
  3117: "restore a full backup WITH NORECOVERY first",
  3154: "the backup is of another database; restore it under its own name, or with REPLACE if that is what you want",
  3159: "the tail of the log was not backed up: back it up WITH NORECOVERY, or restore with REPLACE to give it up",
  3156: "the file cannot be put there: give another place with MOVE",
  3201: "SQL Server's service account must be able to reach and write this path, as seen from the server",
  3202: "the backup could not be written: check free space and the connection to the share",
  3203: "the backup could not be read: check the connection to the share, and the file",
  3241: "this is not a complete backup file, or not one of SQL Server",
  3256: "the backup was cut off while it was written; use another one",
  3257: "free space on that volume, or move files elsewhere with MOVE",
  3271: "input or output failed on the backup file: check free space and the connection to the share",
  3701: "the object is gone already, or the login may not drop it",
  3910: "the transaction is in use by another session: a linked server must not point back to the server it is on",
  3925: 'choose a mark name that does not start with "LSN:"',
  3928: "the mark could not be placed while other transactions were committing; run again",
  4060: "the database does not exist, is not online, or the login has no user in it",
  4208: "set the recovery model to FULL and take a full backup",
  4214: "take a full backup first: sp_ForceFullBackup makes the next run do so",
  4305: "a log backup between is missing, or the mark was reached before: stop at the log that reaches it",
  4326: "this log was restored already; go on with the next one",
  4330: "this log belongs to another recovery path; start again from a full backup",
  6102: "ask an administrator: only sysadmin and processadmin may end sessions",
  7201: "the remote server does not allow remote access: sp_configure 'remote access', 1 on it",
  7202: "declare the linked server on the control server (LinkedServer)",
  7391: "no distributed transaction could be begun: MSDTC must run on both servers, allow network access both ways, and resolve each other's names",
  7399: "the OLE DB provider failed; its own message says why",
  7403: "install the OLE DB provider on the control server, or name another one",
  7411: "switch on 'rpc out' (and 'rpc' on the remote side) of the linked server",
  7415: "the login has no mapping at the linked server",
  7416: "the login has no mapping at the linked server",
  8501: "start MSDTC on that server, and allow network access in its security settings",
  10054: cutBetween,
  10060: noConnectionBetween,
  10061: noConnectionBetween,
  11001: noConnectionBetween,
  14261: "choose another name, or drop what has it",
  14262: "check the name of the Agent job, schedule, operator or proxy",
  14274: "the Agent job belongs to a master server",
  14516:
    "grant the proxy to the subsystem CmdExec (sp_grant_proxy_to_subsystem), and to the job's owner (sp_grant_login_to_proxy)",
  15010: "check the name of the default database, and that it exists on this server",
  15033: "sys.syslanguages has the names and aliases of the languages",
  15007: "the login does not exist",
  15023: "the user exists already: set adopt to take it over",
  15025: "the login exists already: set adopt to take it over",
  15028: "the linked server exists already: set adopt to take it over",
  15063: "the login has a user in the database under another name",
  15116: "choose a password that meets the policy, or set checkPolicy to false",
  15118: "choose a password that meets the policy, or set checkPolicy to false",
  15138: "the role or user owns a schema or another object in the database: give it to another owner first",
  15141: "the login owns a server object: give it to another owner first",
  15144: "the role still has members that somebody else put there",
  15151: "it is not there, or the login may not see it",
  15170: "the login owns Agent jobs: give them to another owner first",
  15173: "the login has granted permissions: revoke them, or have another login grant them, first",
  15174: "the login owns databases: give them to another owner first",
  15190: "remote logins still refer to the linked server: sp_dropserver with 'droplogins' takes them away with it",
  15247: "use a login that may do this; sysadmin always may",
  15401: "check the spelling of the Windows account: DOMAIN\\name",
  15404: "SQL Server could not ask the domain about the account: check its connection to a domain controller",
  15434: "the login is in use: end its sessions, or stop the service that uses it",
  18452: "the server does not trust the account's domain, or accepts Windows logins only",
  18456: "check user name and password; the server's own error log has the reason behind the state",
  18470: "the login is disabled: ALTER LOGIN … ENABLE",
  18487: "the password has expired: set a new one",
  18488: "the password must be changed before the first use",
  20581: replicated,
  20582: replicated,
  20583: replicated,
  20584: replicated,
};

const kindHints: Partial<Record<FailureKind, string>> = {
  network: "check host and port, that SQL Server listens on TCP there, and that no firewall is between",
  tls: "have the server use a certificate that this machine trusts, pass its authority as connection.ca, or (only where nobody can listen in) set trustServerCertificate",
  timeout: "the server did not answer in time: look for blocking sessions on it, or raise the connection's timeouts",
};

const lostHint = "the connection was cut: see whether the server was restarted or failed over, and try again";

/** What to do next about a failure. */
export function hintFor(
  kind: FailureKind,
  number: number | undefined,
  messages: readonly ServerMessage[],
  connectionLost: boolean,
): string | undefined {
  if (number !== undefined && hints[number]) return hints[number];
  const other = messages.find((message) => message.class > 10 && hints[message.number]);
  if (other) return hints[other.number];
  if (connectionLost) return lostHint;
  return messages.some((message) => message.class > 10) ? undefined : kindHints[kind];
}
