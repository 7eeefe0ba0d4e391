/** Users and roles of a database. */
import { randomBytes } from "node:crypto";
import { NotEmulatedError, SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import type { Database } from "../storage/database";
import type { PrincipalRecord } from "../storage/records";
import type { Statement } from "../tsql/ast";
import { databasePrincipals, fixedRoles, isMemberOf } from "./memberships";
import { hasDatabasePermission } from "./permissions";
import { securityOf } from "./securityOf";
import { sameSid } from "./users";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

const FIRST_USER_ID = 5;
const FIRST_FIXED_ROLE = 16384;

function demand(activation: Activation, permission: string, error: () => SqlError): void {
  const { session } = activation;
  if (!hasDatabasePermission(securityOf(session).subjectIn(session.database), session.database, permission))
    throw error();
}

const noPermission = () => new SqlError(15247, "User does not have permission to perform this action.");

function nextId(database: Database): number {
  let id = FIRST_USER_ID - 1;
  for (const principal of database.metadata.all("principal"))
    if (principal.id < FIRST_FIXED_ROLE && principal.id > id) id = principal.id;
  return id + 1;
}

export function createUser(statement: Of<"createUser">, activation: Activation): void {
  const { session } = activation;
  const { database, server } = session;
  const { name } = statement;
  demand(activation, "ALTER ANY USER", noPermission);
  if (statement.password) throw new NotEmulatedError("users with passwords (contained databases)");
  if (database.metadata.findOne("principal", name))
    throw new SqlError(15023, `User, group, or role '${name}' already exists in the current database.`);
  const { local } = activation.now();
  const id = nextId(database);
  let sid: Uint8Array;
  let type: PrincipalRecord["type"] = "S";
  let authenticationType = 0;
  if (statement.withoutLogin) {
    sid = statement.sid ?? Uint8Array.from([1, 5, 0, 0, 0, 0, 0, 9, 3, 0, 0, 0, ...randomBytes(16)]);
  } else if (statement.external) {
    sid = statement.sid ?? randomBytes(16);
    type = "E";
    authenticationType = 4;
  } else {
    const wanted = statement.login ?? name;
    const login = server.master.metadata.findOne("login", wanted);
    if (!login || login.type === "R")
      throw new SqlError(15007, `'${wanted}' is not a valid login or you do not have permission.`);
    const other = [...database.metadata.all("principal")].find(
      (p) => p.type !== "R" && p.sid && sameSid(p.sid, login.sid),
    );
    if (other) throw new SqlError(15063, "The login already has an account under a different user name.");
    ({ sid } = login);
    type = login.type;
    authenticationType = type === "S" ? 1 : type === "E" || type === "X" ? 4 : 3;
  }
  const transaction = session.requireTransaction();
  transaction.putRecord(database, "principal", id, {
    id,
    name,
    type,
    sid,
    defaultSchema: statement.defaultSchema ?? "dbo",
    fixedRole: false,
    createDate: local,
    modifyDate: local,
    authenticationType,
  });
  const permission = database.metadata.nextId("permission");
  transaction.putRecord(database, "permission", permission, {
    id: permission,
    class: 0,
    majorId: 0,
    minorId: 0,
    granteeId: id,
    grantorId: 1,
    permission: "CONNECT",
    state: "G",
  });
}

export function alterUser(statement: Of<"alterUser">, activation: Activation): void {
  const { session } = activation;
  const { database, server } = session;
  const user = database.metadata.findOne("principal", statement.name);
  const failure = () =>
    new SqlError(
      15151,
      `Cannot alter the user '${statement.name}', because it does not exist or you do not have permission.`,
    );
  if (!user || user.type === "R") throw failure();
  demand(activation, "ALTER ANY USER", failure);
  if (statement.password) throw new NotEmulatedError("users with passwords (contained databases)");
  let { sid } = user;
  if (statement.login !== undefined) {
    const login = server.master.metadata.findOne("login", statement.login);
    if (!login || login.type === "R")
      throw new SqlError(15007, `'${statement.login}' is not a valid login or you do not have permission.`);
    const other = [...database.metadata.all("principal")].find(
      (p) => p.id !== user.id && p.type !== "R" && p.sid && sameSid(p.sid, login.sid),
    );
    if (other) throw new SqlError(15063, "The login already has an account under a different user name.");
    ({ sid } = login);
  }
  if (
    statement.newName !== undefined &&
    statement.newName.toLowerCase() !== user.name.toLowerCase() &&
    database.metadata.findOne("principal", statement.newName)
  ) {
    throw new SqlError(15023, `User, group, or role '${statement.newName}' already exists in the current database.`);
  }
  const { defaultSchema: _, ...rest } = user;
  const schema = statement.defaultSchema === undefined ? user.defaultSchema : (statement.defaultSchema ?? undefined);
  session.requireTransaction().putRecord(database, "principal", user.id, {
    ...rest,
    ...(schema === undefined ? {} : { defaultSchema: schema }),
    name: statement.newName ?? user.name,
    sid,
    authenticationType: statement.login === undefined ? user.authenticationType : 1,
    modifyDate: activation.now().local,
  });
  session.forgetSchemas();
}

export function dropUser(name: string, ifExists: boolean, activation: Activation): void {
  const { database } = activation.session;
  const user = database.metadata.findOne("principal", name);
  if (!user || user.type === "R") {
    if (ifExists) return;
    throw new SqlError(
      15151,
      `Cannot drop the user '${name}', because it does not exist or you do not have permission.`,
    );
  }
  demand(
    activation,
    "ALTER ANY USER",
    () =>
      new SqlError(15151, `Cannot drop the user '${name}', because it does not exist or you do not have permission.`),
  );
  if (user.id < FIRST_USER_ID) throw new SqlError(15150, `Cannot drop the user '${name}'.`);
  requireNoOwnership(database, user);
  removePrincipal(database, user, activation);
}

function requireNoOwnership(database: Database, principal: PrincipalRecord): void {
  for (const schema of database.metadata.all("schema")) {
    if (schema.ownerId === principal.id)
      throw new SqlError(15138, "The database principal owns a schema in the database, and cannot be dropped.");
  }
  for (const role of database.metadata.all("principal")) {
    if (role.type === "R" && role.ownerId === principal.id)
      throw new SqlError(15421, "The database principal owns a database role and cannot be dropped.");
  }
  for (const object of database.metadata.all("object")) {
    if (object.ownerId === principal.id)
      throw new SqlError(15183, "The database principal owns objects in the database and cannot be dropped.");
    const executes = object.module?.executeAs === principal.id;
    if (executes)
      throw new SqlError(
        15136,
        "The database principal is set as the execution context of one or more procedures, functions, or event notifications and cannot be dropped.",
      );
  }
  for (const record of database.metadata.all("permission")) {
    if (record.grantorId === principal.id && record.granteeId !== principal.id) {
      throw new SqlError(
        15284,
        "The database principal has granted or denied permissions to objects in the database and cannot be dropped.",
      );
    }
  }
}

function removePrincipal(database: Database, principal: PrincipalRecord, activation: Activation): void {
  const transaction = activation.session.requireTransaction();
  for (const member of database.metadata.all("roleMember")) {
    if (member.memberId === principal.id || member.roleId === principal.id)
      transaction.putRecord(database, "roleMember", member.id, undefined);
  }
  for (const record of database.metadata.all("permission")) {
    if (record.granteeId === principal.id || (record.class === 4 && record.majorId === principal.id))
      transaction.putRecord(database, "permission", record.id, undefined);
  }
  for (const property of database.metadata.all("extendedProperty")) {
    if (property.class === 4 && property.majorId === principal.id)
      transaction.putRecord(database, "extendedProperty", property.id, undefined);
  }
  transaction.putRecord(database, "principal", principal.id, undefined);
}

// ---------------------------------------------------------------- roles

export function createRole(statement: Of<"createRole">, activation: Activation): void {
  const { session } = activation;
  const { database } = session;
  demand(activation, "ALTER ANY ROLE", noPermission);
  if (database.metadata.findOne("principal", statement.name))
    throw new SqlError(15023, `User, group, or role '${statement.name}' already exists in the current database.`);
  let ownerId = session.user.id;
  if (statement.owner !== undefined) {
    const owner = database.metadata.findOne("principal", statement.owner);
    if (!owner)
      throw new SqlError(
        15151,
        `Cannot find the principal '${statement.owner}', because it does not exist or you do not have permission.`,
      );
    ownerId = owner.id;
  }
  const { local } = activation.now();
  const id = nextId(database);
  session.requireTransaction().putRecord(database, "principal", id, {
    id,
    name: statement.name,
    type: "R",
    sid: Uint8Array.from([1, 5, 0, 0, 0, 0, 0, 9, 4, 0, 0, 0, ...randomBytes(16)]),
    ownerId,
    fixedRole: false,
    createDate: local,
    modifyDate: local,
    authenticationType: 0,
  });
}

export function alterRole(
  statement: Pick<Of<"alterRole">, "name" | "action" | "member">,
  activation: Activation,
): void {
  const { session } = activation;
  const { database } = session;
  const failure = () =>
    new SqlError(
      15151,
      `Cannot alter the role '${statement.name}', because it does not exist or you do not have permission.`,
    );
  const role = database.metadata.findOne("principal", statement.name);
  if (role?.type !== "R") throw failure();
  requireRoleAlter(role, activation, failure);
  const transaction = session.requireTransaction();
  if (statement.action === "rename") {
    if (role.fixedRole) throw new SqlError(15150, `Cannot alter the role '${statement.name}'.`);
    transaction.putRecord(database, "principal", role.id, {
      ...role,
      name: statement.member,
      modifyDate: activation.now().local,
    });
    return;
  }
  if (role.id === 0) throw new SqlError(15081, "Membership of the public role cannot be changed.");
  const member = database.metadata.findOne("principal", statement.member);
  if (!member)
    throw new SqlError(
      15151,
      `Cannot ${statement.action} the principal '${statement.member}', because it does not exist or you do not have permission.`,
    );
  if (member.id === 1 || member.fixedRole)
    throw new SqlError(15405, `Cannot use the special principal '${member.name}'.`);
  const existing = [...database.metadata.all("roleMember")].find(
    (m) => m.roleId === role.id && m.memberId === member.id,
  );
  if (statement.action === "drop") {
    if (existing) transaction.putRecord(database, "roleMember", existing.id, undefined);
    return;
  }
  if (isMemberOf(database.metadata.all("roleMember"), role.id, member.id))
    throw new SqlError(15413, "Cannot make a role a member of itself.");
  if (existing) return;
  const id = database.metadata.nextId("roleMember");
  transaction.putRecord(database, "roleMember", id, { id, roleId: role.id, memberId: member.id });
}

/** Fixed roles: db_owner alone adds to most of them; a role's owner may change it. */
function requireRoleAlter(role: PrincipalRecord, activation: Activation, failure: () => SqlError): void {
  const { session } = activation;
  const { database } = session;
  const subject = securityOf(session).subjectIn(database);
  if (role.fixedRole) {
    if (!hasDatabasePermission(subject, database, "CONTROL")) throw failure();
    return;
  }
  const principals = databasePrincipals(database, subject.userId);
  if (role.ownerId !== undefined && principals.has(role.ownerId)) return;
  if (fixedRoles(database, principals).has("db_owner")) return;
  if (!hasDatabasePermission(subject, database, "ALTER ANY ROLE")) throw failure();
}

export function dropRole(name: string, ifExists: boolean, activation: Activation): void {
  const { database } = activation.session;
  const role = database.metadata.findOne("principal", name);
  const failure = () =>
    new SqlError(15151, `Cannot drop the role '${name}', because it does not exist or you do not have permission.`);
  if (role?.type !== "R") {
    if (ifExists) return;
    throw failure();
  }
  if (role.fixedRole || role.id === 0) throw new SqlError(15150, `Cannot drop the role '${name}'.`);
  requireRoleAlter(role, activation, failure);
  if ([...database.metadata.all("roleMember")].some((m) => m.roleId === role.id)) {
    throw new SqlError(15144, "The role has members. It must be empty before it can be dropped.");
  }
  requireNoOwnership(database, role);
  removePrincipal(database, role, activation);
}
