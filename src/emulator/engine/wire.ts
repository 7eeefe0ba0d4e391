/** What stands between the TDS layer and a session: requests in, tokens out. */
import type { SqlMessage } from "./errors";
import type { Row, SqlType, Value } from "./values";

export interface ResultColumn {
  name: string;
  type: SqlType;
  nullable: boolean;
  identity?: boolean;
  computed?: boolean;
}

/** Receives the outcome of a request in order; the TDS layer turns each call into tokens. */
export interface ResultSink {
  columns(columns: ResultColumn[]): void;
  row(row: Row): void;
  /**
   * End of a statement. `rowCount` undefined: no count (NOCOUNT, or a statement without one).
   * `inProcedure`: DONEINPROC rather than DONE. `command`: the TDS CurCmd (0xC1 SELECT, 0xC3 INSERT, 0xC4 DELETE, 0xC5 UPDATE, 0xFD others).
   */
  statementDone(done: { rowCount?: number | undefined; error: boolean; inProcedure: boolean; command: number }): void;
  message(message: SqlMessage): void;
  environment(change: EnvironmentChange): void;
  /** RETURNSTATUS of a procedure called by RPC or by EXEC on the outermost level. */
  returnStatus(value: number): void;
  /** Output parameter of an RPC. */
  returnValue(parameter: { name: string; ordinal: number; type: SqlType; value: Value }): void;
  /** Sends what is buffered; resolves when the socket takes more (backpressure, RAISERROR … WITH NOWAIT). */
  flush(): Promise<void>;
}

export type EnvironmentChange =
  | { kind: "database"; value: string; previous: string }
  | { kind: "language"; value: string; previous: string }
  | { kind: "beginTransaction"; descriptor: bigint }
  | { kind: "commitTransaction"; descriptor: bigint }
  | { kind: "rollbackTransaction"; descriptor: bigint }
  | { kind: "enlistTransaction"; descriptor: bigint }
  | { kind: "defectTransaction"; descriptor: bigint }
  | { kind: "resetConnection" };

export interface RpcParameter {
  /** With @; "" when passed by position. */
  name: string;
  type: SqlType;
  value: Value;
  output: boolean;
  /** The client asked for the parameter's default. */
  default: boolean;
}

export interface RpcRequest {
  /** Name as sent (may have parts), or the well-known procedure's name (sp_executesql, sp_prepexec, sp_cursoropen, …). */
  procedure: string;
  parameters: RpcParameter[];
}

export type TransactionRequest =
  | { kind: "begin"; isolation: number; name: string }
  | { kind: "commit"; name: string; beginAfter?: { isolation: number; name: string } }
  | { kind: "rollback"; name: string; beginAfter?: { isolation: number; name: string } }
  | { kind: "save"; name: string }
  | { kind: "getDtcAddress" }
  /** Enlist in (or, with an empty cookie, defect from) a distributed transaction. */
  | { kind: "propagate"; cookie: Uint8Array }
  | { kind: "promote" }
  /** The emulators' stand-in for MSDTC's own protocol, which is not part of TDS. */
  | { kind: "dtcPrepare" | "dtcCommit" | "dtcAbort" | "dtcOutcome"; transaction: string };

/** One client's session. Requests never overlap; `cancel` may come while one runs. */
export interface Session {
  readonly id: number;
  executeBatch(text: string, sink: ResultSink): Promise<void>;
  executeRpc(request: RpcRequest, sink: ResultSink): Promise<void>;
  /** Resolves with the bytes that the request returns as a row (DTC address, promoted cookie), if any. */
  transaction(request: TransactionRequest, sink: ResultSink): Promise<Uint8Array | undefined>;
  /** Attention: the running request ends at the next point where it may; its transaction stays (unless XACT_ABORT). */
  cancel(): void;
  /** RESETCONNECTION before the next request. */
  reset(keepTransaction: boolean): Promise<void>;
  /** The connection is gone: roll back, release session locks, drop temp objects. */
  close(): Promise<void>;
  /** Set by the engine to end the connection from the server's side (KILL, severity 20+, shutdown). */
  onTerminate?: () => void;
}

export interface LoginRequest {
  user: string;
  password: string;
  /** "" for the login's default database. */
  database: string;
  applicationName: string;
  hostName: string;
  language: string;
  /** Client process id and address, for sys.dm_exec_sessions. */
  processId: number;
  address: string;
  interfaceName: string;
  encrypted: boolean;
  packetSize: number;
}

/** What the TDS listener asks of the engine. */
export interface SessionHost {
  readonly serverName: string;
  /** Checks the login; throws SqlError 18456, 4060, … . Info messages and environment changes of the login go to the sink. */
  login(request: LoginRequest, sink: ResultSink): Promise<Session>;
}
