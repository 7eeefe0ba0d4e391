import type { EnvironmentChange } from "../../engine/wire";
import type { ByteWriter } from "../byteWriter";
import { EnvironmentType, Token } from "../protocol";
import { collationBytes } from "../types/collation";

/** ENVCHANGE: what is different in the session from now on. */
export function writeEnvironmentChange(writer: ByteWriter, change: EnvironmentChange): void {
  write(writer, () => {
    switch (change.kind) {
      case "database":
      case "language":
        writer.uint8(EnvironmentType[change.kind]);
        writer.shortString(change.value);
        writer.shortString(change.previous);
        return;
      case "beginTransaction":
      case "enlistTransaction":
      case "defectTransaction":
        writer.uint8(EnvironmentType[change.kind]);
        writeDescriptor(writer, change.descriptor);
        writer.uint8(0);
        return;
      case "commitTransaction":
      case "rollbackTransaction":
        writer.uint8(EnvironmentType[change.kind]);
        writer.uint8(0);
        writeDescriptor(writer, change.descriptor);
        return;
      case "resetConnection":
        writer.uint8(EnvironmentType.resetConnection);
        writer.uint8(0);
        writer.uint8(0);
    }
  });
}

export function writePacketSizeChange(writer: ByteWriter, value: number, previous: number): void {
  write(writer, () => {
    writer.uint8(EnvironmentType.packetSize);
    writer.shortString(String(value));
    writer.shortString(String(previous));
  });
}

export function writeCollationChange(writer: ByteWriter, collation: string | undefined): void {
  write(writer, () => {
    const bytes = collationBytes(collation);
    writer.uint8(EnvironmentType.collation);
    writer.uint8(bytes.length);
    writer.bytes(bytes);
    writer.uint8(0);
  });
}

/** The cookie of a promoted transaction. */
export function writePromotion(writer: ByteWriter, cookie: Uint8Array): void {
  write(writer, () => {
    writer.uint8(EnvironmentType.promoteTransaction);
    writer.uint32(cookie.length);
    writer.bytes(cookie);
    writer.uint8(0);
  });
}

function write(writer: ByteWriter, writeContent: () => void): void {
  writer.uint8(Token.environmentChange);
  const lengthAt = writer.reserve(2);
  writeContent();
  writer.patchUint16(lengthAt, writer.length - lengthAt - 2);
}

function writeDescriptor(writer: ByteWriter, descriptor: bigint): void {
  writer.uint8(8);
  writer.int64(descriptor);
}
