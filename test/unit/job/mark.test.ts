import { placeMark } from "../../../src/job/mark";
import { markName } from "../../../src/objects/markNames";
import { fakeContext, readyMember, serverError } from "./fakeContext";

const mark = markName("BTS_1");
const members = [readyMember("CTRL", "a"), readyMember("R", "b"), readyMember("R", "c")];

describe("placing the mark", () => {
  test("one transaction on the control server marks all members", async () => {
    const { context, sent, events } = fakeContext(() => undefined);
    expect(await placeMark(context, members, mark, false)).toEqual(members);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.text).toMatch(
      /BEGIN TRANSACTION @name WITH MARK @name;[\s\S]*\[a\]\.\[dbo\]\.\[sp_SetMark\] @name[\s\S]*\[R\]\.\[b\]\.\[dbo\]\.\[sp_SetMarkRemote\] @name[\s\S]*\[R\]\.\[c\]\.\[dbo\]\.\[sp_SetMark\] @name[\s\S]*COMMIT/,
    );
    expect(events).toMatchObject([{ kind: "markPlaced", members: 3 }]);
  });

  test("is tried again after a time-out of the mark and after a deadlock", async () => {
    const failures = [serverError(3928), serverError(1205)];
    const { context, sent } = fakeContext(() => {
      const failure = failures.shift();
      if (failure) throw failure;
      return undefined;
    });
    expect(await placeMark(context, members, mark, false)).toEqual(members);
    expect(sent).toHaveLength(3);
    expect(context.log.findings).toEqual([]);
  });

  test("leaves out the members that cannot be marked, each with its own error, and marks the others", async () => {
    const { context } = fakeContext(({ text }) => {
      if (text.includes("[R]")) throw serverError(7391, "no distributed transaction");
      return undefined;
    });
    expect(await placeMark(context, members, mark, false)).toEqual([members[0]]);
    expect(context.log.findings).toMatchObject([
      { step: "mark", server: "R", database: "b", number: 7391 },
      { step: "mark", server: "R", database: "c", number: 7391 },
    ]);
  });

  test("tries members under another name and rolls back, so that no second mark of the name can stay", async () => {
    const { context, sent } = fakeContext(({ text }) => {
      if (text.includes("[R].[c]")) throw serverError(208);
      return undefined;
    });
    await placeMark(context, members, mark, false);
    const trials = sent.filter(({ text }) => text.includes("BEGIN TRANSACTION;"));
    expect(trials).toHaveLength(3);
    for (const trial of trials) {
      expect(trial.text).toContain("ROLLBACK TRANSACTION;");
      expect(trial.parameters?.name?.value).not.toBe(mark);
    }
  });

  test("says so when every member can be marked alone, but not together", async () => {
    const { context } = fakeContext(({ text }) => {
      if (text.includes("WITH MARK")) throw serverError(8501);
      return undefined;
    });
    expect(await placeMark(context, members, mark, false)).toEqual([]);
    expect(context.log.findings).toMatchObject([{ step: "mark", server: "CTRL", number: 8501 }]);
  });

  test("an alias of the control server is not called through its link", async () => {
    const alias = { ...readyMember("loop", "d"), realServer: "ctrl" };
    const { context, sent } = fakeContext(() => undefined);
    await placeMark(context, [alias], mark, false);
    expect(sent[0]?.text).toContain("EXEC @status = [d].[dbo].[sp_SetMark] @name;");
  });

  test("holds back BizTalk's tracking while the mark is placed", async () => {
    const { context, sent } = fakeContext(() => undefined);
    await placeMark(context, members, mark, true);
    expect(sent[0]?.text).toMatch(/WITH MARK @name;\nEXEC dbo\.sp_BlockTDDS;/);
  });

  test("Ctrl-C is no finding", async () => {
    const { context, abort } = fakeContext(() => {
      abort.abort();
      throw serverError(0, "cancelled", "cancelled");
    });
    await expect(placeMark(context, members, mark, false)).rejects.toThrow();
    expect(context.log.findings).toEqual([]);
  });
});
