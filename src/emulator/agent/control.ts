/** sp_start_job, sp_stop_job, sp_purge_jobhistory. */
import { SqlError } from "../engine/errors";
import { type AgentCall, agentProcedure } from "./call";
import { startJob } from "./execution";
import { findJob, findJobIfNamed, requireControl } from "./identify";
import { doesNotExist, refusedByAgent } from "./messages";
import { JOB_BY_NAME, name, number } from "./parameters";
import { runningJobs, stopJob } from "./running";
import { dateNumber } from "./times";

function start(call: AgentCall): void {
  const { args, tables, session } = call;
  const job = findJob(call);
  requireControl(call, job);
  const jobId = job.text("job_id");
  const jobName = job.text("name");
  if (!tables.first("sysjobservers", { job_id: jobId })) {
    throw new SqlError(
      14256,
      `Cannot start job '${jobName}' (ID ${jobId}) because it does not have any job server or servers defined. Associate the job with a job server by calling sp_add_jobserver.`,
    );
  }
  const steps = tables.rows("sysjobsteps", { job_id: jobId });
  const stepName = args.text("@step_name");
  const step =
    stepName === undefined
      ? undefined
      : steps.find((row) => row.text("step_name").toLowerCase() === stepName.toLowerCase());
  if (stepName !== undefined && !step) throw doesNotExist("@step_name", stepName);
  const user = `User ${session.login.name}`;
  const request = `Request to run job ${jobName} (from ${user}) refused because the job`;
  if (steps.length === 0) throw refusedByAgent(`${request} has no job steps.`);
  const running = runningJobs(session.server).get(jobId);
  if (running) throw refusedByAgent(`${request} is already running from a request by ${running.requestedBy}.`);
  startJob(session.server, {
    jobId,
    jobName,
    requestedBy: user,
    source: "4",
    ...(step ? { stepId: step.number("step_id") } : {}),
  });
  if (args.number("@output_flag") !== 0) call.inform(14243, `Job '${jobName}' started successfully.`);
}

function stop(call: AgentCall): void {
  const { session } = call;
  const job = findJob(call);
  requireControl(call, job);
  const user = `User ${session.login.name}`;
  if (!stopJob(session.server, job.text("job_id"), user)) {
    throw refusedByAgent(
      `Request to stop job ${job.text("name")} (from ${user}) refused because the job is not currently running.`,
    );
  }
  call.inform(14254, `Job '${job.text("name")}' stopped successfully.`);
}

function purge(call: AgentCall): void {
  const { args, tables, activation } = call;
  const job = findJobIfNamed(call);
  if (!call.isOperator && !(job && call.owns(job))) {
    throw new SqlError(
      14392,
      "Only owner of a job or members of role sysadmin or SQLAgentOperatorRole can purge history of the job.",
    );
  }
  const oldest = args.value("@oldest_date");
  let purged = 0;
  for (const row of tables.rows("sysjobhistory", job ? { job_id: job.value("job_id") } : {})) {
    if (typeof oldest === "bigint" && row.number("run_date") >= dateNumber(oldest)) continue;
    tables.deleteRow("sysjobhistory", row);
    purged += 1;
  }
  activation.inform({
    number: 14226,
    message: `${purged} history entries purged.`,
    state: 1,
    class: 0,
    procedure: call.procedure,
    line: 1,
  });
}

export function registerControl(): void {
  agentProcedure(
    "sp_start_job",
    [...JOB_BY_NAME, number("@error_flag", 1), name("@server_name"), name("@step_name"), number("@output_flag", 1)],
    start,
  );
  agentProcedure("sp_stop_job", [...JOB_BY_NAME, name("@originating_server"), name("@server_name")], stop);
  agentProcedure(
    "sp_purge_jobhistory",
    [...JOB_BY_NAME, { name: "@oldest_date", type: { kind: "datetime", scale: 3 }, default: null }],
    purge,
  );
}
