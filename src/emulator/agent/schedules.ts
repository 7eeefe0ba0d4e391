/** sp_add_schedule, sp_attach_schedule, sp_add_jobschedule and their family. */
import { SqlError } from "../engine/errors";
import type { SystemProcedureParameter } from "../engine/session/systemProcedures";
import { newGuid } from "../storage/boot";
import { type AgentCall, agentProcedure } from "./call";
import { findJob, findSchedule, requireOwnJob, requireOwnSchedule, touchJob } from "./identify";
import { doesNotExist, notListed } from "./messages";
import { GUID, INT, JOB, name, number, output, required } from "./parameters";
import { nextRun } from "./recurrence";
import { deleteUnusedSchedules, schedulesOf } from "./scheduleRows";
import { recurrenceOf, type ScheduleSettings, settings, verify } from "./scheduleSettings";
import type { AgentRow } from "./tables";
import { dateNumber, timeNumber } from "./times";

const UNSET: SystemProcedureParameter[] = [
  number("@enabled"),
  number("@freq_type"),
  number("@freq_interval"),
  number("@freq_subday_type"),
  number("@freq_subday_interval"),
  number("@freq_relative_interval"),
  number("@freq_recurrence_factor"),
  number("@active_start_date"),
  number("@active_end_date"),
  number("@active_start_time"),
  number("@active_end_time"),
];

function ownerOf(call: AgentCall): Uint8Array | undefined {
  const owner = call.args.text("@owner_login_name");
  if (owner === undefined || owner === "") return undefined;
  const login = call.login(owner);
  if (!login) throw notListed("@owner_login_name", "sp_helplogins");
  if (!call.isAdministrator && login.name.toLowerCase() !== call.session.login.name.toLowerCase()) {
    throw new SqlError(14366, "Only members of sysadmin server role can modify the owner of a schedule.");
  }
  return login.sid;
}

function create(call: AgentCall, scheduleName: string): number {
  const { args, tables } = call;
  if (scheduleName.trim() === "") throw notListed("@schedule_name", "sp_help_schedule");
  const wanted = settings(call);
  verify(wanted);
  const uid = newGuid();
  const now = call.now();
  const id = tables.insert("sysschedules", {
    ...wanted,
    schedule_uid: uid,
    originating_server_id: 0,
    name: scheduleName.trim(),
    owner_sid: ownerOf(call) ?? call.session.login.sid,
    date_created: now,
    date_modified: now,
    version_number: 1,
  });
  args.output("@schedule_id", id);
  args.output("@schedule_uid", uid);
  return id;
}

function attach(call: AgentCall, job: AgentRow, schedule: AgentRow): void {
  const { tables } = call;
  const link = { schedule_id: schedule.number("schedule_id"), job_id: job.text("job_id") };
  if (!tables.first("sysjobschedules", link))
    tables.insert("sysjobschedules", { ...link, next_run_date: 0, next_run_time: 0 });
  refreshNextRun(call, schedule);
  touchJob(call, job.text("job_id"));
}

/** What sysjobschedules says of the next run, for every job of the schedule. */
function refreshNextRun(call: AgentCall, schedule: AgentRow): void {
  const next = schedule.number("enabled") === 1 ? nextRun(recurrenceOf(schedule), call.now()) : undefined;
  for (const link of call.tables.rows("sysjobschedules", { schedule_id: schedule.value("schedule_id") })) {
    call.tables.update("sysjobschedules", link, {
      next_run_date: next === undefined ? 0 : dateNumber(next),
      next_run_time: next === undefined ? 0 : timeNumber(next),
    });
  }
}

function change(call: AgentCall, schedule: AgentRow, newName: string | undefined): void {
  requireOwnSchedule(call, schedule);
  const wanted = settings(call, schedule);
  verify(wanted);
  const owner = ownerOf(call);
  const values: ScheduleSettings & Record<string, number | string | bigint | Uint8Array> = {
    ...wanted,
    ...(newName === undefined ? {} : { name: newName.trim() }),
    ...(owner === undefined ? {} : { owner_sid: owner }),
    date_modified: call.now(),
    version_number: schedule.number("version_number") + 1,
  };
  call.tables.update("sysschedules", schedule, values);
  const changed = call.tables.first("sysschedules", { schedule_id: schedule.value("schedule_id") });
  if (changed) refreshNextRun(call, changed);
}

function attachSchedule(call: AgentCall): void {
  const job = findJob(call);
  requireOwnJob(call, job);
  const schedule = findSchedule(call);
  if (!call.isAdministrator && !call.owns(schedule)) {
    throw new SqlError(
      14377,
      "The schedule was not attached to the specified job. The schedule owner and the job owner must be the same or the operation must be performed by a sysadmin.",
    );
  }
  attach(call, job, schedule);
}

