/** A growing buffer with the primitive encodings of MS-TDS (little-endian unless the name says otherwise). */
export class ByteWriter {
  buffer: Buffer;
  length = 0;

  constructor(capacity = 512) {
    this.buffer = Buffer.allocUnsafe(capacity);
  }

  /** Makes room for `count` more bytes and returns where they start. */
  reserve(count: number): number {
    const start = this.length;
    const end = start + count;
    if (end > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(end, this.buffer.length * 2));
      this.buffer.copy(grown, 0, 0, start);
      this.buffer = grown;
    }
    this.length = end;
    return start;
  }

  uint8(value: number): void {
    // The position first: making room may replace the buffer.
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  uint16(value: number): void {
    const at = this.reserve(2);
    this.buffer[at] = value;
    this.buffer[at + 1] = value >>> 8;
  }

  uint16BE(value: number): void {
    const at = this.reserve(2);
    this.buffer[at] = value >>> 8;
    this.buffer[at + 1] = value;
  }

  uint24(value: number): void {
    const at = this.reserve(3);
    this.buffer[at] = value;
    this.buffer[at + 1] = value >>> 8;
    this.buffer[at + 2] = value >>> 16;
  }

  /** Also takes negative numbers: their two's complement. */
  uint32(value: number): void {
    const at = this.reserve(4);
    this.buffer[at] = value;
    this.buffer[at + 1] = value >>> 8;
    this.buffer[at + 2] = value >>> 16;
    this.buffer[at + 3] = value >>> 24;
  }

  uint32BE(value: number): void {
    const at = this.reserve(4);
    this.buffer.writeUInt32BE(value, at);
  }

  /** An unsigned whole number below 2^53, in eight bytes. */
  uint64(value: number): void {
    this.uint32(value % 0x1_0000_0000);
    this.uint32(Math.floor(value / 0x1_0000_0000));
  }

  int64(value: bigint): void {
    const at = this.reserve(8);
    this.buffer.writeBigInt64LE(BigInt.asIntN(64, value), at);
  }

  float(value: number): void {
    const at = this.reserve(4);
    this.buffer.writeFloatLE(value, at);
  }

  double(value: number): void {
    const at = this.reserve(8);
    this.buffer.writeDoubleLE(value, at);
  }

  bytes(value: Uint8Array): void {
    const at = this.reserve(value.length);
    this.buffer.set(value, at);
  }

  zeros(count: number): void {
    const at = this.reserve(count);
    this.buffer.fill(0, at, at + count);
  }

  ucs2(value: string): void {
    const at = this.reserve(value.length * 2);
    this.buffer.write(value, at, "utf16le");
  }

  /** B_VARCHAR: at most 255 characters; the rest is cut off. */
  shortString(value: string): void {
    const text = value.length > 255 ? value.slice(0, 255) : value;
    this.uint8(text.length);
    this.ucs2(text);
  }

  /** US_VARCHAR. */
  longString(value: string): void {
    this.uint16(value.length);
    this.ucs2(value);
  }

  patchUint16(at: number, value: number): void {
    this.buffer.writeUInt16LE(value, at);
  }

  patchUint32(at: number, value: number): void {
    this.buffer.writeUInt32LE(value, at);
  }

  /** What has been written so far; valid until the next write. */
  view(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** Drops the first `count` bytes, keeps the rest. */
  discard(count: number): void {
    this.buffer.copy(this.buffer, 0, count, this.length);
    this.length -= count;
  }
}
