import fc from "fast-check";
import type { BackupRecord } from "../../../src/objects/backupRecord";
import { findChain, isChain, type MarkPosition } from "../../../src/restore/backupChain";
import { lsn } from "../../../src/sqlserver/names";

const time = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString().slice(0, 19);

function full(end: number, minute: number, fork = "f1"): BackupRecord {
  return {
    kind: "full",
    files: [`full-${end}-${minute}`],
    position: 1,
    firstLsn: lsn(String(end - 1)),
    lastLsn: lsn(String(end)),
    fork: { first: fork, last: fork },
    finishedAt: time(minute),
    checksum: true,
  };
}

function log(
  from: number,
  to: number,
  minute: number,
  fork: BackupRecord["fork"] = { first: "f1", last: "f1" },
): BackupRecord {
  return {
    kind: "log",
    files: [`log-${from}-${to}-${minute}`],
    position: 1,
    firstLsn: lsn(String(from)),
    lastLsn: lsn(String(to)),
    ...(fork && { fork }),
    finishedAt: time(minute),
    checksum: true,
  };
}

const mark = (at: number, minute?: number): MarkPosition => ({
  lsn: lsn(String(at)),
  ...(minute !== undefined && { markedAt: time(minute) }),
});

function files(backups: BackupRecord[], position: MarkPosition) {
  const found = findChain(backups, position);
  return isChain(found) ? [found.full, ...found.logs].map((backup) => backup.files[0]) : found;
}

describe("the chain to a mark", () => {
  const logs = [log(5, 20, 2), log(20, 30, 3), log(30, 40, 4)];

  test("is a full and every log up to the one that holds the mark", () => {
    expect(files([full(10, 1), ...logs], mark(25))).toEqual(["full-10-1", "log-5-20-2", "log-20-30-3"]);
  });

  test("begins with the newest full before the mark", () => {
    expect(files([full(10, 1), ...logs, full(28, 3)], mark(35))).toEqual(["full-28-3", "log-20-30-3", "log-30-40-4"]);
  });

  test("does not begin with a full that ended after the mark", () => {
    expect(files([full(10, 1), ...logs, full(28, 3)], mark(25))).toEqual(["full-10-1", "log-5-20-2", "log-20-30-3"]);
  });

  test("a mark at the first record of a log is in that log, not in the one before", () => {
    expect(files([full(10, 1), ...logs], mark(20))).toEqual(["full-10-1", "log-5-20-2", "log-20-30-3"]);
  });

  test("goes round a newer full that leads nowhere", () => {
    const other = full(25, 3, "elsewhere");
    expect(files([full(10, 1), ...logs, other], mark(35))).toEqual([
      "full-10-1",
      "log-5-20-2",
      "log-20-30-3",
      "log-30-40-4",
    ]);
  });

  test("uses the log of a later set when that of the mark's own set failed", () => {
    const later = log(20, 55, 9);
    expect(files([full(10, 1), log(5, 20, 2), later], mark(25, 3))).toEqual(["full-10-1", "log-5-20-2", "log-20-55-9"]);
  });

  test("uses the log that the set names even where the LSN is lost", () => {
    expect(files([full(10, 1), ...logs], { logFile: "log-20-30-3" })).toEqual([
      "full-10-1",
      "log-5-20-2",
      "log-20-30-3",
    ]);
  });

  test("prefers one long log to several short ones of a copy-only backup", () => {
    const copyOnly = log(20, 24, 3);
    expect(files([full(10, 1), log(5, 20, 2), copyOnly, log(20, 30, 4)], mark(26))).toEqual([
      "full-10-1",
      "log-5-20-2",
      "log-20-30-4",
    ]);
  });

  test("compares LSNs as numbers of 25 digits", () => {
    const before = { ...log(0, 1, 2), firstLsn: lsn("99999"), lastLsn: lsn("100000000000000000000001") };
    const base = { ...full(10, 1), lastLsn: lsn("100000") };
    const position = { lsn: lsn("100000000000000000000000") };
    expect(files([base, before], position)).toEqual(["full-10-1", "log-0-1-2"]);
  });

  describe("is missing, and says why", () => {
    test("when the member has no record of the mark", () => {
      expect(files([full(10, 1)], {})).toEqual({ problem: "markUnknown" });
    });

    test("when no log holds the mark", () => {
      expect(files([full(10, 1), log(5, 20, 2)], mark(25))).toEqual({ problem: "markNotBackedUp" });
    });

    test("when every full ended after the mark", () => {
      expect(files([full(28, 1), ...logs], mark(25))).toEqual({ problem: "noFull" });
    });

    test("when a log between is lost", () => {
      expect(files([full(10, 1), log(5, 20, 2), log(30, 40, 4)], mark(35))).toEqual({ problem: "gap", after: "20" });
    });
  });

  describe("across a restore", () => {
    // Marked at 25, backed up to 40, then restored to 22: a second fork begins there and is backed up in turn.
    const first = [full(10, 1), log(5, 20, 2), log(20, 40, 3)];
    const second = [log(20, 50, 6, { first: "f1", last: "f2", point: lsn("22") })];

    test("a mark of the time before is found on its own fork", () => {
      expect(files([...first, ...second], mark(25, 2))).toEqual(["full-10-1", "log-5-20-2", "log-20-40-3"]);
    });

    test("a mark with the same LSN on the new fork is found there, by the log of its set", () => {
      expect(files([...first, ...second], { ...mark(25, 5), logFile: "log-20-50-6" })).toEqual([
        "full-10-1",
        "log-5-20-2",
        "log-20-50-6",
      ]);
    });

    test("a full of the old fork beyond the fork point does not lead to the new one", () => {
      expect(files([...first, full(30, 3), ...second], { ...mark(45, 5), logFile: "log-20-50-6" })).toEqual([
        "full-10-1",
        "log-5-20-2",
        "log-20-50-6",
      ]);
    });

    test("a mark that the restore gave up is not taken for one of the same LSN on the new fork", () => {
      const before = [full(10, 1), log(5, 20, 2)];
      expect(files([...before, ...second], mark(25, 3))).toEqual({ problem: "markNotBackedUp" });
    });

    test("a mark at the very fork point is the new fork's", () => {
      const before = [full(10, 1), log(5, 20, 2), log(20, 22, 3)];
      const after = [log(22, 50, 6, { first: "f1", last: "f2", point: lsn("22") })];
      expect(files([...before, ...after], mark(22, 4))).toEqual({ problem: "markNotBackedUp" });
    });

    test("a full of the new fork takes the log that goes over to it", () => {
      expect(files([...first, full(30, 5, "f2"), ...second], mark(45, 5))).toEqual(["full-30-5", "log-20-50-6"]);
    });
  });
});

