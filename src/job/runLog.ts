import type { Clock } from "../objects/clock";
import type { Finding } from "../objects/finding";
import type { RunStepRecord } from "../objects/runRecords";

/** Collects what a run did, step by step, for its record and its result. */
export class RunLog {
  readonly steps: RunStepRecord[] = [];
  readonly findings: Finding[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a finding, as a failed step. */
  found(finding: Finding): void {
    this.findings.push(finding);
    const now = this.#clock.now().toISOString();
    this.steps.push({
      step: finding.step,
      server: finding.server,
      ...(finding.database !== undefined && { database: finding.database }),
      startedAt: now,
      finishedAt: now,
      succeeded: false,
      ...(finding.number !== undefined && { errorNumber: finding.number }),
      finding: [finding.message, ...(finding.hint ? [`hint: ${finding.hint}`] : [])].join("\n"),
    });
  }

  /** Notes a step that could not even be tried, for a reason that is told elsewhere. */
  missed(step: Pick<RunStepRecord, "step" | "server" | "database">): void {
    const now = this.#clock.now().toISOString();
    this.steps.push({ ...step, startedAt: now, finishedAt: now, succeeded: false });
  }

  /** Notes a step that succeeded. */
  done(step: Omit<RunStepRecord, "succeeded" | "finishedAt">): void {
    this.steps.push({ ...step, finishedAt: this.#clock.now().toISOString(), succeeded: true });
  }
}
