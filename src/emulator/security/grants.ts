/** GRANT, DENY and REVOKE. */
import { NotEmulatedError, SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import { findObject, findType, ownerOf } from "../engine/session/names";
import type { Database } from "../storage/database";
import type { PermissionRecord } from "../storage/records";
import type { PermissionStatement } from "../tsql/ast";
import { DBO, databasePrincipals, isSysadmin } from "./memberships";
import {
  DATABASE_PERMISSIONS,
  OBJECT_PERMISSIONS,
  PRINCIPAL_PERMISSIONS,
  SCHEMA_PERMISSIONS,
  SERVER_PERMISSIONS,
  TYPE_PERMISSIONS,
} from "./permissionNames";
import { hasDatabasePermission, hasObjectPermission, hasSchemaPermission } from "./permissions";
import { securityOf } from "./securityOf";

interface Target {
  /** Database of the records; master for the server's. */
  database: Database;
  kind: "permission" | "serverPermission";
  class: number;
  majorId: number;
  /** column_ids for column permissions. */
  columns: Map<string, number>;
  known: Set<string>;
  /** What ALL means here. */
  all: string[];
  /** The object's owner, who cannot be granted or denied anything. */
  ownerId: number | undefined;
  mayGrant: boolean;
  notFound: () => SqlError;
}

export function changePermissions(statement: PermissionStatement, activation: Activation): void {
  const target = resolveTarget(statement, activation);
  if (!target.mayGrant && !hasGrantOption(statement, target, activation)) throw target.notFound();
  for (const name of statement.principals) {
    const granteeId = granteeOf(name, target, activation);
    for (const { name: permission, columns } of expand(statement, target)) {
      const minors = columns?.length ? columns.map((c) => columnId(c, target)) : [0];
      for (const minorId of minors) change(statement, target, { granteeId, permission, minorId }, activation);
    }
  }
  activation.session.forgetSchemas();
}

function expand(statement: PermissionStatement, target: Target): { name: string; columns?: string[] }[] {
  return statement.permissions.flatMap((permission) => {
    const name = permission.name
      .replace(/^EXEC$/, "EXECUTE")
      .replace(/^ALL PRIVILEGES$/, "ALL")
      .replace(/^CREATE PROC$/, "CREATE PROCEDURE");
    if (name === "ALL") return target.all.map((one) => ({ name: one }));
    if (target.known.has(name)) return [{ ...permission, name }];
    if (SERVER_PERMISSIONS.has(name) && target.class === 0)
      throw new SqlError(
        4621,
        "Permissions at the server scope can only be granted when the current database is master",
      );
    if (
      [DATABASE_PERMISSIONS, OBJECT_PERMISSIONS, SERVER_PERMISSIONS, PRINCIPAL_PERMISSIONS].some((set) => set.has(name))
    ) {
      throw new SqlError(4606, `Granted or revoked privilege ${name} is not compatible with object.`);
    }
    throw new SqlError(102, `Incorrect syntax near '${name}'.`, 1, 15);
  });
}

function columnId(name: string, target: Target): number {
  const id = target.columns.get(name.toLowerCase());
  if (id === undefined)
    throw new SqlError(
      1020,
      "Sub-entity lists (such as column or security expressions) cannot be specified for entity-level permissions.",
      1,
      15,
    );
  return id;
}

function resolveTarget(statement: PermissionStatement, activation: Activation): Target {
  const { session } = activation;
  const { server, database } = session;
  const { on } = statement;
  const security = securityOf(session);
  const shared = { database, kind: "permission" as const, columns: new Map<string, number>(), ownerId: undefined };
  const unknown = (what: string, name: string) => () =>
    new SqlError(15151, `Cannot find the ${what} '${name}', because it does not exist or you do not have permission.`);
  if (!on) {
    const serverWide = statement.permissions.some(
      (p) => SERVER_PERMISSIONS.has(p.name) && !DATABASE_PERMISSIONS.has(p.name),
    );
    if (serverWide) {
      if (database !== server.master)
        throw new SqlError(
          4621,
          "Permissions at the server scope can only be granted when the current database is master",
        );
      return {
        ...shared,
        kind: "serverPermission",
        class: 100,
        majorId: 0,
        known: SERVER_PERMISSIONS,
        all: [],
        mayGrant: security.isServerRoleMember("securityadmin") || security.hasServer("CONTROL SERVER"),
        notFound: () => new SqlError(4613, "Grantor does not have GRANT permission."),
      };
    }
    return databaseTarget(
      shared,
      security.subjectIn(database),
      () => new SqlError(4613, "Grantor does not have GRANT permission."),
    );
  }
  switch (on.class ?? "OBJECT") {
    case "DATABASE": {
      if (on.name.name.toLowerCase() !== database.name.toLowerCase()) throw unknown("database", on.name.name)();
      return databaseTarget(shared, security.subjectIn(database), unknown("database", on.name.name));
    }
    case "SCHEMA": {
      const schema = database.schema(on.name.name);
      if (!schema) throw unknown("schema", on.name.name)();
      return {
        ...shared,
        class: 3,
        majorId: schema.id,
        known: SCHEMA_PERMISSIONS,
        all: [],
        ownerId: schema.ownerId,
        mayGrant: hasSchemaPermission(security.subjectIn(database), database, schema.id, "CONTROL"),
        notFound: unknown("schema", on.name.name),
      };
    }
    case "USER":
    case "ROLE":
    case "APPLICATION ROLE": {
      const principal = database.metadata.findOne("principal", on.name.name);
      if (!principal) throw unknown(on.class === "USER" ? "user" : "role", on.name.name)();
      return {
        ...shared,
        class: 4,
        majorId: principal.id,
        known: PRINCIPAL_PERMISSIONS,
        all: [],
        mayGrant: hasDatabasePermission(security.subjectIn(database), database, "CONTROL"),
        notFound: unknown("user", on.name.name),
      };
    }
    case "LOGIN":
    case "SERVER ROLE": {
      const login = server.master.metadata.findOne("login", on.name.name);
      if (!login) throw unknown("login", on.name.name)();
      return {
        ...shared,
        database: server.master,
        kind: "serverPermission",
        class: 101,
        majorId: login.id,
        known: PRINCIPAL_PERMISSIONS,
        all: [],
        mayGrant: security.hasServer("CONTROL SERVER"),
        notFound: unknown("login", on.name.name),
      };
    }
    case "TYPE": {
      const type = findType(database, on.name.schema ?? "dbo", on.name.name);
      if (!type) throw unknown("type", on.name.name)();
      return {
        ...shared,
        class: 6,
        majorId: type.id,
        known: TYPE_PERMISSIONS,
        all: [],
        mayGrant: hasDatabasePermission(security.subjectIn(database), database, "CONTROL"),
        notFound: unknown("type", on.name.name),
      };
    }
    case "OBJECT": {
      const home = on.name.database ? session.openDatabase(on.name.database) : database;
      const object = findObject(session, home, on.name);
      if (!object) throw unknown("object", on.name.name)();
      const columns = object.table?.columns ?? object.module?.columns ?? [];
      return {
        ...shared,
        database: home,
        class: 1,
        majorId: object.id,
        columns: new Map(columns.map((c) => [c.name.toLowerCase(), c.id])),
        known: OBJECT_PERMISSIONS,
        all:
          object.type === "P" || object.type === "FN"
            ? ["EXECUTE"]
            : ["SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES"],
        ownerId: ownerOf(home, object),
        mayGrant: hasObjectPermission(security.subjectIn(home), home, object, "CONTROL"),
        notFound: unknown("object", on.name.name),
      };
    }
    default:
      throw new NotEmulatedError(`permissions on ${on.class}`);
  }
}

function databaseTarget(
  shared: Pick<Target, "database" | "kind" | "columns" | "ownerId">,
  subject: Parameters<typeof hasDatabasePermission>[0],
  notFound: () => SqlError,
): Target {
  return {
    ...shared,
    class: 0,
    majorId: 0,
    known: DATABASE_PERMISSIONS,
    all: ["BACKUP DATABASE", "BACKUP LOG", "CREATE FUNCTION", "CREATE PROCEDURE", "CREATE TABLE", "CREATE VIEW"],
    mayGrant: hasDatabasePermission(subject, shared.database, "CONTROL"),
    notFound,
  };
}

/** WITH GRANT OPTION lets its holder pass a permission on. */
function hasGrantOption(statement: PermissionStatement, target: Target, activation: Activation): boolean {
  const principals = databasePrincipals(target.database, activation.session.user.id);
  return statement.permissions.every(({ name }) =>
    [...target.database.metadata.all(target.kind)].some(
      (r) =>
        r.state === "W" &&
        r.permission === name &&
        r.class === target.class &&
        r.majorId === target.majorId &&
        principals.has(r.granteeId),
    ),
  );
}

function granteeOf(name: string, target: Target, activation: Activation): number {
  const { server, user, login } = activation.session;
  if (target.kind === "serverPermission") {
    const principal = server.master.metadata.findOne("login", name);
    if (!principal)
      throw new SqlError(
        15151,
        `Cannot find the login '${name}', because it does not exist or you do not have permission.`,
      );
    if (
      principal.id === 1 ||
      principal.id === login.principalId ||
      (principal.fixedRole && isSysadmin(server, principal.id))
    )
      throw special();
    return principal.id;
  }
  const principal = target.database.metadata.findOne("principal", name);
  if (!principal)
    throw new SqlError(
      15151,
      `Cannot find the user '${name}', because it does not exist or you do not have permission.`,
    );
  if (principal.fixedRole)
    throw new SqlError(4617, "Cannot grant, deny or revoke permissions to or from special roles.");
  if (
    principal.id === 1 ||
    principal.id === 3 ||
    principal.id === 4 ||
    principal.id === user.id ||
    (target.ownerId !== undefined && principal.id === target.ownerId)
  )
    throw special();
  return principal.id;
}

function special(): SqlError {
  return new SqlError(
    4624,
    "Cannot grant, deny, or revoke permissions to sa, dbo, entity owner, information_schema, sys, or yourself.",
  );
}

function change(
  statement: PermissionStatement,
  target: Target,
  { granteeId, permission, minorId }: { granteeId: number; permission: string; minorId: number },
  activation: Activation,
): void {
  const { database, kind } = target;
  const transaction = activation.session.requireTransaction();
  const grantorId = grantorOf(target, activation);
  const same = (r: PermissionRecord) =>
    (kind === "serverPermission" || r.grantorId === grantorId) &&
    r.class === target.class &&
    r.majorId === target.majorId &&
    r.granteeId === granteeId &&
    r.permission === permission;
  const existing = [...database.metadata.all(kind)].filter(same);
  const exact = existing.find((r) => r.minorId === minorId);
  if (statement.action === "revoke") {
    if (statement.grantOptionFor) {
      if (exact?.state !== "W") return;
      requireCascade(statement);
      transaction.putRecord(database, kind, exact.id, { ...exact, state: "G" });
      revokePassedOn(target, granteeId, permission, activation);
      return;
    }
    if (exact?.state === "W") requireCascade(statement);
    // Revoking the whole object takes the column permissions with it.
    for (const record of minorId === 0 ? existing : existing.filter((r) => r.minorId === minorId))
      transaction.putRecord(database, kind, record.id, undefined);
    if (statement.cascade) revokePassedOn(target, granteeId, permission, activation);
    return;
  }
  const state = statement.action === "deny" ? "D" : statement.grantOption ? "W" : "G";
  if (state === "D" && exact?.state === "W") requireCascade(statement);
  if (state === "D" && statement.cascade) revokePassedOn(target, granteeId, permission, activation);
  if (minorId === 0)
    for (const record of existing)
      if (record.minorId !== 0) transaction.putRecord(database, kind, record.id, undefined);
  const id = exact?.id ?? database.metadata.nextId(kind);
  transaction.putRecord(database, kind, id, {
    id,
    class: target.class,
    majorId: target.majorId,
    minorId,
    granteeId,
    grantorId,
    permission,
    state: exact?.state === "W" && state === "G" ? "W" : state,
  });
}

/** Who may grant by right does so as the owner; who may by WITH GRANT OPTION, as himself. */
function grantorOf(target: Target, { session }: Activation): number {
  if (target.kind === "serverPermission") return session.login.principalId;
  return target.mayGrant ? (target.ownerId ?? DBO) : session.user.id;
}

function requireCascade(statement: PermissionStatement): void {
  if (!statement.cascade)
    throw new SqlError(4611, "To revoke or deny grantable privileges, specify the CASCADE option.");
}

/** Takes back what a grantee passed on, and what those passed on in their turn. */
function revokePassedOn(target: Target, grantorId: number, permission: string, activation: Activation): void {
  // The owner's own grants are not passed on from anybody.
  if (grantorId === (target.ownerId ?? DBO)) return;
  for (const record of target.database.metadata.all(target.kind)) {
    if (
      record.class !== target.class ||
      record.majorId !== target.majorId ||
      record.permission !== permission ||
      record.grantorId !== grantorId
    )
      continue;
    activation.session.requireTransaction().putRecord(target.database, target.kind, record.id, undefined);
    revokePassedOn(target, record.granteeId, permission, activation);
  }
}
