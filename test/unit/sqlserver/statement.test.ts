import { splitBatches, summarize } from "../../../src/sqlserver";

describe("the batches of a script", () => {
  it.each([
    ["SELECT 1\nGO\nSELECT 2", ["SELECT 1", "SELECT 2"]],
    ["SELECT 1\r\n  go -- next\r\nSELECT 2\r\nGO", ["SELECT 1", "SELECT 2"]],
    ["GO\n\nGO\nSELECT 1", ["SELECT 1"]],
    ["SELECT '\nGO\n'\nGO\nSELECT 2", ["SELECT '\nGO\n'", "SELECT 2"]],
    ["/* a\nGO\nb */ SELECT 1", ["/* a\nGO\nb */ SELECT 1"]],
    ["SELECT 1 -- don't\nGO\nSELECT 2", ["SELECT 1 -- don't", "SELECT 2"]],
    ["SELECT [a'b]\nGO\nSELECT 2", ["SELECT [a'b]", "SELECT 2"]],
    ["SELECT GO FROM t", ["SELECT GO FROM t"]],
  ])("of %j", (text, batches) => {
    expect(splitBatches(text)).toEqual(batches);
  });
});

describe("what a message says about a statement", () => {
  it("is its own summary, if it has one", () => {
    expect(summarize({ text: "SELECT 1", summary: "count" })).toBe("count");
  });

  it("is its first words, without literals and comments", () => {
    const text = "-- note\nALTER LOGIN [x]\n  WITH PASSWORD = N'hun''ter2', SID = 0xDEADBEEF;  /* secret */";
    expect(summarize({ text })).toBe("ALTER LOGIN [x] WITH PASSWORD = '…', SID = 0x…;");
  });

  it("is short", () => {
    expect(summarize({ text: `SELECT ${"a, ".repeat(200)} b` }).length).toBeLessThan(110);
  });
});
