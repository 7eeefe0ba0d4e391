import { readdir } from "node:fs/promises";
import { nvarchar } from "../sqlserver";
import { type CatalogSnapshot, compareCatalogs, countRows, readCatalogs } from "./catalog";
import { loseDatabase } from "./disaster";
import { type BackupChain, dropOwnEnd, ownEndName, restoreToOwnEnd } from "./ownEnd";
import { openRunner, type Runner } from "./runner";
import { type DemoServers, removeFolder, startServers } from "./servers";
import {
  type Audit,
  audit,
  capital,
  isConsistent,
  memberNames,
  openShop,
  type ShopDatabase,
  shopDatabases,
} from "./shop";
import { type DemoSite, prepareSite } from "./site";
import { type DemoStack, openStack } from "./stack";
import { type StepRecord, Story, type StoryEvent } from "./story";
import { startTraffic, type Traffic, type TrafficCounts } from "./traffic";

export interface DemoRequest {
  /** The script `mssql-backup`, in `dist/` of a checkout. */
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly report: (event: StoryEvent) => void;
  /** Keeps the folder with databases, backups and stack. Off by default. */
  readonly keep?: boolean;
}

export interface DemoResult {
  /** Whether every check held. */
  readonly outcome: "held" | "failed";
  readonly ms: number;
  readonly steps: readonly StepRecord[];
  /** The folder, if it was kept. */
  readonly folder?: string;
}

/** What the steps work with. */
interface Stage {
  readonly site: DemoSite;
  readonly story: Story;
  readonly servers: DemoServers;
  readonly signal: AbortSignal;
}

interface Finding {
  readonly server: string;
  readonly database?: string;
  readonly message: string;
  readonly number?: number;
}

/** The parts of `mssql-backup run --json` that the demo reads. */
interface RunOutput {
  readonly outcome: string;
  readonly mark?: string;
  readonly members: readonly {
    readonly server: string;
    readonly database: string;
    readonly full?: { readonly file: string };
    readonly log?: { readonly file: string };
    readonly markLsn?: string;
  }[];
  readonly findings: readonly Finding[];
}

interface PointsOutput {
  readonly points: readonly {
    readonly mark: string;
    readonly restorable: boolean;
    readonly members: readonly { readonly found: { readonly problem?: string } }[];
  }[];
}

interface RestoreOutput {
  readonly mark: string;
  readonly outcome: string;
  readonly databases: readonly { readonly outcome: string }[];
  readonly findings: readonly Finding[];
}

/** Carries out the package's main job on two emulated servers, and proves what it claims. */
export async function runDemo(request: DemoRequest): Promise<DemoResult> {
  const startedAt = performance.now();
  const story = new Story(request.report);
  const site = prepareSite(request.command, request.env);
  try {
    await tell(site, story, request.signal);
  } finally {
    if (!request.keep) await removeFolder(site.folder);
  }
  return {
    outcome: story.held ? "held" : "failed",
    ms: Math.round(performance.now() - startedAt),
    steps: story.steps,
    ...(request.keep && { folder: site.folder }),
  };
}

async function tell(site: DemoSite, story: Story, signal: AbortSignal): Promise<void> {
  const servers = await story.step("Two SQL Servers, emulated", async () => {
    const started = await startServers(site);
    for (const { name, host, port, dataFolder } of started.all) {
      story.tell(`${name} listens on ${host},${port}; its data is in ${dataFolder}`);
    }
    return started;
  });
  let stopped = false;
  try {
    await tellOn({ site, story, servers, signal });
    stopped = await story.step("Nothing is left running", async () => {
      const well = await servers.stop();
      story.check("both servers ended in order", well);
      return true;
    });
  } finally {
    if (!stopped) await servers.stop();
  }
}

async function tellOn(stage: Stage): Promise<void> {
  const { site, story, servers, signal } = stage;
  await story.step("A small business in five databases", async () => {
    await openShop(servers, site.env);
    const books = await audit(servers);
    story.tell(
      `CONTROL: ${[memberNames.management, ...memberNames.control].join(", ")}; REMOTE: ${memberNames.remote.join(", ")}`,
      `the rule: all accounts of all databases together hold ${money(capital)}, and every order in Orders has its entry in Ledger`,
    );
    story.check(`the rule holds: ${booksText(books)}`, isConsistent(books));
  });
  const before = await readCatalogs(servers);
  const stack = await deploy(stage);
  const runner = await openRunner(site, story, signal, await stack.output("connectionFile"));

  const traffic = await startTraffic(servers, site.env, signal);
  const runs: RunOutput[] = [];
  try {
    runs.push(await backUp(stage, runner, traffic, "first"));
    runs.push(await backUp(stage, runner, traffic, "later"));
    await strike(stage, traffic);
    runs.push(await backUpTheRest(stage, runner, traffic));
  } finally {
    await traffic.stop();
  }
  await comeBack(stage, runner, runs);
  await contrast(stage, runs);
  await takeDown(stage, stack, before);
}

