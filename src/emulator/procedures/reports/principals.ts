/** sp_helpuser, sp_helprole, sp_helplogins and their family. */
import { SqlError } from "../../engine/errors";
import type { Arguments } from "../define";
import { optional, report } from "../define";

function requireRole(parameter: string, isServer: boolean) {
  return (args: Arguments) => {
    const name = args.text(parameter);
    if (name === undefined) return;
    const { server, database } = args.activation.session;
    const record = isServer
      ? server.master.metadata.findOne("login", name)
      : database.metadata.findOne("principal", name);
    if (record?.type === "R") return;
    throw isServer
      ? new SqlError(15412, `'${name}' is not a known fixed role.`)
      : new SqlError(15409, `'${name}' is not a role.`);
  };
}

function requireUser(args: Arguments): void {
  const name = args.text("@name_in_db");
  if (name === undefined || args.activation.session.database.metadata.findOne("principal", name)) return;
  throw new SqlError(15198, `The name supplied (${name}) is not a user, role, or aliased login.`);
}

export function registerPrincipalReports(): void {
  report(
    "sp_helprole",
    [optional("@rolename")],
    `SELECT p.name AS RoleName, CONVERT(smallint, p.principal_id) AS RoleId, 0 AS IsAppRole
FROM sys.database_principals AS p WHERE p.type = 'R' AND (@rolename IS NULL OR p.name = @rolename) ORDER BY p.principal_id;`,
    requireRole("@rolename", false),
  );
  report(
    "sp_helprolemember",
    [optional("@rolename")],
    `SELECT r.name AS DbRole, m.name AS MemberName, m.sid AS MemberSID
FROM sys.database_role_members AS x
JOIN sys.database_principals AS r ON r.principal_id = x.role_principal_id
JOIN sys.database_principals AS m ON m.principal_id = x.member_principal_id
WHERE @rolename IS NULL OR r.name = @rolename ORDER BY r.name, m.name;`,
    requireRole("@rolename", false),
  );
  report(
    "sp_helpuser",
    [optional("@name_in_db")],
    `SELECT u.name AS UserName, ISNULL(r.name, 'public') AS RoleName, l.name AS LoginName, l.default_database_name AS DefDBName,
  u.default_schema_name AS DefSchemaName, CONVERT(char(10), u.principal_id) AS UserID, u.sid AS SID
FROM sys.database_principals AS u
LEFT JOIN sys.database_role_members AS x ON x.member_principal_id = u.principal_id
LEFT JOIN sys.database_principals AS r ON r.principal_id = x.role_principal_id
LEFT JOIN sys.server_principals AS l ON l.sid = u.sid
WHERE u.type <> 'R' AND (@name_in_db IS NULL OR u.name = @name_in_db) ORDER BY u.name, r.name;`,
    requireUser,
  );
  report(
    "sp_helplogins",
    [optional("@loginnamepattern")],
    `SELECT l.name AS LoginName, l.sid AS SID, l.default_database_name AS DefDBName, l.default_language_name AS DefLangName,
  CONVERT(char(5), CASE WHEN u.sid IS NULL THEN 'NO' ELSE 'yes' END) AS AUser, CONVERT(char(7), 'no') AS ARemote
FROM sys.server_principals AS l LEFT JOIN sys.database_principals AS u ON u.sid = l.sid
WHERE l.type IN ('S', 'U', 'G') AND (@loginnamepattern IS NULL OR l.name = @loginnamepattern) ORDER BY l.name;
SELECT l.name AS LoginName, DB_NAME() AS DBName, u.name AS UserName, CONVERT(char(8), 'User') AS UserOrAlias
FROM sys.server_principals AS l JOIN sys.database_principals AS u ON u.sid = l.sid
WHERE l.type IN ('S', 'U', 'G') AND (@loginnamepattern IS NULL OR l.name = @loginnamepattern) ORDER BY l.name;`,
  );
  report(
    "sp_helpsrvrole",
    [optional("@srvrolename")],
    `SELECT p.name AS ServerRole,
  CASE p.name WHEN 'sysadmin' THEN 'System Administrators' WHEN 'securityadmin' THEN 'Security Administrators' WHEN 'serveradmin' THEN 'Server Administrators'
    WHEN 'setupadmin' THEN 'Setup Administrators' WHEN 'processadmin' THEN 'Process Administrators' WHEN 'diskadmin' THEN 'Disk Administrators'
    WHEN 'dbcreator' THEN 'Database Creators' ELSE 'Bulk Insert Administrators' END AS Description
FROM sys.server_principals AS p WHERE p.is_fixed_role = 1 AND (@srvrolename IS NULL OR p.name = @srvrolename) ORDER BY p.principal_id;`,
    requireRole("@srvrolename", true),
  );
  report(
    "sp_helpsrvrolemember",
    [optional("@srvrolename")],
    `SELECT r.name AS ServerRole, m.name AS MemberName, m.sid AS MemberSID
FROM sys.server_role_members AS x
JOIN sys.server_principals AS r ON r.principal_id = x.role_principal_id
JOIN sys.server_principals AS m ON m.principal_id = x.member_principal_id
WHERE @srvrolename IS NULL OR r.name = @srvrolename ORDER BY r.name, m.name;`,
    requireRole("@srvrolename", true),
  );
  report(
    "sp_helprotect",
    [
      optional("@name"),
      optional("@username"),
      optional("@grantorname"),
      optional("@permissionarea", { kind: "varchar", length: 10 }, "o s"),
    ],
    `SELECT ISNULL(OBJECT_SCHEMA_NAME(p.major_id), '.') AS [Owner], ISNULL(OBJECT_NAME(p.major_id), '.') AS [Object], USER_NAME(p.grantee_principal_id) AS [Grantee],
  USER_NAME(p.grantor_principal_id) AS [Grantor], CONVERT(char(10), CASE p.state WHEN 'D' THEN 'Deny' WHEN 'W' THEN 'Grant_WGO' ELSE 'Grant' END) AS [ProtectType],
  p.permission_name AS [Action], CASE WHEN p.minor_id > 0 THEN COL_NAME(p.major_id, p.minor_id) WHEN p.class = 1 AND p.permission_name IN ('SELECT', 'UPDATE', 'REFERENCES') THEN '(All+New)' ELSE '.' END AS [Column]
FROM sys.database_permissions AS p
WHERE p.class IN (0, 1) AND (@name IS NULL OR OBJECT_NAME(p.major_id) = PARSENAME(@name, 1) OR p.permission_name = @name)
  AND (@username IS NULL OR USER_NAME(p.grantee_principal_id) = @username) AND (@grantorname IS NULL OR USER_NAME(p.grantor_principal_id) = @grantorname)
ORDER BY [Owner], [Object], [Grantee], [Action];`,
  );
}
