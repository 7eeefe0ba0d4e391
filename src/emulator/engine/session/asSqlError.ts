/** Whatever is thrown, as an error that T-SQL can see. */
import { SyntaxError as TsqlSyntaxError } from "../../tsql";
import { LockWait, NotEmulatedError, SqlError } from "../errors";
import { BatchAborted, Cancelled } from "./completion";

/** What unwinds for other reasons goes through; a fault of the emulator itself becomes a refusal. */
export function asSqlError(thrown: unknown): SqlError {
  if (thrown instanceof SqlError) return thrown;
  if (thrown instanceof BatchAborted || thrown instanceof Cancelled || thrown instanceof LockWait) throw thrown;
  if (thrown instanceof TsqlSyntaxError) {
    const error = new SqlError(thrown.number, thrown.message, thrown.state, thrown.severity);
    error.line = thrown.line;
    return error;
  }
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) {
    return new SqlError(217, "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).");
  }
  const error = new NotEmulatedError(
    `this statement (internal error: ${thrown instanceof Error ? thrown.message : String(thrown)})`,
  );
  error.cause = thrown;
  return error;
}
