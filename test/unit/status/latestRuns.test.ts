import type { RecordedRun, RunKind } from "../../../src/objects/runHistory";
import { currentRuns, runsStatus } from "../../../src/status/latestRuns";

const now = new Date("2026-05-06T15:00:30.000Z");

/** A run of a kind, `minutes` ago. Later ones have higher numbers. */
function run(kind: RunKind, minutes: number, changes: Partial<RecordedRun> = {}): RecordedRun {
  const startedAt = new Date(now.getTime() - minutes * 60_000).toISOString().replace("Z", "");
  const outcome = kind === "running" ? "running" : kind === "unknown" ? "failed" : "succeeded";
  const id = String(1000 - minutes);
  return {
    id,
    kind,
    outcome,
    startedAt,
    finishedAt: startedAt,
    fullDecision: null,
    mark: null,
    host: null,
    ...changes,
  };
}

const kinds = (runs: readonly RecordedRun[]) => currentRuns(runs).map(({ kind }) => kind);

describe("the runs that tell how the job stands", () => {
  test.each<[string, RecordedRun[], RunKind[]]>([
    ["none", [], []],
    ["a whole run alone", [run("whole", 1), run("clean", 2), run("log", 3)], ["whole"]],
    ["the three of an Agent job", [run("clean", 1), run("log", 2), run("full", 3)], ["clean", "log", "full"]],
    ["those since the last whole run", [run("log", 1), run("whole", 2), run("full", 3)], ["log", "whole"]],
    ["those since one that failed before it did anything", [run("clean", 1), run("unknown", 2)], ["clean", "unknown"]],
    ["without the one that is going on", [run("running", 0), run("whole", 5)], ["whole"]],
  ])("%s", (_what, runs, expected) => {
    expect(kinds(runs)).toEqual(expected);
  });
});

describe("the last run", () => {
  const last = (...runs: RecordedRun[]) => runsStatus(runs, [], now).lastRun;

  test("is none that only cleared history, however new", () => {
    expect(last(run("clean", 1), run("whole", 90, { mark: "M" }))).toMatchObject({ ageMinutes: 90, mark: "M" });
    expect(last(run("clean", 1))).toBeUndefined();
  });

  test("is one that failed before it could take a backup", () => {
    expect(last(run("unknown", 2), run("whole", 17))).toMatchObject({ outcome: "failed", ageMinutes: 2 });
  });

  test("has times in UTC, and nothing that is not known", () => {
    expect(last(run("log", 1, { finishedAt: null, host: "sql1" }))).toEqual({
      outcome: "succeeded",
      startedAt: "2026-05-06T14:59:30.000Z",
      ageMinutes: 1,
      host: "sql1",
    });
  });

  test("is beside one that is going on", () => {
    const status = runsStatus([run("running", 3, { host: "sql1" }), run("whole", 18)], [], now);
    expect(status.running).toEqual({ startedAt: "2026-05-06T14:57:30.000Z", ageMinutes: 3, host: "sql1" });
    expect(status.lastRun).toMatchObject({ outcome: "succeeded", ageMinutes: 18 });
  });
});