async function deploy({ site, servers, story, signal }: Stage): Promise<DemoStack> {
  const stack = await openStack(site, servers, story, signal);
  const planned = await story.step("pulumi preview of examples/two-servers", async () => {
    const { resources } = await stack.run("preview");
    return resources["to create"] ?? 0;
  });
  await story.step("pulumi up", async () => {
    const { resources } = await stack.run("up", "--yes", "--skip-preview");
    story.figure("created", resources.created ?? 0);
    story.check(`all ${planned} planned resources were created`, planned > 0 && resources.created === planned);
  });
  return stack;
}

async function backUp(
  { story, servers }: Stage,
  runner: Runner,
  traffic: Traffic,
  which: "first" | "later",
): Promise<RunOutput> {
  const first = which === "first";
  const title = first ? "The job runs while business goes on" : "Later the job runs again";
  return story.step(title, async () => {
    await traffic.untilCommitted(paymentsBetweenRuns);
    const earlier = traffic.sinceLast();
    story.tell(trafficText(earlier, first ? "before it" : "since then"));
    const { code, result, ms } = await runner.run<RunOutput>("run");
    const meanwhile = traffic.sinceLast();
    const all = shopDatabases(servers).length;
    const fulls = result.members.filter((member) => member.full).length;
    const logs = result.members.filter((member) => member.log).length;
    const marked = result.members.filter((member) => member.markLsn).length;
    story.tell(
      `${fulls} full backups, mark ${result.mark ?? "(none)"} proven in ${marked} databases, ${logs} log backups, in ${seconds(ms)}`,
      trafficText(meanwhile, "meanwhile"),
      ...findingLines(result.findings),
    );
    story.figure("mark", result.mark ?? "");
    story.figure("runMs", ms);
    story.figure("paymentsMeanwhile", payments(meanwhile));
    story.check(
      first
        ? `every one of ${all} databases has a full backup, the mark and a log backup`
        : `every one of ${all} databases has the mark and a log backup; no full backup was due`,
      code === 0 && marked === all && logs === all && fulls === (first ? all : 0),
    );
    story.check("payments were made all the while", meanwhile.distributed > 0);
    return result;
  });
}

/** The business has to have moved on when the job runs again. */
const paymentsBetweenRuns = 200;

async function strike({ story, servers }: Stage, traffic: Traffic): Promise<void> {
  await story.step("Disaster: a database is lost on each server", async () => {
    await traffic.untilCommitted(paymentsBetweenRuns);
    story.tell(trafficText(traffic.sinceLast(), "since the last backup; they will be lost"));
    const lost = shopDatabases(servers).filter(({ database }) => lostDatabases.includes(database));
    await Promise.all(lost.map(loseDatabase));
    await traffic.untilCommitted(20);
    const after = traffic.sinceLast();
    const errors = [...after.errors].map(([number, count]) => `${number} (${count} times)`).join(", ");
    story.tell(
      ...lost.map(({ server, database }) => `DROP DATABASE ${database} on ${server.name}`),
      `${payments(after)} payments between the other databases went on; ${after.failed} failed with error ${errors}`,
    );
    story.check("the business noticed", after.failed > 0);
  });
}

/** The schedule knows nothing of the disaster. What is left gets its backups, and the gaps are told. */
async function backUpTheRest({ story, servers }: Stage, runner: Runner, traffic: Traffic): Promise<RunOutput> {
  return story.step("The job runs as always, and two databases are missing", async () => {
    const { code, result, ms } = await runner.run<RunOutput>("run");
    const left = shopDatabases(servers).length - lostDatabases.length;
    const marked = result.members.filter((member) => member.markLsn).length;
    const logs = result.members.filter((member) => member.log).length;
    story.tell(
      `mark ${result.mark ?? "(none)"} proven in ${marked} databases, ${logs} log backups, in ${seconds(ms)}; exit status ${code}`,
      ...findingLines(result.findings),
      trafficText(traffic.sinceLast(), "meanwhile"),
    );
    const named = new Set(result.findings.map(({ database }) => database));
    story.check(`the ${left} databases that are left were backed up`, marked === left && logs === left);
    story.check(
      `the run is incomplete, and names ${lostDatabases.join(" and ")}`,
      result.outcome === "incomplete" && code !== 0 && lostDatabases.every((database) => named.has(database)),
    );
    return result;
  });
}

function findingLines(findings: readonly Finding[]): string[] {
  return findings.map(({ server, database, message, number }) => {
    const where = database === undefined ? server : `${database} on ${server}`;
    return `finding: ${where}: ${message}${number === undefined ? "" : ` (error ${number})`}`;
  });
}

const lostDatabases: readonly string[] = ["Accounts", "Ledger"];

