/** Errors of BACKUP and RESTORE with the texts of sys.messages; 3013 is always the last of several. */
import { SqlError } from "../engine/errors";

/** How a statement names itself in messages. */
export type Operation =
  | "BACKUP DATABASE"
  | "BACKUP LOG"
  | "RESTORE DATABASE"
  | "RESTORE LOG"
  | "RESTORE HEADERONLY"
  | "RESTORE FILELIST"
  | "RESTORE LABELONLY"
  | "VERIFY DATABASE";

/** An error that is told before 3013. */
export function cause(number: number, message: string, state = 1, severity = 16): SqlError {
  return new SqlError(number, message, state, severity);
}

/** Wraps what went wrong: `<operation> is terminating abnormally.` after the causes. */
export function terminated(operation: Operation, error: SqlError): SqlError {
  const last = new SqlError(3013, `${operation} is terminating abnormally.`);
  last.precedingErrors = [...error.precedingErrors, error];
  return last;
}

/** Several causes in order, the last of which is thrown. */
export function several(...errors: [SqlError, ...SqlError[]]): SqlError {
  const last = errors[errors.length - 1] as SqlError;
  last.precedingErrors = errors.slice(0, -1);
  return last;
}

export function conflictingOptions(option: string, others: string): SqlError {
  return cause(
    3031,
    `Option '${option}' conflicts with option(s) '${others}'. Remove the conflicting option and reissue the statement.`,
    2,
  );
}

export function unsupportedOptions(options: string): SqlError {
  return cause(
    3032,
    `One or more of the options (${options}) are not supported for this statement. Review the documentation for supported options.`,
    2,
  );
}

export function cannotOpen(device: string, operatingSystemError: string): SqlError {
  return cause(3201, `Cannot open backup device '${device}'. Operating system error ${operatingSystemError}.`, 2);
}

export function incorrectlyFormed(device: string): SqlError {
  return cause(
    3241,
    `The media family on device '${device}' is incorrectly formed. SQL Server cannot process this media family.`,
    0,
  );
}

export function notABackupSet(device: string): SqlError {
  return cause(3242, `The file on device '${device}' is not a valid Microsoft Tape Format backup set.`, 1);
}

export function readFailed(device: string, reason: string): SqlError {
  return cause(3203, `Read on "${device}" failed: ${reason}`);
}

export function writeFailed(device: string, reason: string): SqlError {
  return cause(3202, `Write on "${device}" failed: ${reason}`);
}

export function incompleteSet(device: string): SqlError {
  return cause(
    3256,
    `The backup set on device '${device}' was terminated while it was being created and is incomplete. RESTORE sequence is terminated abnormally.`,
  );
}

/** What Windows says for the error codes of the operating system here. */
export function operatingSystemError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: "2(The system cannot find the file specified.)",
    ENOTDIR: "3(The system cannot find the path specified.)",
    EACCES: "5(Access is denied.)",
    EPERM: "5(Access is denied.)",
    EROFS: "19(The media is write protected.)",
    EISDIR: "5(Access is denied.)",
    ENOSPC: "112(There is not enough space on the disk.)",
    EIO: "1117(The request could not be performed because of an I/O device error.)",
    ENAMETOOLONG: "206(The filename or extension is too long.)",
  };
  return known[code ?? ""] ?? `31(${message})`;
}

export const END_OF_FILE = "38(Reached the end of the file.)";
