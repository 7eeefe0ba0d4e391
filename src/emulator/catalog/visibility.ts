/** Metadata visibility: users see what they own or have some permission on. */
import { SqlError } from "../engine/errors";
import type { ExecutionContext } from "../engine/expressions/scope";
import type { SessionRuntime } from "../engine/session/runtime";
import { databasePrincipals } from "../security/memberships";
import { hasDatabasePermission, hasObjectPermission, isDatabaseMaster, type Subject } from "../security/permissions";
import { securityOf } from "../security/securityOf";
import type { Database } from "../storage/database";
import type { ObjectRecord } from "../storage/records";

export function sessionOf(context: ExecutionContext): SessionRuntime {
  return context.session as SessionRuntime;
}

export function subjectOf(context: ExecutionContext, database: Database): Subject {
  return securityOf(sessionOf(context)).subjectIn(database);
}

export function isAdministrator(context: ExecutionContext, database: Database): boolean {
  return isDatabaseMaster(subjectOf(context, database));
}

const ANY = ["SELECT", "INSERT", "UPDATE", "DELETE", "EXECUTE", "REFERENCES", "VIEW DEFINITION", "ALTER", "CONTROL"];

/** Whether the user may know of the object: OBJECT_ID and its like give NULL otherwise. */
export function canSeeObject(context: ExecutionContext, database: Database, object: ObjectRecord): boolean {
  const subject = subjectOf(context, database);
  return (
    isDatabaseMaster(subject) ||
    hasDatabasePermission(subject, database, "VIEW DEFINITION") ||
    isVisible(subject, database, object)
  );
}

/** Objects that the user may know of. */
export function* visibleObjects(database: Database, context: ExecutionContext): Iterable<ObjectRecord> {
  const subject = subjectOf(context, database);
  const all = isDatabaseMaster(subject) || hasDatabasePermission(subject, database, "VIEW DEFINITION");
  const transaction = sessionOf(context).transactions.active;
  for (const object of database.metadata.all("object")) {
    if (database.metadata.isUncommitted("object", object.id, transaction)) continue;
    if (
      object.table?.temporary &&
      object.table.temporary.sessionId !== context.session.id &&
      !object.name.startsWith("##") &&
      !all
    )
      continue;
    if (all || isVisible(subject, database, object)) yield object;
  }
}

function isVisible(subject: Subject, database: Database, object: ObjectRecord): boolean {
  const parent = object.parentId === 0 ? object : (database.metadata.get("object", object.parentId) ?? object);
  return ANY.some((permission) => hasObjectPermission(subject, database, parent, permission));
}

/** Principals that the user may know of: itself, its roles, the fixed ones, and all with VIEW DEFINITION. */
export function canSeePrincipal(context: ExecutionContext, database: Database, id: number): boolean {
  const subject = subjectOf(context, database);
  if (
    isDatabaseMaster(subject) ||
    hasDatabasePermission(subject, database, "VIEW DEFINITION") ||
    hasDatabasePermission(subject, database, "ALTER ANY USER")
  )
    return true;
  const record = database.metadata.get("principal", id);
  return (
    id < 5 || record?.fixedRole === true || record?.type === "R" || databasePrincipals(database, subject.userId).has(id)
  );
}

/** What the server does is shown to those who may view its state: errors 300 and 297 to all others. */
export function requireServerState(context: ExecutionContext): void {
  if (securityOf(sessionOf(context)).hasServer("VIEW SERVER STATE")) return;
  const error = new SqlError(297, "The user does not have permission to perform this action.");
  error.precedingErrors = [
    new SqlError(300, "VIEW SERVER STATE permission was denied on object 'server', database 'master'.", 1, 14),
  ];
  throw error;
}
