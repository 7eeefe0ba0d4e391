import { SqlError } from "../../../src/emulator/engine/errors";
import type {
  LoginRequest,
  ResultSink,
  RpcRequest,
  Session,
  SessionHost,
  TransactionRequest,
} from "../../../src/emulator/engine/wire";

type Answer<Request> = (request: Request, sink: ResultSink, session: FakeSession) => void | Promise<void>;

/** What the sessions of a {@link FakeHost} do; by default they accept everything and return nothing. */
export interface FakeAnswers {
  login?: (request: LoginRequest, sink: ResultSink) => void;
  batch?: Answer<string>;
  rpc?: Answer<RpcRequest>;
  transaction?: (request: TransactionRequest, sink: ResultSink) => Uint8Array | undefined;
}

export const PASSWORD = "p@ss wörd 1";

/** Sessions whose answers a test writes down, and which remember what they were asked. */
export class FakeHost implements SessionHost {
  readonly serverName = "FAKE";
  readonly sessions: FakeSession[] = [];
  readonly logins: LoginRequest[] = [];

  constructor(readonly answers: FakeAnswers = {}) {}

  async login(request: LoginRequest, sink: ResultSink): Promise<Session> {
    this.logins.push(request);
    if (request.password !== PASSWORD) {
      throw new SqlError(18456, `Login failed for user '${request.user}'.`, 1, 14);
    }
    this.answers.login?.(request, sink);
    sink.environment({ kind: "database", value: request.database || "master", previous: "master" });
    sink.environment({ kind: "language", value: "us_english", previous: "" });
    const session = new FakeSession(this.sessions.length + 51, this.answers);
    this.sessions.push(session);
    return session;
  }
}

export class FakeSession implements Session {
  readonly batches: string[] = [];
  readonly calls: RpcRequest[] = [];
  readonly transactions: TransactionRequest[] = [];
  readonly resets: boolean[] = [];
  closed = false;
  onTerminate?: () => void;
  private wake: (() => void) | undefined;
  cancelled = 0;

  constructor(
    readonly id: number,
    private readonly answers: FakeAnswers,
  ) {}

  async executeBatch(text: string, sink: ResultSink): Promise<void> {
    this.batches.push(text);
    if (this.answers.batch && !/^\s*set /i.test(text)) {
      await this.answers.batch(text, sink, this);
    } else {
      sink.statementDone({ error: false, inProcedure: false, command: 0xfd });
    }
  }

  async executeRpc(request: RpcRequest, sink: ResultSink): Promise<void> {
    this.calls.push(request);
    await this.answers.rpc?.(request, sink, this);
    sink.returnStatus(0);
    for (const [ordinal, parameter] of request.parameters.entries()) {
      if (parameter.output) {
        sink.returnValue({ ...parameter, ordinal });
      }
    }
  }

  async transaction(request: TransactionRequest, sink: ResultSink): Promise<Uint8Array | undefined> {
    this.transactions.push(request);
    return this.answers.transaction?.(request, sink);
  }

  /** Waits as a long statement does, until it is cancelled. */
  untilCancelled(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  cancel(): void {
    this.cancelled++;
    this.wake?.();
  }

  async reset(keepTransaction: boolean): Promise<void> {
    this.resets.push(keepTransaction);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
