import {
  nvarchar,
  type Parameters,
  quoteName,
  quoteString,
  type Row,
  type SqlSession,
  type Statement,
  sysname,
} from "../sqlserver";

/** How a login is authenticated. `external` is Microsoft Entra. */
export type LoginType = "sql" | "windows" | "external";

/** What is wanted of a login. */
export interface LoginSettings {
  readonly loginName: string;
  readonly type: LoginType;
  /** Of a SQL login: `0x` and hexadecimal digits; the same on every replica of an availability group. */
  readonly sid?: string | undefined;
  readonly defaultDatabase: string;
  readonly defaultLanguage?: string | undefined;
  readonly checkPolicy: boolean;
  readonly checkExpiration: boolean;
  readonly enabled: boolean;
  /** Fixed or own server roles, such as `sysadmin`. */
  readonly serverRoles: readonly string[];
  /** Permissions at the server, such as `VIEW SERVER STATE`. */
  readonly serverPermissions: readonly string[];
}

/** A login as the server has it. */
export interface LoginState extends Omit<LoginSettings, "sid" | "defaultLanguage"> {
  readonly sid: string;
  readonly defaultLanguage: string;
  /** The language's other name, such as `English` of `us_english`. */
  readonly defaultLanguageAlias?: string;
  /** Whether the password is the given one; undefined when none was given or the hash is not visible. */
  readonly passwordMatches?: boolean;
}

interface LoginRow {
  type: string;
  sid: string;
  disabled: boolean;
  defaultDatabase: string | null;
  defaultLanguage: string | null;
  defaultLanguageAlias: string | null;
  checkPolicy: boolean | null;
  checkExpiration: boolean | null;
  passwordMatches: number | null;
}

/** The login's parameters, as the queries below name them. */
export function loginParameters(loginName: string, password: string | undefined): Parameters {
  return { login: sysname(loginName), password: nvarchar(password) };
}

/** Three result sets: the login, its server roles, its permissions at the server. */
export const readLoginText = `SELECT p.type AS type, CONVERT(varchar(200), p.sid, 1) AS sid, p.is_disabled AS disabled,
  p.default_database_name AS defaultDatabase, p.default_language_name AS defaultLanguage,
  (SELECT g.alias FROM sys.syslanguages AS g WHERE g.name = p.default_language_name) AS defaultLanguageAlias,
  l.is_policy_checked AS checkPolicy, l.is_expiration_checked AS checkExpiration,
  CASE WHEN @password IS NULL THEN NULL ELSE PWDCOMPARE(@password, l.password_hash) END AS passwordMatches
FROM sys.server_principals AS p
LEFT JOIN sys.sql_logins AS l ON l.principal_id = p.principal_id
WHERE p.name = @login AND p.type IN ('S', 'U', 'G', 'E', 'X');
SELECT r.name AS name
FROM sys.server_role_members AS m
JOIN sys.server_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.server_principals AS p ON p.principal_id = m.member_principal_id
WHERE p.name = @login
ORDER BY r.name;
SELECT g.permission_name AS name
FROM sys.server_permissions AS g
JOIN sys.server_principals AS p ON p.principal_id = g.grantee_principal_id
WHERE p.name = @login AND g.class = 100 AND g.state IN ('G', 'W') AND g.permission_name <> N'CONNECT SQL'
ORDER BY g.permission_name;`;

const typeOf: Readonly<Record<string, LoginType>> = {
  S: "sql",
  U: "windows",
  G: "windows",
  E: "external",
  X: "external",
};

