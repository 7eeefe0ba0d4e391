import { SqlError } from "../../engine/errors";
import type { EnvironmentChange, ResultSink, RpcRequest, TransactionRequest } from "../../engine/wire";
import { ByteWriter } from "../byteWriter";
import type { TdsMessage } from "../messageReader";
import { packetize } from "../packets";
import { DEFAULT_PACKET_SIZE, PacketStatus, PacketType } from "../protocol";
import { writeBatch } from "../requests/batch";
import { writeRpc } from "../requests/rpc";
import { writeTransactionRequest } from "../requests/transaction";
import type { Transport } from "../transport";
import { connectionError, TdsConnectionError } from "./errors";
import { firstError, ResponseCollector, type TdsResponse, toSqlError } from "./response";
import { readTokens } from "./tokenReader";

interface Pending {
  collector: ResponseCollector;
  resolve: (collector: ResponseCollector) => void;
  reject: (error: Error) => void;
}

/** What may be said with a request. */
export interface RequestOptions {
  /** Takes results, messages and counts in the order in which they come, instead of the response. */
  sink?: ResultSink;
  /** Resets the session first; `keepTransaction` leaves its transaction open. */
  reset?: "session" | "keepTransaction";
}

/** A session with another server. Made by `connectTds`. One request at a time. */
export class TdsClient {
  private packetSize = DEFAULT_PACKET_SIZE;
  private descriptor = 0n;
  private pending: Pending | undefined;
  private cancelling = false;
  private failure: TdsConnectionError | undefined;

  /** @internal */
  constructor(
    private readonly transport: Transport,
    private readonly where: string,
  ) {
    transport.socket.once("close", () =>
      this.fail(new TdsConnectionError(`${where}: the server closed the connection.`, "ECLOSED")),
    );
    transport.onFailure = (error) => this.fail(connectionError(error, where));
  }

  /** Whether requests can still be sent. */
  get isOpen(): boolean {
    return this.failure === undefined;
  }

  /** Descriptor of the session's transaction; 0 without one. */
  get transactionDescriptor(): bigint {
    return this.descriptor;
  }

  async batch(text: string, options: RequestOptions = {}): Promise<TdsResponse> {
    const writer = new ByteWriter(text.length * 2 + 32);
    writeBatch(writer, text, this.descriptor);
    return this.request(PacketType.sqlBatch, writer, options);
  }

  async rpc(request: RpcRequest, options: RequestOptions = {}): Promise<TdsResponse> {
    const writer = new ByteWriter();
    writeRpc(writer, request, this.descriptor);
    return this.request(PacketType.rpc, writer, options);
  }

  /** Bytes that the server returns (DTC address, answers of the private requests) are the single value of a row. */
  async transaction(request: TransactionRequest, options: RequestOptions = {}): Promise<TdsResponse> {
    const writer = new ByteWriter();
    writeTransactionRequest(writer, request, this.descriptor);
    return this.request(PacketType.transactionManager, writer, options);
  }

  /** Asks the server to end the running request, whose response then says `cancelled`. */
  cancel(): void {
    if (this.pending && !this.cancelling) {
      this.cancelling = true;
      this.transport.write(packetize(Buffer.alloc(0), { ...this.packets(), type: PacketType.attention }));
    }
  }

  /** Ends the session; a running request fails. */
  close(): void {
    this.fail(new TdsConnectionError(`${this.where}: the connection was closed.`, "ECLOSED"));
  }

  /** @internal Sends LOGIN7 and waits for the answer; throws the server's error. */
  async login(send: () => void): Promise<void> {
    const collector = await this.exchange(new ResponseCollector(undefined, false), send);
    const error = firstError(collector.response);
    if (error || !collector.loggedIn) {
      this.close();
      throw error ? toSqlError(error) : new SqlError(18456, "Login failed.", 1, 14);
    }
    this.packetSize = collector.packetSize ?? this.packetSize;
  }

  /** @internal Takes a message of the server. */
  receive(message: TdsMessage): void {
    const { pending } = this;
    if (pending === undefined) {
      return;
    }
    readTokens(message.payload, pending.collector);
    const { response } = pending.collector;
    if (this.cancelling && !response.cancelled) {
      // The response was complete before the attention came; its acknowledgement follows.
      return;
    }
    this.pending = undefined;
    this.cancelling = false;
    for (const change of response.environment) {
      this.descriptor = descriptorAfter(change, this.descriptor);
    }
    pending.resolve(pending.collector);
  }

  private async request(type: number, writer: ByteWriter, options: RequestOptions): Promise<TdsResponse> {
    const collector = new ResponseCollector(options.sink, type === PacketType.rpc);
    const packets = packetize(writer.view(), { ...this.packets(), type, status: resetStatus(options.reset) });
    return (await this.exchange(collector, () => this.transport.write(packets))).response;
  }

  private packets() {
    return { packetSize: this.packetSize, final: true };
  }

  private exchange(collector: ResponseCollector, send: () => void): Promise<ResponseCollector> {
    return new Promise((resolve, reject) => {
      if (this.failure) {
        reject(this.failure);
      } else if (this.pending) {
        reject(new Error(`${this.where}: a request is running already.`));
      } else {
        this.pending = { collector, resolve, reject };
        send();
      }
    });
  }

  private fail(error: TdsConnectionError): void {
    this.failure ??= error;
    const { pending } = this;
    this.pending = undefined;
    this.transport.destroy();
    pending?.reject(this.failure);
  }
}

function resetStatus(reset: RequestOptions["reset"]): number {
  switch (reset) {
    case "session":
      return PacketStatus.resetConnection;
    case "keepTransaction":
      return PacketStatus.resetConnectionSkipTransaction;
    case undefined:
      return 0;
  }
}

function descriptorAfter(change: EnvironmentChange, descriptor: bigint): bigint {
  switch (change.kind) {
    case "beginTransaction":
    case "enlistTransaction":
      return change.descriptor;
    case "commitTransaction":
    case "rollbackTransaction":
    case "defectTransaction":
      return 0n;
    default:
      return descriptor;
  }
}
