import type { ByteReader } from "../byteReader";
import type { ByteWriter } from "../byteWriter";
import { ProtocolError } from "../protocol";

const TRANSACTION_DESCRIPTOR = 2;

/**
 * Reads past ALL_HEADERS. Nothing in them matters without MARS: the transaction descriptor is the session's own,
 * query notifications are not offered, and trace activity has no consumer.
 */
export function skipAllHeaders(reader: ByteReader): void {
  const total = reader.uint32();
  if (total < 4) {
    throw new ProtocolError(`Headers of ${total} bytes.`);
  }
  reader.take(total - 4);
}

export function writeAllHeaders(writer: ByteWriter, transactionDescriptor: bigint): void {
  const headerLength = 18;
  writer.uint32(4 + headerLength);
  writer.uint32(headerLength);
  writer.uint16(TRANSACTION_DESCRIPTOR);
  writer.int64(transactionDescriptor);
  writer.uint32(1);
}
