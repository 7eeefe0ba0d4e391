/** The jobs that run now, for each server of the process. */
import type { Server } from "../storage/server";

export interface RunningJob {
  readonly jobId: string;
  readonly name: string;
  /** Who asked for it: `User sa`, `Schedule 3 (nightly)`. */
  readonly requestedBy: string;
  /** The step that runs. */
  stepId: number;
  stepName: string;
  retryAttempt: number;
  /** Between the attempts of a step. */
  isWaiting: boolean;
  /** Set by sp_stop_job, with who asked. */
  stoppedBy: string | undefined;
  /** Aborted with the job: ends the session of the running step, or the wait for its next attempt. */
  readonly stop: AbortController;
  /** Resolves when its last row is written. */
  ended: Promise<void>;
}

const running = new WeakMap<Server, Map<string, RunningJob>>();

export function runningJobs(server: Server): Map<string, RunningJob> {
  let jobs = running.get(server);
  if (!jobs) {
    jobs = new Map();
    running.set(server, jobs);
  }
  return jobs;
}

/** False when it does not run. */
export function stopJob(server: Server, jobId: string, stoppedBy = "User sa"): boolean {
  const job = runningJobs(server).get(jobId);
  if (!job) return false;
  job.stoppedBy ??= stoppedBy;
  job.stop.abort();
  return true;
}

/** Stops every job and waits for the last of their rows: before the server closes. */
export async function stopAgent(server: Server): Promise<void> {
  const jobs = [...runningJobs(server).values()];
  for (const job of jobs) stopJob(server, job.jobId, "the end of the server");
  await Promise.allSettled(jobs.map((job) => job.ended));
}
