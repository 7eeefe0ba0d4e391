import {
  type AgentJob,
  type AgentStep,
  type StoredAgentJob,
  type StoredSchedule,
  type StoredStep,
  stepAction,
} from "./agentJob";

/** What of an Agent job may be otherwise than wanted. */
export type AgentJobPart =
  | "name"
  | "description"
  | "category"
  | "enabled"
  | "owner"
  | "operator"
  | "start"
  | "target"
  | "proxy"
  | "steps"
  | "schedule";

/** A part of an Agent job that is not as wanted, and what it is, as a person reads it. */
export interface AgentJobDifference {
  readonly part: AgentJobPart;
  readonly found: string | number | boolean;
}

const none = "(none)";

/** What of a job is not as wanted; empty when all of it is. */
export function agentJobDifferences(found: StoredAgentJob, wanted: AgentJob): AgentJobDifference[] {
  const differences: AgentJobDifference[] = [];
  const note = (part: AgentJobPart, value: string | number | boolean) => differences.push({ part, found: value });
  if (!isSameName(found.name, wanted.name)) note("name", found.name);
  if (found.description !== wanted.description) note("description", found.description);
  if (!isSameName(found.category, wanted.category)) note("category", found.category);
  if (found.enabled !== wanted.enabled) note("enabled", found.enabled);
  if (!isSameName(found.owner, wanted.owner)) note("owner", found.owner || "(a login that is gone)");
  if (!isSameName(found.operator, wanted.operator)) note("operator", found.operator ?? none);
  if (found.startStep !== 1) note("start", found.startStep);
  if (!found.targeted) note("target", none);
  const proxies = proxyDifference(found.steps, wanted.steps);
  if (proxies !== undefined) note("proxy", proxies);
  for (const difference of stepDifferences(found.steps, wanted.steps)) note("steps", difference);
  const minutes = wanted.schedule.everyMinutes;
  if (!isWantedSchedule(found.schedule, minutes)) note("schedule", describeSchedule(found.schedule));
  return differences;
}

/** The steps as `sysjobsteps` has them: each leads to the next, and the last ends the job. */
export function storedSteps(steps: readonly AgentStep[]): StoredStep[] {
  return steps.map(({ goOnAfterFailure, ...step }, index) => {
    const last = index === steps.length - 1;
    return {
      ...step,
      onSuccess: last ? stepAction.quitWithSuccess : stepAction.next,
      onFail: goOnAfterFailure && !last ? stepAction.next : stepAction.quitWithFailure,
      successCode: 0,
    };
  });
}

/** Whether a stored step is as wanted, its proxy aside. */
export function isSameStep(found: StoredStep, wanted: StoredStep): boolean {
  return found.name === wanted.name && describeStep(found, wanted) === undefined;
}

/** Whether the names of two steps' proxies are the same. */
export function isSameProxy(found: StoredStep, wanted: StoredStep): boolean {
  return isSameName(found.proxy, wanted.proxy);
}

/** The proxies of the steps, when not every step has the wanted one. */
function proxyDifference(found: readonly StoredStep[], wanted: readonly AgentStep[]): string | undefined {
  const pairs = storedSteps(wanted).flatMap((step) => {
    const stored = found.find(({ name }) => name === step.name);
    return stored ? [{ stored, step }] : [];
  });
  if (pairs.every(({ stored, step }) => isSameProxy(stored, step))) return undefined;
  const commands = pairs.filter(({ step }) => step.subsystem === "CmdExec");
  return [...new Set(commands.map(({ stored }) => stored.proxy ?? none))].join(", ");
}

