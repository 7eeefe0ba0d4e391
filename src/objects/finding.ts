import { isSqlServerError, type ServerMessage } from "../sqlserver";

/** The steps of a run and of a restore in which something may be found. */
export type FindingStep =
  | "preflight"
  | "full"
  | "mark"
  | "proof"
  | "log"
  | "record"
  | "clean"
  | "files"
  | "restore"
  | "recover";

/** Something that went wrong at one server or database and did not stop the rest. */
export interface Finding {
  readonly step: FindingStep;
  readonly server: string;
  readonly database?: string;
  readonly message: string;
  /** SQL Server's number. */
  readonly number?: number;
  /** Everything that the server said about it. */
  readonly messages?: readonly ServerMessage[];
  /** What to do next. */
  readonly hint?: string;
}

/** Where a finding was made. */
export type FindingPlace = Pick<Finding, "step" | "server" | "database">;

/** Turns a failure into a finding. A cancelled statement is none: it is thrown on, for the whole run ends. */
export function findingFrom(error: unknown, place: FindingPlace): Finding {
  if (isCancelled(error)) throw error;
  if (!isSqlServerError(error)) {
    return { ...place, message: error instanceof Error ? error.message : String(error) };
  }
  const head = error.messages.find((message) => message.number === error.number);
  return {
    ...place,
    message: head?.text ?? error.message,
    ...(error.number !== undefined && { number: error.number }),
    ...(error.messages.length > 0 && { messages: error.messages.filter((message) => message.class > 10) }),
    ...(error.hint !== undefined && { hint: error.hint }),
  };
}

/** Whether something ended because the caller gave up. */
export function isCancelled(error: unknown): boolean {
  if (isSqlServerError(error)) return error.kind === "cancelled";
  return error instanceof Error && error.name === "AbortError";
}