async function comeBack({ story, servers }: Stage, runner: Runner, runs: readonly RunOutput[]): Promise<void> {
  const [, complete, incomplete] = runs;
  const newest = complete?.mark ?? "";
  await story.step("Which points are there to go back to?", async () => {
    const { result } = await runner.run<PointsOutput>("points");
    for (const { mark, restorable, members } of result.points) {
      const able = members.filter(({ found }) => found.problem === undefined).length;
      story.tell(`${mark}: ${restorable ? "restorable" : "not restorable"}, ${able} of ${members.length} databases`);
    }
    const [last, ...earlier] = result.points;
    story.check(
      "the newest mark is not in every database, and no point to go back to",
      last?.mark === incomplete?.mark && last?.restorable === false,
    );
    story.check(
      "every mark before it is one",
      earlier[0]?.mark === newest && earlier.length === runs.length - 1 && earlier.every((point) => point.restorable),
    );
  });
  await story.step("Every database comes back to the newest mark that all of them have", async () => {
    const { code, result, ms } = await runner.run<RestoreOutput>("restore", "--to", "latest", "--replace");
    story.tell(`${result.databases.length} databases restored to ${result.mark} in ${seconds(ms)}`);
    story.tell(...findingLines(result.findings));
    story.figure("restoreMs", ms);
    story.check("the restore is complete and proven", code === 0 && result.outcome === "restored");
    const places = shopDatabases(servers);
    const holding = await Promise.all(places.map((place) => holdsMark(place, newest)));
    story.check(
      `the mark is in the MarkLog of ${holding.filter(Boolean).length} of ${places.length} databases`,
      holding.every(Boolean),
    );
    const books = await audit(servers);
    story.check(`the rule holds: ${booksText(books)}`, isConsistent(books));
  });
}

async function holdsMark({ server, database }: ShopDatabase, mark: string): Promise<boolean> {
  const rows = await server.admin.rows(
    {
      text: "SELECT MarkName FROM dbo.MarkLog WHERE MarkName = @mark;",
      parameters: { mark: nvarchar(mark) },
      repeatable: true,
    },
    { database },
  );
  return rows.length === 1;
}

async function contrast({ story, servers }: Stage, runs: readonly RunOutput[]): Promise<void> {
  await story.step("Without a mark: each database restored to the end of its own last log", async () => {
    const places = shopDatabases(servers);
    await Promise.all(places.map((place) => restoreToOwnEnd(place, chainOf(place, runs))));
    const books = await audit(servers, ownEndName);
    const off = books.total - capital;
    story.tell(`copies beside the originals, each with all its logs: ${booksText(books)}`);
    story.figure("moneyOff", off);
    story.figure("unmatchedOrders", books.unmatched);
    story.check(
      `the rule is broken: ${off === 0 ? "no money is missing" : `${money(Math.abs(off))} ${off < 0 ? "missing" : "too much"}`}, ${books.unmatched} orders or entries without counterpart`,
      !isConsistent(books),
    );
    await Promise.all(places.map(dropOwnEnd));
  });
}

/** The newest full backup of a database, and the logs since. */
function chainOf({ server, database }: ShopDatabase, runs: readonly RunOutput[]): BackupChain {
  const backups = runs.flatMap(({ members }) =>
    members.filter((member) => member.database === database && member.server === server.name),
  );
  const full = backups.findLast((backup) => backup.full)?.full?.file;
  if (full === undefined) throw new Error(`There is no full backup of ${database} on ${server.name}.`);
  return { full, logs: backups.flatMap((backup) => (backup.log ? [backup.log.file] : [])) };
}

async function takeDown({ site, story, servers }: Stage, stack: DemoStack, before: CatalogSnapshot): Promise<void> {
  await story.step("pulumi up once more", async () => {
    const { resources } = await stack.run("up", "--yes", "--skip-preview", "--expect-no-changes");
    story.check("nothing had to change", Object.keys(resources).join() === "unchanged");
  });
  await story.step("pulumi destroy", async () => {
    const files = (await readdir(site.backups)).length;
    await stack.run("destroy", "--yes", "--skip-preview");
    const after = await readCatalogs(servers);
    const differences = compareCatalogs(before, after);
    story.tell(...differences);
    story.check(
      `logins, users, roles, linked servers, procedures, tables and jobs are as before (${countRows(after)} catalog rows compared)`,
      differences.length === 0,
    );
    const left = (await readdir(site.backups)).length;
    story.check(`all ${files} backup files are where they were`, files > 0 && left === files);
  });
}

function payments({ local, distributed }: TrafficCounts): number {
  return local + distributed;
}

function trafficText(counts: TrafficCounts, when: string): string {
  const { distributed, orders, retried, failed, longestMs } = counts;
  const parts = [
    `${payments(counts)} payments ${when}`,
    `${distributed} of them over both servers`,
    `${orders} orders`,
    `${retried} tried again`,
    ...(failed > 0 ? [`${failed} failed (${[...counts.errors.keys()].join(", ")})`] : []),
    `the slowest took ${longestMs} ms`,
  ];
  return parts.join(", ");
}

function booksText({ total, orders, entries }: Audit): string {
  return `${money(total)} in all, ${orders} orders, ${entries} entries`;
}

function money(amount: number): string {
  return amount.toLocaleString("en-US");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
