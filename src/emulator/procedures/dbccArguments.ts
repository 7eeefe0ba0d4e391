/** The arguments of DBCC commands and who may give them. */
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import { findObject, parseObjectName } from "../engine/session/names";
import { hasDatabasePermission } from "../security/permissions";
import { securityOf } from "../security/securityOf";
import type { Database } from "../storage/database";
import type { ObjectRecord } from "../storage/records";
import type { Expression } from "../tsql/ast";

/** A constant or word as text; undefined for what was left out. */
export function argumentText(argument: Expression | undefined): string | undefined {
  switch (argument?.kind) {
    case "string":
      return argument.value;
    case "integer":
    case "decimal":
      return argument.text;
    case "unary":
      return `${argument.operator}${argumentText(argument.operand) ?? ""}`;
    case "column":
      return argument.parts.map((part) => `[${part.replaceAll("]", "]]")}]`).join(".");
    default:
      return undefined;
  }
}

/** A bare word without the brackets that names are given. */
export function argumentWord(argument: Expression | undefined): string | undefined {
  return argument?.kind === "column" ? argument.parts.join(".") : argumentText(argument);
}

export function tableArgument(
  argument: Expression | undefined,
  activation: Activation,
): { database: Database; table: ObjectRecord } {
  const { session } = activation;
  const text = argumentText(argument) ?? "";
  const name = parseObjectName(text, { line: 1, start: 0, end: 0 });
  const temporary = name.name.startsWith("#") ? activation.findTemporaryTable(name.name) : undefined;
  const database = temporary ? session.tempdb : name.database ? session.openDatabase(name.database) : session.database;
  const table = temporary?.record ?? findObject(session, database, name);
  if (!table?.table)
    throw new SqlError(
      2501,
      `Cannot find a table or object with the name "${argumentWord(argument) ?? ""}". Check the system catalog.`,
      45,
    );
  return { database, table };
}

/** The database of the first argument: its name, its id, or 0 and nothing for the current one. */
export function databaseArgument(argument: Expression | undefined, activation: Activation): Database {
  const { session } = activation;
  const text = argumentWord(argument);
  if (text === undefined || text === "0") return session.database;
  const database =
    argument?.kind === "integer" ? session.server.databaseById(Number(text)) : session.server.database(text);
  if (!database) {
    throw new SqlError(
      2520,
      `Could not find database '${text}'. The database either does not exist, or was dropped before a statement tried to use it. Verify if the database exists by querying the sys.databases catalog view.`,
      5,
    );
  }
  return database;
}

export function requireOwner(command: string, database: Database, activation: Activation): void {
  const subject = securityOf(activation.session).subjectIn(database);
  if (hasDatabasePermission(subject, database, "CONTROL")) return;
  throw new SqlError(
    7983,
    `User '${activation.session.user.name}' does not have permission to run DBCC ${command.toLowerCase()} for database '${database.name}'.`,
    36,
    14,
  );
}

export function requireServerState(command: string, activation: Activation): void {
  if (activation.session.security.hasServer("VIEW SERVER STATE")) return;
  throw new SqlError(
    2571,
    `User '${activation.session.user.name}' does not have permission to run DBCC ${command.toLowerCase()}.`,
    1,
    14,
  );
}
