/** CREATE, ALTER and DROP LOGIN, and server roles. */
import { randomBytes } from "node:crypto";
import { NotEmulatedError, SqlError } from "../engine/errors";
import { compileExpression } from "../engine/expressions/compile";
import type { Activation } from "../engine/session/activation";
import { scopeOf } from "../engine/session/environment";
import { findLanguage } from "../engine/types";
import type { Value } from "../engine/values";
import type { LoginRecord } from "../storage/records";
import type { Server } from "../storage/server";
import type { Expression, LoginOption, Statement } from "../tsql/ast";
import { entraAccountType, windowsAccountType } from "./accounts";
import { hashPassword, verifyPassword } from "./passwords";
import { securityOf } from "./securityOf";
import { sameSid } from "./users";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** Ids below are the server's own. */
export const FIRST_LOGIN_ID = 257;

export function createLogin(statement: Of<"createLogin">, activation: Activation): void {
  const { server } = activation.session;
  const { master } = server;
  const { name, source } = statement;
  requireAlterAnyLogin(activation);
  if (master.metadata.findOne("login", name))
    throw new SqlError(15025, `The server principal '${name}' already exists.`);
  const options = readOptions(statement.options, activation);
  if (source === "password" && name.includes("\\")) {
    throw new SqlError(15006, `'${name}' is not a valid name because it contains invalid characters.`);
  }
  const type = typeOf(source, name);
  requireKnownDefaults(options, server);
  const password = options.get("PASSWORD");
  const checkPolicy = source === "password" ? flag(options, "CHECK_POLICY", true) : false;
  const checkExpiration = source === "password" ? flag(options, "CHECK_EXPIRATION", false) : false;
  const mustChange = options.has("MUST_CHANGE");
  if (source === "password") {
    if (typeof password !== "string" && !(password instanceof Uint8Array))
      throw new SqlError(15114, "Password validation failed. A password is required.");
    if (mustChange && !checkExpiration) {
      throw new SqlError(
        15128,
        "The CHECK_POLICY and CHECK_EXPIRATION options cannot be turned OFF when MUST_CHANGE is ON.",
      );
    }
    if (!checkPolicy && checkExpiration)
      throw new SqlError(15122, "The CHECK_EXPIRATION option cannot be used when CHECK_POLICY is OFF.");
    if (checkPolicy && typeof password === "string" && !options.has("HASHED")) requireStrong(password, name);
  }
  const sid = newSid(options.get("SID"), source, [...master.metadata.all("login")]);
  const { local } = activation.now();
  const id = Math.max(FIRST_LOGIN_ID - 1, ...[...master.metadata.all("login")].map((l) => l.id)) + 1;
  putLogin(activation, {
    id,
    name,
    type,
    sid,
    disabled: false,
    createDate: local,
    modifyDate: local,
    defaultDatabase: text(options, "DEFAULT_DATABASE") ?? "master",
    defaultLanguage: languageIn(options) ?? "us_english",
    ...(password === undefined
      ? {}
      : { passwordHash: hashOf(password, options.has("HASHED")), passwordLastSet: local }),
    checkPolicy,
    checkExpiration,
    mustChange,
  });
}

function typeOf(source: Of<"createLogin">["source"], name: string): LoginRecord["type"] {
  if (source === "password") return "S";
  return source === "windows" ? windowsAccountType(name) : entraAccountType(name);
}

/** 15010 and 15033: where sessions start, and in which language, must be known. */
function requireKnownDefaults(options: Map<string, Value>, server: Server): void {
  const database = text(options, "DEFAULT_DATABASE");
  if (database !== undefined && !server.database(database)) {
    throw new SqlError(
      15010,
      `The database '${database}' does not exist. Supply a valid database name. To see available databases, use sys.databases.`,
    );
  }
  const language = text(options, "DEFAULT_LANGUAGE");
  if (language !== undefined && !findLanguage(language)) {
    throw new SqlError(15033, `'${language}' is not a valid official language name.`);
  }
}

function requireAlterAnyLogin(activation: Activation): void {
  securityOf(activation.session).requireServer(
    "ALTER ANY LOGIN",
    () => new SqlError(15247, "User does not have permission to perform this action."),
  );
}

