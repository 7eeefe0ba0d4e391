/** HAS_PERMS_BY_NAME and sys.fn_my_permissions. */

import type { ExecutionContext } from "../../engine/expressions/scope";
import type { Activation } from "../../engine/session/activation";
import type { SqlType, Value } from "../../engine/values";
import {
  DATABASE_PERMISSIONS,
  OBJECT_PERMISSIONS,
  PRINCIPAL_PERMISSIONS,
  SCHEMA_PERMISSIONS,
  SERVER_PERMISSIONS,
} from "../../security/permissionNames";
import {
  hasDatabasePermission,
  hasLoginPermission,
  hasObjectPermission,
  hasPrincipalPermission,
  hasSchemaPermission,
  type Subject,
} from "../../security/permissions";
import { securityOf } from "../../security/securityOf";
import type { ObjectRecord } from "../../storage/records";
import { registerTableFunction } from "../registry";
import { type Call, define, NAME, textOf } from "./define";
import { findNamedObject, usableDatabase } from "./objectNames";

const INT: SqlType = { kind: "int" };
const WIDE: SqlType = { kind: "nvarchar", length: 517 };

/** Asks for one permission on one securable. */
interface Securable {
  permissions: ReadonlySet<string>;
  has(permission: string): boolean;
}

function serverSecurable({ session }: Call): Securable {
  return { permissions: SERVER_PERMISSIONS, has: (permission) => session.security.hasServer(permission) };
}

function databaseSecurable(name: string | undefined, call: Call): Securable | undefined {
  const { session } = call;
  const database = usableDatabase(name === undefined ? session.database : session.server.database(name), call);
  if (!database) return undefined;
  const subject = securityOf(session).subjectIn(database);
  return {
    permissions: DATABASE_PERMISSIONS,
    has: (permission) => hasDatabasePermission(subject, database, permission),
  };
}

/** ANY: on at least one column, if not on all. */
function objectSecurable(name: string, column: string | undefined, call: Call): Securable | undefined {
  const found = findNamedObject(name, call);
  if (!found) return undefined;
  const { database, object } = found;
  const subject = securityOf(call.session).subjectIn(database);
  const columns = object.table?.columns ?? object.module?.columns ?? [];
  const id = column === undefined ? undefined : columns.find((c) => c.name.toLowerCase() === column.toLowerCase())?.id;
  if (column !== undefined && id === undefined) return undefined;
  return {
    permissions: permissionsOn(object, columns.length > 0),
    has: (permission) => hasObjectPermission(subject, database, object, permission, id),
  };
}

const EXECUTABLE = new Set(["EXECUTE", "VIEW DEFINITION", "ALTER", "TAKE OWNERSHIP", "CONTROL"]);

function permissionsOn(object: ObjectRecord, readable: boolean): ReadonlySet<string> {
  if (object.type === "P" || object.type === "FN") return EXECUTABLE;
  return readable
    ? new Set([...OBJECT_PERMISSIONS].filter((p) => p !== "EXECUTE" && p !== "RECEIVE"))
    : OBJECT_PERMISSIONS;
}

function schemaSecurable(name: string, { session }: Call): Securable | undefined {
  const { database } = session;
  const schema = database.schema(unquoted(name));
  const subject = securityOf(session).subjectIn(database);
  return (
    schema && {
      permissions: SCHEMA_PERMISSIONS,
      has: (permission) => hasSchemaPermission(subject, database, schema.id, permission),
    }
  );
}

function principalSecurable(name: string, role: boolean, { session }: Call): Securable | undefined {
  const { database } = session;
  const principal = database.metadata.findOne("principal", unquoted(name));
  if (!principal || (principal.type === "R") !== role) return undefined;
  const subject: Subject = securityOf(session).subjectIn(database);
  return {
    permissions: PRINCIPAL_PERMISSIONS,
    has: (permission) =>
      principal.id === subject.userId || hasPrincipalPermission(subject, database, principal.id, permission),
  };
}

function loginSecurable(name: string, { session }: Call): Securable | undefined {
  const login = session.server.master.metadata.findOne("login", unquoted(name));
  const { loginId } = securityOf(session);
  if (!login) return undefined;
  return {
    permissions: PRINCIPAL_PERMISSIONS,
    has: (permission) =>
      loginId !== undefined &&
      (loginId === login.id || hasLoginPermission(session.server, loginId, login.id, permission)),
  };
}

function unquoted(name: string): string {
  const match = /^\[(.*)\]$/s.exec(name.trim());
  return match?.[1] === undefined ? name.trim() : match[1].replaceAll("]]", "]");
}

function securable(
  name: string | undefined,
  kind: string | undefined,
  column: string | undefined,
  call: Call,
): Securable | undefined {
  if (kind === undefined) return name === undefined ? serverSecurable(call) : undefined;
  switch (kind.trim().toUpperCase()) {
    case "SERVER":
      return serverSecurable(call);
    case "DATABASE":
      return databaseSecurable(name === undefined ? undefined : unquoted(name), call);
    case "OBJECT":
      return name === undefined ? undefined : objectSecurable(name, column, call);
    case "SCHEMA":
      return name === undefined ? undefined : schemaSecurable(name, call);
    case "USER":
    case "ROLE":
      return name === undefined ? undefined : principalSecurable(name, /^role$/i.test(kind.trim()), call);
    case "LOGIN":
      return name === undefined ? undefined : loginSecurable(name, call);
    default:
      return undefined;
  }
}

export function registerPermissionFunctions(): void {
  define(
    "HAS_PERMS_BY_NAME",
    [WIDE, NAME, NAME, NAME, NAME],
    INT,
    ([name, kind, permission, column], call) => {
      const target = securable(textOf(name), textOf(kind), textOf(column), call);
      const wanted = textOf(permission)?.trim().toUpperCase();
      if (!target || wanted === undefined) return null;
      if (wanted === "ANY") return [...target.permissions].some((p) => target.has(p));
      return target.permissions.has(wanted) ? target.has(wanted) : null;
    },
    2,
  );
  registerTableFunction({
    schema: "sys",
    name: "fn_my_permissions",
    parameters: [
      { name: "@securable", type: WIDE },
      { name: "@securable_class", type: NAME },
    ],
    columns: [
      { name: "entity_name", type: NAME, nullable: true },
      { name: "subentity_name", type: NAME, nullable: true },
      { name: "permission_name", type: NAME, nullable: true },
    ],
    *rows([name, kind]: Value[], context: ExecutionContext) {
      const activation = context as Activation;
      const target = securable(textOf(name), textOf(kind), undefined, {
        session: activation.session,
        context,
        activation,
      });
      if (!target) return;
      const entity = textOf(name) ?? (textOf(kind) ?? "server").toLowerCase();
      for (const permission of target.permissions) if (target.has(permission)) yield [entity, "", permission];
    },
  });
}
