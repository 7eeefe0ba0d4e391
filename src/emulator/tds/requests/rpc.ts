import type { RpcParameter, RpcRequest } from "../../engine/wire";
import { ByteReader } from "../byteReader";
import type { ByteWriter } from "../byteWriter";
import { ProtocolError } from "../protocol";
import { readTypeInfo, writeTypeInfo } from "../types/typeInfo";
import { readValue } from "../types/valueReader";
import { valueWriterFor } from "../types/valueWriter";
import { skipAllHeaders, writeAllHeaders } from "./allHeaders";

/** Names of the procedures that clients may call by number. */
const wellKnownProcedures = [
  "",
  "sp_cursor",
  "sp_cursoropen",
  "sp_cursorprepare",
  "sp_cursorexecute",
  "sp_cursorprepexec",
  "sp_cursorunprepare",
  "sp_cursorfetch",
  "sp_cursoroption",
  "sp_cursorclose",
  "sp_executesql",
  "sp_prepare",
  "sp_execute",
  "sp_prepexec",
  "sp_prepexecrpc",
  "sp_unprepare",
] as const;

const BY_NUMBER = 0xffff;
const ParameterStatus = { byReference: 0x01, defaultValue: 0x02, encrypted: 0x08 } as const;
/** What stands between the requests of one message; no parameter name has such a length. */
const BATCH_SEPARATOR = 0xff;
const BATCH_SEPARATOR_BEFORE_7_2 = 0x80;
const NO_EXECUTE = 0xfe;

/** The requests of one RPC message: usually one. */
export function readRpc(payload: Buffer): RpcRequest[] {
  const reader = new ByteReader(payload);
  skipAllHeaders(reader);
  const requests: RpcRequest[] = [];
  while (reader.remaining > 0) {
    requests.push(readRequest(reader));
  }
  return requests;
}

function readRequest(reader: ByteReader): RpcRequest {
  const procedure = readProcedure(reader);
  // Options: recompile and metadata hints, which change no outcome.
  reader.uint16();
  const parameters: RpcParameter[] = [];
  while (reader.remaining > 0) {
    const next = reader.buffer[reader.position] as number;
    if (next === BATCH_SEPARATOR || next === BATCH_SEPARATOR_BEFORE_7_2 || next === NO_EXECUTE) {
      reader.uint8();
      break;
    }
    parameters.push(readParameter(reader));
  }
  return { procedure, parameters };
}

function readProcedure(reader: ByteReader): string {
  const length = reader.uint16();
  if (length !== BY_NUMBER) {
    return reader.ucs2(length * 2);
  }
  const number = reader.uint16();
  const name = wellKnownProcedures[number];
  if (!name) {
    throw new ProtocolError(`There is no well-known procedure ${number}.`);
  }
  return name;
}

function readParameter(reader: ByteReader): RpcParameter {
  const name = reader.shortString();
  const status = reader.uint8();
  if (status & ParameterStatus.encrypted) {
    throw new ProtocolError("An encrypted parameter, which was not agreed upon at login.");
  }
  const wire = readTypeInfo(reader);
  const value = readValue(reader, wire, false);
  return {
    name,
    type: wire.type,
    value,
    output: (status & ParameterStatus.byReference) !== 0,
    default: (status & ParameterStatus.defaultValue) !== 0,
  };
}

export function writeRpc(writer: ByteWriter, request: RpcRequest, transactionDescriptor: bigint): void {
  writeAllHeaders(writer, transactionDescriptor);
  const number = wellKnownProcedures.indexOf(request.procedure as (typeof wellKnownProcedures)[number]);
  if (number > 0) {
    writer.uint16(BY_NUMBER);
    writer.uint16(number);
  } else {
    writer.longString(request.procedure);
  }
  writer.uint16(0);
  for (const parameter of request.parameters) {
    writer.shortString(parameter.name);
    writer.uint8(
      (parameter.output ? ParameterStatus.byReference : 0) | (parameter.default ? ParameterStatus.defaultValue : 0),
    );
    writeTypeInfo(writer, parameter.type);
    valueWriterFor(parameter.type, false)(writer, parameter.value);
  }
}
