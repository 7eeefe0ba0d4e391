import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { packetize } from "../packets";
import { DEFAULT_PACKET_SIZE, HEADER_LENGTH, PacketType, ProtocolError } from "../protocol";

/** Content types of TLS records; no TDS packet type is among them. */
const FIRST_TLS_RECORD = 0x14;
const LAST_TLS_RECORD = 0x17;

/**
 * What a TLS socket takes for its transport: the handshake's records travel in PRELOGIN packets, everything after it
 * as it is. (With TDS 8 nothing is wrapped.)
 */
export class TlsTunnel extends Duplex {
  private wrapsOutput: boolean;
  private wrapsInput: boolean;
  private pending: Buffer = Buffer.alloc(0);
  private detached = false;

  constructor(
    private readonly socket: Socket,
    wrapped: boolean,
  ) {
    super();
    this.wrapsOutput = wrapped;
    this.wrapsInput = wrapped;
  }

  /** Takes what came from the network. */
  feed(chunk: Buffer): void {
    if (!this.wrapsInput) {
      this.push(chunk);
      return;
    }
    let data = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    while (data.length > 0) {
      const type = data[0] as number;
      if (type >= FIRST_TLS_RECORD && type <= LAST_TLS_RECORD) {
        this.wrapsInput = false;
        this.push(data);
        data = Buffer.alloc(0);
        break;
      }
      if (type !== PacketType.prelogin && type !== PacketType.tabularResult) {
        throw new ProtocolError(`A packet of type ${type} within the TLS handshake.`);
      }
      const length = data.length < HEADER_LENGTH ? HEADER_LENGTH : data.readUInt16BE(2);
      if (length < HEADER_LENGTH) {
        throw new ProtocolError(`A packet of ${length} bytes is shorter than its header.`);
      }
      if (data.length < length) {
        break;
      }
      this.push(data.subarray(HEADER_LENGTH, length));
      data = data.subarray(length);
    }
    this.pending = data;
  }

  /** The handshake is over: what is written from now on is not wrapped. */
  handshakeDone(): void {
    this.wrapsOutput = false;
  }

  /** TLS ends here (encryption of the login only): its closing alert must not reach the network. */
  detach(): void {
    this.detached = true;
  }

  override _read(): void {
    // Input is pushed as it comes.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.detached || this.socket.destroyed) {
      done();
      return;
    }
    const output = this.wrapsOutput
      ? packetize(chunk, { type: PacketType.prelogin, packetSize: DEFAULT_PACKET_SIZE, final: true })
      : chunk;
    this.socket.write(output, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.detached) {
      this.socket.end();
    }
    done();
  }
}