function stepDifferences(found: readonly StoredStep[], wanted: readonly AgentStep[]): string[] {
  const steps = storedSteps(wanted);
  const differences = steps.flatMap((step) => {
    const stored = found.find(({ name }) => name === step.name);
    if (!stored) return [`the step ${step.name} is missing`];
    const difference = describeStep(stored, step);
    return difference === undefined ? [] : [`the step ${step.name} ${difference}`];
  });
  const others = found.filter(({ name }) => !steps.some((step) => step.name === name));
  differences.push(...others.map(({ name }) => `the step ${name} was added`));
  if (differences.length === 0 && !found.every(({ name }, index) => steps[index]?.name === name)) {
    differences.push(`the steps are in the order ${found.map(({ name }) => name).join(", ")}`);
  }
  return differences;
}

/** What a step does otherwise than wanted. */
function describeStep(found: StoredStep, wanted: StoredStep): string | undefined {
  if (found.subsystem.toLowerCase() !== wanted.subsystem.toLowerCase()) return `is of the subsystem ${found.subsystem}`;
  if (found.command !== wanted.command) return `runs ${found.command}`;
  if (!isSameName(found.database, wanted.database)) return `runs in the database ${found.database ?? none}`;
  if (found.onSuccess !== wanted.onSuccess) return "leads elsewhere when it succeeds";
  if (found.onFail !== wanted.onFail) return "leads elsewhere when it fails";
  return found.successCode === wanted.successCode
    ? undefined
    : `takes the exit status ${found.successCode} for success`;
}

const freqType = {
  daily: 4,
  names: {
    1: "once",
    8: "weekly",
    16: "monthly",
    32: "monthly",
    64: "when the Agent starts",
    128: "when the CPU is idle",
  },
} as const;
const subday = { once: 1, seconds: 2, minutes: 4, hours: 8 } as const;
const allDay = { startTime: 0, endTime: 235959 };
const noEnd = 99991231;

/** Every how many minutes of every day a schedule has a job run; undefined when it is not of that kind. */
function minutesOf(schedule: StoredSchedule): number | undefined {
  if (schedule.freqType !== freqType.daily || schedule.freqInterval !== 1) return undefined;
  if (schedule.subdayType === subday.minutes) return schedule.subdayInterval;
  return schedule.subdayType === subday.hours ? schedule.subdayInterval * 60 : undefined;
}

function isWantedSchedule(schedule: StoredSchedule | undefined, minutes: number): boolean {
  return schedule !== undefined && describeSchedule(schedule) === minutes;
}

/** A schedule in words; for one that is on all day, every day, the number of its minutes alone. */
export function describeSchedule(schedule: StoredSchedule | undefined): string | number {
  if (!schedule) return "no schedule";
  const minutes = minutesOf(schedule);
  const limits = [
    ...(schedule.startTime !== allDay.startTime || schedule.endTime !== allDay.endTime
      ? [`from ${clock(schedule.startTime)} to ${clock(schedule.endTime)}`]
      : []),
    ...(schedule.pending ? ["not yet begun"] : []),
    ...(schedule.endDate !== noEnd ? [`until ${schedule.endDate}`] : []),
    ...(schedule.enabled ? [] : ["disabled"]),
  ];
  if (minutes !== undefined && limits.length === 0) return minutes;
  return [cadence(schedule, minutes), ...limits].join(", ");
}

function cadence({ freqType: type, freqInterval, subdayType, subdayInterval }: StoredSchedule, minutes?: number) {
  if (minutes !== undefined) return String(minutes);
  if (type !== freqType.daily) return freqType.names[type as keyof typeof freqType.names] ?? `freq_type ${type}`;
  const days = freqInterval === 1 ? "every day" : `every ${freqInterval} days`;
  const unit = Object.entries(subday).find(([, value]) => value === subdayType)?.[0] ?? "once";
  return unit === "once" ? `once ${days}` : `every ${subdayInterval} ${unit} ${days}`;
}

/** HHMMSS as a clock shows it. */
function clock(time: number): string {
  return String(time)
    .padStart(6, "0")
    .replace(/(..)(..)(..)/, "$1:$2:$3");
}

/** Names of logins, operators, proxies and the like are compared as most servers do. */
function isSameName(a: string | undefined, b: string | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase();
}
