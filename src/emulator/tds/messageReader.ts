import { HEADER_LENGTH, PacketStatus, ProtocolError } from "./protocol";

/** A request or a response: the payloads of its packets, put together. */
export interface TdsMessage {
  type: number;
  /** Status of the first packet, which alone carries the RESETCONNECTION bits. */
  status: number;
  /** The sender gave the message up half-way (status IGNORE). */
  ignored: boolean;
  payload: Buffer;
}

/** No client of ours sends more in one message; what claims more is broken or hostile. */
export const MAXIMUM_MESSAGE_SIZE = 256 * 1024 * 1024;

/** Puts TCP segments, however they were cut, together to packets, and packets to messages. */
export class MessageReader {
  private segments: Buffer[] = [];
  private buffered = 0;
  /** Bytes needed before looking again: so that tiny segments are joined once, not each time. */
  private needed = HEADER_LENGTH;
  private type = -1;
  private status = 0;
  private payloads: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly onMessage: (message: TdsMessage) => void,
    public maximumSize = MAXIMUM_MESSAGE_SIZE,
  ) {}

  push(segment: Buffer): void {
    let data = segment;
    if (this.buffered > 0) {
      this.segments.push(segment);
      this.buffered += segment.length;
      if (this.buffered < this.needed) {
        return;
      }
      data = Buffer.concat(this.segments, this.buffered);
      this.segments = [];
      this.buffered = 0;
    }
    let offset = 0;
    while (offset < data.length) {
      const available = data.length - offset;
      const length = available < HEADER_LENGTH ? HEADER_LENGTH : data.readUInt16BE(offset + 2);
      if (length < HEADER_LENGTH) {
        throw new ProtocolError(`A packet of ${length} bytes is shorter than its header.`);
      }
      if (available < length) {
        const rest = data.subarray(offset);
        this.segments.push(rest);
        this.buffered = rest.length;
        this.needed = length;
        return;
      }
      this.packet(data, offset, length);
      offset += length;
    }
  }

  private packet(data: Buffer, offset: number, length: number): void {
    const type = data[offset] as number;
    const status = data[offset + 1] as number;
    const payload = data.subarray(offset + HEADER_LENGTH, offset + length);
    if (this.type === -1) {
      this.type = type;
      this.status = status;
    } else if (this.type !== type) {
      throw new ProtocolError(`A packet of type ${type} within a message of type ${this.type}.`);
    }
    this.size += payload.length;
    if (this.size > this.maximumSize) {
      throw new ProtocolError(`A message of more than ${this.maximumSize} bytes.`);
    }
    const isLast = (status & PacketStatus.endOfMessage) !== 0;
    if (!isLast) {
      this.payloads.push(payload);
      return;
    }
    const message: TdsMessage = {
      type,
      status: this.status,
      ignored: (status & PacketStatus.ignore) !== 0,
      payload: this.payloads.length === 0 ? payload : Buffer.concat([...this.payloads, payload], this.size),
    };
    this.type = -1;
    this.payloads = [];
    this.size = 0;
    this.onMessage(message);
  }
}
