/** One connection from a session to a linked server, kept while the session lasts. */
import { SqlError, type SqlMessage } from "../engine/errors";
import type { SessionRuntime } from "../engine/session/runtime";
import type { ResultSink, RpcRequest, TransactionRequest } from "../engine/wire";
import type { LinkedLoginRecord, LinkedServerRecord } from "../storage/records";
import type { Transaction } from "../storage/transaction";
import {
  connectTds,
  firstError,
  type TdsClient,
  TdsConnectionError,
  type TdsResponse,
  toSqlError,
} from "../tds/client";
import { isOn, mappingFor, timeoutOf } from "./linkedServers";
import { resolveDataSource } from "./serverDirectory";

const DEFAULT_CONNECT_TIMEOUT_SECONDS = 20;

export class RemoteSession {
  private client: TdsClient | undefined;
  /** The local transaction that the remote session takes part in. */
  private enlistedIn: Transaction | undefined;

  constructor(
    private readonly session: SessionRuntime,
    readonly record: LinkedServerRecord,
    readonly mapping: LinkedLoginRecord,
  ) {}

  get address(): { host: string; port: number } {
    return resolveDataSource(this.record.dataSource ?? this.record.name);
  }

  async batch(text: string, sink: ResultSink | undefined): Promise<TdsResponse> {
    return this.request((client) => client.batch(text, sink ? { sink } : {}));
  }

  async rpc(request: RpcRequest, sink: ResultSink | undefined): Promise<TdsResponse> {
    return this.request((client) => client.rpc(request, sink ? { sink } : {}));
  }

  close(): void {
    this.client?.close();
    this.client = undefined;
  }

  /** Makes the remote session part of the local transaction, which then is a distributed one. */
  async enlist(): Promise<void> {
    const { session } = this;
    const { transactions, server } = session;
    const transaction = transactions.active;
    if (!transaction || this.enlistedIn === transaction) return;
    transactions.requirePromotable();
    const { host, port } = this.address;
    if (server.dtc.address === `${host},${port}`)
      throw new SqlError(3910, "Transaction context in use by another session.", 2);
    const distributed = server.dtc.promote(transaction);
    transactions.distributed = true;
    const joined = await this.request((client) =>
      client.transaction({ kind: "propagate", cookie: server.dtc.cookieOf(distributed) }),
    );
    const refusal = firstError(joined);
    if (refusal) throw this.unableToBegin(refusal);
    this.enlistedIn = transaction;
    const tell = async (kind: "dtcPrepare" | "dtcCommit" | "dtcAbort") => {
      const request: TransactionRequest = { kind, transaction: distributed.id };
      const answer = firstError(await this.request((client) => client.transaction(request), false));
      if (answer) throw toSqlError(answer);
    };
    distributed.branches.push({
      server: this.record.name,
      prepare: () => tell("dtcPrepare"),
      commit: () => this.ended(() => tell("dtcCommit")),
      abort: () => this.ended(() => tell("dtcAbort")),
    });
  }

  private async ended(tell: () => Promise<void>): Promise<void> {
    this.enlistedIn = undefined;
    try {
      await tell();
    } catch (error) {
      // The other side asks for the outcome itself; this connection is of no more use.
      this.close();
      throw error;
    }
  }

  private unableToBegin(cause: SqlMessage): SqlError {
    const error = new SqlError(
      7391,
      `The operation could not be performed because OLE DB provider "${this.record.provider}" for linked server "${this.record.name}" was unable to begin a distributed transaction.`,
      2,
    );
    error.precedingErrors = cause.number === 8501 ? [toSqlError(cause)] : [];
    return error;
  }

  private async request(send: (client: TdsClient) => Promise<TdsResponse>, cancellable = true): Promise<TdsResponse> {
    const client = await this.connected();
    const { cancelSignal } = this.session;
    const seconds = timeoutOf(this.record, "query timeout");
    const stop = () => client.cancel();
    let expired = false;
    const timer =
      cancellable && seconds > 0
        ? setTimeout(() => {
            expired = true;
            client.cancel();
          }, seconds * 1000)
        : undefined;
    if (cancellable) cancelSignal.addEventListener("abort", stop, { once: true });
    try {
      const response = await send(client);
      if (expired) {
        throw new SqlError(
          7399,
          `The OLE DB provider "${this.record.provider}" for linked server "${this.record.name}" reported an error. Execution terminated by the provider because a resource limit was reached.`,
        );
      }
      if (cancellable) this.session.checkCancelled();
      return response;
    } catch (error) {
      if (!(error instanceof TdsConnectionError)) throw error;
      this.client = undefined;
      this.enlistedIn = undefined;
      throw this.unreachable(error, 10054);
    } finally {
      clearTimeout(timer);
      cancelSignal.removeEventListener("abort", stop);
    }
  }

  private async connected(): Promise<TdsClient> {
    if (this.client?.isOpen) return this.client;
    this.enlistedIn = undefined;
    const { host, port } = this.address;
    const { session, record, mapping } = this;
    const seconds = timeoutOf(record, "connect timeout") || DEFAULT_CONNECT_TIMEOUT_SECONDS;
    if (mapping.useSelf && session.login.name !== session.client.user) {
      throw new SqlError(
        7437,
        "Linked servers cannot be used under impersonation without a mapping for the impersonated login.",
      );
    }
    try {
      this.client = await connectTds({
        host,
        port,
        user: mapping.useSelf ? session.client.user : (mapping.remoteName ?? ""),
        password: mapping.useSelf ? session.client.password : (mapping.remotePassword ?? ""),
        ...(record.catalog ? { database: record.catalog } : {}),
        applicationName: session.client.applicationName,
        timeoutMs: seconds * 1000,
        signal: session.cancelSignal,
      });
      return this.client;
    } catch (error) {
      session.checkCancelled();
      if (error instanceof TdsConnectionError) throw this.unreachable(error, error.code === "ETIMEDOUT" ? 258 : 10061);
      throw error;
    }
  }

  private unreachable(cause: TdsConnectionError, number: number): SqlError {
    const text =
      number === 10061
        ? "TCP Provider: No connection could be made because the target machine actively refused it."
        : number === 258
          ? "TCP Provider: Timeout error [258]."
          : "TCP Provider: An existing connection was forcibly closed by the remote host.";
    const error = new SqlError(number, `${text} (linked server "${this.record.name}", ${cause.message})`);
    error.cause = cause;
    return error;
  }
}

const sessions = new WeakMap<SessionRuntime, Map<number, RemoteSession>>();

/** The session's connection to a linked server; a changed definition or mapping gets a new one. */
export function remoteSession(session: SessionRuntime, record: LinkedServerRecord): RemoteSession {
  let open = sessions.get(session);
  if (!open) {
    open = new Map();
    sessions.set(session, open);
    const all = open;
    session.onClose.push(() => {
      for (const remote of all.values()) remote.close();
    });
  }
  const mapping = mappingFor(session, record);
  const existing = open.get(record.id);
  if (existing?.record === record && existing.mapping === mapping) return existing;
  existing?.close();
  const remote = new RemoteSession(session, record, mapping);
  open.set(record.id, remote);
  return remote;
}

/** RPC is possible only where both switches are on: 7411. */
export function requireRpc(record: LinkedServerRecord): void {
  if (!isOn(record, "rpc out")) throw new SqlError(7411, `Server '${record.name}' is not configured for RPC.`);
}

export function requireDataAccess(record: LinkedServerRecord): void {
  if (!isOn(record, "data access"))
    throw new SqlError(7411, `Server '${record.name}' is not configured for DATA ACCESS.`);
}
