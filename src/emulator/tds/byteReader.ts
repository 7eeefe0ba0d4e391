import { ProtocolError } from "./protocol";

/** Reads the primitive encodings of MS-TDS; running past the end is a {@link ProtocolError}. */
export class ByteReader {
  position = 0;

  constructor(
    readonly buffer: Buffer,
    readonly end = buffer.length,
  ) {}

  get remaining(): number {
    return this.end - this.position;
  }

  /** Moves on by `count` bytes and returns where they start. */
  take(count: number): number {
    const at = this.position;
    if (count < 0 || at + count > this.end) {
      throw new ProtocolError(`The stream ends ${at + count - this.end} bytes early.`);
    }
    this.position = at + count;
    return at;
  }

  uint8(): number {
    return this.buffer[this.take(1)] as number;
  }

  uint16(): number {
    return this.buffer.readUInt16LE(this.take(2));
  }

  uint16BE(): number {
    return this.buffer.readUInt16BE(this.take(2));
  }

  uint24(): number {
    return this.buffer.readUIntLE(this.take(3), 3);
  }

  uint32(): number {
    return this.buffer.readUInt32LE(this.take(4));
  }

  uint32BE(): number {
    return this.buffer.readUInt32BE(this.take(4));
  }

  int16(): number {
    return this.buffer.readInt16LE(this.take(2));
  }

  int32(): number {
    return this.buffer.readInt32LE(this.take(4));
  }

  int64(): bigint {
    return this.buffer.readBigInt64LE(this.take(8));
  }

  uint64(): bigint {
    return this.buffer.readBigUInt64LE(this.take(8));
  }

  float(): number {
    return this.buffer.readFloatLE(this.take(4));
  }

  double(): number {
    return this.buffer.readDoubleLE(this.take(8));
  }

  /** A view, not a copy. */
  bytes(count: number): Buffer {
    const at = this.take(count);
    return this.buffer.subarray(at, at + count);
  }

  ucs2(byteCount: number): string {
    if (byteCount % 2 !== 0) {
      throw new ProtocolError(`Unicode text of ${byteCount} bytes.`);
    }
    const at = this.take(byteCount);
    return this.buffer.toString("utf16le", at, at + byteCount);
  }

  /** B_VARCHAR. */
  shortString(): string {
    return this.ucs2(this.uint8() * 2);
  }

  /** US_VARCHAR. */
  longString(): string {
    return this.ucs2(this.uint16() * 2);
  }
}
