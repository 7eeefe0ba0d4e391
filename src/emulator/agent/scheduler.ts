/** Starts jobs when their schedules say so. Off unless the emulator is told to. */
import type { Server } from "../storage/server";
import { startJob } from "./execution";
import { FREQUENCY, nextRun } from "./recurrence";
import { runningJobs } from "./running";
import { recurrenceOf } from "./scheduleSettings";
import { inAgentTransaction, openSession, serviceIdentity } from "./sessions";
import type { AgentRow, AgentTables } from "./tables";
import { dateNumber, timeNumber } from "./times";

const INTERVAL_MS = 1000;

interface Due {
  job: AgentRow;
  schedule: AgentRow;
}

/** Looks every second for schedules that have come due since it looked last. Gives what ends it. */
export function startScheduler(server: Server): () => void {
  let since = server.clock().local;
  let isFirst = true;
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    const session = openSession(server, serviceIdentity(server), server.msdb, "SQLAgent - Schedule Saver");
    try {
      const from = since;
      const until = server.clock().local;
      const due = await inAgentTransaction(session, (tables) => findDue(tables, from, until, isFirst));
      since = until;
      isFirst = false;
      for (const one of due) start(server, one);
    } finally {
      isLooking = false;
      await session.close();
    }
  };
  // What keeps it from looking now (msdb is being restored, say) is gone another second.
  const timer = setInterval(() => void look().catch(() => undefined), INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function start(server: Server, { job, schedule }: Due): void {
  const jobId = job.text("job_id");
  if (runningJobs(server).has(jobId)) return;
  startJob(server, {
    jobId,
    jobName: job.text("name"),
    requestedBy: `Schedule ${schedule.number("schedule_id")} (${schedule.text("name")})`,
    source: "1",
  });
}

function findDue(tables: AgentTables, from: bigint, until: bigint, isFirst: boolean): Due[] {
  const due: Due[] = [];
  for (const link of tables.rows("sysjobschedules")) {
    const job = tables.first("sysjobs", { job_id: link.value("job_id"), enabled: 1 });
    const schedule = tables.first("sysschedules", { schedule_id: link.value("schedule_id"), enabled: 1 });
    if (!job || !schedule || !tables.first("sysjobservers", { job_id: job.value("job_id") })) continue;
    const recurrence = recurrenceOf(schedule);
    const next = nextRun(recurrence, from);
    const isDue = recurrence.freqType === FREQUENCY.atStart ? isFirst : next !== undefined && next <= until;
    if (!isDue) continue;
    due.push({ job, schedule });
    const following = nextRun(recurrence, until);
    tables.update("sysjobschedules", link, {
      next_run_date: following === undefined ? 0 : dateNumber(following),
      next_run_time: following === undefined ? 0 : timeNumber(following),
    });
  }
  return due;
}
