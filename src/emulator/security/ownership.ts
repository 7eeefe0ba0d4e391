/** ALTER AUTHORIZATION and sp_changedbowner. */
import { NotEmulatedError, SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import { findObject } from "../engine/session/names";
import type { Database } from "../storage/database";
import type { Statement } from "../tsql/ast";
import { hasDatabasePermission } from "./permissions";
import { securityOf } from "./securityOf";
import { sameSid } from "./users";

export function alterAuthorization(
  statement: Extract<Statement, { kind: "alterAuthorization" }>,
  activation: Activation,
): void {
  const { session } = activation;
  const { database, server } = session;
  const transaction = session.requireTransaction();
  const kind = statement.class.toUpperCase();
  if (kind === "DATABASE") {
    const target = server.database(statement.object.name);
    if (!target)
      throw new SqlError(
        15151,
        `Cannot find the database '${statement.object.name}', because it does not exist or you do not have permission.`,
      );
    setDatabaseOwner(target, statement.owner, activation);
    return;
  }
  const owner = database.metadata.findOne("principal", statement.owner);
  const isSchemaOwner = statement.owner.toUpperCase() === "SCHEMA OWNER";
  if (!owner && !isSchemaOwner)
    throw new SqlError(
      15151,
      `Cannot find the principal '${statement.owner}', because it does not exist or you do not have permission.`,
    );
  if (!hasDatabasePermission(securityOf(session).subjectIn(database), database, "CONTROL")) {
    throw new SqlError(
      15151,
      `Cannot find the ${kind.toLowerCase()} '${statement.object.name}', because it does not exist or you do not have permission.`,
    );
  }
  switch (kind) {
    case "SCHEMA": {
      const schema = database.schema(statement.object.name);
      if (!schema || !owner)
        throw new SqlError(
          15151,
          `Cannot find the schema '${statement.object.name}', because it does not exist or you do not have permission.`,
        );
      transaction.putRecord(database, "schema", schema.id, { ...schema, ownerId: owner.id });
      return;
    }
    case "ROLE": {
      const role = database.metadata.findOne("principal", statement.object.name);
      if (role?.type !== "R" || !owner)
        throw new SqlError(
          15151,
          `Cannot find the role '${statement.object.name}', because it does not exist or you do not have permission.`,
        );
      transaction.putRecord(database, "principal", role.id, { ...role, ownerId: owner.id });
      return;
    }
    case "OBJECT":
    case "": {
      const object = findObject(session, database, statement.object);
      if (!object)
        throw new SqlError(
          15151,
          `Cannot find the object '${statement.object.name}', because it does not exist or you do not have permission.`,
        );
      const { ownerId: _, ...rest } = object;
      transaction.putRecord(database, "object", object.id, {
        ...rest,
        ...(owner && !isSchemaOwner ? { ownerId: owner.id } : {}),
        modifyDate: activation.now().local,
      });
      return;
    }
    default:
      throw new NotEmulatedError(`ALTER AUTHORIZATION ON ${kind}`);
  }
}

/** The new owner enters as dbo; 15110 when it is already a user of the database. */
export function setDatabaseOwner(database: Database, loginName: string, activation: Activation): void {
  const { session } = activation;
  const { server } = session;
  const login = server.master.metadata.findOne("login", loginName);
  if (!login || login.type === "R")
    throw new SqlError(
      15151,
      `Cannot find the principal '${loginName}', because it does not exist or you do not have permission.`,
    );
  const owns = sameSid(database.ownerSid, session.login.sid);
  if (!securityOf(session).isServerRoleMember("sysadmin") && !owns) {
    throw new SqlError(
      15151,
      `Cannot find the database '${database.name}', because it does not exist or you do not have permission.`,
    );
  }
  // Who is not the new owner must be allowed to act as that login (ALTER AUTHORIZATION, "Permissions").
  if (!sameSid(session.login.sid, login.sid) && !securityOf(session).hasLogin(login.id, "IMPERSONATE")) {
    throw new SqlError(
      15151,
      `Cannot find the principal '${loginName}', because it does not exist or you do not have permission.`,
    );
  }
  const user = [...database.metadata.all("principal")].find((p) => p.id !== 1 && p.sid && sameSid(p.sid, login.sid));
  if (user) throw new SqlError(15110, `The proposed new database owner is already a user or aliased in the database.`);
  const dbo = database.metadata.get("principal", 1);
  if (dbo) session.requireTransaction().putRecord(database, "principal", 1, { ...dbo, sid: login.sid });
  server.alterDatabase(database, { ownerSid: login.sid });
}
