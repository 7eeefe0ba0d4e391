import { DateTime } from "luxon";
import { takeLogs } from "../../../src/job/log";
import type { ReadyMember } from "../../../src/job/preflight";
import { markName } from "../../../src/objects/markNames";
import type { Statement } from "../../../src/sqlserver";
import { fakeContext, readyMember, serverError } from "./fakeContext";

const mark = markName("BTS_1");
const set = {
  missing: 0,
  withoutFull: new Set<ReadyMember>(),
  sequence: mark,
  mark,
  at: DateTime.fromISO("2026-05-06T14:15:01.327Z", { zone: "utc" }),
};

/** The control server of a healthy set. */
const control = ({ summary }: Statement) => (summary === "take the next backup set id" ? [{ id: 7 }] : undefined);

/** A member whose procedures write to `/bak` and whose msdb knows it. */
function member(database: string, fail: (text: string) => void = () => undefined) {
  return readyMember("CTRL", database, ({ text }) => {
    fail(text);
    if (text.includes("sp_BackupBizTalk")) return [{ status: 0, location: `/bak/${database}.bak` }];
    const lsns = { firstLsn: "1", lastLsn: "2", forkPoint: null, firstFork: null, lastFork: null };
    return [{ id: 1, type: "L", position: 1, checksum: true, finishedAt: "2026-05-06T14:15:02", file: "f", ...lsns }];
  });
}

const texts = (sent: Statement[]) => sent.map(({ summary }) => summary);

describe("a set of log backups", () => {
  test("writes each backup into the history, and completes the set last", async () => {
    const { context, sent } = fakeContext(control);
    const { taken } = await takeLogs(context, [member("a"), member("b")], set);
    expect(taken.map(({ file }) => file)).toEqual(["/bak/a.bak", "/bak/b.bak"]);
    expect(texts(sent)).toEqual([
      "take the next backup set id",
      "record the backup of a",
      "record the backup of b",
      "complete backup set 7",
    ]);
    expect(sent[1]?.parameters).toMatchObject({
      setId: { value: "7" },
      mark: { value: mark },
      type: { value: "lg" },
      fileName: { value: "a.bak" },
      location: { value: "/bak" },
      at: { value: "2026-05-06T14:15:01.327" },
    });
  });

  test("goes on when one fails, and stays incomplete", async () => {
    const { context, sent } = fakeContext(control);
    const broken = member("a", () => {
      throw serverError(3201, "Cannot open backup device");
    });
    const { taken } = await takeLogs(context, [broken, member("b")], set);
    expect(taken.map((backup) => backup.member.database)).toEqual(["b"]);
    expect(context.log.findings).toMatchObject([{ step: "log", server: "CTRL", database: "a", number: 3201 }]);
    expect(texts(sent)).not.toContain("complete backup set 7");
  });

  test("stays incomplete when a member has no proven mark", async () => {
    const { context, sent } = fakeContext(control);
    await takeLogs(context, [member("a")], { ...set, missing: 1 });
    expect(texts(sent)).not.toContain("complete backup set 7");
  });

  test("a member that SQL Server has no base for gets its full now", async () => {
    const { context, sent } = fakeContext(control);
    const fresh = member("a", (text) => {
      if (text.includes("sp_BackupBizTalkLog")) throw serverError(4214);
    });
    await takeLogs(context, [fresh], set);
    expect(context.log.findings).toMatchObject([{ step: "log", number: 4214 }]);
    expect(sent.find(({ summary }) => summary === "record the backup of a")?.parameters).toMatchObject({
      type: { value: "db" },
    });
  });

  test("a member without a base whose full failed in the same run is not tried again", async () => {
    const { context, sent } = fakeContext(control);
    const fresh = member("a");
    const baseless = { ...fresh, state: { ...fresh.state, hasLogBase: false } };
    const { taken } = await takeLogs(context, [baseless, member("b")], { ...set, withoutFull: new Set([baseless]) });
    expect(taken.map((backup) => backup.member.database)).toEqual(["b"]);
    expect(context.log.findings).toEqual([]);
    expect(texts(sent)).not.toContain("complete backup set 7");
  });

  test("a procedure that reports success without a backup is found out", async () => {
    const { context } = fakeContext(control);
    const lying = readyMember("CTRL", "a", ({ text }) =>
      text.includes("sp_BackupBizTalk") ? [{ status: 0, location: "/bak/a.bak" }] : [],
    );
    expect((await takeLogs(context, [lying], set)).taken).toEqual([]);
    expect(context.log.findings[0]?.message).toContain("msdb of CTRL has no backup in /bak/a.bak");
  });

  test("a procedure that returns -1 without an error is a failure", async () => {
    const { context } = fakeContext(control);
    const failing = readyMember("CTRL", "a", () => [{ status: -1, location: null }]);
    expect((await takeLogs(context, [failing], set)).taken).toEqual([]);
    expect(context.log.findings[0]?.message).toContain("returned -1");
  });

  test("Ctrl-C ends the set without a finding", async () => {
    const { context, abort } = fakeContext(control);
    const last = member("a", () => abort.abort());
    await expect(takeLogs(context, [last, member("b"), member("c")], set)).rejects.toThrow("cancelled");
    expect(context.log.findings).toEqual([]);
  });
});