/** Reads the first three result sets of `readLoginText`; undefined when there is no such login. */
export function parseLogin(loginName: string, recordsets: readonly (readonly Row[])[]): LoginState | undefined {
  const [logins, roles, permissions] = recordsets as unknown as [LoginRow[], { name: string }[], { name: string }[]];
  const row = logins[0];
  if (!row) return undefined;
  return {
    loginName,
    type: typeOf[row.type.trim()] ?? "sql",
    sid: row.sid,
    defaultDatabase: row.defaultDatabase ?? "master",
    defaultLanguage: row.defaultLanguage ?? "",
    ...(row.defaultLanguageAlias && { defaultLanguageAlias: row.defaultLanguageAlias }),
    checkPolicy: row.checkPolicy ?? false,
    checkExpiration: row.checkExpiration ?? false,
    enabled: !row.disabled,
    serverRoles: roles.map(({ name }) => name),
    serverPermissions: permissions.map(({ name }) => name),
    ...(row.passwordMatches !== null && { passwordMatches: Number(row.passwordMatches) === 1 }),
  };
}

/** Looks a login up; undefined when there is none. */
export async function readLogin(
  session: SqlSession,
  loginName: string,
  password?: string,
): Promise<LoginState | undefined> {
  const parameters = loginParameters(loginName, password);
  const { recordsets } = await session.execute({
    text: readLoginText,
    parameters,
    summary: `read the login ${loginName}`,
    repeatable: true,
  });
  return parseLogin(loginName, recordsets);
}

/** Whether a login has a language, told by its name or its alias. */
export function hasLanguage(
  { defaultLanguage, defaultLanguageAlias }: Pick<LoginState, "defaultLanguage" | "defaultLanguageAlias">,
  language: string,
): boolean {
  return namesWithout([language], [defaultLanguage, defaultLanguageAlias ?? ""]).length === 0;
}

/** The parts of CREATE LOGIN and ALTER LOGIN that are the same, without the password. */
function options(login: Pick<LoginSettings, "type" | "defaultDatabase" | "defaultLanguage">): string[] {
  return [
    `DEFAULT_DATABASE = ${quoteName(login.defaultDatabase)}`,
    ...(login.defaultLanguage ? [`DEFAULT_LANGUAGE = ${quoteName(login.defaultLanguage)}`] : []),
  ];
}

/** CHECK_EXPIRATION can only be on together with CHECK_POLICY, so it is switched off before and on after it. */
function policy(login: Pick<LoginSettings, "checkPolicy" | "checkExpiration">): string[] {
  const expiration = `CHECK_EXPIRATION = ${login.checkExpiration ? "ON" : "OFF"}`;
  const check = `CHECK_POLICY = ${login.checkPolicy ? "ON" : "OFF"}`;
  return login.checkExpiration ? [check, expiration] : [expiration, check];
}

/**
 * A statement that takes its password from `@password`. CREATE and ALTER LOGIN accept no variable: the server itself
 * puts the value in, so that the password never stands in a text that this side sends, logs or shows.
 */
