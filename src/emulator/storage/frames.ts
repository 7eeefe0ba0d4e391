/** Length-prefixed, checksummed records: the one form of everything the engine writes to files. */
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";

/** Bytes before each payload: length and CRC-32. */
export const FRAME_HEADER = 8;

export function encodeFrame(value: unknown): Buffer {
  return frame(serialize(value));
}

export function frame(payload: Buffer): Buffer {
  const result = Buffer.allocUnsafe(FRAME_HEADER + payload.length);
  result.writeUInt32LE(payload.length, 0);
  result.writeUInt32LE(crc32(payload), 4);
  payload.copy(result, FRAME_HEADER);
  return result;
}

/** The payload at an offset, or undefined where the bytes end or do not match their checksum. */
export function payloadAt(bytes: Buffer, offset: number): Buffer | undefined {
  if (offset + FRAME_HEADER > bytes.length) return undefined;
  const start = offset + FRAME_HEADER;
  const end = start + bytes.readUInt32LE(offset);
  if (end > bytes.length) return undefined;
  const payload = bytes.subarray(start, end);
  return crc32(payload) === bytes.readUInt32LE(offset + 4) ? payload : undefined;
}

export function decode(payload: Buffer): unknown {
  return deserialize(payload);
}

/** Reads frames until the bytes end or one is damaged; `validBytes` says up to where all was well. */
export class FrameReader {
  validBytes = 0;

  constructor(private readonly bytes: Buffer) {}

  next(): unknown {
    const payload = payloadAt(this.bytes, this.validBytes);
    if (!payload) return undefined;
    this.validBytes += FRAME_HEADER + payload.length;
    return decode(payload);
  }

  get complete(): boolean {
    return this.validBytes === this.bytes.length;
  }
}
