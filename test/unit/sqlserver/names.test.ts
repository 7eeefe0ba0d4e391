import * as fc from "fast-check";
import { compareLsn, InvalidNameError, lsn, markName, quoteName, quotePath, quoteString } from "../../../src/sqlserver";

describe("quoting", () => {
  it.each([
    ["Orders", "[Orders]"],
    ["a]b", "[a]]b]"],
    ["[x]; DROP TABLE t --", "[[x]]; DROP TABLE t --]"],
    ["O'Brien", "[O'Brien]"],
    ["x".repeat(128), `[${"x".repeat(128)}]`],
  ])("makes an identifier of %s", (name, quoted) => {
    expect(quoteName(name)).toBe(quoted);
  });

  it.each(["", "x".repeat(129), "a\0b"])("refuses what SQL Server would refuse or cut: %j", (name) => {
    expect(() => quoteName(name)).toThrow(InvalidNameError);
  });

  it("leaves no way out of the brackets, whatever the name", () => {
    const name = fc.string({ minLength: 1, maxLength: 60 }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(name, (text) => {
        const inside = quoteName(text).slice(1, -1);
        expect(inside.replaceAll("]]", "")).not.toContain("]");
        expect(inside.replaceAll("]]", "]")).toBe(text);
      }),
    );
  });

  it("leaves no way out of a string literal, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const inside = quoteString(text).slice(2, -1);
        expect(inside.replaceAll("''", "")).not.toContain("'");
        expect(inside.replaceAll("''", "'")).toBe(text);
      }),
    );
  });

  it("joins the parts of a name", () => {
    expect(quotePath("my server", "a.b", "dbo", "p")).toBe("[my server].[a.b].[dbo].[p]");
  });
});

describe("names that are parsed at the border", () => {
  it.each(["", "x".repeat(33), "LSN:1", "lsn:2"])("refuses the mark name %j", (name) => {
    expect(() => markName(name)).toThrow(InvalidNameError);
  });

  it("takes a mark name of 32 characters", () => {
    expect(markName("x".repeat(32))).toHaveLength(32);
  });

  it.each(["", "12a", "-1", "1".repeat(26)])("refuses the LSN %j", (digits) => {
    expect(() => lsn(digits)).toThrow(InvalidNameError);
  });

  it("orders LSNs as numbers of any length", () => {
    const number = fc.bigInt({ min: 0n, max: 10n ** 25n - 1n });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const order = compareLsn(lsn(String(a)), lsn(String(b)));
        expect(Math.sign(order)).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    expect(compareLsn(lsn("007"), lsn("7"))).toBe(0);
  });
});
