import fc from "fast-check";
import { type HistoryEntry, setsToClear } from "../../../src/job/historyToClear";

const entry = (setId: number, kind: "full" | "log", at: number, database = "a"): HistoryEntry => ({
  setId,
  kind,
  at,
  database,
  server: "S",
});

describe("which backup sets leave the history", () => {
  test("sets older than the cutoff, once a later full is kept", () => {
    const history = [entry(1, "full", 1), entry(2, "log", 2), entry(3, "full", 10), entry(4, "log", 11)];
    expect(setsToClear(history, 5)).toEqual([1, 2]);
  });

  test("none while there is no later full", () => {
    expect(setsToClear([entry(1, "full", 1), entry(2, "log", 2)], 5)).toEqual([]);
  });

  test("the full on which a kept log stands stays, and what follows it", () => {
    const history = [
      entry(1, "full", 1),
      entry(2, "log", 2),
      entry(3, "full", 3),
      entry(4, "log", 4),
      entry(5, "log", 10),
      entry(6, "full", 20),
    ];
    expect(setsToClear(history, 5)).toEqual([1, 2]);
  });

  test("a set that is old in part stays whole", () => {
    const history = [entry(1, "full", 4), entry(1, "full", 6, "b"), entry(2, "full", 10), entry(2, "full", 10, "b")];
    expect(setsToClear(history, 5)).toEqual([]);
  });

  test("each database keeps its own base", () => {
    const history = [
      entry(1, "full", 1),
      entry(1, "full", 1, "b"),
      entry(2, "full", 2),
      entry(3, "log", 10),
      entry(3, "log", 10, "b"),
    ];
    expect(setsToClear(history, 5)).toEqual([]);
  });

  test("a database that left the set holds nothing back", () => {
    const history = [
      entry(1, "full", 1),
      entry(1, "full", 1, "gone"),
      entry(2, "log", 2, "gone"),
      entry(3, "full", 10),
    ];
    expect(setsToClear(history, 5)).toEqual([1, 2]);
  });

  test("what is empty stays empty", () => {
    expect(setsToClear([], 5)).toEqual([]);
  });

  test("every kept log that stood on a full before still stands on one", () => {
    const row = fc.record({
      kind: fc.constantFrom("full" as const, "log" as const),
      database: fc.constantFrom("a", "b", "c"),
      step: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), fc.integer({ min: 0, max: 60 }), (rows, cutoff) => {
        let at = 0;
        const history = rows.map(({ kind, database, step }, index) => {
          at += step;
          return entry(index + 1, kind, at, database);
        });
        const cleared = new Set(setsToClear(history, cutoff));
        const kept = history.filter((each) => !cleared.has(each.setId));
        const hasBase = (log: HistoryEntry, among: HistoryEntry[]) =>
          among.some((each) => each.kind === "full" && each.database === log.database && each.setId < log.setId);
        for (const log of kept.filter((each) => each.kind === "log" && each.at >= cutoff)) {
          expect(hasBase(log, kept)).toBe(hasBase(log, history));
        }
        for (const each of history.filter(({ setId }) => cleared.has(setId))) expect(each.at).toBeLessThan(cutoff);
      }),
    );
  });
});
