import type { SqlType, Value } from "../../engine/values";
import type { ByteWriter } from "../byteWriter";
import { type ProductVersion, Token } from "../protocol";
import { Feature } from "../requests/login7";
import { userTypeOf, writeTypeInfo } from "../types/typeInfo";
import { valueWriterFor } from "../types/valueWriter";

/** Where the status of a DONE token lies, from the token's start. */
export const DONE_STATUS_OFFSET = 1;
export const DONE_LENGTH = 13;

export function writeDone(writer: ByteWriter, token: number, status: number, command: number, rowCount: number): void {
  writer.uint8(token);
  writer.uint16(status);
  writer.uint16(command);
  writer.uint64(rowCount);
}

export function writeReturnStatus(writer: ByteWriter, value: number): void {
  writer.uint8(Token.returnStatus);
  writer.uint32(value);
}

export function writeReturnValue(
  writer: ByteWriter,
  parameter: { name: string; ordinal: number; type: SqlType; value: Value },
): void {
  const OUTPUT_PARAMETER = 0x01;
  writer.uint8(Token.returnValue);
  writer.uint16(parameter.ordinal);
  writer.shortString(parameter.name);
  writer.uint8(OUTPUT_PARAMETER);
  writer.uint32(userTypeOf(parameter.type));
  writer.uint16(0);
  writeTypeInfo(writer, parameter.type);
  valueWriterFor(parameter.type, false)(writer, parameter.value);
}

/** The only feature extension that is agreed to: varchar of UTF-8 collations travels as UTF-8. */
export function writeUtf8Acknowledged(writer: ByteWriter): void {
  writer.uint8(Token.featureExtAck);
  writer.uint8(Feature.utf8);
  writer.uint32(1);
  writer.uint8(1);
  writer.uint8(Feature.terminator);
}

/** Clients look at the program's name and version to know what they talk to. */
export function writeLoginAck(writer: ByteWriter, tdsVersion: number, version: ProductVersion): void {
  const TRANSACT_SQL = 1;
  writer.uint8(Token.loginAck);
  const lengthAt = writer.reserve(2);
  writer.uint8(TRANSACT_SQL);
  writer.uint32BE(tdsVersion);
  writer.shortString("Microsoft SQL Server");
  writer.uint8(version.major);
  writer.uint8(version.minor);
  writer.uint16BE(version.build);
  writer.patchUint16(lengthAt, writer.length - lengthAt - 2);
}
