import { namesWithout } from "../objects/serverLogin";

/** What a login is for, from which follows what it may do at the server and in msdb. */
export type LoginRights = "backup" | "backupAndRestore";

/** Where SQL Server keeps the history of backups and marks. */
export const historyDatabase = "msdb";

/**
 * What reading that history takes: a run looks there for the proof of its mark and for the backup that it has just
 * taken, and restore points are computed from it.
 */
export const historyPermissions: readonly string[] = [
  "SELECT ON dbo.backupset",
  "SELECT ON dbo.backupmediafamily",
  "SELECT ON dbo.logmarkhistory",
];

/**
 * The server roles that come with the rights: only sysadmin, dbcreator and a database's owner may restore over it, and
 * reading the header of a backup file takes the right to create databases.
 */
export function rolesOfRights(rights: LoginRights | undefined): readonly string[] {
  return rights === "backupAndRestore" ? ["dbcreator"] : [];
}

/** A program's server roles and those of the rights. */
export function withRolesOfRights(serverRoles: readonly string[], rights: LoginRights | undefined): string[] {
  return [...serverRoles, ...namesWithout(rolesOfRights(rights), serverRoles)];
}

/** What the server has beside the roles of the rights, as far as the program does not name them itself. */
export function withoutRolesOfRights(
  found: readonly string[],
  serverRoles: readonly string[],
  rights: LoginRights | undefined,
): string[] {
  return namesWithout(found, namesWithout(rolesOfRights(rights), serverRoles));
}
