/** What stands in the way of changing or dropping a database: transactions and other sessions. */

import type { Database } from "../../storage/database";
import { SqlError } from "../errors";
import type { Activation } from "../session/activation";
import { type Steps, wait } from "../session/steps";
import type { SetAction } from "./databaseSettings";

export function refuseInTransaction(activation: Activation, what: string): void {
  if (activation.session.transactions.count > 0)
    throw new SqlError(226, `${what} statement not allowed within multi-statement transaction.`, 6);
}

export function requireAlone(database: Database, activation: Activation, plain = false): void {
  const { session } = activation;
  if (session.server.usersOf(database, session.id).length === 0) return;
  const error = new SqlError(5030, `The database could not be exclusively locked to perform the operation.`, 2);
  throw plain ? error : failed(error);
}

/** Waits until no other session uses the database, or ends them as the termination clause says. */
export function* takeOver(database: Database, action: SetAction, activation: Activation): Steps<void> {
  const { session } = activation;
  const { server } = session;
  const { termination } = action;
  if (termination?.kind === "rollbackAfter") {
    const until = Date.now() + termination.seconds * 1000;
    while (Date.now() < until && isUsed(database, activation)) yield* wait(session.sleep(50));
  }
  if (termination?.kind === "rollbackImmediate" || termination?.kind === "rollbackAfter") {
    for (const other of server.usersOf(database, session.id)) {
      const ended = other.kill();
      if (ended) yield* wait(ended);
    }
    return;
  }
  while (isUsed(database, activation)) {
    if (termination?.kind === "noWait") {
      throw failed(
        new SqlError(
          5070,
          `Database state cannot be changed while other users are using the database '${database.name}'`,
          2,
        ),
      );
    }
    session.checkCancelled();
    yield* wait(session.sleep(20));
  }
}

function isUsed(database: Database, activation: Activation): boolean {
  const { session } = activation;
  return (
    session.server.usersOf(database, session.id).length > 0 ||
    session.server.isWrittenBy(database, session.transactions.active)
  );
}

/** Transactions that have written in a database from outside it. */
export function* waitForWriters(database: Database, activation: Activation): Steps<void> {
  const { session } = activation;
  while (session.server.isWrittenBy(database, session.transactions.active)) {
    session.checkCancelled();
    yield* wait(session.sleep(10));
  }
}

export function failed(cause: SqlError): SqlError {
  const error = new SqlError(5069, "ALTER DATABASE statement failed.");
  error.precedingErrors = [cause];
  return error;
}
