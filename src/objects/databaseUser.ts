import { quoteName, quotePath, quoteString, type Row } from "../sqlserver";
import { namesWithout, permissionName } from "./serverLogin";

/** The role that holds EXECUTE on the backup procedures of a member. */
export const backupRole = "BTS_BACKUP_USERS";

/** The rights that the role lacks: its procedures back up by dynamic SQL, which runs with the caller's own rights. */
export const backupPermissions = ["BACKUP DATABASE", "BACKUP LOG"] as const;

/** What a login is to be in a database. */
export interface UserSettings {
  readonly roles: readonly string[];
  /** Of the database, such as `BACKUP LOG`, or of an object in it, such as `SELECT ON dbo.backupset`. */
  readonly permissions: readonly string[];
}

/** What a login is in a database. */
export interface UserState extends UserSettings {
  readonly database: string;
  /** The roles that the database has. */
  readonly existingRoles: readonly string[];
  /** `ONLINE`, another state, or undefined when there is no such database. */
  readonly databaseState: string | undefined;
  /** The login's user; undefined when it has none. */
  readonly user: string | undefined;
  /** A user that bears the login's name but belongs to another login, or to one that is gone, as after a restore from another server. */
  readonly orphan: string | undefined;
}

interface UserRow {
  item: "user" | "orphan" | "role" | "permission" | "existing role";
  name: string;
}

/** Runs in a database: its rows say what the login `@login` is there. */
const userQuery = `DECLARE @sid varbinary(85) = SUSER_SID(@login);
DECLARE @user sysname = (SELECT MIN(name) FROM sys.database_principals WHERE sid = @sid AND type IN ('S', 'U', 'G', 'E', 'X'));
SELECT N'user' AS item, @user AS name WHERE @user IS NOT NULL
UNION ALL
SELECT N'orphan', p.name FROM sys.database_principals AS p
WHERE p.name = @login AND p.type IN ('S', 'U', 'G', 'E', 'X') AND (@sid IS NULL OR p.sid <> @sid)
UNION ALL
SELECT N'role', r.name FROM sys.database_role_members AS m
JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.database_principals AS p ON p.principal_id = m.member_principal_id
WHERE p.name = @user
UNION ALL
SELECT N'permission', g.permission_name FROM sys.database_permissions AS g
JOIN sys.database_principals AS p ON p.principal_id = g.grantee_principal_id
WHERE p.name = @user AND g.class = 0 AND g.state IN ('G', 'W') AND g.permission_name <> N'CONNECT'
UNION ALL
SELECT N'permission', CONCAT(g.permission_name, N' ON ', SCHEMA_NAME(o.schema_id), N'.', o.name)
FROM sys.database_permissions AS g
JOIN sys.database_principals AS p ON p.principal_id = g.grantee_principal_id
JOIN sys.objects AS o ON o.object_id = g.major_id
WHERE p.name = @user AND g.class = 1 AND g.minor_id = 0 AND g.state IN ('G', 'W')
UNION ALL
SELECT N'existing role', name FROM sys.database_principals WHERE type = 'R';`;

/**
 * For each database two result sets: its state, and what the login `@login` is there. A database that is missing or
 * offline gives an empty second one instead of an error that would hide all the others.
 */
export function readUsersText(databases: readonly string[]): string {
  return databases
    .map((database) => {
      const name = quoteString(database);
      return `SELECT state_desc AS state FROM sys.databases WHERE name = ${name};
IF EXISTS (SELECT * FROM sys.databases WHERE name = ${name} AND state = 0)
  EXEC ${quotePath(database, "sys", "sp_executesql")} N'${userQuery.replaceAll("'", "''")}', N'@login sysname', @login;
ELSE
  SELECT N'' AS item, N'' AS name WHERE 1 = 0;`;
    })
    .join("\n");
}

/** Reads the result sets of `readUsersText`. */
export function parseUsers(databases: readonly string[], recordsets: readonly (readonly Row[])[]): UserState[] {
  return databases.map((database, index) => {
    const state = recordsets[2 * index]?.[0] as { state: string } | undefined;
    const rows = (recordsets[2 * index + 1] ?? []) as unknown as UserRow[];
    const names = (item: UserRow["item"]) => rows.filter((row) => row.item === item).map((row) => row.name);
    return {
      database,
      databaseState: state?.state,
      user: names("user")[0],
      existingRoles: names("existing role"),
      orphan: names("orphan")[0],
      roles: names("role"),
      permissions: names("permission"),
    };
  });
}

