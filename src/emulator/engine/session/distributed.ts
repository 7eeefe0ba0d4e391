/** A session's side of distributed transactions that another server coordinates: enlist, prepare, commit, abort. */

import { SqlError } from "../errors";
import type { TransactionRequest } from "../wire";
import type { SessionRuntime } from "./runtime";
import type { Steps } from "./steps";
import { wait } from "./steps";

type Request = Exclude<TransactionRequest, { kind: "begin" | "commit" | "rollback" | "save" }>;

export function* distributedRequest(session: SessionRuntime, request: Request): Steps<Uint8Array | undefined> {
  const { server, transactions } = session;
  switch (request.kind) {
    case "getDtcAddress":
      return Buffer.from(server.dtc.address, "utf8");
    case "propagate":
      if (request.cookie.length === 0) yield* wait(transactions.defect());
      else yield* wait(transactions.enlist(request.cookie));
      return undefined;
    case "promote": {
      if (!transactions.active || transactions.count === 0)
        throw new SqlError(3902, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.");
      const distributed = server.dtc.promote(transactions.active);
      transactions.distributed = true;
      return server.dtc.cookieOf(distributed);
    }
    case "dtcPrepare": {
      const transaction = transactions.joined();
      if (transactions.doomed)
        throw new SqlError(
          3930,
          "The current transaction cannot be committed and cannot support operations that write to the log file. Roll back the transaction.",
        );
      yield* server.dtc.prepareSteps(transaction);
      return undefined;
    }
    case "dtcCommit":
      server.dtc.commitPrepared(transactions.joined());
      transactions.release("commitTransaction");
      return undefined;
    case "dtcAbort":
      server.dtc.abortJoined(transactions.joined());
      transactions.release("rollbackTransaction");
      return undefined;
    case "dtcOutcome":
      return Buffer.from(server.dtc.outcome(request.transaction), "utf8");
  }
}