function newSid(given: Value | undefined, source: Of<"createLogin">["source"], existing: LoginRecord[]): Uint8Array {
  if (given instanceof Uint8Array) {
    if (existing.some((l) => sameSid(l.sid, given))) throw new SqlError(15433, "Supplied parameter sid is in use.");
    if (given.length !== 16) throw new SqlError(15419, "Supplied parameter sid should be binary(16).");
    return given;
  }
  return source === "windows"
    ? Uint8Array.from([1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, ...randomBytes(16)])
    : randomBytes(16);
}

/** The part of the Windows policy that does not depend on a domain. */
function requireStrong(password: string, login: string): void {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length;
  if (password.length < 8)
    throw new SqlError(
      15116,
      "Password validation failed. The password does not meet the operating system policy requirements because it is too short.",
    );
  if (kinds < 3 || (login.length > 2 && password.toLowerCase().includes(login.toLowerCase()))) {
    throw new SqlError(
      15118,
      "Password validation failed. The password does not meet the operating system policy requirements because it is not complex enough.",
    );
  }
}

function hashOf(password: Value, hashed: boolean): Uint8Array {
  if (!hashed) return hashPassword(String(password));
  if (password instanceof Uint8Array && password.length === 70) return password;
  throw new SqlError(15021, "Invalid value given for parameter PASSWORD. Specify a valid parameter value.", 2);
}

/** Options by upper-case name, values evaluated. */
function readOptions(options: LoginOption[], activation: Activation): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const { name, value } of options)
    values.set(name, value === undefined ? 1 : typeof value === "string" ? value : evaluate(value, activation));
  if (values.has("CREDENTIAL")) throw new NotEmulatedError("credentials of logins");
  return values;
}

function evaluate(expression: Expression, activation: Activation): Value {
  if (expression.kind === "column") return expression.parts.join(".");
  return compileExpression(expression, scopeOf(activation)).evaluate({
    tuple: [],
    slots: [],
    parent: null,
    context: activation,
  });
}

function flag(options: Map<string, Value>, name: string, otherwise: boolean): boolean {
  const value = options.get(name);
  return value === undefined ? otherwise : String(value).toUpperCase() === "ON";
}

function text(options: Map<string, Value>, name: string): string | undefined {
  const value = options.get(name);
  return value === undefined || value === null ? undefined : String(value);
}

/** The language's name, also where its alias was given. */
function languageIn(options: Map<string, Value>): string | undefined {
  const given = text(options, "DEFAULT_LANGUAGE");
  return given === undefined ? undefined : findLanguage(given)?.name;
}

export function putLogin(activation: Activation, record: LoginRecord): void {
  activation.session.requireTransaction().putRecord(activation.session.server.master, "login", record.id, record);
}

function existingLogin(name: string, verb: "alter" | "drop", activation: Activation): LoginRecord {
  const login = activation.session.server.master.metadata.findOne("login", name);
  if (!login || login.type === "R")
    throw new SqlError(
      15151,
      `Cannot ${verb} the login '${name}', because it does not exist or you do not have permission.`,
    );
  return login;
}

