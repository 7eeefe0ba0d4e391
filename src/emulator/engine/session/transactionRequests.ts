/** Transaction manager requests of TDS: the drivers' own BEGIN and COMMIT, and distributed transactions. */

import { SqlError } from "../errors";
import type { SessionSettings } from "../expressions/scope";
import type { TransactionRequest } from "../wire";
import { Activation } from "./activation";
import { distributedRequest } from "./distributed";
import { failStatement } from "./failures";
import type { SessionRuntime } from "./runtime";
import { type Steps, wait } from "./steps";

/** MS-TDS 2.2.7.17; 0 keeps the session's level. */
const ISOLATION: (SessionSettings["isolation"] | undefined)[] = [
  undefined,
  "READ UNCOMMITTED",
  "READ COMMITTED",
  "REPEATABLE READ",
  "SERIALIZABLE",
  "SNAPSHOT",
];

/** Gives the bytes that the request answers with, if any. */
export function* runTransactionRequest(
  session: SessionRuntime,
  request: TransactionRequest,
): Steps<Uint8Array | undefined> {
  try {
    return yield* carryOut(session, request);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (error.line === 0) error.line = 1;
    yield* failStatement(error, new Activation(session, "batch", null));
    return undefined;
  }
}

function* carryOut(session: SessionRuntime, request: TransactionRequest): Steps<Uint8Array | undefined> {
  const { transactions } = session;
  switch (request.kind) {
    case "begin":
      begin(session, request);
      return undefined;
    case "commit":
      yield* wait(transactions.commit());
      if (request.beginAfter) begin(session, request.beginAfter);
      return undefined;
    case "rollback":
      yield* wait(transactions.rollback(request.name));
      if (request.beginAfter) begin(session, request.beginAfter);
      return undefined;
    case "save":
      transactions.save(request.name);
      return undefined;
    default:
      return yield* distributedRequest(session, request);
  }
}

function begin(session: SessionRuntime, { isolation, name }: { isolation: number; name: string }): void {
  const level = ISOLATION[isolation];
  if (level) session.settings.isolation = level;
  session.transactions.begin(name, false);
}
