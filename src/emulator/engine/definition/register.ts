/** Ties the definition statements to the interpreter. */
import { NotEmulatedError, SqlError } from "../errors";
import type { Activation } from "../session/activation";
import { registerStatement, type StatementKind, type StatementOf } from "../session/statements";
import type { Steps } from "../session/steps";
import { alterTable } from "./alterTable";
import { dropIndexes, dropObjects } from "./drops";
import { createModule } from "./moduleDefinitions";
import {
  alterIndex,
  createIndex,
  createSchema,
  createSequence,
  createSynonym,
  createType,
  dropSchema,
  transferObject,
} from "./smallObjects";
import { switchTriggers } from "./tableConstraints";
import { createTable, tableContext } from "./tables";

/** Statements of `drop` that are not schema objects (logins, users, databases …) go to their owners. */
const dropHandlers = new Map<
  string,
  (statement: StatementOf<"drop">, activation: Activation) => void | Promise<void> | Steps<void>
>();

export function registerDrop(
  object: StatementOf<"drop">["object"],
  handler: (statement: StatementOf<"drop">, activation: Activation) => void | Promise<void> | Steps<void>,
): void {
  dropHandlers.set(object, handler);
}

/** A definition runs in the open transaction or one of its own, and waits for locks like any other statement. */
function define<K extends StatementKind>(
  kind: K,
  execute: (statement: StatementOf<K>, activation: Activation) => void,
): void {
  registerStatement(kind, function* (statement, activation): Steps<void> {
    const { session } = activation;
    yield* session.inTransaction(activation, () => session.runBody(activation, () => execute(statement, activation)));
    session.finishStatement(undefined, 0xfd, activation);
  });
}

export function registerDefinitions(): void {
  define("createTable", createTable);
  define("alterTable", alterTable);
  define("createIndex", createIndex);
  define("alterIndex", alterIndex);
  define("dropIndex", dropIndexes);
  define("createModule", createModule);
  define("createSchema", createSchema);
  define("alterSchemaTransfer", transferObject);
  define("createType", createType);
  define("createSequence", createSequence);
  define("alterSequence", createSequence);
  define("createSynonym", createSynonym);
  define("enableTrigger", enableTrigger);
  define("truncate", truncate);
  registerStatement("drop", function* (statement, activation): Steps<void> {
    const { session } = activation;
    const handler = dropHandlers.get(statement.object);
    if (handler) {
      const result = handler(statement, activation);
      if (result instanceof Promise) yield result;
      else if (result) yield* result;
    } else {
      yield* session.inTransaction(activation, () => session.runBody(activation, () => drop(statement, activation)));
    }
    session.finishStatement(undefined, 0xfd, activation);
  });
}

function drop(statement: StatementOf<"drop">, activation: Activation): void {
  if (statement.object === "schema") {
    for (const name of statement.names) dropSchema(name.name, statement.ifExists, activation);
    return;
  }
  if (!dropObjects(statement, activation)) throw new NotEmulatedError(`DROP ${statement.object.toUpperCase()}`);
}

function enableTrigger(statement: StatementOf<"enableTrigger">, activation: Activation): void {
  if (typeof statement.on === "string") throw new NotEmulatedError("DDL triggers");
  const names = statement.triggers === "ALL" ? "ALL" : statement.triggers.map((t) => t.name);
  switchTriggers(tableContext(statement.on, activation), names, statement.enable);
}

function truncate(statement: StatementOf<"truncate">, activation: Activation): void {
  const context = tableContext(statement.table, activation);
  const { database, table } = context;
  activation.session.security.requireObjectPermission(activation, database, table, "ALTER");
  for (const object of database.metadata.all("object")) {
    if (
      object.constraint?.kind === "foreignKey" &&
      object.constraint.referencedTableId === table.id &&
      object.parentId !== table.id
    ) {
      throw new SqlError(
        4712,
        `Cannot truncate table '${table.name}' because it is being referenced by a FOREIGN KEY constraint.`,
      );
    }
  }
  activation.session.requireTransaction().truncate(database.table(table.id));
}
