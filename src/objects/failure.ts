import { isSqlServerError, type ServerMessage } from "../sqlserver";
import { isCancelled } from "./finding";

/** What stopped a command as a whole, as a person or a program reads it. */
export interface FailureReport {
  /** The error's class, for programs: `SqlServerError`, `LockHeldError`, … */
  readonly kind: string;
  readonly message: string;
  readonly server?: string;
  readonly database?: string;
  /** SQL Server's number. */
  readonly number?: number;
  readonly messages?: readonly ServerMessage[];
  readonly hint?: string;
  /** The caller gave up; nothing is wrong. */
  readonly interrupted?: true;
}

/** Describes anything that was thrown. */
export function failureReport(error: unknown): FailureReport {
  if (isCancelled(error)) return { kind: "Interrupted", message: "Interrupted.", interrupted: true };
  if (!(error instanceof Error)) return { kind: "Error", message: String(error) };
  if (!isSqlServerError(error)) return { kind: error.name, message: error.message, ...placeOf(error) };
  return {
    kind: error.name,
    message: error.message,
    server: error.server,
    ...(error.database !== undefined && { database: error.database }),
    ...(error.number !== undefined && { number: error.number }),
    ...(error.messages.length > 0 && { messages: error.messages }),
    ...(error.hint !== undefined && { hint: error.hint }),
  };
}

/** Our own errors name server and database where they are about one. */
function placeOf(error: Error & { server?: unknown; database?: unknown }): Pick<FailureReport, "server" | "database"> {
  const { server, database } = error;
  return { ...(typeof server === "string" && { server }), ...(typeof database === "string" && { database }) };
}
