/** One client's session: its settings, its transaction, and the requests it carries out. */
import type { Database } from "../../storage/database";
import type { LockOwner, LockParticipant } from "../../storage/lockManager";
import { statementSteps } from "../../storage/locks";
import type { ObjectRecord } from "../../storage/records";
import type { Server, SessionInfo } from "../../storage/server";
import type { Table } from "../../storage/table";
import type { Expression } from "../../tsql/ast";
import { dropTemporaryTables } from "../definition/temporaryTables";
import { SqlError, type SqlMessage } from "../errors";
import { compileExpression } from "../expressions/compile";
import type { Frame, SessionSettings, SessionState } from "../expressions/scope";
import type { Value } from "../values";
import type { LoginRequest, ResultSink, RpcRequest, Session, TransactionRequest } from "../wire";
import type { Activation, RunningModule } from "./activation";
import { asSqlError } from "./asSqlError";
import { BatchAborted, Cancelled } from "./completion";
import { convertArgument } from "./conversion";
import type { Cursor } from "./cursor";
import { scopeOf } from "./environment";
import { ownerOf } from "./names";
import type { Output } from "./output";
import { PreparedStatements } from "./preparedStatements";
import { runBatch, runRpc } from "./requests";
import type { LoginIdentity, SessionSecurity } from "./security";
import { securityProvider } from "./security";
import { SessionTransactions } from "./sessionTransactions";
import { DEFAULT_SETTINGS } from "./settings";
import { runSteps, type Steps, wait } from "./steps";
import { dropTableVariables } from "./tableVariables";
import { runTransactionRequest } from "./transactionRequests";
import { userMessageText } from "./userMessages";

/** Transaction descriptors are unique within the process. */
let lastDescriptor = 0n;

export class SessionRuntime implements Session, SessionState, SessionInfo, LockParticipant {
  readonly settings: SessionSettings = { ...DEFAULT_SETTINGS };
  readonly transactions = new SessionTransactions(this);
  readonly security: SessionSecurity;
  /** `#tables` made outside any procedure. */
  readonly temporaryTables = new Map<string, Table>();
  /** Object ids of the `##tables` it made: they go when it ends. */
  readonly globalTemporaryTables = new Set<number>();
  readonly globalCursors = new Map<string, Cursor>();
  readonly prepared = new PreparedStatements();
  readonly sessionContext = new Map<string, { value: Value; readOnly: boolean }>();
  readonly loginTime: bigint;
  database: Database;
  user: { name: string; id: number };
  login: SessionState["login"];
  output!: Output;
  rowCount = 0;
  lastError = 0;
  identity: Value = null;
  nestLevel = 0;
  fetchStatus = 0;
  cursorRows = 0;
  textSize = 2147483647;
  contextInfo: Uint8Array | null = null;
  tryDepth = 0;
  insertExecDepth = 0;
  insertExecCount = 0;
  /** The batch is over: an error ended it while procedures were running. */
  endOfBatch = false;
  identityInsert: { databaseId: number; objectId: number } | null = null;
  descriptor = 0n;
  onTerminate?: () => void;
  /** Owner of application locks that outlive transactions. */
  readonly sessionLocks: LockOwner = { participant: this };
  /** Run when the session ends: connections to linked servers. */
  readonly onClose: (() => void | Promise<void>)[] = [];
  /** What it does now, for sys.dm_exec_requests; undefined: it sleeps. */
  request: { text: string; start: bigint } | undefined;
  private readonly homeDatabase: string;
  private defaultSchemas = new Map<Database, string>();
  private cancellation = new AbortController();
  private closed = false;

  constructor(
    readonly server: Server,
    readonly id: number,
    identity: LoginIdentity,
    readonly client: LoginRequest,
    database: Database,
  ) {
    this.homeDatabase = database.name;
    this.login = { name: identity.name, original: identity.name, sid: identity.sid, principalId: identity.principalId };
    this.loginTime = server.clock().local;
    this.database = database;
    this.security = securityProvider().forSession(this);
    this.user = this.security.userIn(database);
  }

  get loginName(): string {
    return this.login.name;
  }

  /** KILL, or a database that is taken away: the connection ends. */
  async kill(): Promise<void> {
    if (this.request) {
      this.report(new SqlError(596, "Cannot continue the execution because the session is in the kill state.", 1, 21));
    }
    this.cancellation.abort(new Cancelled());
    await this.close();
    this.onTerminate?.();
  }

  get hostName(): string {
    return this.client.hostName;
  }

  get applicationName(): string {
    return this.client.applicationName;
  }

  get tempdb(): Database {
    return this.server.tempdb;
  }

  // ---- LockParticipant

  get deadlockPriority(): number {
    return this.settings.deadlockPriority;
  }

  work(): number {
    return this.transactions.active?.work ?? 0;
  }

  // ---- Session

  async executeBatch(text: string, sink: ResultSink): Promise<void> {
    this.server.received.requests++;
    await this.serve(sink, text, () => runBatch(this, text));
  }