/** What was added in a database, which is what is taken away later. */
export interface UserGrant {
  readonly database: string;
  /** The user was made; dropping it takes away the rest. */
  readonly createdUser: boolean;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

/** What has to be added to a database so that the login is there what it should be. */
export function missingIn(state: UserState, wanted: UserSettings): UserGrant {
  return {
    database: state.database,
    createdUser: state.user === undefined,
    roles: namesWithout(wanted.roles, state.roles),
    permissions: namesWithout(wanted.permissions, state.permissions),
  };
}

/** What a user is beyond what it is to be: roles, and the right to back up. Other rights are somebody else's affair. */
export function surplusIn(state: UserState, wanted: UserSettings): UserGrant {
  const backupRights = state.permissions.filter((name) => namesWithout([name], backupPermissions).length === 0);
  return {
    database: state.database,
    createdUser: false,
    roles: namesWithout(state.roles, wanted.roles),
    permissions: namesWithout(backupRights, wanted.permissions),
  };
}

/** Whether the grant changes anything. */
export function isEmptyGrant(grant: UserGrant): boolean {
  return !grant.createdUser && grant.roles.length === 0 && grant.permissions.length === 0;
}

/** Whether a login enters the database as its owner, who has every right and can be a member of nothing. */
export function isOwner(state: Pick<UserState, "user">): boolean {
  return state.user?.toLowerCase() === "dbo";
}

/** Wanted roles that are not there and cannot be made here: nobody else knows what they are to allow. */
export function rolesNowhere(state: UserState, wanted: UserSettings): string[] {
  return namesWithout(wanted.roles, [...state.existingRoles, backupRole]);
}

const holdsBackupRole = (names: readonly string[]) => namesWithout([backupRole], names).length === 0;

/**
 * Makes the role of those who back up, and marks it as made here. A login may come before the set-up that gives the
 * role its rights, which is why each of the two makes it if it is not there; the lock is for those who come at once.
 */
const createBackupRoleLines = [
  `EXEC sys.sp_getapplock @Resource = N'${backupRole}', @LockMode = N'Exclusive', @LockOwner = N'Transaction';`,
  `IF DATABASE_PRINCIPAL_ID(N'${backupRole}') IS NULL
BEGIN
  CREATE ROLE ${backupRole} AUTHORIZATION dbo;
  EXEC sys.sp_addextendedproperty @name = N'mssql_backup', @value = N'made', @level0type = N'USER', @level0name = N'${backupRole}';
END;`,
];

/**
 * Drops the role of those who back up, with whoever is in it by then, and the schema that sp_addrole leaves behind.
 * Runs in the database.
 */
export const dropBackupRoleText = `IF DATABASE_PRINCIPAL_ID(N'${backupRole}') IS NOT NULL
BEGIN
  DECLARE @leave nvarchar(max) = N'';
  SELECT @leave += N'ALTER ROLE ${backupRole} DROP MEMBER ' + QUOTENAME(p.name) + N';'
  FROM sys.database_role_members AS m
  JOIN sys.database_principals AS p ON p.principal_id = m.member_principal_id
  WHERE m.role_principal_id = DATABASE_PRINCIPAL_ID(N'${backupRole}');
  EXEC sys.sp_executesql @leave;
  DROP SCHEMA IF EXISTS ${backupRole};
  DROP ROLE ${backupRole};
END;`;

/**
 * Drops the role of those who back up if it was made for a login and nothing uses it any more: no members, no rights,
 * no schemas. Whoever leaves a database last takes it away so. Runs in the database.
 */
export const dropUnusedBackupRoleText = `IF EXISTS (SELECT * FROM sys.extended_properties WHERE class = 4 AND major_id = DATABASE_PRINCIPAL_ID(N'${backupRole}') AND name = N'mssql_backup')
  AND NOT EXISTS (SELECT * FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N'${backupRole}'))
  AND NOT EXISTS (SELECT * FROM sys.database_permissions WHERE grantee_principal_id = DATABASE_PRINCIPAL_ID(N'${backupRole}'))
  AND NOT EXISTS (SELECT * FROM sys.schemas WHERE principal_id = DATABASE_PRINCIPAL_ID(N'${backupRole}'))
  DROP ROLE ${backupRole};`;

/** Adds what is missing. A user left behind by another login of the same name is given to this one. */
export function grantUserText(loginName: string, state: UserState, grant: UserGrant): string {
  const user = quoteName(state.user ?? loginName);
  const login = quoteName(loginName);
  const lines: string[] = [];
  if (grant.createdUser) {
    lines.push(state.orphan ? `ALTER USER ${user} WITH LOGIN = ${login};` : `CREATE USER ${user} FOR LOGIN ${login};`);
  }
  if (!isOwner(state)) {
    if (holdsBackupRole(grant.roles) && !holdsBackupRole(state.existingRoles)) lines.push(...createBackupRoleLines);
    lines.push(...grant.roles.map((role) => `ALTER ROLE ${quoteName(role)} ADD MEMBER ${user};`));
    lines.push(...grant.permissions.map((permission) => `GRANT ${permissionText(permission)} TO ${user};`));
  }
  return inDatabase(state.database, lines);
}

/** Takes away what was added, as far as it is still there. */
export function revokeUserText(state: UserState, grant: UserGrant): string {
  // Of a login that somebody has dropped, the user stays behind.
  const user = state.user ?? (grant.createdUser ? state.orphan : undefined);
  const lines = isOwner(state) || user === undefined ? [] : revocations(state, quoteName(user), grant);
  if (holdsBackupRole(grant.roles)) lines.push(dropUnusedBackupRoleText);
  return inDatabase(grant.database, lines);
}

function revocations(state: UserState, user: string, grant: UserGrant): string[] {
  if (grant.createdUser) return [`DROP USER ${user};`];
  const roles = grant.roles.filter((role) => namesWithout([role], state.roles).length === 0);
  const permissions = grant.permissions.filter((name) => namesWithout([name], state.permissions).length === 0);
  return [
    ...roles.map((role) => `ALTER ROLE ${quoteName(role)} DROP MEMBER ${user};`),
    ...permissions.map((permission) => `REVOKE ${permissionText(permission)} FROM ${user};`),
  ];
}

/** A permission as GRANT and REVOKE take it. */
function permissionText(permission: string): string {
  const [name = "", object] = permission.split(" ON ");
  if (object === undefined) return permissionName(name);
  return `${permissionName(name)} ON OBJECT::${object.split(".").map(quoteName).join(".")}`;
}

function inDatabase(database: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return `EXEC ${quotePath(database, "sys", "sp_executesql")} ${quoteString(lines.join("\n"))};`;
}