/** A database that works, marks, backs up and is restored at random, and knows the truth about itself. */
function simulate(steps: readonly Step[]) {
  let at = 10;
  let fork = 1;
  let minute = 1;
  let logged = { at: 5, fork: 1 };
  let forkPoint: number | undefined;
  const backups: BackupRecord[] = [];
  const marks: { at: number; fork: number; minute: number; backedUp: boolean; base: boolean }[] = [];
  const point = () => (forkPoint === undefined ? {} : { point: lsn(String(forkPoint)) });
  let hasFull = false;
  for (const step of steps) {
    minute += 1;
    if (step.kind === "work") at += step.size;
    if (step.kind === "mark") {
      at += 1;
      marks.push({ at, fork, minute, backedUp: false, base: hasFull });
    }
    if (step.kind === "full") {
      at += 2;
      backups.push(full(at, minute, `f${fork}`));
      hasFull = true;
    }
    if (step.kind === "log") {
      at += 1;
      backups.push(log(logged.at, at, minute, { first: `f${logged.fork}`, last: `f${fork}`, ...point() }));
      for (const each of marks) if (each.fork === fork && each.at >= logged.at) each.backedUp = true;
      logged = { at, fork };
      forkPoint = undefined;
    }
    if (step.kind === "restore") {
      const candidates = marks.filter((each) => each.backedUp && each.base);
      const target = candidates[step.size % Math.max(candidates.length, 1)];
      if (!target) continue;
      at = target.at + 1;
      logged = { at, fork: target.fork };
      forkPoint = at;
      fork = 100 + minute;
      // The runner asks for a full after every restore: without one, the old fork's last log overshoots the fork point.
      hasFull = false;
    }
  }
  return { backups, marks };
}

interface Step {
  readonly kind: "work" | "mark" | "full" | "log" | "restore";
  readonly size: number;
}

describe("whatever happened to a database", () => {
  const steps = fc.array(
    fc.record({
      kind: fc.constantFrom<Step["kind"]>("work", "mark", "mark", "full", "log", "log", "restore"),
      size: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 40 },
  );

  test("a mark that is in a log after a full has a chain, and every chain can be restored and holds its mark", () => {
    fc.assert(
      fc.property(steps, (random) => {
        const { backups, marks } = simulate([{ kind: "full", size: 1 }, ...random]);
        for (const each of marks) {
          const found = findChain(backups, mark(each.at, each.minute));
          expect(isChain(found) || !(each.backedUp && each.base)).toBe(true);
          expect(isChain(found) && !each.backedUp).toBe(false);
          if (!isChain(found)) continue;
          let reached = { at: BigInt(found.full.lastLsn), fork: found.full.fork?.last };
          expect(reached.at <= BigInt(each.at)).toBe(true);
          for (const step of found.logs) {
            expect(BigInt(step.firstLsn) <= reached.at && reached.at < BigInt(step.lastLsn)).toBe(true);
            expect(forkAt(step, reached.at)).toContain(reached.fork);
            reached = { at: BigInt(step.lastLsn), fork: step.fork?.last };
          }
          const holder = found.logs.at(-1);
          expect(holder && forkAt(holder, BigInt(each.at))).toContain(`f${each.fork}`);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** The forks that a log is on at an LSN; at the fork point it is on both. */
function forkAt(step: BackupRecord, at: bigint): (string | undefined)[] {
  const point = step.fork?.point === undefined ? undefined : BigInt(step.fork.point);
  if (point === undefined) return [step.fork?.last];
  return at < point ? [step.fork?.first] : at > point ? [step.fork?.last] : [step.fork?.first, step.fork?.last];
}