export function alterLogin(statement: Of<"alterLogin">, activation: Activation): void {
  const login = existingLogin(statement.name, "alter", activation);
  const options = readOptions(statement.options, activation);
  const { session } = activation;
  const self = session.login.principalId === login.id;
  const ownChange = self && options.has("PASSWORD") && options.has("OLD_PASSWORD");
  if (
    !ownChange &&
    !securityOf(session).hasServer("ALTER ANY LOGIN") &&
    !(self && !options.has("PASSWORD") && statement.action === "options" && !options.has("NAME"))
  ) {
    throw new SqlError(
      15151,
      `Cannot alter the login '${statement.name}', because it does not exist or you do not have permission.`,
    );
  }
  const { local } = activation.now();
  if (statement.action !== "options") {
    putLogin(activation, { ...login, disabled: statement.action === "disable", modifyDate: local });
    return;
  }
  const newName = text(options, "NAME");
  if (
    newName !== undefined &&
    newName.toLowerCase() !== login.name.toLowerCase() &&
    session.server.master.metadata.findOne("login", newName)
  ) {
    throw new SqlError(15025, `The server principal '${newName}' already exists.`);
  }
  requireKnownDefaults(options, session.server);
  const password = options.get("PASSWORD");
  const checkPolicy = flag(options, "CHECK_POLICY", login.checkPolicy);
  const checkExpiration = flag(options, "CHECK_EXPIRATION", login.checkExpiration);
  if (!checkPolicy && checkExpiration)
    throw new SqlError(15122, "The CHECK_EXPIRATION option cannot be used when CHECK_POLICY is OFF.");
  if (password !== undefined) {
    const old = options.get("OLD_PASSWORD");
    if (old !== undefined && !(login.passwordHash && verifyPassword(String(old), login.passwordHash))) {
      throw new SqlError(
        15151,
        `Cannot alter the login '${login.name}', because it does not exist or you do not have permission.`,
      );
    }
    if (checkPolicy && !options.has("HASHED")) requireStrong(String(password), login.name);
  }
  if (options.has("MUST_CHANGE") && (!checkPolicy || !checkExpiration)) {
    throw new SqlError(
      15128,
      "The CHECK_POLICY and CHECK_EXPIRATION options cannot be turned OFF when MUST_CHANGE is ON.",
    );
  }
  putLogin(activation, {
    ...login,
    name: newName ?? login.name,
    ...(password === undefined
      ? {}
      : {
          passwordHash: hashOf(password, options.has("HASHED")),
          passwordLastSet: local,
          mustChange: options.has("MUST_CHANGE"),
        }),
    checkPolicy,
    checkExpiration,
    defaultDatabase: text(options, "DEFAULT_DATABASE") ?? login.defaultDatabase,
    defaultLanguage: languageIn(options) ?? login.defaultLanguage,
    modifyDate: local,
  });
}

export function dropLogin(name: string, activation: Activation): void {
  const { session } = activation;
  const { server } = session;
  const { master, msdb } = server;
  const login = existingLogin(name, "drop", activation);
  if (!securityOf(session).hasServer("ALTER ANY LOGIN")) {
    throw new SqlError(
      15151,
      `Cannot drop the login '${name}', because it does not exist or you do not have permission.`,
    );
  }
  for (const other of server.sessions.values()) {
    if (other.loginName.toLowerCase() === login.name.toLowerCase())
      throw new SqlError(15434, `Could not drop login '${name}' as the user is currently logged in.`);
  }
  for (const database of server.databases.values()) {
    if (sameSid(database.ownerSid, login.sid)) {
      throw new SqlError(
        15174,
        `Login '${name}' owns one or more database(s). Change the owner of the database(s) before dropping the login.`,
      );
    }
  }
  const jobs = msdb.findObject("dbo", "sysjobs");
  if (jobs && ownsRow(msdb.table(jobs.id), "owner_sid", login.sid)) {
    throw new SqlError(
      15170,
      `This login is the owner of one or more jobs. You must delete or reassign these jobs before the login can be dropped.`,
    );
  }
  for (const record of master.metadata.all("serverPermission")) {
    if (record.grantorId === login.id && record.granteeId !== login.id) {
      throw new SqlError(
        15173,
        `Server principal '${name}' has granted one or more permission(s). Revoke the permission(s) before dropping the server principal.`,
      );
    }
  }
  for (const role of master.metadata.all("login")) {
    if (role.type === "R" && role.ownerId === login.id)
      throw new SqlError(15141, `The server principal owns a server role and cannot be dropped.`);
  }
  const transaction = session.requireTransaction();
  for (const member of master.metadata.all("serverRoleMember"))
    if (member.memberId === login.id) transaction.putRecord(master, "serverRoleMember", member.id, undefined);
  for (const record of master.metadata.all("serverPermission")) {
    if (record.granteeId === login.id || (record.class === 101 && record.majorId === login.id))
      transaction.putRecord(master, "serverPermission", record.id, undefined);
  }
  for (const mapping of master.metadata.all("linkedLogin"))
    if (mapping.localPrincipalId === login.id) transaction.putRecord(master, "linkedLogin", mapping.id, undefined);
  transaction.putRecord(master, "login", login.id, undefined);
}

function ownsRow(
  table: { columns: readonly { name: string }[]; entries: Map<number, { current: { row: Value[] | null } }> },
  column: string,
  sid: Uint8Array,
): boolean {
  const ordinal = table.columns.findIndex((c) => c.name === column);
  for (const { current } of table.entries.values()) {
    const value = current.row?.[ordinal];
    if (value instanceof Uint8Array && sameSid(value, sid)) return true;
  }
  return false;
}
