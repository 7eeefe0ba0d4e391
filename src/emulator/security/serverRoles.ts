/** Server roles. */
import { randomBytes } from "node:crypto";
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import type { Statement } from "../tsql/ast";
import { FIRST_LOGIN_ID, putLogin } from "./logins";
import { isMemberOf } from "./memberships";
import { securityOf } from "./securityOf";

/** principal_id of sa. */
const SA = 1;

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

export function createServerRole(statement: Of<"createRole">, activation: Activation): void {
  const { master } = activation.session.server;
  securityOf(activation.session).requireServer(
    "CREATE SERVER ROLE",
    () => new SqlError(15247, "User does not have permission to perform this action."),
  );
  if (master.metadata.findOne("login", statement.name))
    throw new SqlError(15025, `The server principal '${statement.name}' already exists.`);
  const { local } = activation.now();
  const id = Math.max(FIRST_LOGIN_ID - 1, ...[...master.metadata.all("login")].map((l) => l.id)) + 1;
  putLogin(activation, {
    id,
    name: statement.name,
    type: "R",
    sid: randomBytes(16),
    disabled: false,
    createDate: local,
    modifyDate: local,
    defaultDatabase: "master",
    defaultLanguage: "us_english",
    checkPolicy: false,
    checkExpiration: false,
    mustChange: false,
    ownerId: ownerOf(statement, activation),
    fixedRole: false,
  });
}

/** CREATE SERVER ROLE … AUTHORIZATION; without it the role belongs to who makes it. */
function ownerOf({ owner }: Of<"createRole">, { session }: Activation): number {
  if (owner === undefined) return session.login.principalId;
  const principal = session.server.master.metadata.findOne("login", owner);
  if (principal) return principal.id;
  throw new SqlError(
    15151,
    `Cannot find the principal '${owner}', because it does not exist or you do not have permission.`,
  );
}

export function alterServerRole(
  statement: Pick<Of<"alterRole">, "name" | "action" | "member">,
  activation: Activation,
): void {
  const { session } = activation;
  const { master } = session.server;
  const role = master.metadata.findOne("login", statement.name);
  if (role?.type !== "R")
    throw new SqlError(
      15151,
      `Cannot alter the server role '${statement.name}', because it does not exist or you do not have permission.`,
    );
  const security = securityOf(session);
  const allowed = role.fixedRole
    ? security.isServerRoleMember(role.name) || security.isServerRoleMember("sysadmin")
    : security.hasServer("ALTER ANY SERVER ROLE");
  if (!allowed)
    throw new SqlError(
      15151,
      `Cannot alter the server role '${statement.name}', because it does not exist or you do not have permission.`,
    );
  const transaction = session.requireTransaction();
  if (statement.action === "rename") {
    putLogin(activation, { ...role, name: statement.member });
    return;
  }
  const member = master.metadata.findOne("login", statement.member);
  if (!member)
    throw new SqlError(
      15151,
      `Cannot ${statement.action} the principal '${statement.member}', because it does not exist or you do not have permission.`,
    );
  if (member.id === SA) throw new SqlError(15405, `Cannot use the special principal '${member.name}'.`);
  const existing = [...master.metadata.all("serverRoleMember")].find(
    (m) => m.roleId === role.id && m.memberId === member.id,
  );
  if (statement.action === "drop") {
    if (existing) transaction.putRecord(master, "serverRoleMember", existing.id, undefined);
    return;
  }
  if (isMemberOf(master.metadata.all("serverRoleMember"), role.id, member.id))
    throw new SqlError(15413, "Cannot make a role a member of itself.");
  if (existing) return;
  const id = master.metadata.nextId("serverRoleMember");
  transaction.putRecord(master, "serverRoleMember", id, { id, roleId: role.id, memberId: member.id });
}

export function dropServerRole(name: string, ifExists: boolean, activation: Activation): void {
  const { master } = activation.session.server;
  const role = master.metadata.findOne("login", name);
  if (role?.type !== "R") {
    if (ifExists) return;
    throw new SqlError(
      15151,
      `Cannot drop the server role '${name}', because it does not exist or you do not have permission.`,
    );
  }
  if (role.fixedRole || role.id < FIRST_LOGIN_ID) throw new SqlError(15150, `Cannot drop the server role '${name}'.`);
  if ([...master.metadata.all("serverRoleMember")].some((m) => m.roleId === role.id)) {
    throw new SqlError(15144, "The role has members. It must be empty before it can be dropped.");
  }
  activation.session.requireTransaction().putRecord(master, "login", role.id, undefined);
}
