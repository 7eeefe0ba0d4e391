import type { HistoryRow } from "../../../src/objects/backupHistory";
import { markName } from "../../../src/objects/markNames";
import { knownMarks, markPositions } from "../../../src/restore/knowledge";
import { newestFirst } from "../../../src/restore/restorePoint";
import { lsn } from "../../../src/sqlserver/names";

const row = (setId: number, mark: string | undefined, at: string): HistoryRow => ({
  setId,
  mark: mark === undefined ? undefined : markName(mark),
  server: "S",
  database: "a",
  kind: mark === undefined ? "full" : "log",
  location: "D:\\bak",
  fileName: `${setId}.bak`,
  at,
  setComplete: true,
});

describe("the marks that are known", () => {
  test("come from the history and from our own record, with their time in UTC", () => {
    const history = [row(1, undefined, "2026-01-01T10:00:00.000"), row(2, "M2", "2026-01-01T10:00:00.000")];
    const points = [{ mark: markName("M3"), markedAt: "2026-01-01T08:30:00.000", complete: true, members: [] }];
    expect(newestFirst(knownMarks(history, points, "UTC+02:00"))).toEqual([
      { mark: "M3", at: "2026-01-01T08:30:00.000Z" },
      { mark: "M2", at: "2026-01-01T08:00:00.000Z", setId: 2 },
    ]);
  });

  test("stand where msdb says, or where our record says when msdb is lost", () => {
    const member = { server: "S", database: "a" };
    const points = [1, 2].map((number) => ({
      mark: markName(`M${number}`),
      markedAt: "2026-01-01T08:30:00.000",
      complete: true,
      members: [{ ...member, lsn: lsn(`${number}0`) }],
    }));
    const recorded = [{ database: "a", mark: markName("M1"), lsn: lsn("11"), markedAt: "2026-01-01T10:30:00" }];
    const positions = markPositions(member, [row(7, "M2", "2026-01-01T10:00:00")], points, recorded);
    expect(Object.fromEntries(positions)).toEqual({
      M1: { lsn: "11", markedAt: "2026-01-01T10:30:00" },
      M2: { lsn: "20", logFile: "D:\\bak\\7.bak" },
    });
  });
});
