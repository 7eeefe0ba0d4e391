import type { BackupRecord } from "../../../src/objects/backupRecord";
import type { Instance } from "../../../src/objects/instance";
import type { Topology } from "../../../src/objects/instances";
import { markName } from "../../../src/objects/markNames";
import { execute } from "../../../src/restore/execute";
import type { DatabasePlan, RestorePlan } from "../../../src/restore/restorePlan";
import { lsn, type ServerMessage, SqlServerError } from "../../../src/sqlserver";

const mark = markName("M");

const backup = (kind: "full" | "log", file: string): BackupRecord => ({
  kind,
  files: [file],
  position: 1,
  firstLsn: lsn("1"),
  lastLsn: lsn("2"),
  finishedAt: "2026-01-01T00:00:00",
  checksum: false,
});

const database = (name: string, logs: string[]): DatabasePlan => ({
  member: { server: "S", database: name },
  target: { server: "S", database: name },
  existing: undefined,
  chain: { full: backup("full", `${name}.full`), logs: logs.map((file) => backup("log", file)) },
  moves: [],
});

const plan = (...databases: DatabasePlan[]): RestorePlan => ({ mark, at: "2026-01-01T00:00:00.000Z", databases });

const notReached: ServerMessage = { number: 4329, state: 1, class: 10, text: "before the designated mark" };

function failure(number: number): SqlServerError {
  const messages = [{ number, state: 1, class: 16, text: "text" }];
  return new SqlServerError({ kind: "server", server: "S", doing: "restore", messages });
}

/** Carries a plan out on a server that answers with messages or an error. */
async function run(
  what: RestorePlan,
  answer: (text: string) => ServerMessage[] | Error,
  way: Instance["way"] = "direct",
) {
  const sent: string[] = [];
  const instance: Instance = {
    name: "S",
    way,
    async execute({ text }) {
      sent.push(text.replace(/ FROM.*'(.*)' WITH.*/, " $1").replace(/;$/, ""));
      const said = answer(text);
      if (said instanceof Error) throw said;
      return said;
    },
    rows: async () => [{ marks: 1 }] as never,
  };
  const topology = { instance: () => instance } as unknown as Topology;
  const context = {
    topology,
    clock: { now: () => new Date(0) },
    signal: new AbortController().signal,
    report: () => undefined,
  };
  const { outcomes, findings } = await execute(context, what);
  return { sent, findings, outcomes: [...outcomes].map(([{ target }, outcome]) => `${target.database} ${outcome}`) };
}

describe("carrying out a restore", () => {
  test("nothing is recovered before every database has reached the mark", async () => {
    const { sent, outcomes } = await run(plan(database("a", ["a1"]), database("b", ["b1"])), () => []);
    const firstRecovery = sent.findIndex((text) => text.includes("WITH RECOVERY"));
    expect(sent.slice(0, firstRecovery).sort()).toEqual([
      "RESTORE DATABASE [a] a.full",
      "RESTORE DATABASE [b] b.full",
      "RESTORE LOG [a] a1",
      "RESTORE LOG [b] b1",
    ]);
    expect(outcomes).toEqual(["a proven", "b proven"]);
  });

  test("when one database fails, none is recovered", async () => {
    const { sent, outcomes, findings } = await run(plan(database("a", ["a1"]), database("b", ["b1"])), (text) =>
      text.includes("b1") ? failure(3203) : [],
    );
    expect(sent.join()).not.toContain("WITH RECOVERY");
    expect(outcomes.sort()).toEqual(["a atMark", "b failed"]);
    expect(findings).toMatchObject([{ step: "restore", server: "S", database: "b", number: 3203 }]);
  });

  test("logs are restored as long as the mark is not reached, and no longer", async () => {
    const { sent } = await run(plan(database("a", ["a1", "a2", "a3"])), (text) =>
      text.includes("a1") ? [notReached] : [],
    );
    expect(sent.filter((text) => text.startsWith("RESTORE LOG"))).toEqual(["RESTORE LOG [a] a1", "RESTORE LOG [a] a2"]);
  });

  test("a last log that ends before the mark is a failure", async () => {
    const { findings, outcomes } = await run(plan(database("a", ["a1"])), (text) =>
      text.includes("a1") ? [notReached] : [],
    );
    expect(findings[0]?.message).toContain("4329");
    expect(outcomes).toEqual(["a failed"]);
  });

  test("behind a linked server, whose messages may be lost, every planned log is restored", async () => {
    const { sent } = await run(plan(database("a", ["a1", "a2"])), () => [], "linkedServer");
    expect(sent.filter((text) => text.startsWith("RESTORE LOG"))).toHaveLength(2);
  });

  test("a log that is refused because the mark was reached before is not needed", async () => {
    const answer = (text: string) => (text.includes("a2") ? failure(4305) : []);
    const { outcomes } = await run(plan(database("a", ["a1", "a2"])), answer, "linkedServer");
    expect(outcomes).toEqual(["a proven"]);
    const first = await run(plan(database("a", ["a2"])), answer, "linkedServer");
    expect(first.outcomes).toEqual(["a failed"]);
  });
});
