/** The connection could not be made or has gone; what the server itself said is a SqlError instead. */
export class TdsConnectionError extends Error {
  constructor(
    message: string,
    /** The operating system's (ECONNREFUSED, ETIMEDOUT …) or ECLOSED, EPROTOCOL, EABORTED. */
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "TdsConnectionError";
  }
}

/** Whatever a socket, TLS or the protocol reports, as one kind of error. */
export function connectionError(cause: unknown, where: string): TdsConnectionError {
  if (cause instanceof TdsConnectionError) {
    return cause;
  }
  const error = cause as NodeJS.ErrnoException;
  return new TdsConnectionError(`${where}: ${error.message}`, error.code ?? "EPROTOCOL", { cause });
}
