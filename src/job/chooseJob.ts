import { failureReport } from "../objects/failure";
import type { Topology } from "../objects/instances";
import { type JobSettings, readJobs } from "../objects/runSettings";

const invalidObjectName = 208;

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
  return pickJob(topology, await readJobsIfAny(topology, signal), name);
}

/** The same of settings that were read. Throws `JobChoiceError`. */
export function pickJob(topology: Topology, jobs: readonly JobSettings[], name: string | undefined): JobSettings {
  const { control, controlName, managementDatabase } = topology;
  const where = `${managementDatabase} on ${control.displayName} (${controlName})`;
  if (jobs.length === 0) throw new JobChoiceError(`There is no job in ${where}: declare one (BackupJob).`);
  const names = jobs.map((each) => `'${each.jobName}'`).join(", ");
  if (name === undefined) {
    const [job, ...others] = jobs;
    if (job && others.length === 0) return job;
    throw new JobChoiceError(`There are several jobs in ${where}, name one of them: ${names}.`);
  }
  const job = jobs.find((each) => each.jobName === name) ?? jobs.find((each) => isSameName(each.jobName, name));
  if (!job) throw new JobChoiceError(`There is no job '${name}' in ${where}. There is: ${names}.`);
  return job;
}

/** The settings of every job. A database that no BackupJob was ever declared in has no table of them. */
export async function readJobsIfAny(
  { control, managementDatabase }: Topology,
  signal: AbortSignal,
): Promise<JobSettings[]> {
  try {
    return await readJobs(control, managementDatabase, signal);
  } catch (error) {
    if (failureReport(error).number === invalidObjectName) return [];
    throw error;
  }
}

/** Most servers compare names without case, and so does the provider. */
function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
