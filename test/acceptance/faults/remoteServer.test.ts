import { setTimeout as sleep } from "node:timers/promises";
import type { RunResult } from "../../../src/job";
import { killLeftovers } from "../../support/command";
import { emulatedOnly, startTargets, type Targets } from "../../support/targets";
import { type BackupSet, deploySet, makeDatabases } from "./set";

const names = {
  management: "Mgmt",
  control: ["Accounts", "Orders"],
  remote: ["Stock", "Ledger"],
  link: "REMOTE",
  login: "backup_runner",
};

emulatedOnly("a remote server that is lost in the middle of a run", () => {
  let targets: Targets;
  let set: BackupSet;
  beforeAll(async () => {
    // Slow enough to be met in the middle.
    targets = await startTargets({ latency: 10 });
    await makeDatabases(targets, names);
    set = await deploySet(targets, names);
  }, 120_000);
  afterAll(async () => {
    set?.remove();
    await targets?.stop();
    await killLeftovers();
  });

  test("costs only its own databases their backups, and is named; back again, nothing is lost", async () => {
    expect((await set.run()).code).toBe(0);
    await targets.remote.run("UPDATE dbo.Note SET Text = N'committed before';", "Stock");

    const run = set.start("run", "--json");
    await until("the run began", () => running(targets));
    await targets.killRemote();
    const { code, stdout } = await run.ended;
    const result = JSON.parse(stdout) as RunResult;
    expect({ code, outcome: result.outcome }).toEqual({ code: 3, outcome: "incomplete" });
    const local = result.members.filter(({ server }) => server !== names.link);
    expect(local.map(({ log }) => log !== undefined)).toEqual([true, true, true]);
    expect(new Set(result.findings.map(({ server }) => server))).toEqual(new Set([names.link]));
    expect(result.findings.every(({ message }) => message.length > 0)).toBe(true);

    await targets.startRemote();
    expect(await targets.remote.rows("SELECT Text FROM dbo.Note;", "Stock")).toEqual([{ Text: "committed before" }]);
    const next = await set.run();
    expect({ code: next.code, findings: next.result.findings }).toEqual({ code: 0, findings: [] });
    const restored = await set.restore("--to", "latest", "--replace");
    expect(restored).toMatchObject({ code: 0, result: { outcome: "restored", mark: next.result.mark } });
    expect(await targets.remote.rows("SELECT Text FROM dbo.Note;", "Stock")).toEqual([{ Text: "committed before" }]);
  }, 120_000);
});

async function running({ control }: Targets): Promise<boolean> {
  const rows = await control.rows("SELECT 1 AS x FROM mssql_backup.Run WHERE Outcome = 'running';", names.management);
  return rows.length > 0;
}

async function until(what: string, met: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await met()); await sleep(10)) {
    if (Date.now() > deadline) throw new Error(`It did not come about: ${what}`);
  }
}
