import { goalFrom, restoreOptionsFrom } from "../../../src/cli/restoreOptions";

describe("the goal of a restore", () => {
  test.each([
    [["latest"], { kind: "latest" }],
    [["BTS_2026_01_01_00_00_00_000"], { kind: "mark", mark: "BTS_2026_01_01_00_00_00_000" }],
    [["before", "2026-05-06T14:15:00Z"], { kind: "before", time: "2026-05-06T14:15:00.000Z" }],
    [["before 2026-05-06 14:15"], { kind: "before", time: "2026-05-06T14:15:00.000Z" }],
    [["before", "2026-05-06T14:15:00+02:00"], { kind: "before", time: "2026-05-06T12:15:00.000Z" }],
  ])("%j", (words, goal) => {
    expect(goalFrom(words)).toEqual(goal);
  });

  test.each([[[""]], [["two words"]], [["before", "yesterday"]], [["x".repeat(33)]], [["LSN:1"]]])(
    "%j is refused",
    (words) => {
      expect(() => goalFrom(words)).toThrow();
    },
  );
});

describe("the rules of a restore", () => {
  test("nothing is replaced unless told", () => {
    expect(restoreOptionsFrom({ to: ["latest"] })).toMatchObject({ replace: false, planOnly: false });
  });

  test("maps, names and folders", () => {
    expect(
      restoreOptionsFrom({
        to: ["latest"],
        serverMap: ["A\\X=B"],
        rename: ["Sales=Copy", "A\\X/Stock=Kept"],
        move: ["/data", "B=E:\\data"],
      }),
    ).toMatchObject({
      serverMap: { "A\\X": "B" },
      rename: [
        { from: "Sales", to: "Copy" },
        { server: "A\\X", from: "Stock", to: "Kept" },
      ],
      move: [{ folder: "/data" }, { server: "B", folder: "E:\\data" }],
    });
  });

  test.each([{ rename: ["Sales"] }, { rename: ["=x"] }, { serverMap: ["A="] }, { move: [""] }])(
    "%j is refused",
    (flags) => {
      expect(() => restoreOptionsFrom({ to: ["latest"], ...flags })).toThrow(/Expected --/);
    },
  );
});
