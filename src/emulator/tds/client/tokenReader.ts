import type { SqlMessage } from "../../engine/errors";
import type { Row, SqlType, Value } from "../../engine/values";
import type { EnvironmentChange, ResultColumn } from "../../engine/wire";
import { ByteReader } from "../byteReader";
import { ProtocolError, Token } from "../protocol";
import { isLegacyLarge, readColumnFlags } from "../tokens/columns";
import { FIRST_ERROR_CLASS } from "../tokens/messages";
import { ROWVERSION_USER_TYPE, readTypeInfo, type WireType } from "../types/typeInfo";
import { readValue } from "../types/valueReader";
import { type ConnectionChange, readEnvironmentChange } from "./environmentReader";

/** Takes the tokens of a response in order. */
export interface TokenHandler {
  columns(columns: ResultColumn[]): void;
  row(row: Row): void;
  message(message: SqlMessage): void;
  environment(change: EnvironmentChange): void;
  connection(change: ConnectionChange): void;
  loginAcknowledged(): void;
  returnStatus(value: number): void;
  returnValue(parameter: OutputParameter): void;
  done(done: Done): void;
}

export interface OutputParameter {
  name: string;
  ordinal: number;
  type: SqlType;
  value: Value;
}

export interface Done {
  token: number;
  status: number;
  command: number;
  rowCount: number;
}

const TABLE_NAME_TOKEN = 0xa4;
const COLUMN_INFO_TOKEN = 0xa5;
const NO_METADATA = 0xffff;

/** Reads the tokens of a whole response message. */
export function readTokens(payload: Buffer, handler: TokenHandler): void {
  const reader = new ByteReader(payload);
  let wires: WireType[] = [];
  while (reader.remaining > 0) {
    const token = reader.uint8();
    switch (token) {
      case Token.columnMetadata: {
        const described = readColumnMetadata(reader);
        wires = described.map(({ wire }) => wire);
        handler.columns(described.map(({ column }) => column));
        break;
      }
      case Token.row:
        handler.row(wires.map((wire) => readValue(reader, wire, true)));
        break;
      case Token.nbcRow:
        handler.row(readNullCompressedRow(reader, wires));
        break;
      case Token.error:
      case Token.info:
        handler.message(readMessage(reader, token === Token.error));
        break;
      case Token.environmentChange: {
        const change = readEnvironmentChange(new ByteReader(reader.bytes(reader.uint16())));
        if (change?.scope === "session") {
          handler.environment(change.change);
        } else if (change?.scope === "connection") {
          handler.connection(change.change);
        }
        break;
      }
      case Token.loginAck:
        reader.take(reader.uint16());
        handler.loginAcknowledged();
        break;
      case Token.returnStatus:
        handler.returnStatus(reader.int32());
        break;
      case Token.returnValue:
        handler.returnValue(readReturnValue(reader));
        break;
      case Token.done:
      case Token.doneProc:
      case Token.doneInProc: {
        const status = reader.uint16();
        const command = reader.uint16();
        handler.done({ token, status, command, rowCount: Number(reader.uint64()) });
        break;
      }
      case Token.order:
      case TABLE_NAME_TOKEN:
      case COLUMN_INFO_TOKEN:
        reader.take(reader.uint16());
        break;
      case Token.featureExtAck:
        skipFeatures(reader);
        break;
      default:
        throw new ProtocolError(`Unknown token 0x${token.toString(16)}.`);
    }
  }
}

function readColumnMetadata(reader: ByteReader): { column: ResultColumn; wire: WireType }[] {
  const count = reader.uint16();
  if (count === NO_METADATA) {
    return [];
  }
  return Array.from({ length: count }, () => {
    const userType = reader.uint32();
    const flags = readColumnFlags(reader.uint16());
    const wire = withUserType(readTypeInfo(reader), userType);
    if (isLegacyLarge(wire.type)) {
      for (let parts = reader.uint8(); parts > 0; parts--) {
        reader.longString();
      }
    }
    return { column: { name: reader.shortString(), type: wire.type, ...flags }, wire };
  });
}

function withUserType(wire: WireType, userType: number): WireType {
  return userType === ROWVERSION_USER_TYPE ? { ...wire, type: { kind: "timestamp" } } : wire;
}

function readNullCompressedRow(reader: ByteReader, wires: WireType[]): Row {
  const bitmap = reader.bytes(Math.ceil(wires.length / 8));
  return wires.map((wire, index) => {
    const isNull = ((bitmap[index >>> 3] as number) & (1 << (index & 7))) !== 0;
    return isNull ? null : readValue(reader, wire, true);
  });
}

function readMessage(reader: ByteReader, isError: boolean): SqlMessage {
  reader.uint16();
  const number = reader.int32();
  const state = reader.uint8();
  const severity = reader.uint8();
  const message = reader.longString();
  const server = reader.shortString();
  const procedure = reader.shortString();
  const line = reader.uint32();
  if (isError !== severity >= FIRST_ERROR_CLASS) {
    throw new ProtocolError(`Message ${number} of class ${severity} as the wrong token.`);
  }
  return { number, state, class: severity, message, procedure, line, server };
}

function readReturnValue(reader: ByteReader): OutputParameter {
  const ordinal = reader.uint16();
  const name = reader.shortString();
  reader.uint8();
  const userType = reader.uint32();
  reader.uint16();
  const wire = withUserType(readTypeInfo(reader), userType);
  return { name, ordinal, type: wire.type, value: readValue(reader, wire, false) };
}

function skipFeatures(reader: ByteReader): void {
  const TERMINATOR = 0xff;
  while (reader.uint8() !== TERMINATOR) {
    reader.take(reader.uint32());
  }
}
