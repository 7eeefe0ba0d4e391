import { parseBatch } from "../../../src/emulator/tsql";
import { readCorpus, visit } from "./batches";

interface Span {
  line: number;
  start: number;
  end: number;
}

function isSpan(value: unknown): value is Span {
  return typeof value === "object" && value !== null && "line" in value && "start" in value && "end" in value;
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

describe("spans", () => {
  test("say line and place of statements and expressions", () => {
    const text = "DECLARE @a int\nIF @a = 1\n  SELECT (1 +\n    2) * 3\nELSE\n  PRINT 'x'";
    const [, branch] = parseBatch(text).statements;
    const slices: [string, number][] = [];
    visit(branch, (node) => {
      if (isSpan(node.span)) slices.push([text.slice(node.span.start, node.span.end), node.span.line]);
    });
    expect(slices).toContainEqual(["@a = 1", 2]);
    expect(slices).toContainEqual(["SELECT (1 +\n    2) * 3", 3]);
    expect(slices).toContainEqual(["(1 +\n    2)", 3]);
    expect(slices).toContainEqual(["2", 4]);
    expect(slices).toContainEqual(["PRINT 'x'", 6]);
  });

  test("count lines over strings, quoted names and comments", () => {
    const text = "/* a\n\n*/ SELECT 'x\ny' AS [a\nb]\nSELECT 2";
    expect(parseBatch(text).statements.map((statement) => statement.span.line)).toEqual([3, 6]);
  });

  test.each(readCorpus("accepted"))("lie within their parents: %j", (batch) => {
    const enclosed = (value: unknown, outer: Span): void => {
      if (value === null || typeof value !== "object") return;
      const own = "span" in value && isSpan(value.span) ? value.span : undefined;
      if (own !== undefined) {
        expect(own.line).toBe(lineAt(batch, own.start));
        expect(own.start).toBeGreaterThanOrEqual(outer.start);
        expect(own.end).toBeLessThanOrEqual(outer.end);
        expect(own.end).toBeGreaterThan(own.start);
      }
      for (const child of Object.values(value)) if (!isSpan(child)) enclosed(child, own ?? outer);
    };
    enclosed(parseBatch(batch), { line: 1, start: 0, end: batch.length });
  });
});
