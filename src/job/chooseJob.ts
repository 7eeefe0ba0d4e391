import type { Topology } from "../objects/instances";
import { type JobSettings, readJobs } from "../objects/runSettings";

/** No job, or more than one, fits what was asked for. */
export class JobChoiceError extends Error {
  override readonly name = "JobChoiceError";
}

/** The settings of the job that was named, or of the only one. */
export async function chooseJob(
  topology: Topology,
  name: string | undefined,
  signal: AbortSignal,
): Promise<JobSettings> {
  const { control, controlName, managementDatabase } = topology;
  const jobs = await readJobs(control, managementDatabase, signal);
  const where = `${managementDatabase} on ${controlName}`;
  const [job, ...others] = name === undefined ? jobs : jobs.filter((each) => each.jobName === name);
  const names = jobs.map((each) => each.jobName).join(", ");
  if (!job) {
    const there =
      jobs.length > 0
        ? `There is no job ${name} in ${where}: name one of ${names}.`
        : `There is no job in ${where}: declare one (BackupJob).`;
    throw new JobChoiceError(there);
  }
  if (others.length > 0) throw new JobChoiceError(`There are several jobs in ${where}: name one of ${names}.`);
  return job;
}
