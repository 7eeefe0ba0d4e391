import type { SqlMessage } from "../../engine/errors";
import type { Row, SqlType, Value } from "../../engine/values";
import type { EnvironmentChange, ResultColumn, ResultSink } from "../../engine/wire";
import { ByteWriter } from "../byteWriter";
import { packetCount, packetize } from "../packets";
import { DoneStatus, HEADER_LENGTH, PacketType, Token } from "../protocol";
import { RowWriter, writeColumnMetadata } from "../tokens/columns";
import { DONE_LENGTH, DONE_STATUS_OFFSET, writeDone, writeReturnStatus, writeReturnValue } from "../tokens/completion";
import { writeEnvironmentChange } from "../tokens/environment";
import { FIRST_ERROR_CLASS, FIRST_FATAL_CLASS, writeMessage } from "../tokens/messages";
import type { Transport } from "../transport";

/** Tokens are gathered up to this size before packets go out on their own. */
const SEND_THRESHOLD = 64 * 1024;
/** A buffer that a large response made grow beyond this is not kept. */
const RETAINED_CAPACITY = 256 * 1024;

/** The final token of a response: after an RPC it is DONEPROC, else DONE. */
export type ResponseKind = "batch" | "rpc";

/**
 * Turns a session's results into the tokens of one response message at a time. One instance serves a connection for
 * all its life: its buffer is used again and again, and a response that fits into it costs one write.
 */
export class ResponseWriter implements ResultSink {
  packetSize: number;
  /** A message of class 20 or more was sent: the connection ends with this response. */
  fatal = false;
  readonly tokens = new ByteWriter(8192);

  private kind: ResponseKind = "batch";
  private rows: RowWriter | undefined;
  /** Start of a DONE that ends what is buffered: it is the last one of the response unless more follows. */
  private trailingDone = -1;
  private afterReturnStatus = false;
  private failed = false;
  private packetId = 1;

  constructor(
    private readonly transport: Transport,
    private readonly serverName: string,
    packetSize: number,
  ) {
    this.packetSize = packetSize;
  }

  /** Begins the response to a request; within one message there may be several (batched RPCs). */
  begin(kind: ResponseKind): void {
    this.kind = kind;
    this.rows = undefined;
    this.trailingDone = -1;
    this.afterReturnStatus = false;
    this.failed = false;
  }

  columns(columns: ResultColumn[]): void {
    this.trailingDone = -1;
    const start = this.tokens.length;
    try {
      writeColumnMetadata(this.tokens, columns);
      this.rows = new RowWriter(columns);
    } catch (error) {
      // A type that cannot be sent: its refusal must not follow half a token.
      this.tokens.length = start;
      throw error;
    }
  }

  row(row: Row): void {
    if (this.rows === undefined) {
      throw new Error("A row came before its columns.");
    }
    const start = this.tokens.length;
    try {
      this.rows.write(this.tokens, row);
    } catch (error) {
      // A value that is not of its column's type: the error must not follow half a row.
      this.tokens.length = start;
      throw error;
    }
    if (this.tokens.length > SEND_THRESHOLD) {
      this.sendWholePackets();
    }
  }

  statementDone(done: { rowCount?: number | undefined; error: boolean; inProcedure: boolean; command: number }): void {
    const token =
      done.inProcedure || this.kind === "rpc" ? Token.doneInProc : this.afterReturnStatus ? Token.doneProc : Token.done;
    const status =
      DoneStatus.more | (done.error ? DoneStatus.error : 0) | (done.rowCount === undefined ? 0 : DoneStatus.count);
    if (!done.inProcedure) {
      this.afterReturnStatus = false;
    }
    const start = this.tokens.length;
    writeDone(this.tokens, token, status, done.command, done.rowCount ?? 0);
    this.trailingDone = start;
  }

  message(message: SqlMessage): void {
    this.trailingDone = -1;
    this.failed ||= message.class >= FIRST_ERROR_CLASS;
    this.fatal ||= message.class >= FIRST_FATAL_CLASS;
    writeMessage(this.tokens, message, this.serverName);
  }

  environment(change: EnvironmentChange): void {
    this.trailingDone = -1;
    writeEnvironmentChange(this.tokens, change);
  }

  returnStatus(value: number): void {
    this.trailingDone = -1;
    this.afterReturnStatus = true;
    writeReturnStatus(this.tokens, value);
  }

  returnValue(parameter: { name: string; ordinal: number; type: SqlType; value: Value }): void {
    this.trailingDone = -1;
    writeReturnValue(this.tokens, parameter);
  }

  /** The client gave its request up before all of it was sent: an error without a message. */
  ignoredRequest(): void {
    this.begin("batch");
    this.failed = true;
    this.endRequest(false);
  }

  /** Sends what is buffered; a trailing DONE waits, as whether more follows is not known yet. */
  async flush(): Promise<void> {
    const held = this.trailingDone === -1 ? this.tokens.length : this.trailingDone;
    if (held > 0) {
      this.send(held, false);
    }
    await this.transport.drained();
  }

  /** The token that ends a request's response. `more`: another request of the same message follows. */
  endRequest(more: boolean): void {
    const status = (more ? DoneStatus.more : 0) | (this.failed ? DoneStatus.error : 0);
    if (this.kind === "rpc") {
      writeDone(this.tokens, Token.doneProc, status, 0, 0);
    } else if (this.trailingDone === -1) {
      writeDone(this.tokens, this.afterReturnStatus ? Token.doneProc : Token.done, status, 0, 0);
    } else if (!more) {
      this.clearMore(this.trailingDone);
    }
    this.trailingDone = this.tokens.length - DONE_LENGTH;
  }

  /** Acknowledges an attention: a message of its own, after the response that was cancelled. */
  acknowledgeAttention(): void {
    this.begin("batch");
    writeDone(this.tokens, Token.done, DoneStatus.attention, 0, 0);
    this.finish();
  }

  /** Ends the response message. */
  finish(): void {
    this.send(this.tokens.length, true);
    this.packetId = 1;
    this.trailingDone = -1;
    if (this.tokens.buffer.length > RETAINED_CAPACITY) {
      this.tokens.buffer = Buffer.allocUnsafe(SEND_THRESHOLD);
    }
  }

  private clearMore(doneAt: number): void {
    const at = doneAt + DONE_STATUS_OFFSET;
    this.tokens.buffer[at] = (this.tokens.buffer[at] as number) & ~DoneStatus.more;
  }

  private sendWholePackets(): void {
    const room = this.packetSize - HEADER_LENGTH;
    this.send(this.tokens.length - (this.tokens.length % room), false);
  }

  private send(length: number, final: boolean): void {
    const { packetSize, packetId } = this;
    const payload = this.tokens.buffer.subarray(0, length);
    this.packetId += packetCount(length, packetSize);
    this.transport.write(
      packetize(payload, { type: PacketType.tabularResult, packetSize, final, firstPacketId: packetId }),
    );
    this.tokens.discard(length);
    this.trailingDone = this.trailingDone === -1 ? -1 : this.trailingDone - length;
  }
}
