import { type Failure, type FailureKind, type ServerMessage, SqlServerError } from "./errors";

/** Where and when something failed; the rest is read from what the driver threw. */
export type Circumstances = Pick<Failure, "server" | "database" | "doing" | "beforeSending"> & {
  /** Messages that came before the failure and are not part of what the driver threw. */
  readonly messages: readonly ServerMessage[];
};

interface DriverMessage {
  readonly number?: unknown;
  readonly state?: unknown;
  readonly class?: unknown;
  readonly message?: string;
  readonly lineNumber?: number;
  readonly procName?: string;
}

/** One message of the driver as ours; undefined for an error of the driver's own, which has no number. */
export function serverMessage(message: DriverMessage): ServerMessage | undefined {
  if (typeof message.number !== "number") return undefined;
  return {
    number: message.number,
    state: Number(message.state ?? 0),
    class: Number(message.class ?? 0),
    text: message.message ?? "",
    ...(message.procName && { procedure: message.procName }),
    ...(message.lineNumber !== undefined && { line: message.lineNumber }),
  };
}

/** Turns what the driver threw into our error. The driver throws the last message and hides the others behind it. */
export function sqlServerError(thrown: unknown, circumstances: Circumstances): SqlServerError {
  const chain = causes(thrown);
  const preceding = chain.flatMap((error) => (error as { precedingErrors?: unknown[] }).precedingErrors ?? []);
  const thrownMessages = [...preceding, thrown].flatMap((error) => serverMessage(error as DriverMessage) ?? []);
  const messages = [...circumstances.messages, ...thrownMessages];
  const codes = chain.map((error) => String((error as { code?: unknown }).code ?? ""));
  const text = chain.map((error) => error.message).find((message) => message !== "") ?? "unknown failure";
  const kind = kindOf(codes, text, messages);
  return new SqlServerError({
    ...circumstances,
    messages,
    kind,
    text,
    connectionLost: kind === "network" && codes.some((code) => lostCodes.has(code)),
    cause: thrown,
  });
}

/** An error and what caused it, outermost first. */
function causes(thrown: unknown): Error[] {
  const found: Error[] = [];
  const queue: unknown[] = [thrown];
  while (queue.length > 0) {
    const error = queue.shift();
    if (!(error instanceof Error) || found.includes(error)) continue;
    found.push(error);
    const { originalError, cause, errors } = error as { originalError?: unknown; cause?: unknown; errors?: unknown[] };
    queue.push(originalError, cause, ...(errors ?? []));
  }
  return found;
}

const lostCodes = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED", "ECLOSE"]);
const tlsCode = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_SSL|ERR_TLS|EPROTO|ALTNAME/;
const tlsText = /certificate|self[- ]signed|\bTLS\b|\bSSL\b|secure TLS connection|encryption/i;

function kindOf(codes: string[], text: string, messages: readonly ServerMessage[]): FailureKind {
  const has = (...wanted: string[]) => codes.some((code) => wanted.includes(code));
  if (has("ECANCEL")) return "cancelled";
  if (has("ELOGIN")) return "login";
  if (messages.some((message) => message.class > 10)) return "server";
  if (codes.some((code) => tlsCode.test(code)) || (has("ESOCKET", "EENCRYPT") && tlsText.test(text))) return "tls";
  if (has("ETIMEOUT")) return "timeout";
  return "network";
}
