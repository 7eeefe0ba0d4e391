import { quoteName, quoteString } from "../../../../src/sqlserver";
import type { DriftCase, DriftTable } from "./driftCase";

const password = "Declared-1";

/** A SQL login on the remote server, changed by one statement that follows `ALTER LOGIN name`. */
function alterDrift(drift: {
  readonly property: string;
  readonly alter: string;
  readonly observe: string;
  readonly shows: DriftCase["shows"];
  readonly declared?: object;
}): DriftCase {
  const loginName = `login ${drift.property}`;
  return {
    property: drift.property,
    declare: ({ remote }) => ({
      [loginName]: {
        kind: "BackupUserLogin",
        args: { connection: remote.connection, loginName, password, checkPolicy: false, ...drift.declared },
      },
    }),
    drift: ({ remote }) => remote.run(`ALTER LOGIN ${quoteName(loginName)} ${drift.alter};`),
    shows: drift.shows,
    observe: ({ remote }) =>
      remote.rows(`SELECT ${drift.observe} AS value FROM sys.sql_logins WHERE name = ${quoteString(loginName)};`),
  };
}

/** A SQL login that is dropped and made again as something else, which only a replacement mends. */
function remadeDrift(drift: {
  readonly property: string;
  readonly remade: string;
  readonly observe: string;
  readonly shows: DriftCase["shows"];
  readonly declared?: object;
}): DriftCase {
  const loginName = `login ${drift.property}`;
  const name = quoteName(loginName);
  return {
    ...alterDrift({ ...drift, alter: "" }),
    drift: ({ remote }) => remote.run(`DROP LOGIN ${name}; CREATE LOGIN ${name} ${drift.remade};`),
    observe: ({ remote }) =>
      remote.rows(
        `SELECT ${drift.observe} AS value FROM sys.server_principals WHERE name = ${quoteString(loginName)};`,
      ),
    replaces: true,
  };
}

/** A login with a user in a database of its own on the remote server, or with rights, changed by statements there. */
function userDrift(drift: {
  readonly property: string;
  readonly what: string;
  /** Runs in the case's database unless one is named; `@user` stands for the login. */
  readonly does: string;
  readonly in?: "msdb" | "master";
  readonly old: (database: string) => string;
  readonly new: (database: string) => string;
  readonly declared?: object;
}): DriftCase {
  const loginName = `login ${drift.property} ${drift.what}`;
  const database = `${loginName} data`;
  const name = quoteString(loginName);
  const place = drift.in ?? database;
  return {
    property: drift.property,
    what: drift.what,
    prepare: ({ remote }) => remote.run(`CREATE DATABASE ${quoteName(database)};`),
    declare: ({ remote }) => ({
      [loginName]: {
        kind: "BackupUserLogin",
        args: {
          connection: remote.connection,
          loginName,
          password,
          checkPolicy: false,
          databases: [database],
          ...drift.declared,
        },
      },
    }),
    drift: ({ remote }) => remote.run(drift.does.replaceAll("@user", quoteName(loginName)), place),
    shows: { old: shown(drift.old(database)), new: shown(drift.new(database)) },
    observe: ({ remote }) =>
      remote.rows(
        `SELECT N'role' AS what, r.name FROM sys.database_role_members AS m
JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.database_principals AS p ON p.principal_id = m.member_principal_id WHERE p.name = ${name}
UNION ALL SELECT N'server role', r.name FROM sys.server_role_members AS m
JOIN sys.server_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.server_principals AS p ON p.principal_id = m.member_principal_id WHERE p.name = ${name}
UNION ALL SELECT N'permission', CONCAT(g.permission_name, N' ', OBJECT_NAME(g.major_id)) FROM sys.database_permissions AS g
JOIN sys.database_principals AS p ON p.principal_id = g.grantee_principal_id WHERE p.name = ${name}
UNION ALL SELECT N'server permission', g.permission_name FROM sys.server_permissions AS g
JOIN sys.server_principals AS p ON p.principal_id = g.grantee_principal_id WHERE p.name = ${name}
ORDER BY 1, 2;`,
        place,
      ),
  };
}

/** As the preview prints it: nothing for what is absent. */
const shown = (value: string) => (value === "" ? "" : JSON.stringify(value));

/** What a user lacks or has too much shows at its database. */
const inDatabase = (what: string, does: string, difference: string): DriftCase =>
  userDrift({
    property: "databases",
    what,
    does,
    old: (database) => `${database} (${difference})`,
    new: (database) => database,
  });