  async executeRpc(request: RpcRequest, sink: ResultSink): Promise<void> {
    this.server.received.requests++;
    await this.serve(sink, request.procedure, () => runRpc(this, request, sink));
  }

  async transaction(request: TransactionRequest, sink: ResultSink): Promise<Uint8Array | undefined> {
    let answer: Uint8Array | undefined;
    await this.serve(
      sink,
      "",
      function* (this: SessionRuntime) {
        answer = yield* runTransactionRequest(this, request);
      }.bind(this),
    );
    return answer;
  }

  cancel(): void {
    this.cancellation.abort(new Cancelled());
  }

  async reset(keepTransaction: boolean): Promise<void> {
    if (!keepTransaction && this.transactions.active) await this.transactions.rollbackAll();
    this.dropTemporary();
    this.security.unwindTo(0);
    Object.assign(this.settings, DEFAULT_SETTINGS);
    this.globalCursors.clear();
    this.prepared.clear();
    this.sessionContext.clear();
    this.server.locks.releaseAll(this.sessionLocks);
    this.identityInsert = null;
    this.contextInfo = null;
    this.identity = null;
    this.lastError = 0;
    this.rowCount = 0;
    this.changeDatabase(this.server.database(this.homeDatabase) ?? this.server.master);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.cancel();
    await this.transactions.rollbackAll();
    this.dropTemporary();
    this.server.locks.releaseAll(this.sessionLocks);
    for (const end of this.onClose.splice(0)) await end();
    this.server.sessions.delete(this.id);
  }

  private async serve(sink: ResultSink, text: string, body: () => Steps<unknown>): Promise<void> {
    if (this.cancellation.signal.aborted && !this.closed) this.cancellation = new AbortController();
    this.output = sink;
    this.endOfBatch = false;
    this.tryDepth = 0;
    this.request = { text, start: this.server.clock().local };
    try {
      await runSteps(body());
    } catch (error) {
      if (error instanceof BatchAborted) return;
      if (error instanceof Cancelled) {
        if (this.settings.xactAbort && this.transactions.count > 0) await this.transactions.rollbackAll();
        return;
      }
      this.report(asSqlError(error));
    } finally {
      this.request = undefined;
      this.nestLevel = 0;
      if (this.transactions.count === 0 && this.transactions.active) await this.transactions.rollbackAll();
    }
  }

  // ---- running statements

  checkCancelled(): void {
    if (this.cancellation.signal.aborted) throw this.cancellation.signal.reason;
  }

  get cancelSignal(): AbortSignal {
    return this.cancellation.signal;
  }

  get lockTimeout(): number {
    return this.settings.lockTimeout;
  }

  /** Runs steps in the open transaction, or in one of their own that ends with them. */
  *inTransaction<T>(_activation: Activation, body: () => Steps<T>): Steps<T> {
    const own = this.transactions.openForStatement();
    const transaction = this.openTransaction();
    const savepoint = transaction.savepoint();
    let result: T;
    try {
      result = yield* body();
    } catch (error) {
      if (own) {
        if (this.transactions.count === 0) yield* wait(this.transactions.rollbackAll());
      } else if (this.transactions.active === transaction) {
        transaction.undoStatement(savepoint);
      }
      throw error;
    }
    if (own && this.transactions.count === 0) yield* this.transactions.endStatement();
    return result;
  }

  /** Runs synchronous engine code that may have to wait for locks; it is undone and run again then. */
  *runBody<T>(activation: Activation, body: () => T): Steps<T> {
    const transaction = this.openTransaction();
    // Inside an expression nothing can wait: the outer statement does.
    if (activation.kind === "function") return body();
    return yield* statementSteps(this, transaction, () => {
      activation.restart();
      const result = body();
      activation.settle();
      return result;
    });
  }

  /** Evaluates an expression or condition, which may read tables through subqueries and functions. */
  *evaluate<T>(activation: Activation, body: (frame: Frame) => T): Steps<T> {
    const frame: Frame = { tuple: [], slots: [], parent: null, context: activation };
    return yield* this.inTransaction(activation, () => this.runBody(activation, () => body(frame)));
  }

  *evaluateReturn(activation: Activation, expression: Expression): Steps<Value> {
    const compiled = compileExpression(expression, scopeOf(activation));
    const value = yield* this.evaluate(activation, (frame) => compiled.evaluate(frame));
    return activation.returnType
      ? convertArgument(value, compiled.type, activation.returnType, activation)
      : convertArgument(value, compiled.type, { kind: "int" }, activation);
  }

  /** The transaction of the running statement. */
  openTransaction() {
    const transaction = this.transactions.active;
    if (!transaction) throw new Error("no transaction");
    return transaction;
  }

  /** The transaction of a statement that writes: not a doomed one (3930). */
  requireTransaction() {
    this.transactions.requireUsable();
    return this.openTransaction();
  }

  /** Sends an error with those that came before it. */
  report(error: SqlError): void {
    for (const one of [...error.precedingErrors, error]) this.output.message(messageOf(one));
    if (error.severity >= 20) this.onTerminate?.();
  }

