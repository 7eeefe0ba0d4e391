import fc from "fast-check";
import { DateTime } from "luxon";
import { buildMarkName, scrubMarkText } from "../../../src/objects/markNames";

const at = DateTime.fromISO("2014-05-06T14:15:01.327Z", { zone: "utc" });

describe("mark names", () => {
  test("are the short name and the time", () => {
    expect(buildMarkName("BTS", at)).toBe("BTS_2014_05_06_14_15_01_327");
  });

  test("tell the time in the job's zone", () => {
    expect(buildMarkName("BTS", at.setZone("Europe/Berlin"))).toBe("BTS_2014_05_06_16_15_01_327");
  });

  test("lose quotes and have _ for what troubles a file name", () => {
    expect(scrubMarkText(`a'b"c d~!@#$%^&*()-+{[}|\\:;<>,./e`)).toBe(`abc_d${"_".repeat(25)}e`);
  });

  test("keep the closing bracket and the backtick, as the real job does", () => {
    expect(scrubMarkText("]`")).toBe("]`");
  });

  test.each(["", "NINECHARS"])("refuse the short name %p", (prefix) => {
    expect(() => buildMarkName(prefix, at)).toThrow(RangeError);
  });

  test("never exceed the 32 characters that SQL Server keeps, and order as time does", () => {
    const prefix = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !text.includes("\0"));
    const ms = fc.integer({ min: Date.UTC(1980, 0, 1), max: Date.UTC(2090, 0, 1) });
    fc.assert(
      fc.property(prefix, ms, ms, (short, a, b) => {
        const [first, second] = [a, b].map((time) => buildMarkName(short, DateTime.fromMillis(time, { zone: "utc" })));
        expect((first ?? "").length).toBeLessThanOrEqual(32);
        expect((first ?? "") < (second ?? "")).toBe(a < b);
      }),
    );
  });
});
