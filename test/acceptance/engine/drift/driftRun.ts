import { startServers } from "../../../provider/servers";
import { type Declared, makeStack, type Steps, type TestStack } from "../stack";
import { type DriftCase, type DriftTable, type DriftWorld, titleOf } from "./driftCase";
import { type PrintedChange, type PrintedStep, printedErrors, printedSteps } from "./previewText";

/** What became of one case. */
export interface DriftOutcome {
  /** What the engine said against the resource, or what kept the case itself from being carried out. */
  readonly failure?: unknown;
  /** What the preview announces, and which values it shows as changed. */
  readonly planned?: string | undefined;
  readonly changes: readonly PrintedChange[];
  /** What `up` did. */
  readonly done?: string | undefined;
  /** What the last preview announces; nothing when all is well. */
  readonly plannedAfter?: string | undefined;
  /** What `observe` saw before the drift, after it, and after `up`. */
  readonly observed: { readonly before?: unknown; readonly drifted?: unknown; readonly mended?: unknown };
}

export interface DriftRun {
  readonly outcomes: ReadonlyMap<DriftCase, DriftOutcome>;
  /** The resources that `up` changed although nobody had touched them. */
  readonly othersChanged: readonly string[];
}

/**
 * Carries out all cases at once: one stack with a resource for each, one `up`, every drift, one preview that refreshes,
 * one `up` that mends, and one preview more.
 */
export async function runDrifts(tables: readonly DriftTable[]): Promise<DriftRun> {
  const servers = await startServers();
  let stack: TestStack | undefined;
  try {
    stack = await makeStack();
    const world = { control: servers.control, remote: servers.remote, management };
    return await runIn(world, stack, tables);
  } finally {
    stack?.remove();
    await servers.stop();
  }
}

const management = "Mgmt";

interface Attempt {
  readonly drift: DriftCase;
  readonly resource: string;
  failure?: unknown;
  before?: unknown;
  drifted?: unknown;
  mended?: unknown;
}

async function runIn(world: DriftWorld, stack: TestStack, tables: readonly DriftTable[]): Promise<DriftRun> {
  const attempts: Attempt[] = [];
  const declared: Record<string, Declared[string]> = { management: managementJob(world) };
  /** Takes each case that is well so far a step further. */
  const each = async (work: (attempt: Attempt) => Promise<void>) => {
    for (const attempt of attempts.filter(({ failure }) => failure === undefined)) {
      await work(attempt).catch((error: unknown) => {
        attempt.failure = error;
      });
    }
  };
  for (const drift of tables.flatMap(({ cases }) => cases)) {
    const resources = Object.entries(drift.declare(world));
    attempts.push({ drift, resource: resources.at(-1)?.[0] ?? "" });
    for (const [name, declaration] of resources) {
      if (name in declared) throw new Error(`Two cases declare ${name}; one is ${titleOf(drift)}.`);
      declared[name] = { ...declaration, after: [...(declaration.after ?? []), "management"] };
    }
  }
  for (const { drift } of attempts) await drift.prepare?.(world);
  stack.declare(declared);
  await upOrFail(stack, attempts);
  await each(async (attempt) => {
    attempt.before = await attempt.drift.observe(world);
  });
  await each(({ drift }) => drift.drift(world));
  await each(async (attempt) => {
    attempt.drifted = await attempt.drift.observe(world);
  });
  const preview = printedSteps(await stack.previewDrift());
  const done = await upOrFail(stack, attempts);
  await each(async (attempt) => {
    attempt.mended = await attempt.drift.observe(world);
  });
  const previewAfter = printedSteps(await stack.previewDrift());
  const outcomes = attempts.map(({ drift, resource, failure, ...observed }): [DriftCase, DriftOutcome] => [
    drift,
    {
      failure,
      planned: planFor(resource, preview)?.operation,
      changes: changesOf(resource, preview),
      done: done[resource],
      plannedAfter: planFor(resource, previewAfter)?.operation,
      observed,
    },
  ]);
  const touched = attempts.map(({ resource }) => resource);
  const othersChanged = Object.keys(done).filter((name) => done[name] !== "same" && !touched.includes(name));
  return { outcomes: new Map(outcomes), othersChanged };
}

/** The engine ends at the first resource that fails: its case says why, the others say that they were not reached. */
async function upOrFail(stack: TestStack, attempts: readonly Attempt[]): Promise<Steps> {
  try {
    return await stack.up({ refresh: true });
  } catch (error) {
    const errors = printedErrors(error instanceof Error ? error.message : String(error));
    if (!attempts.some(({ resource }) => errors.has(resource))) throw error;
    const others = `up ended early, because of ${[...errors.keys()].join(", ")}`;
    for (const attempt of attempts) attempt.failure ??= new Error(errors.get(attempt.resource) ?? others);
    return {};
  }
}

function managementJob({ control }: DriftWorld): Declared[string] {
  const args = {
    connection: control.connection,
    managementDatabase: management,
    name: "management",
    createDatabase: true,
    fullPath: "/backup",
  };
  return { kind: "BackupJob", args };
}

/** What a preview is going to do to a resource. A replacement is printed as three steps; this one has the changes. */
function planFor(resource: string, preview: readonly PrintedStep[]): PrintedStep | undefined {
  const itsSteps = preview.filter((step) => step.resource === resource && step.operation !== "refresh");
  return itsSteps.find(({ operation }) => operation === "replace") ?? itsSteps[0];
}

/**
 * The values that a preview shows as changed. The engine shows no change of what is secret before and after, so a
 * provider tells of that in its findings, which the refresh prints.
 */
function changesOf(resource: string, preview: readonly PrintedStep[]): readonly PrintedChange[] {
  const changes = planFor(resource, preview)?.changes ?? [];
  if (changes.length > 0) return changes;
  const refreshed = preview.find((step) => step.resource === resource && step.operation === "refresh");
  return (refreshed?.changes ?? [])
    .filter(({ path }) => path.startsWith("findings."))
    .map(({ path, new: found }) => ({ path: path.slice("findings.".length), old: found, new: "[secret]" }));
}
