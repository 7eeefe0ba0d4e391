import type { FailedStep, RecordedRun } from "../objects/runHistory";
import { ageInMinutes, isoTime } from "./age";
import type { BackupStatus, RunStatus, StatusFinding } from "./backupStatus";

/**
 * The runs that tell how the job stands, of the latest of each kind. An Agent job starts the runner once for each of
 * its steps, full, log and clean, and each is a run of its own in the record: together they stand for one whole run.
 *
 * @param runs the latest run of each kind, newest first
 */
export function currentRuns(runs: readonly RecordedRun[]): RecordedRun[] {
  const ended = runs.filter(({ kind }) => kind !== "running");
  const whole = ended.findIndex(({ kind }) => kind === "whole" || kind === "unknown");
  return whole < 0 ? ended : ended.slice(0, whole + 1);
}

/** How the job stands by the record of its runs. */
export function runsStatus(
  runs: readonly RecordedRun[],
  steps: readonly FailedStep[],
  now: Date,
): Pick<BackupStatus, "lastRun" | "running" | "findings"> {
  const [newest] = runs;
  // Clearing history is no backup: it must not make an old one look new.
  const last = currentRuns(runs).find(({ kind }) => kind !== "clean");
  return {
    ...(last && { lastRun: runStatus(last, now) }),
    ...(newest?.kind === "running" && { running: started(newest, now) }),
    findings: steps.map(finding),
  };
}

function runStatus(run: RecordedRun, now: Date): RunStatus {
  return {
    outcome: run.outcome as RunStatus["outcome"],
    ...started(run, now),
    ...(run.finishedAt !== null && { finishedAt: isoTime(`${run.finishedAt}Z`) }),
    ...(run.fullDecision !== null && { fullDecision: run.fullDecision }),
    ...(run.mark !== null && { mark: run.mark }),
  };
}

function started({ startedAt, host }: RecordedRun, now: Date): Pick<RunStatus, "startedAt" | "ageMinutes" | "host"> {
  const at = isoTime(`${startedAt}Z`);
  return { startedAt: at, ageMinutes: ageInMinutes(at, now), ...(host !== null && { host }) };
}

function finding({ step, server, database, number, message }: FailedStep): StatusFinding {
  return {
    step,
    ...(server !== null && { server }),
    ...(database !== null && { database }),
    ...(number !== null && { number }),
    message,
  };
}
