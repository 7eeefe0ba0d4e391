/** sp_add_jobserver and sp_delete_jobserver: where a job runs. There is only the local server. */
import { SqlError } from "../engine/errors";
import { type AgentCall, agentProcedure } from "./call";
import { findJob, requireOwnJob } from "./identify";
import { doesNotExist } from "./messages";
import { JOB, name, number } from "./parameters";

export const LOCAL_SERVER = 0;

const UNKNOWN_OUTCOME = 5;

/** `(local)` or the server's own name; others would be targets of a master server. */
function serverName({ args, session }: AgentCall): string {
  const wanted = args.text("@server_name");
  const local = session.server.serverName;
  if (wanted !== undefined && wanted.toLowerCase() !== "(local)" && wanted.toLowerCase() !== local.toLowerCase())
    throw doesNotExist("@server_name", wanted);
  return local;
}

function addServer(call: AgentCall): void {
  const { tables } = call;
  const job = findJob(call);
  requireOwnJob(call, job);
  const server = serverName(call);
  if (tables.first("sysjobservers", { job_id: job.value("job_id"), server_id: LOCAL_SERVER })) {
    throw new SqlError(14269, `Job '${job.text("name")}' is already targeted at server '${server}'.`);
  }
  tables.insert("sysjobservers", {
    job_id: job.value("job_id"),
    server_id: LOCAL_SERVER,
    last_run_outcome: UNKNOWN_OUTCOME,
    last_outcome_message: null,
    last_run_date: 0,
    last_run_time: 0,
    last_run_duration: 0,
  });
}

function deleteServer(call: AgentCall): void {
  const job = findJob(call);
  requireOwnJob(call, job);
  const server = serverName(call);
  if (call.tables.delete("sysjobservers", { job_id: job.value("job_id"), server_id: LOCAL_SERVER }) === 0) {
    throw new SqlError(14270, `Job '${job.text("name")}' is not currently targeted at server '${server}'.`);
  }
}

export function registerTargets(): void {
  agentProcedure("sp_add_jobserver", [...JOB, name("@server_name"), number("@automatic_post", 1)], addServer);
  agentProcedure("sp_delete_jobserver", [...JOB, name("@server_name")], deleteServer);
}
