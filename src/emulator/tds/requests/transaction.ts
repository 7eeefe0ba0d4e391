import { NotEmulatedError } from "../../engine/errors";
import type { TransactionRequest } from "../../engine/wire";
import { ByteReader } from "../byteReader";
import type { ByteWriter } from "../byteWriter";
import { skipAllHeaders, writeAllHeaders } from "./allHeaders";

/**
 * Request types of the transaction manager message. Those from 0xF0 on are private to the emulators: they carry the
 * two-phase commit that real servers agree upon through MSDTC's own protocol.
 */
const RequestType: Record<TransactionRequest["kind"], number> = {
  getDtcAddress: 0,
  propagate: 1,
  begin: 5,
  promote: 6,
  commit: 7,
  rollback: 8,
  save: 9,
  dtcPrepare: 0xf0,
  dtcCommit: 0xf1,
  dtcAbort: 0xf2,
  dtcOutcome: 0xf3,
};

const kinds = new Map(Object.entries(RequestType).map(([kind, code]) => [code, kind as TransactionRequest["kind"]]));

const BEGIN_AFTER = 0x01;

export function readTransactionRequest(payload: Buffer): TransactionRequest {
  const reader = new ByteReader(payload);
  skipAllHeaders(reader);
  const code = reader.uint16();
  const kind = kinds.get(code);
  switch (kind) {
    case undefined:
      throw new NotEmulatedError(`transaction manager requests of type ${code}`);
    case "getDtcAddress":
    case "promote":
      return { kind };
    case "propagate":
      return { kind, cookie: Uint8Array.from(reader.bytes(reader.uint16())) };
    case "begin": {
      const isolation = reader.uint8();
      return { kind, isolation, name: readName(reader) };
    }
    case "commit":
    case "rollback": {
      const name = readName(reader);
      if ((reader.uint8() & BEGIN_AFTER) === 0) {
        return { kind, name };
      }
      const isolation = reader.uint8();
      return { kind, name, beginAfter: { isolation, name: readName(reader) } };
    }
    case "save":
      return { kind, name: readName(reader) };
    default:
      return { kind, transaction: reader.longString() };
  }
}

export function writeTransactionRequest(
  writer: ByteWriter,
  request: TransactionRequest,
  transactionDescriptor: bigint,
): void {
  writeAllHeaders(writer, transactionDescriptor);
  writer.uint16(RequestType[request.kind]);
  switch (request.kind) {
    case "getDtcAddress":
      writer.uint16(0);
      return;
    case "promote":
      return;
    case "propagate":
      writer.uint16(request.cookie.length);
      writer.bytes(request.cookie);
      return;
    case "begin":
      writer.uint8(request.isolation);
      writeName(writer, request.name);
      return;
    case "commit":
    case "rollback":
      writeName(writer, request.name);
      writer.uint8(request.beginAfter ? BEGIN_AFTER : 0);
      if (request.beginAfter) {
        writer.uint8(request.beginAfter.isolation);
        writeName(writer, request.beginAfter.name);
      }
      return;
    case "save":
      writeName(writer, request.name);
      return;
    default:
      writer.longString(request.transaction);
  }
}

/** Transaction names count bytes, unlike other short strings. */
function readName(reader: ByteReader): string {
  return reader.ucs2(reader.uint8());
}

function writeName(writer: ByteWriter, name: string): void {
  writer.uint8(name.length * 2);
  writer.ucs2(name);
}
