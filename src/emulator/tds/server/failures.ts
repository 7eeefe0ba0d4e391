import { NOT_EMULATED, SqlError, type SqlMessage } from "../../engine/errors";
import { ProtocolError } from "../protocol";

/** Number of errors of the emulator's own making, which SQL Server never shows; next to that of its refusals. */
const INTERNAL_ERROR = NOT_EMULATED - 1;

/** What a client is told of whatever was thrown while its request was read or carried out. */
export function messagesOf(error: unknown): SqlMessage[] {
  if (error instanceof SqlError) {
    return [...error.precedingErrors, error];
  }
  if (error instanceof ProtocolError) {
    return [fatal(4002, `The incoming tabular data stream (TDS) protocol stream is incorrect. ${error.message}`)];
  }
  const reason = error instanceof Error ? error.message : String(error);
  return [fatal(INTERNAL_ERROR, `An internal error of the emulator ended the connection: ${reason}`)];
}

/** Whether it is a fault of the emulator itself, which whoever runs it should hear of. */
export function isInternal(error: unknown): boolean {
  return !(error instanceof SqlError) && !(error instanceof ProtocolError);
}

function fatal(number: number, message: string): SqlMessage {
  return { number, state: 1, class: 20, message, procedure: "", line: 0 };
}
