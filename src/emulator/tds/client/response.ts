import { SqlError, type SqlMessage } from "../../engine/errors";
import type { Row } from "../../engine/values";
import type { EnvironmentChange, ResultColumn, ResultSink } from "../../engine/wire";
import { DoneStatus, Token } from "../protocol";
import { FIRST_ERROR_CLASS } from "../tokens/messages";
import type { ConnectionChange } from "./environmentReader";
import type { Done, OutputParameter, TokenHandler } from "./tokenReader";

export interface TdsResult {
  columns: ResultColumn[];
  rows: Row[];
}

/** What a request brought back. Errors are among it: a request fails only when its connection does. */
export interface TdsResponse {
  /** Result sets in order; empty when they went to a sink. */
  results: TdsResult[];
  /** Errors and information, in order. */
  messages: SqlMessage[];
  /** Of each statement that counted rows. */
  rowCounts: number[];
  returnStatus: number | undefined;
  outputs: OutputParameter[];
  environment: EnvironmentChange[];
  /** Cookie of a promoted transaction. */
  promoted: Uint8Array | undefined;
  /** The request was cancelled, and the server has acknowledged it. */
  cancelled: boolean;
}

/** The first error of a response with all that came with it, or undefined. */
export function firstError(response: TdsResponse): SqlMessage | undefined {
  return response.messages.find((message) => message.class >= FIRST_ERROR_CLASS);
}

/** A message from another server, as an error to throw here. */
export function toSqlError(message: SqlMessage): SqlError {
  const error = new SqlError(message.number, message.message, message.state, message.class);
  error.procedure = message.procedure;
  error.line = message.line;
  if (message.server !== undefined) {
    error.server = message.server;
  }
  return error;
}

/** Gathers a response; what a sink can take goes on to it at once, and result sets then go nowhere else. */
export class ResponseCollector implements TokenHandler {
  readonly response: TdsResponse = {
    results: [],
    messages: [],
    rowCounts: [],
    returnStatus: undefined,
    outputs: [],
    environment: [],
    promoted: undefined,
    cancelled: false,
  };
  loggedIn = false;
  packetSize: number | undefined;
  private current: TdsResult | undefined;

  constructor(
    private readonly sink: ResultSink | undefined,
    /** The DONEPROC of an RPC ends the request, not a statement. */
    private readonly isRpc: boolean,
  ) {}

  columns(columns: ResultColumn[]): void {
    if (this.sink) {
      this.sink.columns(columns);
      return;
    }
    this.current = { columns, rows: [] };
    this.response.results.push(this.current);
  }

  row(row: Row): void {
    if (this.sink) {
      this.sink.row(row);
    } else {
      this.current?.rows.push(row);
    }
  }

  message(message: SqlMessage): void {
    this.response.messages.push(message);
    this.sink?.message(message);
  }

  environment(change: EnvironmentChange): void {
    this.response.environment.push(change);
    this.sink?.environment(change);
  }

  connection(change: ConnectionChange): void {
    if (change.kind === "packetSize") {
      this.packetSize = change.value;
    } else {
      this.response.promoted = change.cookie;
    }
  }

  loginAcknowledged(): void {
    this.loggedIn = true;
  }

  returnStatus(value: number): void {
    this.response.returnStatus = value;
    this.sink?.returnStatus(value);
  }

  returnValue(parameter: OutputParameter): void {
    this.response.outputs.push(parameter);
    this.sink?.returnValue(parameter);
  }

  done({ token, status, command, rowCount }: Done): void {
    if (status & DoneStatus.attention) {
      this.response.cancelled = true;
      return;
    }
    const counted = (status & DoneStatus.count) !== 0;
    if (counted) {
      this.response.rowCounts.push(rowCount);
    }
    if (!(this.isRpc && token === Token.doneProc)) {
      this.sink?.statementDone({
        rowCount: counted ? rowCount : undefined,
        error: (status & DoneStatus.error) !== 0,
        inProcedure: token === Token.doneInProc,
        command,
      });
    }
  }
}
