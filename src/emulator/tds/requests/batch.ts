import { ByteReader } from "../byteReader";
import type { ByteWriter } from "../byteWriter";
import { skipAllHeaders, writeAllHeaders } from "./allHeaders";

export function readBatch(payload: Buffer): string {
  const reader = new ByteReader(payload);
  skipAllHeaders(reader);
  return reader.ucs2(reader.remaining);
}

export function writeBatch(writer: ByteWriter, text: string, transactionDescriptor: bigint): void {
  writeAllHeaders(writer, transactionDescriptor);
  writer.ucs2(text);
}
