/** BEGIN, COMMIT, ROLLBACK and SAVE TRANSACTION. */
import type { Statement, TransactionName } from "../../tsql/ast";
import { SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import type { Activation } from "./activation";
import { scopeOf } from "./environment";
import type { Steps } from "./steps";
import { wait } from "./steps";

const MAX_NAME = 32;

/** True when the statement was one of these. */
export function* executeTransaction(statement: Statement, activation: Activation): Steps<boolean> {
  const { session } = activation;
  const { transactions } = session;
  switch (statement.kind) {
    case "beginTransaction": {
      const name = transactionName(statement.name, activation);
      if (statement.mark && !name)
        throw new SqlError(3901, "The transaction name must be specified when it is used with the mark option.");
      if (statement.mark && /^lsn:/i.test(name ?? ""))
        throw new SqlError(3925, "Invalid transaction mark name. The 'LSN:' prefix is reserved.");
      let description = "";
      if (statement.mark?.description) {
        const compiled = compileExpression(statement.mark.description, scopeOf(activation));
        description = String((yield* session.evaluate(activation, (context) => compiled.evaluate(context))) ?? "");
      }
      transactions.begin(name ?? "", statement.distributed);
      if (statement.mark) transactions.mark(name ?? "", description.slice(0, 255));
      break;
    }
    case "commit":
      if (session.insertExecDepth > 0 && transactions.count === session.insertExecCount) throw insertExecEnd("COMMIT");
      yield* wait(transactions.commit());
      break;
    case "rollback": {
      if (session.insertExecDepth > 0) throw insertExecEnd("ROLLBACK");
      yield* wait(transactions.rollback(transactionName(statement.name, activation)));
      break;
    }
    case "saveTransaction":
      transactions.save(transactionName(statement.name, activation) ?? "");
      break;
    case "checkpoint":
      session.database.store?.checkpoint();
      break;
    default:
      return false;
  }
  session.finishStatement(undefined, 0xfd, activation);
  return true;
}

function insertExecEnd(what: "COMMIT" | "ROLLBACK"): SqlError {
  return what === "ROLLBACK"
    ? new SqlError(3915, "Cannot use the ROLLBACK statement within an INSERT-EXEC statement.")
    : new SqlError(
        3916,
        "Cannot use the COMMIT statement within an INSERT-EXEC statement unless BEGIN TRANSACTION is used first.",
      );
}

/** A literal over 32 characters is an error (103), a variable is cut. */
function transactionName(name: TransactionName | undefined, activation: Activation): string | undefined {
  if (!name) return undefined;
  if ("variable" in name) {
    const value = activation.getVariable(name.variable);
    return value === null ? undefined : String(value).slice(0, MAX_NAME);
  }
  if (name.text.length > MAX_NAME) {
    throw new SqlError(
      103,
      `The identifier that starts with '${name.text.slice(0, MAX_NAME)}' is too long. Maximum length is ${MAX_NAME}.`,
      4,
      15,
    );
  }
  return name.text;
}
