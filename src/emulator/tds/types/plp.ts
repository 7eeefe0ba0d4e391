import type { ByteReader } from "../byteReader";
import type { ByteWriter } from "../byteWriter";
import { ProtocolError } from "../protocol";

/** Partially length-prefixed data: how values of (max) types and xml travel. */
const NULL_LENGTH = 0xffff_ffff_ffff_ffffn;
const UNKNOWN_LENGTH = 0xffff_ffff_ffff_fffen;

export function writePlpNull(writer: ByteWriter): void {
  writer.uint32(0xffff_ffff);
  writer.uint32(0xffff_ffff);
}

export function writePlp(writer: ByteWriter, data: Uint8Array): void {
  writer.uint64(data.length);
  if (data.length > 0) {
    writer.uint32(data.length);
    writer.bytes(data);
  }
  writer.uint32(0);
}

/** Undefined for NULL. */
export function readPlp(reader: ByteReader): Buffer | undefined {
  const declared = reader.uint64();
  if (declared === NULL_LENGTH) {
    return undefined;
  }
  const chunks: Buffer[] = [];
  let total = 0;
  for (let length = reader.uint32(); length !== 0; length = reader.uint32()) {
    chunks.push(reader.bytes(length));
    total += length;
  }
  if (declared !== UNKNOWN_LENGTH && BigInt(total) !== declared) {
    throw new ProtocolError(`A value announced with ${declared} bytes came with ${total}.`);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, total);
}
