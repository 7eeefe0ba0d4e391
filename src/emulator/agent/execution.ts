/** Runs a job: its steps one after the other as their outcomes lead, and the rows that tell of it. */
import type { SessionRuntime } from "../engine/session/runtime";
import type { Server } from "../storage/server";
import {
  type HistoryEntry,
  newActivity,
  noteActivity,
  noteOnJob,
  noteOnStep,
  record,
  STATUS,
  type Status,
} from "./history";
import { type RunningJob, runningJobs } from "./running";
import { inAgentTransaction, openSession, serviceIdentity } from "./sessions";
import { executeStep, type StepOutcome } from "./stepExecution";
import { ACTION } from "./steps";
import type { AgentRow } from "./tables";
import { dateNumber, timeNumber } from "./times";
import type { TokenValues } from "./tokens";

export interface RunRequest {
  jobId: string;
  jobName: string;
  /** Where to begin; the job's own start step when it is left out. */
  stepId?: number;
  requestedBy: string;
  /** sysjobactivity.run_requested_source: 1 scheduler, 4 user. */
  source: "1" | "4";
}

const MINUTE_MS = 60_000;

/** syssessions' row of the Agent of a server, made when it first runs something. */
const agentSessions = new WeakMap<Server, number>();

/** Begins to run a job that does not run yet; its rows tell how it goes. */
export function startJob(server: Server, request: RunRequest): void {
  const job: RunningJob = {
    jobId: request.jobId,
    name: request.jobName,
    requestedBy: request.requestedBy,
    stepId: request.stepId ?? 0,
    stepName: "",
    retryAttempt: 0,
    isWaiting: false,
    stoppedBy: undefined,
    stop: new AbortController(),
    ended: Promise.resolve(),
  };
  const jobs = runningJobs(server);
  jobs.set(request.jobId, job);
  job.ended = new Run(server, job, request).toEnd().finally(() => jobs.delete(request.jobId));
}

class Run {
  private readonly session: SessionRuntime;
  private agentSession = 0;
  private readonly start: bigint;

  constructor(
    private readonly server: Server,
    private readonly job: RunningJob,
    private readonly request: RunRequest,
  ) {
    this.session = openSession(server, serviceIdentity(server), server.msdb, "SQLAgent - Job Manager");
    this.start = server.clock().local;
  }

  async toEnd(): Promise<void> {
    try {
      const definition = await this.begin();
      if (definition) await this.finish(await this.runSteps(definition));
    } finally {
      await this.session.close();
    }
  }

  /** The job as it is when it starts; undefined when it has been deleted meanwhile. */
  private begin(): Promise<AgentRow | undefined> {
    const { server, job, request } = this;
    return inAgentTransaction(this.session, (tables) => {
      const definition = tables.first("sysjobs", { job_id: job.jobId });
      if (!definition) return undefined;
      this.agentSession =
        agentSessions.get(server) ?? tables.insert("syssessions", { agent_start_date: server.clock().local });
      agentSessions.set(server, this.agentSession);
      newActivity(tables, this.agentSession, job.jobId, {
        run_requested_date: this.start,
        run_requested_source: request.source,
        start_execution_date: this.start,
      });
      return definition;
    });
  }

  /** Follows the steps; gives the status of the whole. */
  private async runSteps(definition: AgentRow): Promise<Status> {
    let stepId = this.request.stepId ?? definition.number("start_step_id");
    for (;;) {
      const step = await inAgentTransaction(this.session, (tables) =>
        tables.first("sysjobsteps", { job_id: this.job.jobId, step_id: stepId }),
      );
      if (!step) return STATUS.failed;
      this.job.stepId = stepId;
      this.job.stepName = step.text("step_name");
      const { succeeded } = await this.runStep(definition, step);
      if (this.job.stoppedBy !== undefined) return STATUS.canceled;
      const action = step.number(succeeded ? "on_success_action" : "on_fail_action");
      if (action === ACTION.quitWithSuccess) return STATUS.succeeded;
      if (action === ACTION.quitWithFailure) return STATUS.failed;
      if (action === ACTION.goto) stepId = step.number(succeeded ? "on_success_step_id" : "on_fail_step_id");
      else if (await this.isLast(stepId)) return succeeded ? STATUS.succeeded : STATUS.failed;
      else stepId += 1;
    }
  }

  private isLast(stepId: number): Promise<boolean> {
    return inAgentTransaction(
      this.session,
      (tables) => !tables.first("sysjobsteps", { job_id: this.job.jobId, step_id: stepId + 1 }),
    );
  }