function detachSchedule(call: AgentCall): void {
  const job = findJob(call);
  if (!call.isAdministrator && !call.owns(job))
    throw new SqlError(14391, "Only owner of a job or members of sysadmin role can detach a schedule.");
  const schedule = findSchedule(call);
  const id = schedule.number("schedule_id");
  if (call.tables.delete("sysjobschedules", { schedule_id: id, job_id: job.value("job_id") }) === 0) {
    throw new SqlError(
      14374,
      `The schedule ("${schedule.text("name")}") is not attached to the job ("${job.text("name")}").`,
    );
  }
  if (call.args.number("@delete_unused_schedule") === 1) deleteUnusedSchedules(call.tables, [id]);
  touchJob(call, job.text("job_id"));
}

function deleteSchedule(call: AgentCall): void {
  const schedule = findSchedule(call);
  requireOwnSchedule(call, schedule);
  const id = schedule.number("schedule_id");
  if (call.args.number("@force_delete") !== 1 && call.tables.first("sysjobschedules", { schedule_id: id })) {
    throw new SqlError(14372, "The schedule was not deleted because it is being used by one or more jobs.");
  }
  call.tables.delete("sysjobschedules", { schedule_id: id });
  call.tables.deleteRow("sysschedules", schedule);
}

/** The schedule of that name among the job's own. */
function scheduleOfJob(call: AgentCall, job: AgentRow): AgentRow {
  const wanted = (call.args.text("@name") ?? "").trim();
  const schedule = schedulesOf(call.tables, job.text("job_id")).find(
    (row) => row.text("name").toLowerCase() === wanted.toLowerCase(),
  );
  if (!schedule) throw doesNotExist("@schedule_name", wanted);
  return schedule;
}

function addJobSchedule(call: AgentCall): void {
  const job = findJob(call);
  requireOwnJob(call, job);
  const id = create(call, call.args.text("@name") ?? "");
  const schedule = call.tables.first("sysschedules", { schedule_id: id });
  if (schedule) attach(call, job, schedule);
}

function updateJobSchedule(call: AgentCall): void {
  const job = findJob(call);
  requireOwnJob(call, job);
  change(call, scheduleOfJob(call, job), call.args.text("@new_name"));
  touchJob(call, job.text("job_id"));
}

function deleteJobSchedule(call: AgentCall): void {
  const job = findJob(call);
  requireOwnJob(call, job);
  const id = scheduleOfJob(call, job).number("schedule_id");
  call.tables.delete("sysjobschedules", { schedule_id: id, job_id: job.value("job_id") });
  if (call.args.number("@keep_schedule") !== 1) deleteUnusedSchedules(call.tables, [id]);
  touchJob(call, job.text("job_id"));
}

export function registerSchedules(): void {
  const automaticPost = number("@automatic_post", 1);
  const schedule = [number("@schedule_id"), name("@schedule_name")];
  const owner = name("@owner_login_name");
  const uid = output("@schedule_uid", GUID);
  const id = output("@schedule_id", INT);
  agentProcedure(
    "sp_add_schedule",
    [required("@schedule_name"), ...UNSET, owner, uid, id, name("@originating_server")],
    (call) => {
      create(call, call.args.text("@schedule_name") ?? "");
    },
  );
  agentProcedure(
    "sp_update_schedule",
    [number("@schedule_id"), name("@name"), name("@new_name"), ...UNSET, owner, automaticPost],
    (call) => change(call, findSchedule(call, "@name"), call.args.text("@new_name")),
  );
  agentProcedure(
    "sp_delete_schedule",
    [...schedule, { ...number("@force_delete", 0), type: { kind: "bit" } }, automaticPost],
    deleteSchedule,
  );
  agentProcedure("sp_attach_schedule", [...JOB, ...schedule, automaticPost], attachSchedule);
  agentProcedure(
    "sp_detach_schedule",
    [...JOB, ...schedule, number("@delete_unused_schedule", 0), automaticPost],
    detachSchedule,
  );
  agentProcedure("sp_add_jobschedule", [...JOB, required("@name"), ...UNSET, id, automaticPost, uid], addJobSchedule);
  agentProcedure(
    "sp_update_jobschedule",
    [...JOB, required("@name"), name("@new_name"), ...UNSET, automaticPost],
    updateJobSchedule,
  );
  agentProcedure(
    "sp_delete_jobschedule",
    [...JOB, required("@name"), number("@keep_schedule", 0), automaticPost],
    deleteJobSchedule,
  );
}
