/** Principals, memberships and permissions, of the server and of the database. */
import type { ExecutionContext } from "../engine/expressions/scope";
import { serverPrincipals } from "../security/memberships";
import { PERMISSION_CODES } from "../security/permissionNames";
import { securityOf } from "../security/securityOf";
import type { Database } from "../storage/database";
import type { LoginRecord, PermissionRecord, PrincipalRecord } from "../storage/records";
import {
  BIT,
  bytes,
  type ColumnList,
  DATETIME,
  defineView,
  fixed,
  INT,
  NOTHING,
  SYSNAME,
  TINYINT,
  text,
  ZERO,
} from "./viewBuilder";
import { canSeePrincipal, isAdministrator, sessionOf } from "./visibility";

const PRINCIPAL_TYPE: Record<string, string> = {
  S: "SQL_USER",
  U: "WINDOWS_USER",
  G: "WINDOWS_GROUP",
  R: "DATABASE_ROLE",
  A: "APPLICATION_ROLE",
  E: "EXTERNAL_USER",
  X: "EXTERNAL_GROUPS",
  C: "CERTIFICATE_MAPPED_USER",
  K: "ASYMMETRIC_KEY_MAPPED_USER",
};
const LOGIN_TYPE: Record<string, string> = {
  S: "SQL_LOGIN",
  U: "WINDOWS_LOGIN",
  G: "WINDOWS_GROUP",
  R: "SERVER_ROLE",
  C: "CERTIFICATE_MAPPED_LOGIN",
  K: "ASYMMETRIC_KEY_MAPPED_LOGIN",
  E: "EXTERNAL_LOGIN",
  X: "EXTERNAL_GROUP",
};
const AUTHENTICATION = ["NONE", "INSTANCE", "DATABASE", "WINDOWS", "EXTERNAL"];
const CLASS_TEXT: Record<number, string> = {
  0: "DATABASE",
  1: "OBJECT_OR_COLUMN",
  3: "SCHEMA",
  4: "DATABASE_PRINCIPAL",
  6: "TYPE",
  100: "SERVER",
  101: "SERVER_PRINCIPAL",
  105: "ENDPOINT",
};
const STATE_TEXT = { G: "GRANT", D: "DENY", W: "GRANT_WITH_GRANT_OPTION" };

function* principals(database: Database, context: ExecutionContext): Iterable<PrincipalRecord> {
  for (const principal of database.metadata.all("principal"))
    if (canSeePrincipal(context, database, principal.id)) yield principal;
}

function* logins(_database: Database, context: ExecutionContext): Iterable<LoginRecord> {
  const session = sessionOf(context);
  const security = securityOf(session);
  const all = security.hasServer("VIEW ANY DEFINITION") || security.hasServer("ALTER ANY LOGIN");
  const own = serverPrincipals(session.server, session.login.principalId);
  for (const login of session.server.master.metadata.all("login"))
    if (all || login.type === "R" || login.id === 1 || own.has(login.id)) yield login;
}

const LOGIN: ColumnList<LoginRecord> = [
  ["name", SYSNAME, (l) => l.name],
  ["principal_id", INT, (l) => l.id],
  ["sid", bytes(85), (l) => l.sid],
  ["type", fixed(1), (l) => l.type],
  ["type_desc", text(60), (l) => LOGIN_TYPE[l.type]],
  ["is_disabled", BIT, (l) => l.disabled],
  ["create_date", DATETIME, (l) => l.createDate],
  ["modify_date", DATETIME, (l) => l.modifyDate],
  ["default_database_name", SYSNAME, (l) => (l.type === "R" ? null : l.defaultDatabase)],
  ["default_language_name", SYSNAME, (l) => (l.type === "R" ? null : l.defaultLanguage)],
  ["credential_id", INT, (l) => l.credentialId],
  ["owning_principal_id", INT, (l) => l.ownerId],
  ["is_fixed_role", BIT, (l) => l.fixedRole ?? false],
];

const PERMISSION: ColumnList<PermissionRecord> = [
  ["class", TINYINT, (p) => p.class],
  ["class_desc", text(60), (p) => CLASS_TEXT[p.class]],
  ["major_id", INT, (p) => p.majorId],
  ["minor_id", INT, (p) => p.minorId],
  ["grantee_principal_id", INT, (p) => p.granteeId],
  ["grantor_principal_id", INT, (p) => p.grantorId],
  ["type", fixed(4), (p) => (PERMISSION_CODES[p.permission] ?? "").padEnd(4)],
  ["permission_name", text(128), (p) => p.permission],
  ["state", fixed(1), (p) => p.state],
  ["state_desc", text(60), (p) => STATE_TEXT[p.state]],
];