  /** One step with its further attempts. */
  private async runStep(definition: AgentRow, step: AgentRow): Promise<StepOutcome> {
    const attempts = step.number("retry_attempts");
    for (let retry = 0; ; retry++) {
      this.job.retryAttempt = retry;
      const start = this.server.clock().local;
      const outcome = await executeStep(this.server, definition, step, this.tokens(step), this.job.stop.signal);
      const isStopped = this.job.stoppedBy !== undefined;
      const again = !outcome.succeeded && !isStopped && retry < attempts;
      const status = isStopped
        ? STATUS.canceled
        : outcome.succeeded
          ? STATUS.succeeded
          : again
            ? STATUS.retry
            : STATUS.failed;
      await this.recordStep(step, { ...outcome, status, start, retries: retry });
      if (!again) return outcome;
      await this.pause(step.number("retry_interval") * MINUTE_MS);
      if (this.job.stoppedBy !== undefined) return outcome;
    }
  }

  private recordStep(
    step: AgentRow,
    outcome: StepOutcome & { status: Status; start: bigint; retries: number },
  ): Promise<void> {
    const entry: HistoryEntry = {
      ...outcome,
      jobId: this.job.jobId,
      stepId: step.number("step_id"),
      stepName: step.text("step_name"),
      end: this.server.clock().local,
    };
    return inAgentTransaction(this.session, (tables) => {
      if (!tables.first("sysjobs", { job_id: this.job.jobId })) return;
      record(tables, entry);
      noteOnStep(tables, step, entry);
      noteActivity(tables, this.agentSession, this.job.jobId, {
        last_executed_step_id: entry.stepId,
        last_executed_step_date: entry.start,
      });
    });
  }

  private finish(status: Status): Promise<void> {
    const { job } = this;
    const word = {
      [STATUS.failed]: "failed",
      [STATUS.succeeded]: "succeeded",
      [STATUS.canceled]: "was stopped",
      [STATUS.retry]: "failed",
    }[status];
    const stopped = job.stoppedBy === undefined ? "" : ` prior to completion by ${job.stoppedBy}`;
    const last = job.stepId > 0 ? `  The last step to run was step ${job.stepId} (${job.stepName}).` : "";
    const entry: HistoryEntry = {
      jobId: job.jobId,
      stepId: 0,
      stepName: "(Job outcome)",
      status,
      message: `The job ${word}${stopped}.  The Job was invoked by ${job.requestedBy}.${last}`,
      start: this.start,
      end: this.server.clock().local,
      retries: 0,
      error: { number: 0, severity: 0 },
    };
    return inAgentTransaction(this.session, (tables) => {
      const definition = tables.first("sysjobs", { job_id: job.jobId });
      if (!definition) return;
      const id = record(tables, entry);
      noteOnJob(tables, entry);
      noteActivity(tables, this.agentSession, job.jobId, { stop_execution_date: entry.end, job_history_id: id });
      if (isToBeDeleted(definition.number("delete_level"), status)) {
        for (const table of ["sysjobsteps", "sysjobschedules", "sysjobservers", "sysjobactivity", "sysjobs"] as const)
          tables.delete(table, { job_id: job.jobId });
      }
    });
  }

  private tokens(step: AgentRow): TokenValues {
    const now = this.server.clock().local;
    const { serverName } = this.server;
    const [machine = "", instance = ""] = serverName.split("\\");
    return {
      JOBID: `0x${guidBytes(this.job.jobId)}`,
      JOBNAME: this.job.name,
      STEPID: String(step.number("step_id")),
      STEPNAME: step.text("step_name"),
      STEPCT: "1",
      DATE: String(dateNumber(now)),
      TIME: String(timeNumber(now)).padStart(6, "0"),
      STRTDT: String(dateNumber(this.start)),
      STRTTM: String(timeNumber(this.start)).padStart(6, "0"),
      MACH: machine,
      INST: instance,
      SRVR: serverName,
      SQLDIR: this.server.defaultDataDirectory,
      SQLLOGDIR: this.server.defaultDataDirectory,
    };
  }

  private async pause(milliseconds: number): Promise<void> {
    const { signal } = this.job.stop;
    if (signal.aborted) return;
    this.job.isWaiting = true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      timer.unref();
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.job.isWaiting = false;
  }
}

/** delete_level: 0 never, 1 when it succeeds, 2 when it fails, 3 always. */
function isToBeDeleted(level: number, status: Status): boolean {
  return level === 3 || (level === 1 && status === STATUS.succeeded) || (level === 2 && status === STATUS.failed);
}

/** A uniqueidentifier's bytes as binary(16) has them: the first three groups little-endian. */
function guidBytes(guid: string): string {
  const [first = "", second = "", third = "", ...rest] = guid.split("-");
  const reversed = (group: string) => (group.match(/../g) ?? []).reverse().join("");
  return reversed(first) + reversed(second) + reversed(third) + rest.join("");
}
