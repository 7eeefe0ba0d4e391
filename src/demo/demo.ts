import { backUpUntilDisaster } from "./backups";
import { readCatalogs } from "./catalog";
import { comeBack } from "./comeback";
import { deploy, takeDown } from "./deployment";
import { openRunner } from "./runner";
import { removeFolder, startServers } from "./servers";
import { audit, booksText, capital, isConsistent, memberNames, money, openShop } from "./shop";
import { type DemoSite, prepareSite } from "./site";
import type { Stage } from "./stage";
import { type StepRecord, Story, type StoryEvent } from "./story";

export interface DemoRequest {
  /** The script `mssql-backup`, in `dist/` of a checkout. */
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends the demo early; what it started is stopped and what it made removed. */
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

/** Carries out the package's main job on two emulated servers, and proves what it claims. */
export async function runDemo(request: DemoRequest): Promise<DemoResult> {
  const startedAt = performance.now();
  const story = new Story(request.report);
  const site = prepareSite(request.command, request.env);
  try {
    await perform(site, story, request.signal);
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

async function perform(site: DemoSite, story: Story, signal: AbortSignal): Promise<void> {
  const servers = await story.step("Two SQL Servers, emulated", async () => {
    const started = await startServers(site);
    for (const { name, host, port, dataFolder } of started.all) {
      story.tell(`${name} listens on ${host},${port}; its data is in ${dataFolder}`);
    }
    return started;
  });
  try {
    await tell({ site, story, servers, signal });
    await story.step("Nothing is left running", async () => {
      story.check("both servers ended in order", await servers.stop());
    });
  } finally {
    await servers.stop();
  }
}

async function tell(stage: Stage): Promise<void> {
  await stage.story.step("A small business in five databases", () => openBusiness(stage));
  const before = await readCatalogs(stage.servers);
  const stack = await deploy(stage);
  const runner = await openRunner(stage, await stack.output("connectionFile"));
  const runs = await backUpUntilDisaster(stage, runner);
  await comeBack(stage, runner, runs);
  await takeDown(stage, stack, before);
}

async function openBusiness({ site, story, servers }: Stage): Promise<void> {
  await openShop(servers, site.env);
  const { management, control, remote } = memberNames;
  story.tell(
    `CONTROL: ${[management, ...control].join(", ")}; REMOTE: ${remote.join(", ")}`,
    `the rule: all accounts of all databases together hold ${money(capital)}, and every order in Orders has its entry in Ledger`,
  );
  const books = await audit(servers);
  story.check(`the rule holds: ${booksText(books)}`, isConsistent(books));
}
