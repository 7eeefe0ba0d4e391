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
  ],
  exceptions: {
    connection: "where to look, not what is there",
    loginName: "a login under another name is another one to the program: this one is gone",
    adopt: "what create does, not what is there",
  },
  missing: [
    "type",
    "sid",
    "defaultDatabase",
    "defaultLanguage",
    "checkPolicy",
    "checkExpiration",
    "databases",
    "roles",
    "allowBackup",
    "serverRoles",
    "serverPermissions",
  ],
};
