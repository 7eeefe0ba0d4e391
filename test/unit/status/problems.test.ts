import { markName } from "../../../src/objects/markNames";
import type { RestorePoint } from "../../../src/restore/restorePoint";
import type { BackupThresholds, MemberStatus, RunStatus } from "../../../src/status/backupStatus";
import { findProblems, type StatusFacts } from "../../../src/status/problems";

const at = "2026-05-06T14:00:00.000Z";
const lastRun: RunStatus = { outcome: "succeeded", startedAt: at, ageMinutes: 60 };
const stock: MemberStatus = {
  server: "REMOTE",
  database: "Stock",
  ready: true,
  hasBase: true,
  fullDue: false,
  lastFull: { at, ageMinutes: 600, file: "/f" },
  lastLog: { at, ageMinutes: 60, file: "/l" },
};
const { lastFull: _, ...withoutFull } = stock;
const facts: StatusFacts = {
  exists: true,
  controlServer: "CTRL",
  managementDatabase: "Mgmt",
  job: "Backup",
  checkedAt: at,
  members: [stock],
  lastRun,
  findings: [],
  newestRestorePoint: { mark: "M1", at, ageMinutes: 60 },
  withoutBase: [],
};
const { newestRestorePoint: __, ...withoutPoint } = facts;
const { lastRun: ___, ...withoutRun } = withoutPoint;

const nearest: RestorePoint = {
  mark: markName("M2"),
  at,
  restorable: false,
  members: [{ server: "REMOTE", database: "Stock", found: { problem: "noFull" } }],
};

describe("the problems of a backup set", () => {
  test("none, if all is well and nothing is to be judged by its age", () => {
    expect(findProblems(facts, {})).toEqual([]);
  });

  test("no run yet", () => {
    expect(findProblems(withoutRun, {})).toEqual(["The job Backup has not run yet."]);
  });

  test.each<[RunStatus["outcome"], string]>([
    ["incomplete", "was incomplete"],
    ["failed", "failed"],
    ["cancelled", "was cancelled"],
  ])("a last run that was %s", (outcome, said) => {
    expect(findProblems({ ...facts, lastRun: { ...lastRun, outcome } }, {})).toEqual([
      `The last run of Backup, at ${at}, ${said}.`,
    ]);
  });

  test("what the run found, once even if it is so still", () => {
    const message = "The database is OFFLINE.";
    const findings = [
      { step: "preflight", server: "REMOTE", database: "Stock", message: `${message}\nhint: bring it online` },
      { step: "clean", message: "The history could not be cleared." },
    ];
    const members = [{ ...stock, ready: false, problem: message }];
    expect(findProblems({ ...facts, findings, members }, {})).toEqual([
      "Stock on REMOTE: The database is OFFLINE.",
      "The history could not be cleared.",
    ]);
  });

  test("no mark that all can be restored to, and what the nearest lacks", () => {
    expect(findProblems(withoutPoint, {}, nearest)).toEqual([
      "No mark can be restored in every database. M2 comes nearest; it lacks: Stock on REMOTE: no full backup ended before the mark.",
    ]);
    expect(findProblems(withoutPoint, {})).toEqual(["There is no restore point yet: no run has placed a mark."]);
  });

  test("no base for log backups", () => {
    expect(findProblems({ ...facts, members: [{ ...stock, hasBase: false }] }, {})).toEqual([
      "Stock on REMOTE has no full backup that a log backup could follow; the next run takes one.",
    ]);
  });

  test.each<[BackupThresholds, string]>([
    [{ maximumAgeMinutes: 59 }, "The newest restore point, M1, is 60 minutes old; 59 are allowed."],
    [{ maximumFullAgeMinutes: 599 }, "The last full backup of Stock on REMOTE is 600 minutes old; 599 are allowed."],
    [{ maximumLogAgeMinutes: 0 }, "The last log backup of Stock on REMOTE is 60 minutes old; 0 are allowed."],
  ])("what is older than %j", (limits, said) => {
    expect(findProblems(facts, limits)).toEqual([said]);
    const [[name, value] = ["", 0]] = Object.entries(limits);
    const raised = { [name]: value + 600 };
    expect(findProblems(facts, raised)).toEqual([]);
  });

  test("what there should be by now, and is not", () => {
    expect(findProblems({ ...facts, members: [withoutFull] }, { maximumFullAgeMinutes: 5 })).toEqual([
      "Stock on REMOTE has no full backup yet.",
    ]);
  });
});
