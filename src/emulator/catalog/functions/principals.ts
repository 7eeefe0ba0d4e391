/** Who is who: SUSER_NAME, USER_NAME, CURRENT_USER, IS_MEMBER and their family. */
import type { SqlType, Value } from "../../engine/values";
import { databasePrincipals, isInServerRole, isSysadmin } from "../../security/memberships";
import { hashPassword, verifyPassword } from "../../security/passwords";
import { securityOf } from "../../security/securityOf";
import { sameSid } from "../../security/users";
import type { LoginRecord, PrincipalRecord } from "../../storage/records";
import { isAdministrator } from "../visibility";
import { type Call, define, lookup, NAME, textOf, VARIANT, variant } from "./define";

const INT: SqlType = { kind: "int" };
const SID: SqlType = { kind: "varbinary", length: 85 };

const logins = ({ session }: Call) => session.server.master.metadata;

function loginNamed(name: string | undefined, call: Call): LoginRecord | undefined {
  return name === undefined ? undefined : logins(call).findOne("login", name.trimEnd());
}

function loginOfSid(sid: Uint8Array, call: Call): LoginRecord | undefined {
  for (const login of logins(call).all("login")) if (sameSid(login.sid, sid)) return login;
  return undefined;
}

function principalNamed(name: string | undefined, { session }: Call): PrincipalRecord | undefined {
  return name === undefined ? undefined : session.database.metadata.findOne("principal", name.trimEnd());
}

/** 1 or 0; NULL where the role is none, or the other principal may not be asked about. */
function isRoleMember(role: string | undefined, member: string | undefined, call: Call): number | null {
  const { session } = call;
  const { database } = session;
  const record = principalNamed(role, call);
  if (record?.type !== "R") return null;
  const userId = member === undefined ? session.user.id : principalNamed(member, call)?.id;
  if (userId === undefined) return null;
  if (member !== undefined && userId !== session.user.id && !isAdministrator(call.context, database)) return null;
  if (databasePrincipals(database, userId).has(record.id)) return 1;
  // dbo is in db_owner without being listed; public has everyone.
  return userId === 1 && record.name.toLowerCase() === "db_owner" ? 1 : 0;
}

function isServerRoleMember(role: string | undefined, login: string | undefined, call: Call): number | null {
  const { session } = call;
  const record = loginNamed(role, call);
  if (record?.type !== "R") return null;
  const id = login === undefined ? securityOf(session).loginId : loginNamed(login, call)?.id;
  if (id === undefined) return login === undefined ? Number(record.name.toLowerCase() === "public") : null;
  return Number(
    isInServerRole(session.server, id, record.name) ||
      (record.name.toLowerCase() === "sysadmin" && isSysadmin(session.server, id)),
  );
}

type LoginProperty = (login: LoginRecord) => number | string | boolean | null;

const LOGIN_PROPERTY = lookup<LoginProperty>({
  BadPasswordCount: () => 0,
  DaysUntilExpiration: () => null,
  DefaultDatabase: (l) => l.defaultDatabase,
  DefaultLanguage: (l) => l.defaultLanguage,
  HistoryLength: () => 0,
  IsExpired: () => 0,
  IsLocked: () => 0,
  IsMustChange: (l) => l.mustChange,
  PasswordHashAlgorithm: () => 2,
});

function loginProperty(login: LoginRecord, property: string | undefined, call: Call): Value | undefined {
  switch (property?.trimEnd().toLowerCase()) {
    case "passwordlastsettime":
      return login.passwordLastSet === undefined
        ? null
        : { type: { kind: "datetime", scale: 3 }, value: login.passwordLastSet };
    case "passwordhash":
      return login.passwordHash && call.session.security.hasServer("CONTROL SERVER")
        ? { type: { kind: "varbinary", length: 256 }, value: login.passwordHash }
        : null;
    default:
      return variant(LOGIN_PROPERTY(property)?.(login));
  }
}

export function registerPrincipalFunctions(): void {
  const currentUser = (_args: readonly Value[], { session }: Call) => session.user.name;
  for (const name of ["USER", "CURRENT_USER", "SESSION_USER"]) define(name, [], NAME, currentUser);
  define("SYSTEM_USER", [], NAME, (_args, { session }) => session.login.name);
  define("ORIGINAL_LOGIN", [], NAME, (_args, { session }) => session.login.original);
  define(
    "SUSER_ID",
    [NAME],
    INT,
    ([name], call) => (name === undefined ? call.session.login.principalId : loginNamed(textOf(name), call)?.id),
    1,
  );
  define(
    "SUSER_NAME",
    [INT],
    NAME,
    ([id], call) => (id === undefined ? call.session.login.name : logins(call).get("login", Number(id ?? -1))?.name),
    1,
  );
  define(
    "SUSER_SID",
    [NAME, INT],
    SID,
    ([name], call) => (name === undefined ? call.session.login.sid : loginNamed(textOf(name), call)?.sid),
    2,
  );
  define(
    "SUSER_SNAME",
    [SID],
    NAME,
    ([sid], call) =>
      sid === undefined ? call.session.login.name : sid instanceof Uint8Array ? loginOfSid(sid, call)?.name : null,
    1,
  );
  define(
    "USER_ID",
    [NAME],
    INT,
    ([name], call) => (name === undefined ? call.session.user.id : principalNamed(textOf(name), call)?.id),
    1,
  );
  define(
    "DATABASE_PRINCIPAL_ID",
    [NAME],
    INT,
    ([name], call) => (name === undefined ? call.session.user.id : principalNamed(textOf(name), call)?.id),
    1,
  );
  define(
    "USER_NAME",
    [INT],
    NAME,
    ([id], { session }) =>
      id === undefined
        ? session.user.name
        : id === null
          ? null
          : session.database.metadata.get("principal", Number(id))?.name,
    1,
  );
  define("IS_MEMBER", [NAME], INT, ([group], call) => isRoleMember(textOf(group), undefined, call));
  define(
    "IS_ROLEMEMBER",
    [NAME, NAME],
    INT,
    ([role, member], call) => (member === null ? null : isRoleMember(textOf(role), textOf(member), call)),
    1,
  );
  define(
    "IS_SRVROLEMEMBER",
    [NAME, NAME],
    INT,
    ([role, login], call) => (login === null ? null : isServerRoleMember(textOf(role), textOf(login), call)),
    1,
  );
  define("LOGINPROPERTY", [NAME, NAME], VARIANT, ([name, property], call) => {
    const login = loginNamed(textOf(name), call);
    return login && login.type !== "R" ? loginProperty(login, textOf(property), call) : null;
  });
  define("PWDENCRYPT", [NAME], { kind: "varbinary", length: 128 }, ([password]) =>
    password === null ? null : hashPassword(String(password)),
  );
  define(
    "PWDCOMPARE",
    [NAME, { kind: "varbinary", length: 128 }, INT],
    INT,
    ([password, hash]) =>
      password === null || !(hash instanceof Uint8Array) ? null : verifyPassword(String(password), hash),
    1,
  );
}
