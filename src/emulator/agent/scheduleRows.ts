/** Schedules and the jobs they are attached to, in msdb's tables. */
import type { AgentRow, AgentTables } from "./tables";

/** Of those schedules, deletes the ones that no job uses any more. */
export function deleteUnusedSchedules(tables: AgentTables, scheduleIds: readonly number[]): void {
  for (const id of scheduleIds) {
    if (tables.first("sysjobschedules", { schedule_id: id })) continue;
    tables.delete("sysschedules", { schedule_id: id });
  }
}

/** The schedules of a job. */
export function schedulesOf(tables: AgentTables, jobId: string): AgentRow[] {
  return tables
    .rows("sysjobschedules", { job_id: jobId })
    .flatMap((link) => tables.first("sysschedules", { schedule_id: link.value("schedule_id") }) ?? []);
}