export function registerPrincipalViews(): void {
  defineView("sys.database_principals", principals, [
    ["name", SYSNAME, (p) => p.name],
    ["principal_id", INT, (p) => p.id],
    ["type", fixed(1), (p) => p.type],
    ["type_desc", text(60), (p) => PRINCIPAL_TYPE[p.type]],
    ["default_schema_name", SYSNAME, (p) => p.defaultSchema],
    ["create_date", DATETIME, (p) => p.createDate],
    ["modify_date", DATETIME, (p) => p.modifyDate],
    ["owning_principal_id", INT, (p) => p.ownerId],
    ["sid", bytes(85), (p) => p.sid],
    ["is_fixed_role", BIT, (p) => p.fixedRole],
    ["authentication_type", INT, (p) => p.authenticationType],
    ["authentication_type_desc", text(60), (p) => AUTHENTICATION[p.authenticationType]],
    ["default_language_name", SYSNAME, NOTHING],
    ["default_language_lcid", INT, NOTHING],
    ["allow_encrypted_value_modifications", BIT, ZERO],
  ]);
  defineView("sys.sysusers", principals, [
    ["uid", { kind: "smallint" }, (p) => p.id],
    ["name", SYSNAME, (p) => p.name],
    ["sid", bytes(85), (p) => p.sid],
    ["islogin", INT, (p) => p.type !== "R"],
    ["issqluser", INT, (p) => p.type === "S"],
    ["issqlrole", INT, (p) => p.type === "R"],
    ["hasdbaccess", INT, (p) => p.type !== "R"],
  ]);
  defineView(
    "sys.database_role_members",
    function* (database, context) {
      for (const member of database.metadata.all("roleMember"))
        if (isAdministrator(context, database) || canSeePrincipal(context, database, member.memberId)) yield member;
    },
    [
      ["role_principal_id", INT, (m) => m.roleId],
      ["member_principal_id", INT, (m) => m.memberId],
    ],
  );
  defineView(
    "sys.database_permissions",
    function* (database, context) {
      for (const record of database.metadata.all("permission"))
        if (isAdministrator(context, database) || canSeePrincipal(context, database, record.granteeId)) yield record;
    },
    PERMISSION,
  );
  defineView("sys.server_principals", logins, LOGIN);
  defineView(
    "sys.sql_logins",
    function* (database, context) {
      for (const login of logins(database, context)) if (login.type === "S") yield login;
    },
    [
      ...LOGIN.filter(([name]) => name !== "owning_principal_id" && name !== "is_fixed_role"),
      ["is_policy_checked", BIT, (l) => l.checkPolicy],
      ["is_expiration_checked", BIT, (l) => l.checkExpiration],
      [
        "password_hash",
        bytes(256),
        (l, _database, context) => (securityOf(sessionOf(context)).hasServer("CONTROL SERVER") ? l.passwordHash : null),
      ],
    ],
  );
  defineView("sys.syslogins", logins, [
    ["sid", bytes(85), (l) => l.sid],
    ["name", SYSNAME, (l) => l.name],
    ["loginname", SYSNAME, (l) => l.name],
    ["dbname", SYSNAME, (l) => l.defaultDatabase],
    ["language", SYSNAME, (l) => l.defaultLanguage],
    ["hasaccess", INT, (l) => !l.disabled],
    ["isntname", INT, (l) => l.type === "U" || l.type === "G"],
    [
      "sysadmin",
      INT,
      (l, _database, context) =>
        [...sessionOf(context).server.master.metadata.all("serverRoleMember")].some(
          (m) => m.roleId === 3 && m.memberId === l.id,
        ),
    ],
  ]);
  defineView(
    "sys.server_role_members",
    (_database, context) => sessionOf(context).server.master.metadata.all("serverRoleMember"),
    [
      ["role_principal_id", INT, (m) => m.roleId],
      ["member_principal_id", INT, (m) => m.memberId],
    ],
  );
  defineView(
    "sys.server_permissions",
    (_database, context) => sessionOf(context).server.master.metadata.all("serverPermission"),
    PERMISSION,
  );
}