  /** The end of a statement that succeeded: @@ROWCOUNT, @@ERROR and a DONE token. */
  finishStatement(rowCount: number | undefined, command: number, activation: Activation, counts = true): void {
    this.rowCount = rowCount ?? 0;
    this.lastError = 0;
    const shown = this.settings.noCount || !counts ? undefined : rowCount;
    this.output.statementDone({
      ...(shown === undefined ? {} : { rowCount: shown }),
      error: false,
      inProcedure: activation.kind !== "batch",
      command,
    });
  }

  message(message: SqlMessage): void {
    this.output.message(message);
  }

  /** An informational message of the server. */
  inform(number: number, message: string, state: number, severity = 10): void {
    this.output.message({
      number,
      message,
      state,
      class: severity > 10 ? 10 : severity === 10 ? 0 : severity,
      procedure: "",
      line: 1,
    });
  }

  print(text: string, activation: Activation): void {
    this.output.message({
      number: 0,
      message: text,
      state: 1,
      class: 0,
      procedure: activation.module ? this.moduleName(activation.module) : "",
      line: activation.line,
    });
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = this.cancellation;
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", stop);
        resolve();
      }, milliseconds);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  // ---- state that T-SQL reads

  transactionCount(): number {
    // A statement's own transaction counts inside its triggers.
    return this.transactions.count === 0 && this.transactions.active && this.nestLevel > 0 && this.inTrigger > 0
      ? 1
      : this.transactions.count;
  }

  inTrigger = 0;

  transactionState(): -1 | 0 | 1 {
    if (this.transactions.doomed) return -1;
    return this.transactions.count > 0 ? 1 : 0;
  }

  newDescriptor(): void {
    lastDescriptor += 1n;
    this.descriptor = lastDescriptor;
  }

  // ---- databases and objects

  /** A database by name that this session may use now: 911 when there is none, and the guards of its state. */
  openDatabase(name: string): Database {
    const database = this.server.database(name);
    if (!database)
      throw new SqlError(911, `Database '${name}' does not exist. Make sure that the name is entered correctly.`);
    if (database !== this.database) {
      database.requireReadable();
      this.security.userIn(database);
    }
    return database;
  }

  /** USE: for good. */
  changeDatabase(database: Database): void {
    if (database === this.database) return;
    const user = this.security.userIn(database);
    this.database = database;
    this.user = user;
  }

  /** For the time of a module; gives what goes back. */
  enterDatabase(database: Database): () => void {
    if (database === this.database) return () => undefined;
    const { database: previous, user } = this;
    this.user = this.security.userIn(database);
    this.database = database;
    return () => {
      this.database = previous;
      this.user = user;
    };
  }

  defaultSchema(database: Database): string {
    if (database === this.database) {
      let schema = this.defaultSchemas.get(database);
      if (schema === undefined) {
        schema = this.security.userIn(database).defaultSchema;
        this.defaultSchemas.set(database, schema);
      }
      return schema;
    }
    return this.security.userIn(database).defaultSchema;
  }

  forgetSchemas(): void {
    this.defaultSchemas = new Map();
  }

  /** Another login, or other users: looked up anew. */
  forgetUsers(): void {
    this.forgetSchemas();
    this.user = this.security.userIn(this.database);
  }

  runningModule(record: ObjectRecord, database: Database): RunningModule {
    const schema = database.metadata.get("schema", record.schemaId);
    return {
      databaseId: database.id,
      objectId: record.id,
      schema: schema?.name ?? "dbo",
      name: record.name,
      ownerId: ownerOf(database, record),
    };
  }

  moduleName(module: RunningModule): string {
    return module.schema.toLowerCase() === "dbo" ? module.name : `${module.schema}.${module.name}`;
  }

  globalTemporaryTable(name: string): Table | undefined {
    const record = this.tempdb.findObject("dbo", name);
    return record && this.tempdb.table(record.id);
  }

  /** sp_addmessage's text. */
  userMessage(number: number): string | undefined {
    return userMessageText(this.server, number);
  }

  /** What ends with a procedure or dynamic text: its temporary tables and cursors. */
  endActivation(activation: Activation): void {
    activation.cursors.clear();
    dropTableVariables(this, activation);
    if (activation.temporaryTables.size === 0) return;
    dropTemporaryTables(this, activation.temporaryTables.values());
    activation.temporaryTables.clear();
  }

  private dropTemporary(): void {
    const global = [...this.globalTemporaryTables].flatMap((id) => this.tempdb.tables.get(id) ?? []);
    dropTemporaryTables(this, [...this.temporaryTables.values(), ...global]);
    this.temporaryTables.clear();
    this.globalTemporaryTables.clear();
  }
}

function messageOf(error: SqlError): SqlMessage {
  const { number, state, message, procedure, line, server } = error;
  return { number, state, class: error.class, message, procedure, line, ...(server === undefined ? {} : { server }) };
}
