import type { BackupRecord } from "../../../src/objects/backupRecord";
import { markName } from "../../../src/objects/markNames";
import { choosePoint } from "../../../src/restore/choosePoint";
import type { KnownMark, MemberBackups } from "../../../src/restore/restorePoint";
import { lsn } from "../../../src/sqlserver/names";

const m = (number: number) => markName(`M${number}`);
const known = (number: number): KnownMark => ({
  mark: m(number),
  at: `2026-01-01T00:0${number}:00.000Z`,
  setId: number,
});

/** A member with a full before M1, and each mark in a log of its own; `without` names marks whose log is lost. */
function member(database: string, without: number[] = []): MemberBackups {
  const record = (kind: "full" | "log", from: number, to: number): BackupRecord => ({
    kind,
    files: [`${database}-${kind}-${to}`],
    position: 1,
    firstLsn: lsn(String(from)),
    lastLsn: lsn(String(to)),
    finishedAt: `2026-01-01T00:${String(to).padStart(2, "0")}:00`,
    checksum: true,
  });
  const logs = [1, 2, 3]
    .filter((number) => !without.includes(number))
    .map((number) => record("log", number * 10, number * 10 + 10));
  return {
    server: "S",
    database,
    backups: [record("full", 5, 10), ...logs],
    marks: new Map([1, 2, 3].map((number) => [m(number), { lsn: lsn(String(number * 10 + 5)) }])),
  };
}

const marks = [known(1), known(2), known(3)];

describe("the point of a restore", () => {
  test("latest is the newest mark that all members have", () => {
    expect(choosePoint({ kind: "latest" }, marks, [member("a"), member("b")])).toMatchObject({ point: { mark: "M3" } });
    expect(choosePoint({ kind: "latest" }, marks, [member("a"), member("b", [3])])).toMatchObject({
      point: { mark: "M2" },
    });
  });

  test("a member without a later log keeps all others from it", () => {
    const choice = choosePoint({ kind: "latest" }, marks, [member("a"), member("b", [1, 2, 3])]);
    expect(choice).toMatchObject({ refused: "notRestorable", nearest: { mark: "M3" } });
  });

  test("before a time, the newest that is not later", () => {
    const upTo = (time: string) => choosePoint({ kind: "before", time }, marks, [member("a")]);
    expect(upTo("2026-01-01T00:02:00.000Z")).toMatchObject({ point: { mark: "M2" } });
    expect(upTo("2026-01-01T00:01:59.999Z")).toMatchObject({ point: { mark: "M1" } });
    expect(upTo("2025-12-31T23:59:59.999Z")).toEqual({ refused: "noMarks" });
  });

  test("a named mark, or nothing", () => {
    expect(choosePoint({ kind: "mark", mark: m(1) }, marks, [member("a")])).toMatchObject({ point: { mark: "M1" } });
    expect(choosePoint({ kind: "mark", mark: m(9) }, marks, [member("a")])).toEqual({ refused: "unknownMark" });
    expect(choosePoint({ kind: "mark", mark: m(3) }, marks, [member("a", [3])])).toMatchObject({
      refused: "notRestorable",
      nearest: { members: [{ found: { problem: "markNotBackedUp" } }] },
    });
  });

  test("a server that cannot be asked makes no point restorable", () => {
    const silent: MemberBackups = { server: "R", database: "c", backups: [], marks: new Map(), unreadable: "down" };
    expect(choosePoint({ kind: "latest" }, marks, [member("a"), silent])).toMatchObject({ refused: "notRestorable" });
  });

  test("without members there is no point", () => {
    expect(choosePoint({ kind: "latest" }, marks, [])).toMatchObject({ refused: "notRestorable" });
  });
});
