import type { SqlMessage } from "../../engine/errors";
import type { ByteWriter } from "../byteWriter";
import { Token } from "../protocol";

/** From this severity on a message is an error. */
export const FIRST_ERROR_CLASS = 11;
/** From this severity on an error ends the connection. */
export const FIRST_FATAL_CLASS = 20;

/** A token's length has two bytes; no message of SQL Server comes near. */
const LONGEST_MESSAGE = 30_000;

/** ERROR or INFO. */
export function writeMessage(writer: ByteWriter, message: SqlMessage, serverName: string): void {
  writer.uint8(message.class >= FIRST_ERROR_CLASS ? Token.error : Token.info);
  const lengthAt = writer.reserve(2);
  writer.uint32(message.number);
  writer.uint8(message.state);
  writer.uint8(message.class);
  writer.longString(message.message.slice(0, LONGEST_MESSAGE));
  writer.shortString(message.server ?? serverName);
  writer.shortString(message.procedure);
  writer.uint32(message.line);
  writer.patchUint16(lengthAt, writer.length - lengthAt - 2);
}
