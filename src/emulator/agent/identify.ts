/** Which job, schedule or step the arguments mean, and whether the caller may change it. */
import { SqlError } from "../engine/errors";
import type { AgentCall } from "./call";
import { doesNotExist } from "./messages";
import type { AgentRow, Values } from "./tables";

/** By `@job_id` or `@job_name`, never both (14294); the jobs of others do not exist for plain users (14262). */
export function findJob(call: AgentCall): AgentRow {
  const { args, tables } = call;
  const id = args.text("@job_id");
  const name = args.text("@job_name");
  if ((id === undefined) === (name === undefined)) {
    throw new SqlError(14294, "Supply either @job_id or @job_name to identify the job.");
  }
  const where: Values = id === undefined ? { name: (name as string).trim() } : { job_id: id.toUpperCase() };
  const job = tables.rows("sysjobs", where).find((row) => call.isReader || call.owns(row));
  if (!job) throw id === undefined ? doesNotExist("@job_name", name as string) : doesNotExist("@job_id", id);
  return job;
}

/** Undefined where no job is named: the procedure is about all of them. */
export function findJobIfNamed(call: AgentCall): AgentRow | undefined {
  const isNamed = call.args.text("@job_id") !== undefined || call.args.text("@job_name") !== undefined;
  return isNamed ? findJob(call) : undefined;
}

export function requireOwnJob(call: AgentCall, job: AgentRow): void {
  if (call.isAdministrator || call.owns(job)) return;
  throw new SqlError(
    14525,
    "Only members of sysadmin role are allowed to update or delete jobs owned by a different login.",
  );
}

export function requireControl(call: AgentCall, job: AgentRow): void {
  if (call.isOperator || call.owns(job)) return;
  throw new SqlError(
    14393,
    "Only owner of a job or members of role sysadmin or SQLAgentOperatorRole can start and stop the job.",
  );
}

/** By `@schedule_id` or the name in `nameParameter`. */
export function findSchedule(call: AgentCall, nameParameter = "@schedule_name"): AgentRow {
  const { args, tables } = call;
  const id = args.number("@schedule_id");
  const name = args.text(nameParameter);
  if ((id === undefined) === (name === undefined)) {
    throw new SqlError(14373, `Supply either @schedule_id or ${nameParameter} to identify the schedule.`);
  }
  const rows = tables
    .rows("sysschedules", id === undefined ? { name: (name as string).trim() } : { schedule_id: id })
    .filter((row) => call.isReader || call.owns(row));
  const [schedule] = rows;
  if (!schedule)
    throw id === undefined ? doesNotExist(nameParameter, name as string) : doesNotExist("@schedule_id", id);
  if (rows.length > 1) {
    throw new SqlError(
      14371,
      `There are two or more schedules named "${name}". Specify @schedule_id instead of ${nameParameter} to uniquely identify the schedule.`,
    );
  }
  return schedule;
}

export function requireOwnSchedule(call: AgentCall, schedule: AgentRow): void {
  if (call.isAdministrator || call.owns(schedule)) return;
  throw new SqlError(
    14394,
    "Only owner of a job schedule or members of sysadmin role can modify or delete the job schedule.",
  );
}

/** A job that was changed through its parts. */
export function touchJob(call: AgentCall, jobId: string): void {
  const job = call.tables.first("sysjobs", { job_id: jobId });
  if (job)
    call.tables.update("sysjobs", job, { date_modified: call.now(), version_number: job.number("version_number") + 1 });
}