function withPassword(before: string, after: string): string {
  return `DECLARE @text nvarchar(max) = ${quoteString(`${before} PASSWORD = N'`)} + REPLACE(@password, N'''', N'''''') + ${quoteString(`'${after}`)};
EXEC (@text);`;
}

/** Creates a login with everything that belongs to it at the server. Reads `@password` for a SQL login. */
export function createLoginText(login: LoginSettings): string {
  const name = quoteName(login.loginName);
  const lines: string[] = [];
  if (login.type === "sql") {
    if (login.sid !== undefined && !/^0x[0-9a-f]+$/i.test(login.sid)) {
      throw new RangeError(`Expected a SID of the form 0x…, got ${login.sid}`);
    }
    const parts = [...(login.sid ? [`SID = ${login.sid}`] : []), ...options(login), ...policy(login)];
    lines.push(withPassword(`CREATE LOGIN ${name} WITH`, `, ${parts.join(", ")};`));
  } else if (login.type === "windows") {
    lines.push(`CREATE LOGIN ${name} FROM WINDOWS WITH ${options(login).join(", ")};`);
  } else {
    // Not every version takes options here, and those it takes differ.
    lines.push(`CREATE LOGIN ${name} FROM EXTERNAL PROVIDER;`);
    if (login.defaultDatabase.toLowerCase() !== "master" || login.defaultLanguage) {
      lines.push(`ALTER LOGIN ${name} WITH ${options(login).join(", ")};`);
    }
  }
  if (!login.enabled) lines.push(`ALTER LOGIN ${name} DISABLE;`);
  lines.push(...membershipLines(login.loginName, [], login.serverRoles));
  lines.push(...permissionLines(login.loginName, [], login.serverPermissions));
  return lines.join("\n");
}

/** Changes only what differs. Reads `@password` if it is to be set. Empty when nothing differs. */
export function alterLoginText(before: LoginState, wanted: LoginSettings, setPassword: boolean): string {
  const name = quoteName(wanted.loginName);
  const lines: string[] = [];
  if (setPassword) {
    lines.push(withPassword(`ALTER LOGIN ${name} WITH`, ";"));
  }
  const languageDiffers = wanted.defaultLanguage !== undefined && !hasLanguage(before, wanted.defaultLanguage);
  if (before.defaultDatabase !== wanted.defaultDatabase || languageDiffers) {
    lines.push(`ALTER LOGIN ${name} WITH ${options(wanted).join(", ")};`);
  }
  const policyDiffers = before.checkPolicy !== wanted.checkPolicy || before.checkExpiration !== wanted.checkExpiration;
  if (wanted.type === "sql" && policyDiffers) {
    lines.push(`ALTER LOGIN ${name} WITH ${policy(wanted).join(", ")};`);
  }
  if (before.enabled !== wanted.enabled) lines.push(`ALTER LOGIN ${name} ${wanted.enabled ? "ENABLE" : "DISABLE"};`);
  lines.push(...membershipLines(wanted.loginName, before.serverRoles, wanted.serverRoles));
  lines.push(...permissionLines(wanted.loginName, before.serverPermissions, wanted.serverPermissions));
  return lines.join("\n");
}

/** Drops a login if it is there. */
export function dropLoginText(loginName: string): string {
  return `IF SUSER_ID(${quoteString(loginName)}) IS NOT NULL DROP LOGIN ${quoteName(loginName)};`;
}

/** Drops a login. One that is gone already is no failure. */
export function dropLogin(loginName: string): Statement {
  return { text: dropLoginText(loginName), summary: `drop the login ${loginName}`, repeatable: true };
}

/** Members of `first` that `second` lacks; names at a server are compared without case. */
export function namesWithout(first: readonly string[], second: readonly string[]): string[] {
  const known = new Set(second.map((name) => name.toLowerCase()));
  return first.filter((name) => !known.has(name.toLowerCase()));
}

function membershipLines(loginName: string, before: readonly string[], wanted: readonly string[]): string[] {
  const member = quoteName(loginName);
  return [
    ...namesWithout(before, wanted).map((role) => `ALTER SERVER ROLE ${quoteName(role)} DROP MEMBER ${member};`),
    ...namesWithout(wanted, before).map((role) => `ALTER SERVER ROLE ${quoteName(role)} ADD MEMBER ${member};`),
  ];
}

function permissionLines(loginName: string, before: readonly string[], wanted: readonly string[]): string[] {
  const grantee = quoteName(loginName);
  return [
    ...namesWithout(before, wanted).map((permission) => `REVOKE ${permissionName(permission)} FROM ${grantee};`),
    ...namesWithout(wanted, before).map((permission) => `GRANT ${permissionName(permission)} TO ${grantee};`),
  ];
}

/** The name of a permission, which T-SQL does not let us quote. */
export function permissionName(permission: string): string {
  if (!/^[A-Z]+( [A-Z]+)*$/i.test(permission)) {
    throw new RangeError(`Expected the name of a permission, such as VIEW SERVER STATE, got ${permission}`);
  }
  return permission.toUpperCase();
}
