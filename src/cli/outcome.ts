import type { FailureReport } from "../job";
import { exitCodes } from "./exitCodes";

/** Errors that have an exit status of their own, by their name. */
const byKind: Readonly<Record<string, number>> = {
  UsageError: exitCodes.usage,
  ConnectionFileError: exitCodes.usage,
  MissingSecretError: exitCodes.usage,
  InvalidNameError: exitCodes.usage,
  JobChoiceError: exitCodes.usage,
  TargetConflictError: exitCodes.usage,
  OverwriteRefusedError: exitCodes.usage,
  LockHeldError: exitCodes.lockHeld,
  Interrupted: exitCodes.interrupted,
};

/** The exit status for what stopped a command. */
export function exitCodeFor(failure: FailureReport): number {
  return byKind[failure.kind] ?? exitCodes.failed;
}

const advice: Readonly<Record<string, string>> = {
  OverwriteRefusedError: "add --replace to restore over them, --rename to restore beside them, or --plan to look first",
  JobChoiceError: "--job names the job, --database the management database",
  PointRefusedError: "mssql-backup points lists the points with what each of them lacks",
};

/** What to do next, where the error itself does not say. */
export function adviceFor(failure: FailureReport): string | undefined {
  return failure.hint ?? advice[failure.kind];
}
