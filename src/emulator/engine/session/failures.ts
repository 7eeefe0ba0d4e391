import type { SqlError } from "../errors";
import type { Activation } from "./activation";
import { BatchAborted, type Completion } from "./completion";
import { abortsBatch, isCompileError } from "./errorRules";
import { type Steps, wait } from "./steps";

/**
 * What an error does. In a TRY it goes to the CATCH (and may doom the transaction); otherwise it
 * is reported, and ends its statement, its scope or the whole batch.
 */
export function* failStatement(error: SqlError, activation: Activation): Steps<Completion> {
  const { session } = activation;
  session.lastError = error.number;
  session.rowCount = 0;
  const fatal = abortsBatch(error) || (session.settings.xactAbort && !error.isRaiserror);
  if (session.tryDepth > 0) {
    if (fatal || activation.kind === "trigger") session.transactions.doom();
    throw error;
  }
  // An expression's function cannot report: its statement does.
  if (activation.kind === "function") throw error;
  if (!error.reported) {
    error.reported = true;
    session.report(error);
  }
  if (fatal) {
    session.endOfBatch = true;
    if (session.transactions.active) yield* wait(session.transactions.rollbackAll());
    throw new BatchAborted();
  }
  if (error.endsBatch) {
    session.endOfBatch = true;
    throw new BatchAborted();
  }
  session.output.statementDone({ error: true, inProcedure: activation.kind !== "batch", command: 0xfd });
  return isCompileError(error) && error.raisedIn === activation ? { kind: "endOfScope" } : undefined;
}