const inRights = (what: string, place: "msdb" | "master", does: string, difference: string): DriftCase =>
  userDrift({
    property: "rights",
    what,
    does,
    in: place,
    declared: { rights: "backupAndRestore" },
    old: () => `backupAndRestore (${difference})`,
    new: () => "backupAndRestore",
  });

export const backupUserLogin: DriftTable = {
  kind: "BackupUserLogin",
  cases: [
    alterDrift({
      property: "enabled",
      alter: "DISABLE",
      observe: "is_disabled",
      shows: { old: "false", new: "true" },
    }),
    alterDrift({
      property: "password",
      alter: "WITH PASSWORD = N'Another-1'",
      observe: `PWDCOMPARE(N'${password}', password_hash)`,
      shows: { old: `"(changed on the server)"`, new: "[secret]" },
    }),
    alterDrift({
      property: "defaultDatabase",
      alter: "WITH DEFAULT_DATABASE = tempdb",
      observe: "default_database_name",
      shows: { old: `"tempdb"`, new: `"master"` },
    }),
    alterDrift({
      property: "defaultLanguage",
      alter: "WITH DEFAULT_LANGUAGE = Deutsch",
      observe: "default_language_name",
      // The alias of us_english, which is how the server calls it.
      declared: { defaultLanguage: "English" },
      shows: { old: `"Deutsch"`, new: `"English"` },
    }),
    alterDrift({
      property: "checkPolicy",
      alter: "WITH CHECK_POLICY = OFF",
      observe: "is_policy_checked",
      declared: { checkPolicy: true },
      shows: { old: "false", new: "true" },
    }),
    alterDrift({
      property: "checkExpiration",
      alter: "WITH CHECK_EXPIRATION = OFF",
      observe: "is_expiration_checked",
      declared: { checkPolicy: true, checkExpiration: true },
      shows: { old: "false", new: "true" },
    }),
    remadeDrift({
      property: "sid",
      remade: `WITH PASSWORD = N'${password}', SID = 0x${"0B".repeat(16)}, CHECK_POLICY = OFF`,
      observe: "CONVERT(varchar(200), sid, 1)",
      declared: { sid: `0x${"0a".repeat(16)}` },
      shows: { old: `"0x${"0B".repeat(16)}"`, new: `"0x${"0a".repeat(16)}"` },
    }),
    remadeDrift({
      property: "type",
      remade: "FROM EXTERNAL PROVIDER",
      observe: "type",
      shows: { old: `"external"`, new: `"sql"` },
    }),
    inDatabase("a user dropped", "DROP USER @user;", "no user"),
    inDatabase("a role left", "ALTER ROLE BTS_BACKUP_USERS DROP MEMBER @user;", "not in BTS_BACKUP_USERS"),
    inDatabase("a role joined", "ALTER ROLE db_owner ADD MEMBER @user;", "also in db_owner"),
    inDatabase("a right revoked", "REVOKE BACKUP LOG FROM @user;", "no BACKUP LOG"),
    userDrift({
      property: "databases",
      what: "a right granted",
      does: "GRANT BACKUP LOG TO @user;",
      declared: { allowBackup: false },
      old: (database) => `${database} (also BACKUP LOG)`,
      new: (database) => database,
    }),
    inRights("a server role left", "master", "ALTER SERVER ROLE dbcreator DROP MEMBER @user;", "not in dbcreator"),
    inRights(
      "a right revoked",
      "msdb",
      "REVOKE SELECT ON dbo.logmarkhistory FROM @user;",
      "msdb: no SELECT ON dbo.logmarkhistory",
    ),
    userDrift({
      property: "serverRoles",
      what: "joined",
      in: "master",
      does: "ALTER SERVER ROLE sysadmin ADD MEMBER @user;",
      declared: { serverRoles: ["bulkadmin"] },
      old: () => "sysadmin",
      new: () => "",
    }),
    userDrift({
      property: "serverPermissions",
      what: "revoked",
      in: "master",
      does: "REVOKE VIEW SERVER STATE FROM @user;",
      declared: { serverPermissions: ["VIEW SERVER STATE"] },
      old: () => "",
      new: () => "VIEW SERVER STATE",
    }),
  ],
  exceptions: {
    connection: "where to look, not what is there",
    loginName: "a login under another name is another one to the program: this one is gone",
    adopt: "what create does, not what is there",
    roles: "which of them a user lacks shows at the database where it lacks them: see databases",
    allowBackup: "likewise: see databases",
  },
  missing: [],
};
