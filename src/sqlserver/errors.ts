import { hintFor } from "./hints";

/** One message of the server: an error, a warning or information. */
export interface ServerMessage {
  readonly number: number;
  readonly state: number;
  /** Severity; 11 and above are errors. */
  readonly class: number;
  readonly text: string;
  readonly procedure?: string;
  readonly line?: number;
}

/** What kind of thing failed. */
export type FailureKind =
  /** The server refused or failed a statement. */
  | "server"
  /** The server was reached but refused the login. */
  | "login"
  /** The server was not reached, or the connection was lost. */
  | "network"
  /** The server's certificate is not trusted, or no encryption could be agreed on. */
  | "tls"
  /** No answer in time. */
  | "timeout"
  /** The caller gave up. */
  | "cancelled";

export interface Failure {
  readonly kind: FailureKind;
  readonly server: string;
  readonly database?: string | undefined;
  /** What was being done, without secrets. */
  readonly doing: string;
  /** Every message of the server, in the order in which they came. */
  readonly messages: readonly ServerMessage[];
  /** What to say when there is no message of the server. */
  readonly text?: string;
  /** The statement had not been sent yet. */
  readonly beforeSending?: boolean;
  /** A connection that had worked was cut, as when a server restarts or fails over. */
  readonly connectionLost?: boolean;
  readonly cause?: unknown;
}

/** Messages that only say that something else failed; never the headline. */
const followers = new Set([3009, 3013, 3041, 3621, 3414, 8525]);

/** The message that tells what failed: the first error that is more than an echo of another. */
export function headline(messages: readonly ServerMessage[]): ServerMessage | undefined {
  const errors = messages.filter((message) => message.class > 10);
  return errors.find((message) => !followers.has(message.number)) ?? errors[0];
}

/**
 * A failure at a server. Its message says what failed, where, SQL Server's number and all of its messages, and what to
 * do next.
 */
export class SqlServerError extends Error {
  override readonly name = "SqlServerError";
  readonly kind: FailureKind;
  /** SQL Server's number of the headline message; undefined when the server said nothing. */
  readonly number: number | undefined;
  readonly state: number | undefined;
  /** Severity. */
  readonly class: number | undefined;
  readonly procedure: string | undefined;
  readonly line: number | undefined;
  readonly server: string;
  readonly database: string | undefined;
  readonly messages: readonly ServerMessage[];
  /** What was being done, without secrets. */
  readonly doing: string;
  /** What to do next. */
  readonly hint: string | undefined;
  /** The statement had not been sent yet, so that another attempt cannot do anything twice. */
  readonly beforeSending: boolean;
  /** A connection that had worked was cut, as when a server restarts or fails over. */
  readonly connectionLost: boolean;

  constructor(failure: Failure) {
    const head = headline(failure.messages);
    const hint = hintFor(failure.kind, head?.number, failure.messages, failure.connectionLost ?? false);
    super(describe(failure, head, hint), failure.cause === undefined ? undefined : { cause: failure.cause });
    this.kind = failure.kind;
    this.number = head?.number;
    this.state = head?.state;
    this.class = head?.class;
    this.procedure = head?.procedure;
    this.line = head?.line;
    this.server = failure.server;
    this.database = failure.database;
    this.messages = failure.messages;
    this.doing = failure.doing;
    this.hint = hint;
    this.beforeSending = failure.beforeSending ?? false;
    this.connectionLost = failure.connectionLost ?? false;
  }

  /** Whether the server sent a message with one of these numbers. */
  has(...numbers: number[]): boolean {
    return this.messages.some((message) => numbers.includes(message.number));
  }
}

/** Whether something is a SqlServerError, of this or another copy of the package. */
export function isSqlServerError(error: unknown): error is SqlServerError {
  return error instanceof Error && error.name === "SqlServerError" && "messages" in error;
}

function describe(failure: Failure, head: ServerMessage | undefined, hint: string | undefined): string {
  const where = failure.database ? `${failure.server}, database ${failure.database}` : failure.server;
  const what = head ? `${head.text} (${origin(head)})` : (failure.text ?? "no answer");
  const others = failure.messages
    .filter((message) => message !== head && message.class > 10)
    .map((message) => `also: ${message.text} (${origin(message)})`);
  const lines = [`${failure.doing} failed on ${where}: ${what}`, ...others];
  if (hint) lines.push(`hint: ${hint}`);
  return lines.join("\n  ");
}

function origin(message: ServerMessage): string {
  const parts = [`error ${message.number}`, `severity ${message.class}`, `state ${message.state}`];
  if (message.procedure) parts.push(`procedure ${message.procedure}, line ${message.line ?? 0}`);
  return parts.join(", ");
}

const deadlockVictim = 1205;

/** Whether the statement was chosen as the victim of a deadlock. */
export function isDeadlock(error: unknown): boolean {
  return isSqlServerError(error) && error.has(deadlockVictim);
}

/** Whether the same statement may succeed if it is sent again. */
export function isTransient(error: unknown): boolean {
  return isDeadlock(error) || (isSqlServerError(error) && error.connectionLost);
}

/** Whether nobody answers where the server should be: refused, not found, or no answer in time. */
export function isUnreachable(error: unknown): error is SqlServerError {
  if (!isSqlServerError(error) || error.connectionLost) return false;
  return error.kind === "network" || (error.kind === "timeout" && error.beforeSending);
}

/** Whether the server may have done what it was told although no answer came. */
export function isOutcomeUnknown(error: unknown): boolean {
  if (!isSqlServerError(error) || error.beforeSending) return false;
  return error.kind === "network" || error.kind === "timeout" || error.kind === "cancelled";
}
