import { quoteString } from "../sqlserver";
import { backupRole, dropBackupRoleText } from "./databaseUser";
import { modulesOf } from "./installation";

/** Everything that a management database of our own holds, in the order in which it can be dropped. */
const recordTables = ["Drill", "RestorePointMember", "RestorePoint", "RunStep", "Run", "Job", "InstalledObject"];
const managementTables = ["adm_OtherBackupDatabases", "adm_BackupSettings", "adm_BackupSetId", "adm_BackupHistory"];

/** Tables that hold what happened, which only goes when that is asked for. */
export const historyTables = new Set([
  "dbo.adm_BackupHistory",
  "dbo.adm_BackupSetId",
  "dbo.MarkLog",
  "mssql_backup.Drill",
  "mssql_backup.RestorePointMember",
  "mssql_backup.RestorePoint",
  "mssql_backup.RunStep",
  "mssql_backup.Run",
  // What create made has to be known for as long as any of it is there.
  "mssql_backup.InstalledObject",
]);

/** Entries of `mssql_backup.InstalledObject` that stand for no object in the database. */
export const databaseItself = "(the database itself)";
export const historyUnwanted = "(no history is to stay)";

/** An object of ours, as `mssql_backup.InstalledObject` names it. */
export interface OwnObject {
  readonly name: string;
  readonly drop: string;
  /** T-SQL that is true while the object exists. */
  readonly exists: string;
}

/** What we may have put into a management database, in the order in which it can be dropped. */
export function ownObjects(): OwnObject[] {
  const object = (kind: string, name: string): OwnObject => ({
    name,
    drop: `DROP ${kind} IF EXISTS ${name};`,
    exists: `OBJECT_ID(${quoteString(name)}) IS NOT NULL`,
  });
  const procedures = [...modulesOf("management").keys(), ...modulesOf("member").keys()].filter((name) =>
    name.startsWith("sp_"),
  );
  return [
    ...procedures.map((name) => object("PROCEDURE", `dbo.${name}`)),
    object("VIEW", "dbo.admv_BackupDatabases"),
    ...managementTables.map((name) => object("TABLE", `dbo.${name}`)),
    object("TABLE", "dbo.MarkLog"),
    ...recordTables.map((name) => object("TABLE", `mssql_backup.${name}`)),
    {
      name: "mssql_backup",
      drop: "DROP SCHEMA IF EXISTS mssql_backup;",
      exists: "SCHEMA_ID(N'mssql_backup') IS NOT NULL",
    },
    {
      name: backupRole,
      drop: dropBackupRoleText,
      exists: `DATABASE_PRINCIPAL_ID(N'${backupRole}') IS NOT NULL`,
    },
  ];
}
