import type { ByteReader } from "../byteReader";
import type { ByteWriter } from "../byteWriter";
import { ProtocolError } from "../protocol";

const WORD = 32n;
const WORD_MASK = 0xffff_ffffn;

/** Bytes of a decimal's sign and magnitude. */
export function decimalLength(precision: number): number {
  return precision <= 9 ? 5 : precision <= 19 ? 9 : precision <= 28 ? 13 : 17;
}

/** Sign byte (1: not negative), then the magnitude in as many bytes as the precision asks for. */
export function writeDecimal(writer: ByteWriter, unscaled: bigint, length: number): void {
  writer.uint8(unscaled < 0n ? 0 : 1);
  let magnitude = unscaled < 0n ? -unscaled : unscaled;
  for (let written = 1; written < length; written += 4) {
    writer.uint32(Number(magnitude & WORD_MASK));
    magnitude >>= WORD;
  }
}

export function readDecimal(reader: ByteReader, length: number): bigint {
  if (length < 5 || length > 17 || length % 4 !== 1) {
    throw new ProtocolError(`A decimal of ${length} bytes.`);
  }
  const sign = reader.uint8();
  let magnitude = 0n;
  for (let read = 1, shift = 0n; read < length; read += 4, shift += WORD) {
    magnitude |= BigInt(reader.uint32()) << shift;
  }
  return sign === 0 ? -magnitude : magnitude;
}
