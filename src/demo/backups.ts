import { loseDatabase } from "./disaster";
import { findingLines, type Runner, type RunOutput } from "./runner";
import { shopDatabases } from "./shop";
import { type Stage, seconds } from "./stage";
import { failures, payments, trafficText } from "./tally";
import { startTraffic, type Traffic } from "./traffic";

/** What the job did before and after the disaster. */
export interface BackupRuns {
  /** Complete runs, the first with full backups. */
  readonly complete: readonly RunOutput[];
  /** The run after the disaster. */
  readonly incomplete: RunOutput;
}

/** Business has to have moved on when the job runs again. */
const paymentsBetweenRuns = 200;
const paymentsAfterDisaster = 20;
const lostDatabases: readonly string[] = ["Accounts", "Ledger"];

/** Business goes on, the job runs beside it, and then two databases are lost. */
export async function backUpUntilDisaster(stage: Stage, runner: Runner): Promise<BackupRuns> {
  const traffic = await startTraffic(stage.servers, stage.site.env, stage.signal);
  try {
    const first = await stage.story.step("The job runs while business goes on", () =>
      backUp(stage, runner, traffic, "first"),
    );
    const later = await stage.story.step("Later the job runs again", () => backUp(stage, runner, traffic, "later"));
    await stage.story.step("Disaster: a database is lost on each server", () => strike(stage, traffic));
    const incomplete = await stage.story.step("The job runs as always, and two databases are missing", () =>
      backUpTheRest(stage, runner, traffic),
    );
    return { complete: [first, later], incomplete };
  } finally {
    await traffic.stop();
  }
}

async function backUp(
  { story, servers }: Stage,
  runner: Runner,
  traffic: Traffic,
  which: "first" | "later",
): Promise<RunOutput> {
  await traffic.untilCommitted(paymentsBetweenRuns);
  story.tell(trafficText(traffic.sinceLast(), which === "first" ? "so far" : "since then"));
  const { code, result, ms } = await runner.run<RunOutput>("run");
  const meanwhile = traffic.sinceLast();
  const all = shopDatabases(servers).length;
  const { fulls, logs, marked } = countBackups(result);
  story.tell(
    `${fulls} full backups, mark ${result.mark ?? "(none)"} proven in ${marked} databases, ${logs} log backups, in ${seconds(ms)}`,
    trafficText(meanwhile, "meanwhile"),
    ...findingLines(result.findings),
  );
  story.figure("mark", result.mark ?? "");
  story.figure("runMs", ms);
  story.figure("paymentsMeanwhile", payments(meanwhile));
  story.check(
    which === "first"
      ? `each of the ${all} databases has a full backup, the mark and a log backup`
      : `each of the ${all} databases has the mark and a log backup; no full backup was due`,
    code === 0 && marked === all && logs === all && fulls === (which === "first" ? all : 0),
  );
  story.check("payments over both servers were made all the while", meanwhile.distributed > 0);
  return result;
}

async function strike({ story, servers }: Stage, traffic: Traffic): Promise<void> {
  await traffic.untilCommitted(paymentsBetweenRuns);
  story.tell(trafficText(traffic.sinceLast(), "since the last backup, which will be lost"));
  const lost = shopDatabases(servers).filter(({ database }) => lostDatabases.includes(database));
  await Promise.all(lost.map(loseDatabase));
  await traffic.untilCommitted(paymentsAfterDisaster);
  const after = traffic.sinceLast();
  story.tell(
    ...lost.map(({ server, database }) => `DROP DATABASE ${database}, on ${server.name}`),
    trafficText(after, "between the databases that are left"),
  );
  story.check("business noticed", failures(after) > 0);
}

/** The schedule knows nothing of the disaster: what is left gets its backups, and the gaps are told. */
async function backUpTheRest({ story, servers }: Stage, runner: Runner, traffic: Traffic): Promise<RunOutput> {
  const { code, result, ms } = await runner.run<RunOutput>("run");
  const left = shopDatabases(servers).length - lostDatabases.length;
  const { logs, marked } = countBackups(result);
  story.tell(
    `mark ${result.mark ?? "(none)"} proven in ${marked} databases, ${logs} log backups, in ${seconds(ms)}; exit status ${code}`,
    trafficText(traffic.sinceLast(), "meanwhile"),
    ...findingLines(result.findings),
  );
  story.figure("mark", result.mark ?? "");
  const named = new Set(result.findings.map(({ database }) => database));
  story.check(`the ${left} databases that are left were backed up`, marked === left && logs === left);
  story.check(
    `the run is incomplete, and names ${lostDatabases.join(" and ")}`,
    result.outcome === "incomplete" && code !== 0 && lostDatabases.every((database) => named.has(database)),
  );
  return result;
}

function countBackups({ members }: RunOutput): { fulls: number; logs: number; marked: number } {
  return {
    fulls: members.filter((member) => member.full).length,
    logs: members.filter((member) => member.log).length,
    marked: members.filter((member) => member.markLsn).length,
  };
}
