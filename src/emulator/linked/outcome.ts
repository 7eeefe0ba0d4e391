/**
 * How a server learns what became of a distributed transaction that another coordinates: it logs in
 * there as the transaction coordinator, which may ask for outcomes and nothing else.
 */
import { SqlError } from "../engine/errors";
import type { LoginRequest, ResultSink, Session, TransactionRequest } from "../engine/wire";
import type { Server } from "../storage/server";
import { connectTds, firstError, toSqlError } from "../tds/client";

/** No SQL login can have a backslash in its name. */
export const COORDINATOR_LOGIN = "MSDTC\\coordinator";

const TIMEOUT_MS = 5000;

export async function askCoordinator(address: string, id: string): Promise<"committed" | "aborted" | "active"> {
  const [host = "", port = ""] = address.split(",");
  const client = await connectTds({
    host,
    port: Number(port),
    user: COORDINATOR_LOGIN,
    password: id,
    timeoutMs: TIMEOUT_MS,
  });
  try {
    const response = await client.transaction({ kind: "dtcOutcome", transaction: id });
    const error = firstError(response);
    if (error) throw toSqlError(error);
    const answer = response.results[0]?.rows[0]?.[0];
    const text = answer instanceof Uint8Array ? Buffer.from(answer).toString("utf8") : "";
    return text === "committed" || text === "active" ? text : "aborted";
  } finally {
    client.close();
  }
}

/** The session of COORDINATOR_LOGIN; the password names the transaction it may ask about. */
export class CoordinatorSession implements Session {
  readonly id = 0;

  constructor(
    private readonly server: Server,
    private readonly login: LoginRequest,
  ) {}

  async transaction(request: TransactionRequest): Promise<Uint8Array | undefined> {
    if (request.kind !== "dtcOutcome" || request.transaction !== this.login.password) throw refused();
    return Buffer.from(this.server.dtc.outcome(request.transaction), "utf8");
  }

  async executeBatch(_text: string, sink: ResultSink): Promise<void> {
    sink.message({ number: 8504, message: refused().message, state: 1, class: 16, procedure: "", line: 1 });
  }

  async executeRpc(_request: unknown, sink: ResultSink): Promise<void> {
    await this.executeBatch("", sink);
  }

  cancel(): void {}
  async reset(): Promise<void> {}
  async close(): Promise<void> {}
}

function refused(): SqlError {
  return new SqlError(8504, "This session may only ask for the outcome of its transaction.");
}
